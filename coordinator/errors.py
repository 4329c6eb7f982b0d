"""Exceptions of the coordinator, split by who is to blame. Pure: no I/O.

CoordinatorError
    Refused             the user's: the command is not allowed now; nothing changed
    JournalError        the world's or ours: the journal
        JournalLocked       another process owns the data folder
        JournalUnavailable  the disk does not take it now: full, read-only, failing
        JournalDamaged      the hash chain is broken, or a row cannot be read
        CommitFailed        a commit failed; the process must exit and replay
"""


class CoordinatorError(Exception):
    """Base of everything raised here; never raised itself."""

    code = "internal"


class Refused(CoordinatorError):
    """The command is not allowed. The state did not change.

    Args:
        code: Stable, for programs; the pages have a sentence for each.
        text: For people who read logs and API answers.

    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class JournalError(CoordinatorError):
    """The journal cannot do its work."""


class JournalLocked(JournalError):
    """Another process owns the data folder."""

    code = "data_in_use"


class JournalUnavailable(JournalError):
    """The disk does not let us open it; the file is not to blame, and later it may."""

    code = "journal_unavailable"


class JournalDamaged(JournalError):
    """The journal is not what was written."""

    code = "journal_damaged"


class CommitFailed(JournalError):
    """Nothing after the last good commit is on disk."""

    code = "commit_failed"
