"""Who is here: what a check-in means, and the sums of a point. Pure: no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass

from signaling.entry import BranchCount, CheckIn

from .fact import BranchAttendance, CheckedIn, PointEntered, Ref, Stamp
from .state import Attendance


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The five kinds of people. ``reported`` and ``present`` are None before anybody said so."""

    expected: int
    reported: int | None
    present: int | None
    excused: int
    guests: int


def check_in(
    point: PointEntered, stamp: Stamp, body: CheckIn, refs: Mapping[str, Ref]
) -> CheckedIn | str:
    """Return what a check-in causes, or the stable code of why it has no effect."""
    branches = _branches(point, body.branches)
    if branches is None:
        return "unknown_branch"
    return CheckedIn(
        **stamp, branches=branches, in_charge=refs.get("in_charge"), note=refs.get("note")
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
