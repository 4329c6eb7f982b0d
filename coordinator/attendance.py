"""What halls enter: check-ins, and everything that could not be taken as one. Pure: no I/O.

An entered fact is never refused. What has no effect (late, unknown, unreadable) is kept as it
came, acked with a note, and shown to the secretary.
"""

from dataclasses import dataclass

from signaling.messages import BranchCount, CheckIn
from signaling.schema import Phase

from .fact import BranchAttendance, CheckedIn, EntryKept, Fact, PointEntered, Ref
from .state import Attendance, Session, State

OVER = (Phase.CLOSED, Phase.POSTPONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact of a device, its envelope read."""

    device: str
    point: str
    session: str | None
    entered_utc: str
    kind: str
    raw: Ref
    body: CheckIn | None
    "None when it could not be read; ``why`` says why."
    why: str | None = None
    in_charge: Ref | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The five kinds of people. ``reported`` and ``present`` are None before anybody said so."""

    expected: int
    reported: int | None
    present: int | None
    excused: int
    guests: int


def enter(state: State, entry: Entry) -> tuple[str | None, Fact]:
    """Return the session the entry belongs to and the one fact it causes. Never refuses."""
    session, why = _session_of(state, entry)
    point, body = state.points.get(entry.point), entry.body
    if point is None:
        why = "point_withdrawn"
    why = entry.why or why
    if why is None and point is not None and body is not None:
        branches = _branches(point, body.branches)
        if branches is not None:
            return session, CheckedIn(
                point=entry.point,
                device=entry.device,
                entered_utc=entry.entered_utc,
                branches=branches,
                in_charge=entry.in_charge,
                note=entry.note,
            )
        why = "unknown_branch"
    return session, EntryKept(
        point=entry.point,
        device=entry.device,
        entered_utc=entry.entered_utc,
        entry_kind=entry.kind,
        why=why or "bad_body",
        raw=entry.raw,
    )


def people_of(point: PointEntered, attendance: Attendance | None) -> People:
    """Return the point's people, summed over its branches."""
    expected = sum(branch.expected for branch in point.branches)
    if attendance is None:
        return People(expected=expected, reported=None, present=None, excused=0, guests=0)
    counts = attendance.branches
    return People(
        expected=expected,
        reported=sum(count.reported for count in counts),
        present=None,
        excused=sum(count.excused for count in counts),
        guests=sum(count.guests for count in counts),
    )


def _session_of(state: State, entry: Entry) -> tuple[str | None, str | None]:
    """Return the session an entry is for, and why it can have no effect there."""
    if entry.session is None:
        current = state.session
        return (None, "no_session") if current is None else (current.id, None)
    session: Session | None = state.sessions.get(entry.session)
    if session is None:
        return None, "unknown_session"
    return session.id, "session_closed" if session.phase in OVER else None


def _branches(
    point: PointEntered, counts: tuple[BranchCount, ...]
) -> tuple[BranchAttendance, ...] | None:
    """Return the counts by the point's own branch names, None when one is not there."""
    names = {branch.name for branch in point.branches}
    only = point.branches[0].name if len(point.branches) == 1 else None
    found: dict[str, BranchAttendance] = {}
    for count in counts:
        name = count.branch or only
        if name not in names or name is None or name in found:
            return None
        found[name] = BranchAttendance(
            branch=name, reported=count.reported, excused=count.excused, guests=count.guests
        )
    return tuple(found.values())
