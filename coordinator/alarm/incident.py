"""One cause, one alarm: which alarms of many points are one incident. Pure: no I/O.

Alarms that come within ``burst_s`` of each other are a burst. When enough points are in it, it
is an incident, named after what most of them have in common and few others have: their
provider, place or unit; failing that the moment; and if nearly everybody is out, the centre
itself is suspected. While the burst goes on, each further alarm may prove the name wrong; it is
revised then, so that a cut of everything does not stay "provider X" because X fell first.
A later alarm joins an incident that is still going on if it has its provider, place or unit.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil

from config.thresholds import AlarmLimits

from ..fact import Fact, PointEntered
from ..state import State
from .fact import IncidentClosed, IncidentJoined, IncidentOpened, IncidentRevised
from .state import INCIDENT
from .type import Family, Priority

TRAITS = ("provider", "place", "unit")
TIME = "time"
CENTRE = "centre"
SUSPECTS = (Family.RELAY, Family.STUDIO, Family.UPLINK, Family.DISK)
Trait = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Cause:
    kind: str
    name: str = ""

    def explains(self, traits: Iterable[Trait]) -> bool:
        return self.kind in (TIME, CENTRE) or (self.kind, self.name) in traits


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm of a point, just raised. ``at``: monotonic seconds."""

    alarm: str
    point: str
    family: Family
    at: float


@dataclass(frozen=True, slots=True)
class _One:
    """An alarm as a member of a burst."""

    alarm: str
    point: str
    at: float
    traits: tuple[Trait, ...]


@dataclass(slots=True)
class _Incident:
    id: str
    family: Family
    cause: _Cause
    priority: str
    last_at: float
    members: dict[str, _One] = field(default_factory=dict)
    "Alarm -> member, of those that are not cleared."
    points: set[str] = field(default_factory=set)
    "All that ever were in it."
    shared: Counter[Trait] = field(default_factory=Counter)
    likely: set[Trait] = field(default_factory=set)
    """What half of the points had when it was counted last. Only these can be what they share:
    in a large town thousands have a trait of their own."""
    strays: dict[str, _One] = field(default_factory=dict)
    "Alarm -> who came with the burst, but has nothing of its cause."
    explained: int = 0
    "So many of the members have it."

    def add(self, one: _One) -> None:
        self.members[one.alarm] = one
        self.explained += self.cause.explains(one.traits)
        if one.point in self.points:
            return
        self.points.add(one.point)
        for trait in one.traits:
            self.shared[trait] += 1
            if 2 * self.shared[trait] >= len(self.points):
                self.likely.add(trait)

    def remove(self, alarm: str) -> None:
        one = self.members.pop(alarm, None)
        if one is not None:
            self.explained -= self.cause.explains(one.traits)
        self.strays.pop(alarm, None)

    def revise(self, cause: _Cause) -> None:
        self.cause = cause
        self.explained = sum(cause.explains(one.traits) for one in self.members.values())

    def alike(self) -> Counter[Trait]:
        return Counter({trait: self.shared[trait] for trait in self.likely})


class Grouping:
    """Watches alarms come and go; says which are incidents.

    Args:
        state: Where the incidents that are going on stand, and the roster.
        limits: When alarms are a burst.
        now: Monotonic seconds.

    """

    def __init__(self, state: State, limits: AlarmLimits, now: float) -> None:
        self.limits = limits
        self._incidents: dict[str, _Incident] = {}
        self._of: dict[str, str] = {}
        self._recent: dict[Family, deque[_One]] = {family: deque() for family in Family}
        self._sizes: Counter[Trait] = Counter()
        self._roster = 0
        self._facts: list[Fact] = []
        self._last = len(state.alarms.members)
        self.receive_roster(state)
        self._restore(state, now)

    def receive_roster(self, state: State) -> None:
        """Count anew how many points have what in common."""
        self._roster = len(state.points)
        self._sizes = Counter(
            trait for point in state.points.values() for trait in self._own(point)
        )

    def receive_raised(self, state: State, raised: Raised) -> None:
        """An alarm of a point was raised."""
        family = raised.family
        one = _One(raised.alarm, raised.point, raised.at, self._traits(state, raised.point))
        hot = self._hot(family, one.at)
        if hot is not None:
            self._grow(state, hot, one)
            return
        for incident in self._incidents.values():
            known = incident.cause.kind in TRAITS and incident.cause.explains(one.traits)
            if incident.family is family and known:
                self._join(state, incident, one)
                return
        self._gather(state, family, one)

    def receive_cleared(self, alarm: str) -> None:
        """An alarm is over; the last of an incident closes it."""
        for recent in self._recent.values():
            for one in [one for one in recent if one.alarm == alarm]:
                recent.remove(one)
        incident = self._incidents.get(self._of.pop(alarm, ""))
        if incident is None:
            return
        incident.remove(alarm)
        if not incident.members:
            del self._incidents[incident.id]
            self._facts.append(IncidentClosed(incident=incident.id))

    def events(self) -> list[Fact]:
        """Return what was decided since the last call, oldest first."""
        facts, self._facts = self._facts, []
        return facts

    # --- a burst begins -----------------------------------------------------------------

    def _gather(self, state: State, family: Family, one: _One) -> None:
        recent = self._recent[family]
        while recent and recent[0].at < one.at - self.limits.burst_s:
            recent.popleft()
        recent.append(one)
        if len({held.point for held in recent}) < self._enough():
            return
        cause = self._cause(state, recent)
        mine = [held for held in recent if cause.explains(held.traits)]
        if len({held.point for held in mine}) < self._enough():
            cause, mine = _Cause(TIME), list(recent)
        self._open(family, cause, mine, one.at)
        for held in mine:
            recent.remove(held)

    def _open(self, family: Family, cause: _Cause, ones: list[_One], now: float) -> None:
        self._last += 1
        incident = _Incident(f"i{self._last}", family, cause, "", now)
        for one in ones:
            incident.add(one)
            self._of[one.alarm] = incident.id
        incident.priority = self._priority(incident)
        self._incidents[incident.id] = incident
        self._facts.append(
            IncidentOpened(
                incident=incident.id,
                family=family,
                cause=cause.kind,
                name=cause.name,
                priority=incident.priority,
                alarms=tuple(one.alarm for one in ones),
            )
        )

    # --- and goes on --------------------------------------------------------------------

    def _grow(self, state: State, hot: _Incident, one: _One) -> None:
        if hot.cause.explains(one.traits):
            self._join(state, hot, one)
            return
        hot.strays[one.alarm] = one
        if hot.explained >= self.limits.alike_ratio * (len(hot.members) + len(hot.strays)):
            return
        cause = self._cause(state, [*hot.members.values(), *hot.strays.values()])
        for held in [held for held in hot.strays.values() if cause.explains(held.traits)]:
            del hot.strays[held.alarm]
            self._take(hot, held)
        self._revise(hot, cause)

    def _join(self, state: State, incident: _Incident, one: _One) -> None:
        self._take(incident, one)
        cause = incident.cause
        if cause.kind != CENTRE and self._everywhere(state, len(incident.points)):
            cause = _Cause(CENTRE, self._suspect(state))
        elif cause.kind == TIME:
            # One that fell by chance among the first must not hide what the others share.
            sure = (1 + self.limits.alike_ratio) / 2
            cause = self._shared(incident.alike(), len(incident.points), sure)
        self._revise(incident, cause)

    def _take(self, incident: _Incident, one: _One) -> None:
        incident.add(one)
        incident.last_at = max(incident.last_at, one.at)
        self._of[one.alarm] = incident.id
        self._facts.append(IncidentJoined(incident=incident.id, alarm=one.alarm))

    def _revise(self, incident: _Incident, cause: _Cause) -> None:
        priority = self._priority(incident)
        if (cause, priority) == (incident.cause, incident.priority):
            return
        incident.priority = priority
        if cause != incident.cause:
            incident.revise(cause)
        self._facts.append(
            IncidentRevised(
                incident=incident.id, cause=cause.kind, name=cause.name, priority=priority
            )
        )

    # --- what they have in common ---------------------------------------------------------

    def _cause(self, state: State, ones: Iterable[_One]) -> _Cause:
        """Return what most of these points have in common and few others have."""
        points = {one.point: one.traits for one in ones}
        if self._everywhere(state, len(points)):
            return _Cause(CENTRE, self._suspect(state))
        shared = Counter(trait for traits in points.values() for trait in traits)
        return self._shared(shared, len(points), self.limits.alike_ratio)

    def _shared(self, shared: Counter[Trait], points: int, ratio: float) -> _Cause:
        """Return the best of what at least this share of the points have; TIME for nothing."""
        alike = [(trait, n) for trait, n in shared.items() if n >= ratio * points]
        if not alike:
            return _Cause(TIME)
        # The harmonic mean of "of these, how many have it" and "of who has it, how many are
        # in this" (F1): a village with all its five halls out beats a provider of a hundred.
        best = min(
            alike,
            key=lambda found: (
                -2 * found[1] / (points + self._sizes[found[0]]),
                TRAITS.index(found[0][0]),
                found[0],
            ),
        )
        return _Cause(*best[0])

    def _everywhere(self, state: State, points: int) -> bool:
        there = self._roster - len(state.absent)
        enough = points >= self.limits.burst_min
        return enough and points >= self.limits.everywhere_ratio * max(1, there)

    def _suspect(self, state: State) -> str:
        """Return which of the centre's own alarms stands, empty for none."""
        for family in SUSPECTS:
            alarm = state.alarms.at(None, family)
            if alarm is not None and alarm.active:
                return alarm.what
        return ""

    def _enough(self) -> int:
        limits = self.limits
        share = ceil(self._roster * limits.burst_ratio)
        return max(limits.burst_min, min(limits.burst_points, share))

    def _priority(self, incident: _Incident) -> str:
        share = ceil(self._roster * self.limits.burst_ratio)
        grave = len(incident.points) >= share and incident.family is not Family.LINK
        return Priority.HIGH if grave else Priority.MEDIUM

    def _hot(self, family: Family, now: float) -> _Incident | None:
        for incident in self._incidents.values():
            if incident.family is family and now - incident.last_at <= self.limits.burst_s:
                return incident
        return None

    def _traits(self, state: State, code: str) -> tuple[Trait, ...]:
        point = state.points[code]
        # What nearly everybody has tells nothing.
        common = self.limits.everywhere_ratio * self._roster
        return tuple(trait for trait in self._own(point) if self._sizes[trait] < common)

    def _own(self, point: PointEntered) -> Iterator[Trait]:
        for kind, value in zip(TRAITS, (point.provider, point.place, point.unit), strict=True):
            if value:
                yield kind, value

    def _restore(self, state: State, now: float) -> None:
        """Go on with the incidents that the journal says are going on."""
        alarms = state.alarms
        for id_ in alarms.open:
            known = alarms.by_id[id_]
            if known.what != INCIDENT or not known.active:
                continue
            cause = _Cause(known.cause, known.name)
            incident = _Incident(id_, known.family, cause, known.priority, now)
            for member in alarms.members[id_]:
                alarm = alarms.by_id[member]
                point = str(alarm.point)
                if alarm.active:
                    incident.add(_One(member, point, now, self._traits(state, point)))
                    self._of[member] = id_
            self._incidents[id_] = incident
