"""Cheap halls: real ICE and DTLS, then packets are counted and one in sixteen decrypted.

On the standard loop, whose readers can be removed: every few milliseconds all sockets are
read, and the kernel's time of arrival (SO_TIMESTAMPNS) taken, so that the delay told is the
server's and not that of this process. Nobody waits on a socket: on loopback the sender
would pay for waking him, which no server does for a hall elsewhere.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from signaling.ice_path import PacketProtocol, TransportOptions
from signaling.packet_transport import PacketTransport

from .stream import KEY, sent_at

OPTIONS = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True, silence_s=30)
SAMPLED = 16
# linux/socket.h; Python names neither.
SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@qq")
RECEIVE_BUFFER_BYTES = 4 << 20
POLL_S = 0.004


@dataclass
class Tally:
    """What all halls together received."""

    packets: int = 0
    bytes: int = 0
    refused: int = 0
    "Sampled packets that did not decrypt."
    delays_s: list[float] = field(default_factory=list)
    "Of the sampled: the studio's send to the kernel's arrival."
    other_delays_s: list[float] = field(default_factory=list)
    "The same without packets of key frames."


class Hall:
    """One receiver.

    Args:
        tally: Shared by all.
        controlling: True where the hall makes the offer.
        options: Which address it has.

    """

    def __init__(
        self, tally: Tally, controlling: bool, options: TransportOptions = OPTIONS
    ) -> None:
        self._tally = tally
        self._arrived_at = 0.0
        self.packets = 0
        self.read: Callable[[], None] = lambda: None
        self.transport = PacketTransport(
            controlling=controlling,
            on_rtp=self._decrypted,
            on_rtcp=lambda data, at: None,
            options=options,
        )

    def cheapen(self) -> None:
        """Count from now on. Only when the transport is connected."""
        pair = self.transport._ice.pair()
        assert pair is not None
        protocol = pair.protocol
        assert isinstance(protocol, PacketProtocol)
        udp, buffer = protocol.udp, bytearray(2048)
        udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        loop = asyncio.get_running_loop()
        # The public function refuses sockets that a transport of the loop owns.
        loop._remove_reader(udp.fileno())  # type: ignore[attr-defined]
        self.read = lambda: self._read(udp, protocol, buffer)

    def _read(self, udp: socket.socket, protocol: PacketProtocol, buffer: bytearray) -> None:
        tally, receive = self._tally, udp.recvmsg_into
        for _ in range(256):
            try:
                size, ancillary, _flags, address = receive([buffer], 64)
            except OSError:
                return
            if not 127 < buffer[0] < 192:
                protocol.datagram_received(bytes(buffer[:size]), address)
                continue
            if 64 <= buffer[1] & 0x7F < 96:
                continue
            tally.packets += 1
            tally.bytes += size
            self.packets += 1
            if self.packets % SAMPLED == 0:
                seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
                self._arrived_at = seconds + nanoseconds / 1e9
                self._sample(bytes(buffer[:size]))

    def _sample(self, datagram: bytes) -> None:
        refused = self.transport.packets_refused
        self.transport._media_received(datagram)
        self._tally.refused += self.transport.packets_refused - refused

    def _decrypted(self, packet: bytes, at: float) -> None:
        sent = sent_at(packet)
        if sent is not None and self._arrived_at:
            self._tally.delays_s.append(self._arrived_at - sent)
            if packet[12:13] != KEY:
                self._tally.other_delays_s.append(self._arrived_at - sent)

    async def close(self) -> None:
        """Leave, as a hall whose power failed: a goodbye would cost the server's window."""
        await self.transport.close(silent=True)


async def read_all(halls: Sequence[Hall], stop: asyncio.Event) -> None:
    """Read for all halls, those that come later too, until told to stop."""
    while not stop.is_set():
        for hall in halls:
            hall.read()
        await asyncio.sleep(POLL_S)
