"""SRTP of one peer: libsrtp called directly, with one reused buffer each way.

pylibsrtp's own ``protect`` allocates on every packet and refuses packets over 1356
bytes, although only 16 bytes are added; some publishers send 1400. Not thread-safe:
one event loop owns a peer. Bursts of all peers of a loop share one larger ``Room``.
"""

from functools import cache
from typing import Any

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

from .burst import Burst, Layout, Stream
from .rtp import HEADER

# More than any Ethernet frame carries; a larger datagram was fragmented on its way.
MAX_PACKET_BYTES = 1500
# With room for the largest authentication tag and SRTCP's index; there is never an MKI.
_ROOM_BYTES = 2048
_OK = int(lib.srtp_err_status_ok)
# Of the shared room; a longer burst is sent packet by packet.
ROOM_BYTES = 1 << 17


class Room:
    """A buffer in which one peer's burst after the other is laid out and encrypted."""

    def __init__(self) -> None:
        self._room = ffi.new("char[]", ROOM_BYTES)
        self.bytes = ffi.buffer(self._room)
        self.view = memoryview(self.bytes)
        self.length = ffi.new("int *")
        self._layout: Layout | None = None
        self._steps: list[tuple[int, int, int, int, int, Any]] = []

    def steps(self, burst: Burst, layout: Layout) -> list[tuple[int, int, int, int, int, Any]]:
        """Return what to do for each packet, the same for every viewer of a burst.

        Each is (sequence, marker bit, timestamp, start, length of the plain packet, pointer).
        """
        if layout is not self._layout:
            self._layout = layout
            self._steps = [
                (
                    packet.sequence, packet.marker << 7, packet.timestamp,
                    place.start, place.plain_end - place.start, self._room + place.start,
                )
                for packet, place in zip(burst.packets, layout.places, strict=True)
            ]  # fmt: skip
        return self._steps


@cache
def shared_room() -> Room:
    """Return the room of this process: media are sent from one thread."""
    return Room()


class Protector:
    """Encrypts packets we send.

    Args:
        session: With outbound keys. Kept, because its context is used directly.

    """

    __slots__ = ("_bytes", "_context", "_growth", "_length", "_room", "_session", "_view")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._context = session._srtp[0]
        self._room = ffi.new("char[]", _ROOM_BYTES)
        self._bytes = ffi.buffer(self._room)
        self._view = memoryview(self._bytes)
        self._length = ffi.new("int *")
        self._growth: int | None = None

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
        self._growth = self._length[0] - end
        return self._view[: self._length[0]]

    def layout(self, burst: Burst) -> Layout | None:
        """Return how a burst lies in the room for our cipher.

        Returns:
            None when it cannot be laid out: it is too long, or nothing was sent before from
            which the cipher's growth is known. Its packets go singly then.

        """
        if self._growth is None or burst.longest > MAX_PACKET_BYTES:
            return None
        layout = burst.layout(self._growth)
        return layout if len(layout.template) <= ROOM_BYTES else None

    def burst(self, room: Room, burst: Burst, layout: Layout, stream: Stream) -> list[int]:
        """Lay a burst out in a room and encrypt it there; valid until the room's next use.

        Returns:
            Starts of the packets that libsrtp refused, which must not be sent.

        """
        failed: list[int] = []
        context, length, view = self._context, room.length, room.bytes
        pack, protect = HEADER.pack_into, lib.srtp_protect
        payload_type, ssrc, offset = stream
        view[0 : len(layout.template)] = layout.template
        for sequence, marker, timestamp, start, size, pointer in room.steps(burst, layout):
            number = (sequence + offset) & 0xFFFF
            pack(view, start, 0x80, payload_type | marker, number, timestamp, ssrc)
            length[0] = size
            if protect(context, pointer, length) != _OK:
                failed.append(start)
        return failed

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
