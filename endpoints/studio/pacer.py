"""Spreads the packets of a key frame over some milliseconds. Pure: no I/O.

A hall's DSL line drops a burst of forty packets; ten it takes.
"""

from collections import deque

BURST_PACKETS = 10
# How much faster than its mean rate a stream may be for a moment.
HEADROOM = 4
MAX_WAITING = 1000

Packet = tuple[bytes, bytes]


class Pacer:
    """A queue that lets out bursts, then a steady rate.

    Args:
        bitrate_bps: Mean rate of what is sent.

    """

    def __init__(self, bitrate_bps: int) -> None:
        self._bytes_per_s = HEADROOM * bitrate_bps / 8
        self._burst = BURST_PACKETS * 1200.0
        self._credit = self._burst
        self._at = 0.0
        self._queue: deque[Packet] = deque()

    def put(self, packets: list[Packet]) -> None:
        """Append packets; when too many wait, the oldest are lost."""
        self._queue += packets
        while len(self._queue) > MAX_WAITING:
            self._queue.popleft()

    def take(self, now: float) -> list[Packet]:
        """Return what may leave at ``now``, seconds."""
        self._credit = min(self._burst, self._credit + (now - self._at) * self._bytes_per_s)
        self._at = now
        out = []
        while self._queue and self._credit > 0:
            packet = self._queue.popleft()
            self._credit -= len(packet[0]) + len(packet[1])
            out.append(packet)
        return out

    def next_timer(self) -> float | None:
        """Return when more may leave, None when nothing waits."""
        if not self._queue:
            return None
        return self._at + max(0.0, -self._credit + 1) / self._bytes_per_s
