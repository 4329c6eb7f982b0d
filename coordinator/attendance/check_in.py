"""Who is here: what halls' head counts and marks mean. Pure: no I/O.

Entered facts are never refused: these return what an entry causes, or the stable code of why it
has no effect. Sums are made in ``total``.
"""

from collections.abc import Sequence
from typing import TypedDict

from signaling.entry import CheckIn
from signaling.roll import Excuse, HeadCount, RollCounted, RollMarked
from signaling.schema import RollStage

from ..fact import PointEntered
from . import fact as a
from .case import Case
from .claim import Claim, remark_on


def check_in(case: Case, body: CheckIn) -> a.CheckedIn | str:
    """Return what a check-in causes."""
    if not all(_sound(count, count.reported) for count in body.branches):
        return "bad_counts"
    named = _named(case.point, [count.branch for count in body.branches])
    if named is None:
        return "unknown_branch"
    branches = tuple(
        a.BranchAttendance(branch=name, reported=count.reported, **_rest(count))
        for name, count in zip(named, body.branches, strict=True)
    )
    before = case.state.attendance.get((case.session, case.point.code))
    remarks = [
        remark_on(before.claims.get(count.branch, ()) if before else (), Claim(case.origin, count))
        for count in branches
    ]
    full = [_too_many(case.point, count.branch, count.reported) for count in branches]
    return a.CheckedIn(
        **case.stamp,
        branches=branches,
        in_charge=case.refs.get("in_charge"),
        note=case.refs.get("note"),
        remark=_first(remarks, full, explained="note" in case.refs),
    )


def count_roll(case: Case, body: RollCounted) -> a.RollCounted | str:
    """Return what a head count of a roll call causes."""
    closed = _closed(case, body.roll)
    if closed is None:
        return "unknown_roll"
    if not all(_sound(count, count.present) for count in body.branches):
        return "bad_counts"
    named = _named(case.point, [count.branch for count in body.branches])
    if named is None:
        return "unknown_branch"
    branches = tuple(
        a.BranchRoll(branch=name, present=count.present, **_rest(count))
        for name, count in zip(named, body.branches, strict=True)
    )
    register, code = case.register, case.point.code
    remarks = [
        remark_on(register.sheet(body.roll, code, c.branch).counts, Claim(case.origin, c))
        for c in branches
    ]
    full = [_too_many(case.point, count.branch, count.present) for count in branches]
    remark = _first(remarks, full, explained="note" in case.refs)
    return a.RollCounted(
        **case.stamp,
        roll=body.roll,
        branches=branches,
        note=case.refs.get("note"),
        remark=_with_close(remark, closed),
    )


def mark_roll(case: Case, body: RollMarked) -> a.RollMarked | str:
    """Return what marks by names cause."""
    closed = _closed(case, body.roll)
    if closed is None:
        return "unknown_roll"
    named = _named(case.point, [body.branch])
    if named is None:
        return "unknown_branch"
    members = case.state.members.get((case.point.code, named[0]))
    if members is None:
        return "names_off"
    if not members.keys() >= body.marks.keys():
        return "unknown_member"
    sheet = case.register.sheet(body.roll, case.point.code, named[0])
    last = sheet.marked
    other = last is not None and last.device != case.origin.device
    return a.RollMarked(
        **case.stamp,
        roll=body.roll,
        branch=named[0],
        others=body.others,
        marks=body.marks,
        remark=_with_close("replaces_other" if other else None, closed),
    )


def _closed(case: Case, roll: int) -> bool | None:
    """Return whether a roll call is closed, None when it was never opened."""
    known = case.register.rolls.get(roll)
    if known is None or known.stage is RollStage.WAITING:
        return None
    return known.stage is RollStage.CLOSED


def _with_close(remark: str | None, closed: bool) -> str | None:
    return "after_close" if closed and remark != "overtaken" else remark


def _first(remarks: Sequence[str | None], full: Sequence[bool], *, explained: bool) -> str | None:
    """Return the gravest of what is to be said."""
    if "overtaken" in remarks:
        return "overtaken"
    if any(full) and not explained:
        return "more_than_expected"
    return "replaces_other" if "replaces_other" in remarks else None


def _too_many(point: PointEntered, name: str, here: int) -> bool:
    expected = next((b.expected for b in point.branches if b.name == name), 0)
    return here > expected


def _sound(count: HeadCount, here: int) -> bool:
    """Return whether the parts of a count fit into it."""
    reasons = sum(count.excuses.values())
    return max(count.late, count.left_early) <= here and reasons <= count.excused


class _Rest(TypedDict):
    excused: int
    guests: int
    exempt: int
    late: int
    left_early: int
    excuses: dict[Excuse, int]


def _rest(count: HeadCount) -> _Rest:
    """Return what is counted beside who is here."""
    return _Rest(
        excused=count.excused,
        guests=count.guests,
        exempt=count.exempt,
        late=count.late,
        left_early=count.left_early,
        excuses=count.excuses,
    )


def _named(point: PointEntered, given: Sequence[str]) -> list[str] | None:
    """Return the point's own branch names, None when one is not there or stands twice."""
    names = [branch.name for branch in point.branches]
    found = [name or (names[0] if len(names) == 1 else "") for name in given]
    unique = len(set(found)) == len(found)
    return found if unique and set(found) <= set(names) else None
