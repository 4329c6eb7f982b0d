"""One programme: which source is on air, and one timeline for all who watch.

Pure: packets and times in, packets out. All times are seconds of the relay's monotonic
clock. Five tracks: ``video``; ``low``, the same picture in fewer bits as long as its source
sends that too; ``host`` and ``floor``, the studio's and the speaking hall's sound; ``audio``,
the one of the two that who has a single loudspeaker hears.

    SLATE --packet of the chosen source; of a picture: key frame--> SOURCE
    SOURCE --another is chosen, and its first packet (key frame) comes--> OTHER
    SOURCE --no longer wanted and nobody else chosen; silent for stall_s--> SLATE

    low:  OFF --key frame of the source of video--> ON --video cut; silent--> OFF

Who is chosen is said by ``director``. A timestamp of the programme is ``base + hz * time of
capture``, whichever source it comes from: it grows across every cut, it names the frame to
all viewers alike, and sound and picture of a source stay where its own reports put them.
Sequence numbers continue without a hole at a cut; a hole in a source's own numbers remains
one, so that it can be repaired.
"""

from dataclasses import dataclass

from .clock import SourceClock
from .director import Director
from .intake import Packet
from .plan import AUDIO, FEEDS, LOW, TRACKS, VIDEO, Planner, plan_programme
from .splice import CLOCK_HZ, Out, Splice

SLATE = "slate"
# A sound that would have to wait longer to be in sync goes on air and takes the picture along.
MAX_SYNC_WAIT_S = 0.06
# What a cut may move one kind of a source alone; lips bear 80 ms.
MAX_ASKEW_S = 0.04
# A source further behind has a broken clock: nothing is moved ahead for it.
MAX_PUSH_S = 2.0


@dataclass(frozen=True, slots=True)
class OnAirChanged:
    """A cut: this source is seen or heard from now on."""

    kind: str
    source: str


class Programme:
    """The switch of one output. The slate must be added before the first packet.

    Args:
        bases: Of the timestamps by kind, random 32-bit numbers.
        route: The source that is wanted.
        stall_s: Silence of the source on air after which the slate comes back.
        planner: What is shown and heard, from the route and the floor.

    """

    def __init__(
        self,
        bases: dict[str, int],
        route: str | None = "studio",
        stall_s: float = 1.0,
        planner: Planner = plan_programme,
    ) -> None:
        self.route = route
        self.floor: str | None = None
        self.stall_s = stall_s
        self._director = Director(planner)
        self._splices = {t: Splice(k, CLOCK_HZ[k], bases[k], SLATE) for t, k in TRACKS.items()}
        self._of_kind = {
            feed: [(t, s) for t, s in self._splices.items() if FEEDS[t] == feed]
            for feed in FEEDS.values()
        }
        self._low_clocks: dict[str, SourceClock] = {}
        self._clocks: dict[str, SourceClock] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self._shift_s: dict[str, float] = {}
        self._events: list[OnAirChanged] = []
        self.pictures_changed = False
        "Another picture is on air, or the low one came or went. The reader clears it."
        self._now = 0.0
        self._director.want(route, None, 0.0)

    # --- what is wanted -----------------------------------------------------------------

    def on_air(self, track: str) -> str:
        """Return the source of a track."""
        return self._splices[track].source

    def chosen(self, track: str) -> str | None:
        """Return the source that should be on air; None for the slate."""
        if track == LOW:
            source = self._splices[VIDEO].source
            return source if self._director.is_live(source, LOW, self._now) else None
        return self._director.chosen(track)

    def has_low(self) -> bool:
        """Tell whether the picture on air can be had in fewer bits now."""
        low = self._splices[LOW]
        return low.source != SLATE and low.epoch is not None

    def add_source(self, name: str, kinds: frozenset[str], clock: SourceClock) -> None:
        """Introduce a source, or a new publisher under an old name."""
        self._clocks[name] = clock
        self._kinds[name] = kinds
        self._shift_s.pop(name, None)
        if name in self._low_clocks:
            self._low_clocks[name].follow(clock)

    def add_low(self, name: str, clock: SourceClock) -> None:
        """Introduce a second publisher that sends a source's picture in fewer bits."""
        self._low_clocks[name] = clock
        if name in self._clocks:
            clock.follow(self._clocks[name])

    def remove_low(self, name: str) -> None:
        """Take it away; unknown ones are ignored."""
        if self._splices[LOW].source == name:
            self._cut(LOW, SLATE)
        self._low_clocks.pop(name, None)
        self._director.forget_low(name)

    def remove_source(self, name: str) -> None:
        """Take a source away; what it had on air goes to the next of its chain."""
        self._clocks.pop(name, None)
        self._kinds.pop(name, None)
        self._shift_s.pop(name, None)
        for splice in self._splices.values():
            if splice.source == name:
                splice.epoch = None
        self._director.forget(name, self._now)
        self._drop_gone(name)

    def set_route(self, name: str | None) -> None:
        """Want another source; None for the slate, at once."""
        self.route = name
        self._want()

    def set_floor(self, name: str | None) -> None:
        """Give the floor to a hall, or to none: its picture and sound come first."""
        self.floor = name
        self._want()

    def wants_key_frame_of(self, source: str) -> bool:
        """Tell whether a source must be asked for a key frame to be seen."""
        video = self._splices[VIDEO]
        if "video" not in self._kinds.get(source, ()):
            return False
        return self.chosen(VIDEO) == source and (video.source != source or video.epoch is None)

    def wants_low_key_frame_of(self, source: str) -> bool:
        """Tell the same of a source's picture in fewer bits."""
        low = self._splices[LOW]
        return self.chosen(LOW) == source and (low.source != source or low.epoch is None)

    # --- packets ------------------------------------------------------------------------

    def receive(self, source: str, packet: Packet, now: float) -> list[tuple[str, Out]]:
        """Take a packet of any source; return it as each track sends it that does."""
        if source not in self._clocks:
            return []
        if source != SLATE:
            self._notice(source, packet, now)
        outs: list[tuple[str, Out]] = []
        for track, splice in self._of_kind[packet.kind]:
            out = self._receive_on(track, splice, source, packet, now)
            if out is not None:
                outs.append((track, out))
        return outs

    def handle_timer(self, now: float) -> None:
        """Look who fell silent or proved itself. Early or twice is fine."""
        self._now = now
        self._director.decide(now)
        self._drop_unwanted()
        for track, splice in self._splices.items():
            if track == LOW:
                self._look_at_low(splice)
            elif splice.source != SLATE and self._is_stalled(splice, now):
                self._cut(track, SLATE)

    def timestamp_at(self, track: str, now: float) -> int:
        """Return the programme's timestamp of this instant, for the sender reports."""
        splice = self._splices[track]
        clock = self._clock(track, splice.source)
        if splice.epoch is not None and clock is not None:
            at = now - self._shift_s.get(splice.source, 0.0)
            timestamp = clock.timestamp_at(FEEDS[track], at)
            if timestamp is not None:
                return (timestamp + splice.timestamp_offset) & 0xFFFF_FFFF
        return splice.timestamp_at(now)

    def events(self) -> list[OnAirChanged]:
        """Return the cuts since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _notice(self, source: str, packet: Packet, now: float) -> None:
        """Note a sign of life; whoever comes to life may be chosen by this very packet."""
        self._latest[source, packet.kind] = packet.timestamp
        if self._director.receive(source, packet, now):
            self._drop_unwanted()

    def _receive_on(
        self, track: str, splice: Splice, source: str, packet: Packet, now: float
    ) -> Out | None:
        chosen = self.chosen(track)
        if splice.source != source:
            if chosen != source or (splice.kind == "video" and not packet.key):
                return None
            self._cut(track, source)
        elif splice.kind == "audio" and chosen not in (None, source) and source != SLATE:
            # A picture stays until the next one has a key frame; a sound has no such excuse.
            return None
        if splice.epoch != packet.epoch and not self._begin(track, source, packet, now):
            splice.epoch = None
            return None
        if packet.sequence < splice.from_sequence:
            return None
        splice.sent_at = now
        return splice.rewrite(packet)

    # --- falling back -------------------------------------------------------------------

    def _want(self) -> None:
        self._director.want(self.route, self.floor, self._now)
        self._drop_unwanted()

    def _drop_gone(self, name: str) -> None:
        for track, splice in self._splices.items():
            if splice.source == name and self.chosen(track) is None:
                self._cut(track, SLATE)

    def _drop_unwanted(self) -> None:
        """Bring the slate where what is on air is no longer wanted and nobody else can be."""
        for track, splice in self._splices.items():
            if track == LOW:
                continue
            unwanted = splice.source != SLATE and not self._director.wants(track, splice.source)
            if unwanted and self.chosen(track) is None:
                self._cut(track, SLATE)

    def _is_stalled(self, splice: Splice, now: float) -> bool:
        """Tell whether the slate is better than what a track shows.

        A still slide comes as one picture in a while, with sound beside it: more patience.
        """
        beside = self._director.silence_s(splice.source, now) < self.stall_s
        return now - splice.sent_at >= self.stall_s * (2 if beside else 1)

    def _look_at_low(self, low: Splice) -> None:
        """End the low picture with the source of the other one, or when it falls silent."""
        if low.source not in (SLATE, self.chosen(LOW)):
            self._cut(LOW, SLATE)

    # --- cutting ------------------------------------------------------------------------

    def _cut(self, track: str, source: str) -> None:
        splice = self._splices[track]
        before = splice.source
        splice.source, splice.epoch, splice.sent_at = source, None, self._now
        if track in (VIDEO, AUDIO):
            self._events.append(OnAirChanged(splice.kind, source))
        if splice.kind == "video":
            self.pictures_changed = True
        if track == VIDEO:
            self._look_at_low(self._splices[LOW])
        if all(other.source != before for other in self._splices.values()):
            self._leave(before)

    def _leave(self, source: str) -> None:
        """Forget the place of a source that is nowhere on air."""
        self._shift_s.pop(source, None)
        for clock in (self._clocks.get(source), self._low_clocks.get(source)):
            if clock is not None:
                clock.release(self)

    def _begin(self, track: str, source: str, packet: Packet, now: float) -> bool:
        """Join a source's numbers to the programme's; False to wait for a better packet."""
        splice = self._splices[track]
        if splice.kind == "video" and not packet.key:
            return False
        if track == LOW:
            return self._begin_low(splice, packet, self._place_low(source, packet.timestamp, now))
        target = self._place(track, source, packet.timestamp, now)
        behind_s = splice.behind_s(target)
        if self._follows_picture(splice, source) and 0 < behind_s <= MAX_SYNC_WAIT_S:
            return False
        if source != SLATE and (behind_s > MAX_ASKEW_S or splice.kind == "audio"):
            # The slate's silence and picture need not be together.
            behind_s = max(behind_s, self._others_behind_s(source, now))
            self._push(source, behind_s)
        target += round(behind_s * splice.hz)
        self._clocks[source].hold(self)
        splice.begin(packet, target)
        return True

    def _begin_low(self, low: Splice, packet: Packet, target: int) -> bool:
        """Join the low picture where the other one has the same frame, or not at all."""
        if low.behind_s(target) > 0:
            return False
        self._low_clocks.get(low.source, self._clocks[low.source]).hold(self)
        low.begin(packet, target)
        self.pictures_changed = True
        return True

    def _clock(self, track: str, source: str) -> SourceClock | None:
        low = self._low_clocks.get(source) if track == LOW else None
        return low or self._clocks.get(source)

    def _place(self, track: str, source: str, timestamp: int, now: float) -> int:
        clock = self._clock(track, source)
        captured = clock.captured_at(FEEDS[track], timestamp, now) if clock is not None else now
        return self._splices[track].place(captured + self._shift_s.get(source, 0.0))

    def _place_low(self, source: str, timestamp: int, now: float) -> int:
        """Return where the other picture has the same frame, wherever that one was placed."""
        video, clock = self._splices[VIDEO], self._clocks[source]
        own = self._low_clocks.get(source, clock)
        theirs = clock.timestamp_at("video", own.captured_at(LOW, timestamp, now))
        if video.source != source or video.epoch is None or theirs is None:
            return self._place(LOW, source, timestamp, now)
        return video.following(theirs)

    def _others_behind_s(self, source: str, now: float) -> float:
        """Return how much the source's picture, which is still to come, would come too early.

        Sound cuts first; where it begins is where the picture will have to be.
        """
        video, latest = self._splices[VIDEO], self._latest.get((source, "video"))
        if self.chosen(VIDEO) != source or latest is None or video.epoch is None:
            return 0.0
        if video.source == source or not self._director.is_live(source, "video", now):
            return 0.0
        behind_s = video.behind_s(self._place(VIDEO, source, latest, now))
        return behind_s if behind_s < MAX_PUSH_S else 0.0

    def _push(self, source: str, by_s: float) -> None:
        """Move a source ahead on the timeline, with all that is already on air of it."""
        if by_s <= 0.0:
            return
        self._shift_s[source] = self._shift_s.get(source, 0.0) + by_s
        for splice in self._splices.values():
            if splice.source == source and splice.epoch is not None:
                splice.push(round(by_s * splice.hz))

    def _follows_picture(self, splice: Splice, source: str) -> bool:
        """Tell whether a sound has to keep to the place that the picture gave its source."""
        video = self._splices[VIDEO]
        placed = video.source == source and video.epoch is not None
        return splice.kind == "audio" and source != SLATE and placed
