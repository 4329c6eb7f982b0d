"""Exceptions of the bridge point, split by who is to blame.

EndpointError                what an operator is told: ``code`` finds the sentence
    NotEnrolled              the user's: this machine has no credential yet
    EnrolmentRefused         the user's: the server does not take this code (its own code says why)
    UnsafeServer             the user's: the address would send the credential in the clear
    FactInvalid              the user's: what was entered breaks a limit of the protocol
    ConfigInvalid            the user's: a configuration file cannot be used
    SpoolBusy                the user's: another agent runs on the same folder
    SpoolUnavailable         the world's: the disk is full or does not work; nothing was saved
    ServerUnreachable        the world's: try again
"""


class EndpointError(Exception):
    """Base of all; never raised itself.

    Args:
        detail: For the log and for the sentence's ``{detail}``; never a secret.
        code: Stable name of the sentence, the class's own unless given.

    """

    code = "internal"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class NotEnrolled(EndpointError):
    """There is no credential in the data folder."""

    code = "not_enrolled"


class EnrolmentRefused(EndpointError):
    """The server answered a join with a problem; ``code`` is the server's."""

    code = "unexpected_answer"


class UnsafeServer(EndpointError):
    """The server's address cannot be used, or only in the clear."""

    code = "unsafe_server"


class FactInvalid(EndpointError):
    """A fact breaks the schema or does not fit into one message. It was not saved."""

    code = "fact_invalid"


class ConfigInvalid(EndpointError):
    """A configuration file is not what it should be."""

    code = "config_invalid"


class SpoolBusy(EndpointError):
    """Another process holds the spool."""

    code = "spool_busy"


class SpoolUnavailable(EndpointError):
    """The spool's disk does not take or give data. What was asked did not happen."""

    code = "spool_unavailable"


class ServerUnreachable(EndpointError):
    """The server cannot be reached, or answers that it cannot serve now."""

    code = "server_unreachable"
