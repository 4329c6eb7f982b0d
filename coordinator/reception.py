"""How far does the programme get into a hall? Pure: no clock, no socket, no task.

Fed with the receiver's reports once a second. A counter that grows is believed, one that stands
still for ``stall_s`` is not; without a report for ``stale_s`` nothing is known.

    UNKNOWN --report--> NONE | CONNECTED | RECEIVING | PLAYING --silence--> UNKNOWN

``verified`` and what lies beyond need the judge and the operator; they are not decided here.
"""

from dataclasses import dataclass

from config.thresholds import ReceptionLimits
from signaling.schema import Decoding, Reception
from signaling.stats import MediaStats


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionMoved:
    """The verdict on a point's reception changed."""

    point: str
    reception: Reception
    why: str
    "playing, key_frames_only, not_decoding, no_frames, no_packets, not_connected, silence."


@dataclass(slots=True)
class _Growing:
    """A counter, and when it last grew."""

    count: int = 0
    grew_at: float | None = None

    def read(self, count: int, now: float) -> None:
        # A counter below the last one belongs to a new media session.
        if count > self.count or (0 < count < self.count):
            self.grew_at = now
        self.count = count

    def stalled(self, now: float, stall_s: float) -> bool:
        return self.grew_at is None or now >= self.grew_at + stall_s


class PointReception:
    """State machine of one point's receiver."""

    def __init__(self, point: str, limits: ReceptionLimits) -> None:
        self.point = point
        self.limits = limits
        self.reception = Reception.UNKNOWN
        self.why = "restarted"
        self._reported_at: float | None = None
        self._packets = _Growing()
        self._frames = _Growing()
        self._events: list[ReceptionMoved] = []

    def receive_stats(self, stats: MediaStats, now: float) -> None:
        """Take one report of the receiver into account."""
        self._reported_at = now
        video, audio = stats.video, stats.audio
        packets = (video.packets_received if video else 0) + (
            audio.packets_received if audio else 0
        )
        self._packets.read(packets, now)
        self._frames.read(video.frames_decoded if video else 0, now)
        self._become(*self._judge(stats, now))

    def handle_timer(self, now: float) -> None:
        """Forget what is stale. Calling it early or twice is safe."""
        if self._reported_at is not None and now >= self._reported_at + self.limits.stale_s:
            self._reported_at = None
            self._become(Reception.UNKNOWN, "silence")

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        return None if self._reported_at is None else self._reported_at + self.limits.stale_s

    def events(self) -> list[ReceptionMoved]:
        """Return what happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _judge(self, stats: MediaStats, now: float) -> tuple[Reception, str]:
        if not stats.connected:
            return Reception.NONE, "not_connected"
        if self._packets.stalled(now, self.limits.stall_s):
            return Reception.CONNECTED, "no_packets"
        if stats.decoding is Decoding.NONE:
            return Reception.RECEIVING, "not_decoding"
        # Key frames come every few seconds, whenever the source likes: their absence for
        # a moment proves nothing, so only full decoding is held to the stall limit.
        if stats.decoding is Decoding.KEY_FRAMES:
            return Reception.RECEIVING, "key_frames_only"
        if self._frames.stalled(now, self.limits.stall_s):
            return Reception.RECEIVING, "no_frames"
        return Reception.PLAYING, "playing"

    def _become(self, reception: Reception, why: str) -> None:
        if (reception, why) == (self.reception, self.why):
            return
        self.reception, self.why = reception, why
        self._events.append(ReceptionMoved(point=self.point, reception=reception, why=why))
