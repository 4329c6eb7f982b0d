"""When packets leave for the viewers, and in what order. Pure: times in, bursts out.

    COLLECTING --marker, collect_s--> QUEUED --a step each step_s--> GONE

The packets of a frame are collected, so that each viewer costs one call and not nine; then
they go to one viewer after the other, at most ``burst_packets`` in a step. Between two
steps the loop reads what came in. Whoever was first is last with the next frame.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from signaling.burst import Burst

from .splice import Out

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
    "A burst that would take longer goes in larger steps."


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
    due_at: float
    "All of it has left by then, whatever the pace."
    next: int = 0


class Departures:
    """One kind of packets on their way out.

    Args:
        pacing: See there.
        wake: Called with the time at which to call ``handle_timer``, whenever it changes.

    """

    def __init__(
        self, pacing: Pacing = AT_ONCE, wake: Callable[[float], None] = lambda at: None
    ) -> None:
        self._pacing = pacing
        self._wake = wake
        self._told: float | None = None
        self._collected: list[Out] = []
        self._collect_until = 0.0
        self._rounds: deque[_Round] = deque()
        self._step_at: float | None = None
        self._step_packets = pacing.burst_packets
        self._turn = 0
        self.viewers: tuple[Viewer, ...] = ()

    def join(self, viewer: Viewer) -> None:
        """Let one more viewer have what is collected, and all that follows."""
        self.viewers = (*self.viewers, viewer)

    def leave(self, viewer: Viewer) -> None:
        """Send a viewer nothing more, not even what waits. Unknown ones are ignored."""
        self.viewers = tuple(other for other in self.viewers if other is not viewer)
        for this in self._rounds:
            rest = [other for other in this.viewers[this.next :] if other is not viewer]
            this.viewers, this.next = rest, 0

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

    def _tell(self) -> None:
        at = self.next_timer()
        if at is not None and at != self._told:
            self._told = at
            self._wake(at)

    def _queue(self, now: float) -> None:
        packets, self._collected = self._collected, []
        order = self._order()
        for part in _slices(packets):
            self._rounds.append(_Round(Burst(part), order, now + self._pacing.spread_s))
        steps = max(1, round(self._pacing.spread_s / self._pacing.step_s))
        self._step_packets = max(self._pacing.burst_packets, -(-self.waiting() // steps))
        if self._step_at is None or now >= self._step_at:
            self._step(now)

    def _order(self) -> list[Viewer]:
        """Return the viewers, another one first each time."""
        viewers = self.viewers
        self._turn = (self._turn + 1) % len(viewers) if viewers else 0
        return [*viewers[self._turn :], *viewers[: self._turn]]

    def _step(self, now: float) -> None:
        budget = self._step_packets
        while self._rounds and (budget > 0 or now >= self._rounds[0].due_at):
            this = self._rounds[0]
            if this.next == len(this.viewers):
                self._rounds.popleft()
                continue
            viewer = this.viewers[this.next]
            this.next += 1
            viewer.forward_burst(this.burst)
            budget -= len(this.burst.packets)
        while self._rounds and self._rounds[0].next == len(self._rounds[0].viewers):
            self._rounds.popleft()
        self._step_at = now + self._pacing.step_s if self._rounds else None


def _slices(packets: Sequence[Out]) -> list[Sequence[Out]]:
    return [packets[at : at + SLICE_PACKETS] for at in range(0, len(packets), SLICE_PACKETS)]
