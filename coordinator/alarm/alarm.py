"""When a fault is an alarm: delays, chattering, suppression. Pure: no clock, no socket, no task.

Findings go in (``fault``), facts come out. One alarm per point and family:

    quiet ──fault──▶ waiting ──on_s──▶ RAISED ──well──▶ fading ──off_s──▶ cleared
              ▲         │ well           ▲                │ fault
              └─────────┘                └────────────────┘

A fault that comes three times in a minute is chattering: one alarm, marked so, that ends only
after a minute without another. Where an alarm stands (acknowledged, shelved) is the state's
business; here is only what the machines decide by themselves. Times are monotonic seconds.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field

from config.thresholds import AlarmLimits
from signaling.schema import Phase

from ..fact import Fact
from ..state import State
from .fact import AlarmChanged, AlarmCleared, AlarmRaised, AlarmUnshelved
from .fault import Fault, Finding, Findings, Quiet
from .incident import Grouping, Raised
from .state import Alarm
from .type import TYPES, AlarmType, Family, Priority, priority_of

GROUPED = (Family.PROGRAMME, Family.LINK)
CENTRE = ""
"Instead of a point's code: the centre's own."
Key = tuple[str, Family]


@dataclass(slots=True)
class _Watched:
    """What is known of one family of one point."""

    key: Key
    finding: Finding | None = None
    due_at: float | None = None
    onsets: deque[float] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class _Face:
    """What an alarm shows."""

    what: str
    why: str
    priority: str
    flapping: bool


class AlarmMachine:
    """All alarms' delays.

    Args:
        state: Where the alarms stand. Every call takes the state as it is then, with all
            earlier events folded.
        limits: When what counts.
        now: Monotonic seconds.

    """

    def __init__(self, state: State, limits: AlarmLimits, now: float) -> None:
        self.limits = limits
        self._watched: dict[Key, _Watched] = {}
        self._heap: list[tuple[float, str, str]] = []
        self._shelves: dict[str, float] = {}
        self._facts: list[Fact] = []
        self._last = len(state.alarms.by_id)
        self._grouping = Grouping(state, limits, now)

    def receive_findings(self, state: State, point: str, findings: Findings, now: float) -> None:
        """Take what is wrong with a point; ``CENTRE`` for the centre. Absent: in doubt."""
        for family, finding in findings.items():
            key = (point, family)
            watched = self._watched.get(key)
            if watched is None:
                if isinstance(finding, Quiet) and state.alarms.at(point, family) is None:
                    continue
                watched = self._watched[key] = _Watched(key)
            self._receive(state, watched, finding, now)

    def receive_roster(self, state: State) -> None:
        """A point joined or left the roster."""
        self._grouping.receive_roster(state)

    def receive_shelved(self, alarm: str, for_s: float, now: float) -> None:
        """An alarm was put out of sight for so long."""
        self._shelves[alarm] = now + for_s
        heapq.heappush(self._heap, (now + for_s, alarm, ""))

    def handle_timer(self, state: State, now: float) -> None:
        """Apply whatever fell due by ``now``. Calling it early or twice is safe."""
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            if not self._stands(*entry):
                continue
            _due_at, name, family = entry
            if family:
                self._settle(state, self._watched[name, Family(family)], now)
            else:
                self._unshelve(state, name)

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        while self._heap and not self._stands(*self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def events(self) -> list[Fact]:
        """Return what was decided since the last call, oldest first."""
        facts, self._facts = [*self._facts, *self._grouping.events()], []
        return facts

    def _stands(self, due_at: float, name: str, family: str) -> bool:
        """Return whether an entry of the heap is still meant: others are left where they are."""
        if not family:
            return self._shelves.get(name) == due_at
        watched = self._watched.get((name, Family(family)))
        return watched is not None and watched.due_at == due_at

    def _receive(self, state: State, watched: _Watched, finding: Finding, now: float) -> None:
        before, watched.finding = watched.finding, finding
        if finding == before:
            return
        began = isinstance(finding, Fault) and not isinstance(before, Fault)
        if began:
            self._count(watched, now)
        due_at = now + self._delay(state, watched, finding)
        if isinstance(finding, Fault) and not began and watched.due_at is not None:
            # It waits already; another face of the same trouble does not make it wait anew.
            due_at = min(due_at, watched.due_at)
        if due_at <= now:
            self._settle(state, watched, now)
        else:
            self._wait(watched, due_at)

    def _wait(self, watched: _Watched, due_at: float) -> None:
        watched.due_at = due_at
        heapq.heappush(self._heap, (due_at, *watched.key))

    def _count(self, watched: _Watched, now: float) -> None:
        watched.onsets.append(now)
        while watched.onsets[0] < now - self.limits.flap_s:
            watched.onsets.popleft()

    def _delay(self, state: State, watched: _Watched, finding: Finding) -> float:
        """Return how long a finding must last to count."""
        alarm = state.alarms.at(*watched.key)
        flapping = alarm is not None and alarm.active and alarm.flapping
        if isinstance(finding, Quiet) and finding is not Quiet.WELL:
            return 0.0
        if flapping:
            return self.limits.calm_s
        if isinstance(finding, Fault):
            return 0.0 if self._flaps(watched) else finding.on_s
        if alarm is None or not alarm.active:
            return 0.0
        return TYPES[AlarmType(alarm.what)].off_s

    def _flaps(self, watched: _Watched) -> bool:
        return len(watched.onsets) >= self.limits.flap_onsets

    def _settle(self, state: State, watched: _Watched, now: float) -> None:
        """What was found has lasted long enough."""
        watched.due_at = None
        finding, alarm = watched.finding, state.alarms.at(*watched.key)
        if isinstance(finding, Fault):
            self._show(state, watched, finding, now)
            return
        if alarm is not None and alarm.active:
            self._facts.append(AlarmCleared(alarm=alarm.id, why=str(finding)))
            self._grouping.receive_cleared(alarm.id)
        if finding is Quiet.WITHDRAWN:
            del self._watched[watched.key]

    def _show(self, state: State, watched: _Watched, fault: Fault, now: float) -> None:
        point = watched.key[0]
        alarm = state.alarms.at(*watched.key)
        calm_at = watched.onsets[-1] + self.limits.calm_s
        flapping = self._flaps(watched) and now < calm_at
        priority = self._priority(state, point, fault.what)
        face = _Face(fault.what, fault.why, priority, flapping)
        if alarm is None or not alarm.active:
            self._raise(state, watched.key, face, now)
        elif _Face(alarm.what, alarm.why, alarm.priority, alarm.flapping) != face:
            self._change(alarm, face)
        if flapping:
            self._wait(watched, calm_at)

    def _raise(self, state: State, key: Key, face: _Face, now: float) -> None:
        (point, family), known = key, state.alarms.at(*key)
        if known is None:
            self._last += 1
        id_ = f"a{self._last}" if known is None else known.id
        self._facts.append(
            AlarmRaised(
                alarm=id_,
                point=point or None,
                what=face.what,
                why=face.why,
                priority=face.priority,
                flapping=face.flapping,
            )
        )
        if point and family in GROUPED and (known is None or known.incident is None):
            self._grouping.receive_raised(state, Raised(id_, point, family, now))

    def _change(self, alarm: Alarm, face: _Face) -> None:
        self._facts.append(
            AlarmChanged(
                alarm=alarm.id,
                what=face.what,
                why=face.why,
                priority=face.priority,
                flapping=face.flapping,
            )
        )

    def _priority(self, state: State, point: str, what: AlarmType) -> Priority:
        session, entered = state.session, state.points.get(point)
        # Who speaks is as grave as the main point: everybody hears it.
        chosen = session is not None and point in (session.main_point, session.floor)
        main = chosen or (entered is not None and entered.main)
        return priority_of(what, session.phase if session else Phase.PLANNED, main)

    def _unshelve(self, state: State, id_: str) -> None:
        del self._shelves[id_]
        alarm = state.alarms.by_id.get(id_)
        if alarm is not None and alarm.shelved_until is not None:
            self._facts.append(AlarmUnshelved(alarm=id_, why="expired"))
