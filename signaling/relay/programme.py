"""One programme: which source is on air, and one timeline for all who watch.

Pure: packets and times in, packets out. All times are seconds of the relay's monotonic
clock.

    SLATE --key frame of the routed source--> SOURCE
    SOURCE --silent for stall_s, gone, routed away--> SLATE

A timestamp of the programme is ``base + hz * time of capture``, whichever source it comes
from: it grows across every cut, it names the frame to all viewers alike, and sound and
picture of a source stay where its own reports put them. Sequence numbers continue without
a hole at a cut; a hole in a source's own numbers remains one, so that it can be repaired.
"""

from dataclasses import dataclass
from typing import NamedTuple

from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, extend

from .clock import SourceClock
from .intake import Packet

SLATE = "slate"
CLOCK_HZ = {"video": VIDEO_CLOCK_HZ, "audio": AUDIO_CLOCK_HZ}
# Two packets of one kind are never nearer than this on the programme's timeline.
MIN_STEP_S = 0.001
# Sound that would have to wait longer than this to be in sync is put on air at once.
MAX_SYNC_WAIT_S = 1.0


class Out(NamedTuple):
    """One packet of the programme, before it is addressed to a viewer."""

    sequence: int
    "Of the programme, extended, without holes of its own making."
    timestamp: int
    "32 bits."
    marker: bool
    payload: bytes
    key: bool


@dataclass(frozen=True, slots=True)
class OnAirChanged:
    """A cut: this source is seen (or heard, when it has no picture) from now on."""

    kind: str
    source: str


@dataclass(slots=True)
class _Track:
    """One kind of the programme and the cut it is in."""

    hz: int
    base: int
    next_sequence: int = 0
    last: int | None = None
    "Highest timestamp sent, unwrapped."
    near: int = 0
    "Timestamp of the newest packet, unwrapped."
    source: str = SLATE
    epoch: int | None = None
    "None until the first packet after a cut."
    from_sequence: int = 0
    sequence_offset: int = 0
    timestamp_offset: int = 0


class Programme:
    """The switch of one output. The slate must be added before the first packet.

    Args:
        bases: Of the timestamps by kind, random 32-bit numbers.
        route: The source to put on air as soon as it has a key frame.
        stall_s: Silence of the source on air after which the slate comes back.

    """

    def __init__(
        self, bases: dict[str, int], route: str | None = "studio", stall_s: float = 1.0
    ) -> None:
        self.route = route
        self.stall_s = stall_s
        self._tracks = {kind: _Track(hz, bases[kind]) for kind, hz in CLOCK_HZ.items()}
        self._clocks: dict[str, SourceClock] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        self._heard: dict[str, float] = {}
        self._shift_s: dict[str, float] = {SLATE: 0.0}
        self._events: list[OnAirChanged] = []

    def on_air(self, kind: str) -> str:
        """Return the source of a kind."""
        return self._tracks[kind].source

    def add_source(self, name: str, kinds: frozenset[str], clock: SourceClock) -> None:
        """Introduce a source, or a new publisher under an old name."""
        self._clocks[name] = clock
        self._kinds[name] = kinds
        self._shift_s.pop(name, None)

    def remove_source(self, name: str) -> None:
        """Take a source away; what it had on air goes to the slate."""
        self._fall_back(name)
        self._clocks.pop(name, None)
        self._kinds.pop(name, None)

    def set_route(self, name: str | None) -> None:
        """Put another source on air as soon as it has a key frame; None for the slate."""
        if name != self.route:
            before, self.route = self.route, name
            if name is None and before is not None:
                self._fall_back(before)

    def waits_for_key_frame(self) -> bool:
        """Tell whether the routed source must be asked for a key frame."""
        name = self.route
        return (
            name is not None
            and "video" in self._kinds.get(name, ())
            and (self._tracks["video"].source != name or self._tracks["video"].epoch is None)
        )

    def receive(self, source: str, packet: Packet, now: float) -> Out | None:
        """Take a packet of any source; return it as the programme sends it, if it does."""
        self._heard[source] = now
        track = self._tracks[packet.kind]
        if track.source != source:
            if not self._may_take_over(source, packet):
                return None
            self._cut(packet.kind, source)
        if track.epoch != packet.epoch and not self._begin(track, source, packet, now):
            track.epoch = None
            return None
        if packet.sequence < track.from_sequence:
            return None
        return self._rewrite(track, packet)

    def handle_timer(self, now: float) -> None:
        """Bring the slate back when the source on air fell silent. Early or twice is fine."""
        for source in {track.source for track in self._tracks.values()} - {SLATE}:
            if now - self._heard.get(source, now) >= self.stall_s:
                self._fall_back(source)

    def timestamp_at(self, kind: str, now: float) -> int:
        """Return the programme's timestamp of this instant, for the sender reports."""
        track = self._tracks[kind]
        if track.epoch is not None:
            at = now - self._shift_s.get(track.source, 0.0)
            timestamp = self._clocks[track.source].timestamp_at(kind, at)
            if timestamp is not None:
                return (timestamp + track.timestamp_offset) & 0xFFFF_FFFF
        return (track.base + round(now * track.hz)) & 0xFFFF_FFFF

    def events(self) -> list[OnAirChanged]:
        """Return the cuts since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _may_take_over(self, source: str, packet: Packet) -> bool:
        if source != self.route or source not in self._kinds:
            return False
        if packet.kind == "video":
            return packet.key
        # Sound follows the picture, unless there is none to follow.
        return "video" not in self._kinds[source] or self._tracks["video"].source == source

    def _cut(self, kind: str, source: str) -> None:
        track = self._tracks[kind]
        track.source, track.epoch = source, None
        self._events.append(OnAirChanged(kind, source))

    def _fall_back(self, source: str) -> None:
        for kind, track in self._tracks.items():
            if track.source == source:
                self._cut(kind, SLATE)
        self._shift_s.pop(source, None)
        self._shift_s[SLATE] = 0.0
        if source in self._clocks:
            self._clocks[source].frozen = False

    def _begin(self, track: _Track, source: str, packet: Packet, now: float) -> bool:
        """Join a source's numbers to the programme's; False to wait for a better packet."""
        if packet.kind == "video" and not packet.key:
            return False
        clock = self._clocks[source]
        captured = clock.captured_at(packet.kind, packet.timestamp, now)
        target = track.base + round((captured + self._shift_s.get(source, 0.0)) * track.hz)
        behind_s = self._behind_s(track, target)
        if behind_s > 0:
            if self._follows_picture(packet.kind, source) and behind_s < MAX_SYNC_WAIT_S:
                return False
            target += round(behind_s * track.hz)
            self._shift_s[source] = self._shift_s.get(source, 0.0) + behind_s
        self._shift_s.setdefault(source, 0.0)
        clock.frozen = True
        track.epoch, track.from_sequence = packet.epoch, packet.sequence
        track.sequence_offset = track.next_sequence - packet.sequence
        track.timestamp_offset, track.near = target - packet.timestamp, target
        return True

    def _follows_picture(self, kind: str, source: str) -> bool:
        """Tell whether a kind has to keep to the place that the picture gave its source."""
        video = self._tracks["video"]
        return kind == "audio" and source != SLATE and video.source == source

    def _behind_s(self, track: _Track, target: int) -> float:
        """Return by how much a timestamp comes too early to follow the last one."""
        if track.last is None:
            return 0.0
        return max(0.0, (track.last - target) / track.hz + MIN_STEP_S)

    def _rewrite(self, track: _Track, packet: Packet) -> Out:
        sequence = packet.sequence + track.sequence_offset
        timestamp = (packet.timestamp + track.timestamp_offset) & 0xFFFF_FFFF
        if sequence >= track.next_sequence:
            track.next_sequence = sequence + 1
            track.near = extend(timestamp, track.near, 32)
            track.last = track.near if track.last is None else max(track.last, track.near)
        return Out(sequence, timestamp, packet.marker, packet.payload, packet.key)
