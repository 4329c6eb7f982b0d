"""When packets leave for the viewers, and in what order. Pure: times in, bursts out.

    COLLECTING --marker, collect_s--> QUEUED --a step each step_s--> GONE

The packets of a frame are collected, so that each viewer costs one call and not nine; then
they go to one viewer after the other, at most ``burst_packets`` in a step and no more than
the line has room for. Between two steps the loop reads what came in. Whoever was first is
last with the next frame. What the line could not take for ``MAX_WAIT_S`` is dropped.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from signaling.burst import Burst

from .line import Line
from .splice import Out

MAX_WAIT_S = 0.8
"A picture older than this is not worth the line's room; renditions are lowered long before."
# A key frame goes round the viewers in slices: no line gets it in one blow. More than this
# in a call saves little (measured 2026-11, docs/decisions/0009).
SLICE_PACKETS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How packets of one kind leave."""

    collect_s: float = 0.0
    "How long a packet waits for the rest of its frame; 0: every packet is a burst."
    burst_packets: int = 1 << 30
    "In a step, all viewers together; the last viewer's burst is not cut."
    step_s: float = 0.001
    "From the start of a step to the next."
    spread_s: float = 0.02
    "A burst that would take longer goes in larger steps, as far as the line has room."
    slice_gap_s: float = 0.0
    "Between two slices of one frame, for the sake of a hall's own line."
    urgent: bool = False
    "Does not wait for the line."


AT_ONCE = Pacing()


class Viewer(Protocol):
    """Somebody to whom bursts go."""

    def forward_burst(self, burst: Burst) -> None:
        """Send it, at once or never."""


@dataclass(slots=True)
class _Round:
    """One burst on its way round the viewers."""

    burst: Burst
    viewers: list[Viewer]
    born_at: float
    begin_at: float
    due_at: float
    "All of it has left by then, if the line allows, whatever the pace."
    next: int = 0


class Departures:
    """One kind of packets on their way out.

    Args:
        pacing: See there.
        wake: Called with the time at which to call ``handle_timer``, whenever it changes.
        line: Shared with everything else that leaves; by default without a limit.

    """

    def __init__(
        self,
        pacing: Pacing = AT_ONCE,
        wake: Callable[[float], None] = lambda at: None,
        line: Line | None = None,
    ) -> None:
        self._pacing = pacing
        self._wake = wake
        self._line = line or Line()
        self._told: float | None = None
        self._collected: list[Out] = []
        self._collect_until = 0.0
        self._rounds: deque[_Round] = deque()
        self._step_at: float | None = None
        self._step_packets = pacing.burst_packets
        self._turn = 0
        self._worst_delay_s = 0.0
        self.viewers: tuple[Viewer, ...] = ()
        self.dropped = 0
        "Packets that found no room in time, all viewers together."

    def join(self, viewer: Viewer) -> None:
        """Let one more viewer have what is collected, and all that follows."""
        self.viewers = (*self.viewers, viewer)

    def leave(self, viewer: Viewer) -> None:
        """Send a viewer nothing more, not even what waits. Unknown ones are ignored."""
        self.viewers = tuple(other for other in self.viewers if other is not viewer)
        for this in self._rounds:
            rest = [other for other in this.viewers[this.next :] if other is not viewer]
            this.viewers, this.next = rest, 0

    def replace(self, old: Viewer, new: Viewer) -> None:
        """Send to another from the next frame on; what is queued goes to the old one."""
        self.viewers = tuple(new if other is old else other for other in self.viewers)

    def finish(self, viewer: Viewer) -> None:
        """Send a viewer at once the rest of the frame it has begun, as far as it is here."""
        for this in self._rounds:
            if viewer in this.viewers[this.next :]:
                viewer.forward_burst(this.burst)
                if this.burst.packets[-1].marker:
                    return

    def add(self, out: Out, now: float) -> None:
        """Take a packet; it leaves now or after a timer."""
        if not self._collected:
            self._collect_until = now + self._pacing.collect_s
        self._collected.append(out)
        if out.marker or now >= self._collect_until:
            self._queue(now)
        self._tell()

    def handle_timer(self, now: float) -> None:
        """Send what is due. Early or twice is fine."""
        self._told = None
        if self._collected and now >= self._collect_until:
            self._queue(now)
        elif self._step_at is not None and now >= self._step_at:
            self._step(now)
        self._tell()

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer``, None when nothing waits."""
        if not self._collected:
            return self._step_at
        if self._step_at is None:
            return self._collect_until
        return min(self._step_at, self._collect_until)

    def waiting(self) -> int:
        """Return how many packets are queued, all viewers together."""
        return sum(len(r.burst.packets) * (len(r.viewers) - r.next) for r in self._rounds)

    def take_delay_s(self) -> float:
        """Return the longest that a burst waited since the last call."""
        worst, self._worst_delay_s = self._worst_delay_s, 0.0
        return worst

    def _tell(self) -> None:
        at = self.next_timer()
        if at is not None and at != self._told:
            self._told = at
            self._wake(at)

    def _queue(self, now: float) -> None:
        packets, self._collected = self._collected, []
        order, pacing, begin_at = self._order(), self._pacing, now
        for part in _slices(packets):
            due_at = begin_at + pacing.spread_s
            self._rounds.append(_Round(Burst(part), order, now, begin_at, due_at))
            begin_at += pacing.slice_gap_s
        steps = max(1, round(pacing.spread_s / pacing.step_s))
        self._step_packets = max(pacing.burst_packets, -(-self.waiting() // steps))
        if self._step_at is None or now >= self._step_at:
            self._step(now)

    def _order(self) -> list[Viewer]:
        """Return the viewers, another one first each time."""
        viewers = self.viewers
        self._turn = (self._turn + 1) % len(viewers) if viewers else 0
        return [*viewers[self._turn :], *viewers[: self._turn]]

    def _step(self, now: float) -> None:
        packets, spent = self._step_packets, 0
        room = float("inf") if self._pacing.urgent else self._line.room_bytes(now)
        self._drop_old(now)
        while (this := self._first_round(now)) is not None:
            if spent >= room or (packets <= 0 and now < this.due_at):
                break
            viewer = this.viewers[this.next]
            this.next += 1
            viewer.forward_burst(this.burst)
            packets -= len(this.burst.packets)
            spent += this.burst.wire_bytes
        self._line.spend(spent, now)
        self._step_at = self._next_step(now)

    def _first_round(self, now: float) -> _Round | None:
        """Return the round whose turn it is; what is done is forgotten."""
        rounds = self._rounds
        while rounds and rounds[0].next >= len(rounds[0].viewers):
            self._worst_delay_s = max(self._worst_delay_s, now - rounds.popleft().born_at)
        return rounds[0] if rounds and rounds[0].begin_at <= now else None

    def _drop_old(self, now: float) -> None:
        while self._rounds and now - self._rounds[0].born_at > MAX_WAIT_S:
            this = self._rounds.popleft()
            self._worst_delay_s = max(self._worst_delay_s, now - this.born_at)
            self.dropped += len(this.burst.packets) * (len(this.viewers) - this.next)

    def _next_step(self, now: float) -> float | None:
        if not self._rounds:
            return None
        at = max(now + self._pacing.step_s, self._rounds[0].begin_at)
        return at if self._pacing.urgent else max(at, self._line.ready_at(now))


def _slices(packets: Sequence[Out]) -> list[Sequence[Out]]:
    return [packets[at : at + SLICE_PACKETS] for at in range(0, len(packets), SLICE_PACKETS)]
