"""All alarms there were, as the journal tells: the fold of their facts. Pure: no I/O.

                     raised               acknowledged
    (nothing) ───────▶ UNACKNOWLEDGED ────────────────▶ ACKNOWLEDGED
                        │   ▲ raised again                   │ cleared
                cleared ▼   │                                ▼
                       RETURNED ───────acknowledged──────▶ CLOSED

    shelved: out of sight until unshelved, whatever happens below; cleared by then: CLOSED.
    cleared by phase, withdrawal or resolution, or as part of an incident: CLOSED at once.

An incident is an alarm of many points: it has the same states, and its members' clear is theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ..fact_base import Fact, Ref
from . import fact as f
from .type import Family, family_of

INCIDENT = "incident"
"``Alarm.what`` of an incident."


def id_of(actor: str | None) -> str | None:
    """Return the identity in an actor: of a token, a person's account, a device."""
    return None if actor is None else actor.partition(":")[2] or actor


class AlarmState(StrEnum):
    """ISA-18.2's states."""

    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    "Cleared before anybody acknowledged it."
    SHELVED = "shelved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of an alarm's history."""

    utc: str
    what: str
    actor: str
    why: str = ""
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm or incident."""

    id: str
    session: str | None
    point: str | None
    "None: the centre's own, or an incident."
    family: Family
    what: str
    why: str
    priority: str
    raised_utc: str
    "When it first was."
    times: int = 1
    "How often it came back before it was closed."
    flapping: bool = False
    cleared_utc: str | None = None
    acknowledged_utc: str | None = None
    acknowledged_by: str | None = None
    shelved_until: str | None = None
    shelf_reason: Ref | None = None
    taken_by: str | None = None
    closed: bool = False
    incident: str | None = None
    "The incident that speaks for it."
    cause: str = ""
    name: str = ""
    "Of an incident's cause."
    history: tuple[Mark, ...] = ()

    @property
    def state(self) -> AlarmState:
        """Where it stands."""
        if self.closed:
            return AlarmState.CLOSED
        if self.shelved_until is not None:
            return AlarmState.SHELVED
        if self.cleared_utc is not None:
            return AlarmState.RETURNED
        if self.acknowledged_utc is not None:
            return AlarmState.ACKNOWLEDGED
        return AlarmState.UNACKNOWLEDGED

    @property
    def active(self) -> bool:
        """Whether the fault is there now."""
        return self.cleared_utc is None


@dataclass(slots=True)
class Alarms:
    """The alarms' part of the state."""

    by_id: dict[str, Alarm] = field(default_factory=dict)
    by_key: dict[tuple[str, Family], str] = field(default_factory=dict)
    "(point or empty, family) -> the alarm that is not closed."
    open: dict[str, None] = field(default_factory=dict)
    "All that are not closed, oldest first; a set that keeps its order."
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    "Incident -> every alarm that ever was part of it."
    by_point: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    "Point -> session -> its alarms, oldest first."

    def at(self, point: str | None, family: Family) -> Alarm | None:
        """Return the alarm of a family that is not closed, None when there is none."""
        found = self.by_key.get((point or "", family))
        return None if found is None else self.by_id[found]

    def of_others(self, point: str, session: str | None) -> int:
        """Return how many alarms a point had in other sessions than this."""
        found = self.by_point.get(point, {})
        return sum(len(ids) for held, ids in found.items() if held != session)


def evolve(alarms: Alarms, fact: Fact, mark: Mark, session: str | None) -> None:
    """Fold one fact about an alarm. ``mark`` is its line of the history."""
    match fact:
        case f.AlarmRaised():
            _raised(alarms, fact, mark, session)
        case f.IncidentOpened():
            _opened(alarms, fact, mark, session)
        case _:
            _EVOLVE[type(fact)](alarms, fact, mark)


def named(fact: Fact) -> tuple[str, ...]:
    """Return the alarms and incidents that a fact of ``FACTS`` changes."""
    match fact:
        case f.IncidentOpened(incident=id_, alarms=members):
            return (id_, *members)
        case f.IncidentJoined(incident=id_, alarm=member):
            return (id_, member)
        case f.IncidentFact(incident=id_) | f.AlarmFact(alarm=id_):
            return (id_,)
        case _:
            return ()


def _raised(alarms: Alarms, fact: f.AlarmRaised, mark: Mark, session: str | None) -> None:
    known = alarms.by_id.get(fact.alarm)
    if known is None:
        family = family_of(fact.what)
        known = Alarm(
            id=fact.alarm,
            session=session,
            point=fact.point,
            family=family,
            what=fact.what,
            why=fact.why,
            priority=fact.priority,
            raised_utc=mark.utc,
            times=0,
        )
        alarms.by_key[fact.point or "", family] = fact.alarm
        alarms.open[fact.alarm] = None
        if fact.point is not None and session is not None:
            alarms.by_point.setdefault(fact.point, {}).setdefault(session, []).append(fact.alarm)
    alarms.by_id[fact.alarm] = replace(
        known,
        what=fact.what,
        why=fact.why,
        priority=fact.priority,
        flapping=fact.flapping,
        times=known.times + 1,
        cleared_utc=None,
        history=(*known.history, _with(mark, fact.why)),
    )


def _changed(alarms: Alarms, fact: f.AlarmChanged, mark: Mark) -> None:
    _update(
        alarms,
        fact.alarm,
        _with(mark, fact.why),
        what=fact.what,
        why=fact.why,
        priority=fact.priority,
        flapping=fact.flapping,
    )


def _cleared(alarms: Alarms, fact: f.AlarmCleared, mark: Mark) -> None:
    alarm = _update(alarms, fact.alarm, _with(mark, fact.why), cleared_utc=mark.utc, flapping=False)
    spoken_for = alarm.incident is not None or alarm.acknowledged_utc is not None
    if fact.why != "well" or (spoken_for and alarm.shelved_until is None):
        _close(alarms, alarm)


def _acknowledged(alarms: Alarms, fact: f.AlarmAcknowledged, mark: Mark) -> None:
    alarm = _update(alarms, fact.alarm, mark, acknowledged_utc=mark.utc, acknowledged_by=mark.actor)
    if alarm.cleared_utc is not None and alarm.shelved_until is None:
        _close(alarms, alarm)


def _shelved(alarms: Alarms, fact: f.AlarmShelved, mark: Mark) -> None:
    mark = replace(mark, note=fact.reason)
    _update(alarms, fact.alarm, mark, shelved_until=fact.until_utc, shelf_reason=fact.reason)


def _unshelved(alarms: Alarms, fact: f.AlarmUnshelved, mark: Mark) -> None:
    mark = _with(mark, fact.why)
    alarm = _update(alarms, fact.alarm, mark, shelved_until=None, shelf_reason=None)
    if alarm.cleared_utc is not None:
        _close(alarms, alarm)


def _taken(alarms: Alarms, fact: f.AlarmTaken, mark: Mark) -> None:
    _update(alarms, fact.alarm, mark, taken_by=mark.actor)


def _released(alarms: Alarms, fact: f.AlarmReleased, mark: Mark) -> None:
    _update(alarms, fact.alarm, mark, taken_by=None)


def _noted(alarms: Alarms, fact: f.AlarmNoted, mark: Mark) -> None:
    _update(alarms, fact.alarm, replace(mark, note=fact.note))


def _opened(alarms: Alarms, fact: f.IncidentOpened, mark: Mark, session: str | None) -> None:
    alarms.by_id[fact.incident] = Alarm(
        id=fact.incident,
        session=session,
        point=None,
        family=Family(fact.family),
        what=INCIDENT,
        why=fact.cause,
        priority=fact.priority,
        raised_utc=mark.utc,
        cause=fact.cause,
        name=fact.name,
        history=(_with(mark, fact.cause),),
    )
    alarms.open[fact.incident] = None
    alarms.members[fact.incident] = {}
    for alarm in fact.alarms:
        _join(alarms, fact.incident, alarm)


def _revised(alarms: Alarms, fact: f.IncidentRevised, mark: Mark) -> None:
    _update(
        alarms,
        fact.incident,
        _with(mark, fact.cause),
        why=fact.cause,
        cause=fact.cause,
        name=fact.name,
        priority=fact.priority,
    )


def _joined(alarms: Alarms, fact: f.IncidentJoined, _mark: Mark) -> None:
    _join(alarms, fact.incident, fact.alarm)


def _ended(alarms: Alarms, fact: f.IncidentClosed, mark: Mark) -> None:
    alarm = _update(alarms, fact.incident, mark, cleared_utc=mark.utc)
    if alarm.acknowledged_utc is not None or alarm.shelved_until is not None:
        _close(alarms, alarm)


def _join(alarms: Alarms, incident: str, alarm: str) -> None:
    alarms.members[incident][alarm] = None
    alarms.by_id[alarm] = replace(alarms.by_id[alarm], incident=incident)


def _update(alarms: Alarms, id_: str, mark: Mark, **values: object) -> Alarm:
    known = alarms.by_id[id_]
    alarm = replace(known, history=(*known.history, mark), **values)  # type: ignore[arg-type]
    alarms.by_id[id_] = alarm
    return alarm


def _close(alarms: Alarms, alarm: Alarm) -> None:
    alarms.by_id[alarm.id] = replace(alarm, closed=True, shelved_until=None, taken_by=None)
    alarms.open.pop(alarm.id, None)
    if alarm.what != INCIDENT:
        alarms.by_key.pop((alarm.point or "", alarm.family), None)


def _with(mark: Mark, why: str) -> Mark:
    return replace(mark, why=why)


_EVOLVE: dict[type[Fact], Callable[[Alarms, Any, Mark], None]] = {
    f.AlarmChanged: _changed,
    f.AlarmCleared: _cleared,
    f.AlarmAcknowledged: _acknowledged,
    f.AlarmShelved: _shelved,
    f.AlarmUnshelved: _unshelved,
    f.AlarmTaken: _taken,
    f.AlarmReleased: _released,
    f.AlarmNoted: _noted,
    f.IncidentRevised: _revised,
    f.IncidentJoined: _joined,
    f.IncidentClosed: _ended,
}
FACTS: tuple[type[Fact], ...] = (f.AlarmRaised, f.IncidentOpened, *_EVOLVE)
