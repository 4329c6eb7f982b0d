"""Exceptions of the wire, split by who is to blame. Pure: no I/O.

SignalingError
    BadMessage          the peer sent something we cannot read; we answer, we stay
    BadPacket           a datagram is not what it should be; we count and drop it
    ProtocolViolation   the peer broke the order of the conversation; we close
        NoCommonVersion     the peer speaks no version of ours
"""


class SignalingError(Exception):
    """Base of everything raised by signaling; never raised itself."""

    code = "internal"


class BadMessage(SignalingError):
    """The text is not a message of this protocol."""

    code = "bad_message"


class BadPacket(SignalingError):
    """The bytes are not RTP, RTCP or a payload we know."""

    code = "bad_packet"


class ProtocolViolation(SignalingError):
    """A known message at a time when it is not allowed."""

    code = "protocol_violation"


class NoCommonVersion(ProtocolViolation):
    """The peer offered only versions we do not speak."""

    code = "no_common_version"
