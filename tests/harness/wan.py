"""A line between a relay and its halls, in user space: rate, queue, delay, loss.

``Link`` is the rule, ``Wan`` the sockets: one pair for each hall. What the relay sends to a
hall goes through a link that all halls share (the server's line upwards) and one of its own.
"""

import asyncio
import heapq
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from signaling.sdp import TransportDescription

IP_UDP_BYTES = 28
BUFFER_BYTES = 8 << 20
GRAIN_S = 0.001

Address = tuple[str, int]


@dataclass
class Link:
    """One direction of a line.

    Args:
        rate_bps: None: no limit.
        queue_s: How much waits before it is dropped, in seconds of the rate.
        delay_s: One way.
        loss: Share of packets that vanish by chance.

    """

    rate_bps: float | None = None
    queue_s: float = 0.05
    delay_s: float = 0.0
    loss: float = 0.0
    seed: int = 1
    packets: int = 0
    bytes: int = 0
    overflowed: int = 0
    vanished: int = 0
    longest_queue_s: float = 0.0
    _free_at: float = 0.0
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._random.seed(self.seed)

    def offer(self, size: int, now: float) -> float | None:
        """Take a packet of IP; return when it arrives, None when it does not."""
        self.packets += 1
        self.bytes += size
        if self.loss and self._random.random() < self.loss:
            self.vanished += 1
            return None
        if self.rate_bps is None:
            return now + self.delay_s
        waits_s = max(0.0, self._free_at - now)
        if waits_s > self.queue_s:
            self.overflowed += 1
            return None
        self.longest_queue_s = max(self.longest_queue_s, waits_s)
        self._free_at = now + waits_s + size * 8 / self.rate_bps
        return self._free_at + self.delay_s


class Wan:
    """Lines of many halls to one relay. Use as an async context manager.

    Args:
        shared: Of the relay, upwards.

    """

    def __init__(self, shared: Link | None = None) -> None:
        self.shared = shared or Link()
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._sockets: list[socket.socket] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Wan":
        self._task = asyncio.create_task(self._release())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for udp in self._sockets:
            self._loop.remove_reader(udp.fileno())
            udp.close()

    def door(self, down: Link | None = None, up: Link | None = None) -> "Door":
        """Return a new hall's way to the relay."""
        return Door(self, down or Link(), up or Link())

    def later(self, at: float, do: Callable[[], None]) -> None:
        """Do something when a packet arrives."""
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, do))

    def open(self, receive: Callable[[bytes], None]) -> socket.socket:
        """Return a socket on loopback whose datagrams are handed over."""
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        udp.bind(("127.0.0.1", 0))

        def read() -> None:
            for _ in range(64):
                try:
                    data = udp.recv(2048)
                except OSError:
                    return
                receive(data)

        self._loop.add_reader(udp.fileno(), read)
        self._sockets.append(udp)
        return udp

    async def _release(self) -> None:
        while True:
            now = self._loop.time()
            while self._queue and self._queue[0][0] <= now:
                heapq.heappop(self._queue)[2]()
            await asyncio.sleep(GRAIN_S)


class Door:
    """One hall's way to the relay and back."""

    def __init__(self, wan: Wan, down: Link, up: Link) -> None:
        self.down, self.up = down, up
        self._wan = wan
        self._loop = asyncio.get_running_loop()
        self._relay: Address | None = None
        self._hall: Address | None = None
        self._to_relay = wan.open(self._from_relay)
        self._to_hall = wan.open(self._from_hall)

    def seen_by_relay(self, hall: TransportDescription) -> TransportDescription:
        """Return a hall's description as the relay is to have it."""
        self._hall = _address(hall)
        return _moved(hall, self._to_relay.getsockname())

    def seen_by_hall(self, relay: TransportDescription) -> TransportDescription:
        """Return the relay's description as the hall is to have it."""
        self._relay = _address(relay)
        return _moved(relay, self._to_hall.getsockname())

    def _from_relay(self, data: bytes) -> None:
        now, size = self._loop.time(), len(data) + IP_UDP_BYTES
        at = self._wan.shared.offer(size, now)
        at = self.down.offer(size, at) if at is not None else None
        if at is not None:
            self._wan.later(at, lambda: self._send(self._to_hall, data, self._hall))

    def _from_hall(self, data: bytes) -> None:
        at = self.up.offer(len(data) + IP_UDP_BYTES, self._loop.time())
        if at is not None:
            self._wan.later(at, lambda: self._send(self._to_relay, data, self._relay))

    def _send(self, udp: socket.socket, data: bytes, to: Address | None) -> None:
        if to is not None:
            try:
                udp.sendto(data, to)
            except OSError:
                self.down.overflowed += 1


def _address(seen: TransportDescription) -> Address:
    words = seen.candidates[0].split()
    return words[4], int(words[5])


def _moved(seen: TransportDescription, to: Address) -> TransportDescription:
    words = seen.candidates[0].split()
    words[4], words[5] = to[0], str(to[1])
    return replace(seen, candidates=(" ".join(words),))
