"""One track of a programme: the numbers of many sources joined into one stream.

Pure: packets in, packets out. Where a source begins is decided by ``programme``.
"""

from typing import NamedTuple

from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, extend

from .intake import Packet

CLOCK_HZ = {"video": VIDEO_CLOCK_HZ, "audio": AUDIO_CLOCK_HZ}
# Two packets of one kind are never nearer than this on the programme's timeline.
MIN_STEP_S = 0.001


class Out(NamedTuple):
    """One packet of the programme, before it is addressed to a viewer."""

    sequence: int
    "Of the programme, extended, without holes of its own making."
    timestamp: int
    "32 bits."
    marker: bool
    payload: bytes
    key: bool


class Splice:
    """One track and the cut it is in.

    Args:
        kind: ``video`` or ``audio``.
        hz: Of its timestamps.
        base: Timestamp of time zero.
        source: Which is on air first.

    """

    def __init__(self, kind: str, hz: int, base: int, source: str) -> None:
        self.kind, self.hz = kind, hz
        self.source = source
        self.epoch: int | None = None
        "None until the first packet after a cut."
        self.from_sequence = 0
        self.timestamp_offset = 0
        self.sent_at = 0.0
        "When it last sent a packet, or was cut."
        self._base = base
        self._next_sequence = 0
        self._sequence_offset = 0
        self._near = 0
        self._last: int | None = None

    def place(self, captured_at: float) -> int:
        """Return the unwrapped timestamp of an instant."""
        return self._base + round(captured_at * self.hz)

    def following(self, timestamp: int) -> int:
        """Return where a timestamp of the source on air is, unwrapped."""
        return extend(timestamp + self.timestamp_offset & 0xFFFF_FFFF, self._near, 32)

    def timestamp_at(self, now: float) -> int:
        """Return the timestamp of an instant, 32 bits."""
        return self.place(now) & 0xFFFF_FFFF

    def behind_s(self, target: int) -> float:
        """Return by how much an unwrapped timestamp comes too early to follow the last one."""
        if self._last is None:
            return 0.0
        return max(0.0, (self._last - target) / self.hz + MIN_STEP_S)

    def begin(self, packet: Packet, target: int) -> None:
        """Let a source go on from here, its packet at an unwrapped timestamp."""
        self.epoch, self.from_sequence = packet.epoch, packet.sequence
        self._sequence_offset = self._next_sequence - packet.sequence
        self.timestamp_offset, self._near = target - packet.timestamp, target

    def push(self, ticks: int) -> None:
        """Move what is to come ahead."""
        self.timestamp_offset += ticks
        self._near += ticks

    def rewrite(self, packet: Packet) -> Out:
        """Return a packet with the programme's numbers."""
        sequence = packet.sequence + self._sequence_offset
        timestamp = (packet.timestamp + self.timestamp_offset) & 0xFFFF_FFFF
        if sequence >= self._next_sequence:
            self._next_sequence = sequence + 1
            self._near = extend(timestamp, self._near, 32)
            self._last = self._near if self._last is None else max(self._last, self._near)
        return Out(sequence, timestamp, packet.marker, packet.payload, packet.key)
