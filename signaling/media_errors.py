"""Exceptions of the media path.

MediaError
    BadSdp              the peer's description cannot be taken; answered with 422
    TransportFailed     no path to the peer, or it went away; the peer tries again
    MediaRefused        a rule forbids it now (somebody else publishes); told with a code
    PlaneUnavailable    the media plane does not answer; retried by whoever asked
"""


class MediaError(Exception):
    """Base of everything raised on the media path; never raised itself."""

    code = "internal"


class BadSdp(MediaError):
    """The description is not SDP, or asks for what we do not do."""

    code = "bad_sdp"


class TransportFailed(MediaError):
    """ICE or DTLS did not come about in time, or the peer is gone."""

    code = "transport_failed"


class MediaRefused(MediaError):
    """A rule forbids it now.

    Args:
        code: Stable, for programs: ``occupied``, ``unknown_source``, ``draining``, …
        text: For people.

    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class PlaneUnavailable(MediaError):
    """The plane cannot be reached or did not answer in time."""

    code = "plane_unavailable"
