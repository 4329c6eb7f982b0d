"""SRTP of one peer: libsrtp called directly, with one reused buffer each way.

pylibsrtp's own ``protect`` allocates on every packet and refuses packets over 1356
bytes, although only 16 bytes are added; some publishers send 1400. Not thread-safe:
one event loop owns a peer.
"""

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

# More than any Ethernet frame carries; a larger datagram was fragmented on its way.
MAX_PACKET_BYTES = 1500
# With room for the largest authentication tag and SRTCP's index; there is never an MKI.
_ROOM_BYTES = 2048
_OK = int(lib.srtp_err_status_ok)


class Protector:
    """Encrypts packets we send.

    Args:
        session: With outbound keys. Kept, because its context is used directly.

    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context = session._srtp[0]
        self._room = ffi.new("char[]", _ROOM_BYTES)
        self._bytes = ffi.buffer(self._room)
        self._view = memoryview(self._bytes)
        self._length = ffi.new("int *")

    def rtp(self, header: bytes, payload: bytes) -> memoryview | None:
        """Return the packet of both parts encrypted, valid until the next call.

        Returns:
            None when it is too long or libsrtp refuses it (a sequence number too old).

        """
        start = len(header)
        end = start + len(payload)
        if end > MAX_PACKET_BYTES:
            return None
        view = self._bytes
        view[0:start] = header
        view[start:end] = payload
        self._length[0] = end
        if lib.srtp_protect(self._context, self._room, self._length) != _OK:
            return None
        return self._view[: self._length[0]]

    def rtcp(self, packet: bytes) -> memoryview | None:
        """Return a compound RTCP packet encrypted, valid until the next call."""
        end = len(packet)
        if end > MAX_PACKET_BYTES:
            return None
        self._bytes[0:end] = packet
        self._length[0] = end
        if lib.srtp_protect_rtcp(self._context, self._room, self._length) != _OK:
            return None
        return self._view[: self._length[0]]


class Unprotector:
    """Checks and decrypts packets of the peer.

    Args:
        session: With inbound keys. Kept, because its context is used directly.

    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context = session._srtp[0]
        self._room = ffi.new("char[]", _ROOM_BYTES)
        self._bytes = ffi.buffer(self._room)
        self._length = ffi.new("int *")

    def rtp(self, packet: bytes) -> bytes | None:
        """Return the plain packet, None when it is not authentic, or was here already."""
        end = len(packet)
        if end > MAX_PACKET_BYTES:
            return None
        self._bytes[0:end] = packet
        self._length[0] = end
        if lib.srtp_unprotect(self._context, self._room, self._length) != _OK:
            return None
        plain: bytes = self._bytes[0 : self._length[0]]
        return plain

    def rtcp(self, packet: bytes) -> bytes | None:
        """Return the plain compound packet, None when it is not authentic."""
        end = len(packet)
        if end > MAX_PACKET_BYTES:
            return None
        self._bytes[0:end] = packet
        self._length[0] = end
        if lib.srtp_unprotect_rtcp(self._context, self._room, self._length) != _OK:
            return None
        plain: bytes = self._bytes[0 : self._length[0]]
        return plain
