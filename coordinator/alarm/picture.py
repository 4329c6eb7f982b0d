"""Alarms as screens and programs are shown them. Pure: no I/O."""

from collections import Counter
from collections.abc import Callable

from signaling.watch import AlarmView

from ..picture import millis
from ..state import State
from .state import INCIDENT, Alarm, AlarmState, id_of

Namer = Callable[[str | None], str | None]
"""Returns how people call an actor; None for nobody, for programs, and for whoever may not know."""


def unnamed(_actor: str | None) -> None:
    """Name nobody."""


def listed(state: State) -> tuple[str, ...]:
    """Return the alarms that stand for themselves, oldest first; members of incidents do not."""
    alarms = state.alarms
    return tuple(id_ for id_ in alarms.open if alarms.by_id[id_].incident is None)


def alarm_view(state: State, id_: str, name_of: Namer = unnamed) -> AlarmView:
    """Return an alarm as it is listed. ``name_of``: for those who may read names."""
    alarm = state.alarms.by_id[id_]
    points, what, why = _of_members(state, alarm)
    return AlarmView(
        id=alarm.id,
        state=alarm.state.value,
        family=alarm.family.value,
        what=what,
        why=why,
        priority=alarm.priority,
        flapping=alarm.flapping,
        times=alarm.times,
        point=alarm.point,
        points=points,
        had=_had(state, alarm),
        cause=alarm.cause,
        name=alarm.name,
        raised_at=millis(alarm.raised_utc),
        cleared_at=_instant(alarm.cleared_utc),
        acknowledged_at=_instant(alarm.acknowledged_utc),
        shelved_until=_instant(alarm.shelved_until),
        taken_by=id_of(alarm.taken_by),
        holder=name_of(alarm.taken_by),
    )


def gone(state: State, id_: str) -> bool:
    """Return whether an alarm is listed no more."""
    alarm = state.alarms.by_id[id_]
    return alarm.state is AlarmState.CLOSED or alarm.incident is not None


def _of_members(state: State, alarm: Alarm) -> tuple[tuple[str, ...], str, str]:
    """Return an incident's points that are out, and what most of them have."""
    if alarm.what != INCIDENT:
        return (), alarm.what, alarm.why
    by_id = state.alarms.by_id
    members = [by_id[id_] for id_ in state.alarms.members[alarm.id]]
    active = [member for member in members if member.active] or members
    [((what, why), _n)] = Counter((m.what, m.why) for m in active).most_common(1)
    return tuple(sorted(str(m.point) for m in active if m.active)), what, why


def _had(state: State, alarm: Alarm) -> int:
    members = state.alarms.members.get(alarm.id, {})
    return len({state.alarms.by_id[id_].point for id_ in members})


def _instant(utc: str | None) -> int | None:
    return None if utc is None else millis(utc)
