"""What people do with alarms: see, put aside, take, note, resolve, share out. Pure: no I/O.

Whoever acts is the row's actor, so no command says who. Acknowledging and putting aside are
independent of each other; taking an alarm acknowledges it, because nobody works on what he has
not seen. All of it works on incidents as on alarms.
"""

from collections.abc import Sequence

from config.thresholds import AlarmLimits
from config.utc import format_utc

from ..errors import Refused
from ..fact import Fact, Ref
from ..policy import Role
from ..state import State
from .fact import (
    AlarmAcknowledged,
    AlarmCleared,
    AlarmNoted,
    AlarmReleased,
    AlarmShelved,
    AlarmTaken,
    AlarmUnshelved,
    PointsShared,
)
from .state import Alarm, id_of
from .type import Family

RESOLVABLE = (Family.HELP, Family.IDENTITY)
"Families whose end no machine sees."
SHARERS = (Role.TECHNICIAN, Role.ADMIN)


def find(state: State, id_: str) -> Alarm:
    """Return an alarm that is not closed.

    Raises:
        Refused: ``unknown_alarm``, ``alarm_closed``.

    """
    alarm = state.alarms.by_id.get(id_)
    if alarm is None:
        raise Refused("unknown_alarm", f"no alarm {id_}")
    if alarm.closed:
        raise Refused("alarm_closed", f"alarm {id_} is over")
    return alarm


def acknowledge(state: State, id_: str) -> list[Fact]:
    """Return what seeing it causes; nothing when somebody has."""
    alarm = find(state, id_)
    return [AlarmAcknowledged(alarm=id_)] if alarm.acknowledged_utc is None else []


def shelve(state: State, id_: str, *, for_s: float, reason: Ref | None, now_s: float) -> list[Fact]:
    """Return what putting it out of sight causes; again: for another while.

    Raises:
        Refused: ``reason_required``, ``shelf_too_long``.

    """
    find(state, id_)
    if reason is None:
        raise Refused("reason_required", "say why it may be out of sight")
    if not 0 < for_s <= AlarmLimits().shelf_max_s:
        raise Refused("shelf_too_long", f"at most {AlarmLimits().shelf_max_s / 60:.0f} minutes")
    return [AlarmShelved(alarm=id_, until_utc=format_utc(now_s + for_s), reason=reason)]


def unshelve(state: State, id_: str) -> list[Fact]:
    """Return what bringing it back causes; nothing when it is in sight."""
    alarm = find(state, id_)
    return [AlarmUnshelved(alarm=id_, why="asked")] if alarm.shelved_until is not None else []


def take(state: State, id_: str, actor: str, instead_of: str | None) -> list[Fact]:
    """Return what taking it causes; nothing when it is theirs.

    Args:
        state: Present.
        id_: Of the alarm.
        actor: Who takes it.
        instead_of: Identity of who had it as far as they saw; two who press at once do not
            both get it.

    Raises:
        Refused: ``taken`` by somebody they did not know of.

    """
    alarm = find(state, id_)
    if alarm.taken_by == actor:
        return []
    if id_of(alarm.taken_by) != instead_of:
        raise Refused("taken", "somebody else is on it")
    return [*acknowledge(state, id_), AlarmTaken(alarm=id_)]


def release(state: State, id_: str, actor: str) -> list[Fact]:
    """Return what letting go causes; nothing when nobody is on it.

    Raises:
        Refused: ``taken`` by somebody else.

    """
    alarm = find(state, id_)
    if alarm.taken_by is None:
        return []
    if alarm.taken_by != actor:
        raise Refused("taken", "somebody else is on it")
    return [AlarmReleased(alarm=id_)]


def note(state: State, id_: str, text: Ref) -> list[Fact]:
    """Return what writing something down causes. Also about what is over."""
    if id_ not in state.alarms.by_id:
        raise Refused("unknown_alarm", f"no alarm {id_}")
    return [AlarmNoted(alarm=id_, note=text)]


def resolve(state: State, id_: str) -> list[Fact]:
    """Return what saying "done" causes.

    Raises:
        Refused: ``not_resolvable``: its end is measured, so nobody can declare it.

    """
    alarm = find(state, id_)
    if alarm.family not in RESOLVABLE:
        raise Refused("not_resolvable", "this alarm ends when the fault does")
    return [AlarmCleared(alarm=id_, why="resolved")]


def sharers(state: State) -> dict[str, str]:
    """Return who can have a share of the points: identity -> actor."""
    users = state.accounts.users.values()
    tokens = state.tokens.values()
    return {u.id: f"user:{u.id}" for u in users if u.role in SHARERS and not u.removed} | {
        t.id: f"token:{t.id}" for t in tokens if t.role in SHARERS and not t.revoked
    }


def share(state: State, points: Sequence[str], technician: str | None) -> list[Fact]:
    """Return what giving points to a technician causes; nothing for those that are theirs.

    Raises:
        Refused: ``unknown_point``, ``unknown_technician``.

    """
    for code in points:
        if code not in state.points:
            raise Refused("unknown_point", f"no point {code}")
    if technician is not None and technician not in sharers(state):
        raise Refused("unknown_technician", "no such technician")
    moved = tuple(code for code in points if state.shares.get(code) != technician)
    return [PointsShared(technician=technician, points=moved)] if moved else []
