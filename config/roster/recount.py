"""What importing a file of members would do to the counts. Pure: values only.

Nothing is added or removed: a member of an unknown point is a problem. The point is found by
its code, else by its name, else by the name of a branch it hosts. A point that so far had one
branch made up from its unit gets the branches the file names.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from .change import PointChange, RosterChange, is_placeholder, point_change
from .members import MemberGroup, MemberRow, MembersReading
from .point import BranchRow, PointRow, code_key
from .problem import Place, Problem, ProblemCode, blocks, problem
from .text import name_key


def compare_members(current: Sequence[PointRow], reading: MembersReading) -> RosterChange:
    """Return how the counts of the roster's points would change.

    Args:
        current: The points of the roster, all with a code.
        reading: The file.

    """
    if not reading.allowed:
        return RosterChange(problems=reading.problems)
    problems = list(reading.problems)
    groups = _by_point(current, reading.groups, problems)
    changed: list[PointChange] = []
    for point in current:
        listed = groups.get(code_key(point.code or ""))
        if not listed:
            place = Place(sheet=reading.groups[0].place.sheet)
            problems.append(problem(ProblemCode.POINT_WITHOUT_MEMBERS, place, name=point.name))
        elif change := _recounted(point, listed, problems):
            changed.append(change)
    if blocks(problems):
        return RosterChange(problems=tuple(problems))
    return RosterChange(changed=tuple(changed), problems=tuple(problems))


def listed_members(
    points: Sequence[PointRow], reading: MembersReading
) -> dict[tuple[str, str], tuple[MemberRow, ...]]:
    """Return who the file lists, by point code and branch; empty unless names were asked for.

    Args:
        points: The roster after the counts were taken over.
        reading: The file.

    """
    index, found = PointIndex(points), dict[tuple[str, str], tuple[MemberRow, ...]]()
    for group in reading.groups:
        owners = index.owners(group)
        name = _branch_name(owners[0], group) if len(owners) == 1 else None
        if name is not None and group.people:
            place = (owners[0].code or "", name)
            found[place] = (*found.get(place, ()), *group.people)
    return found


class PointIndex:
    """Finds the point that a row of the members' file means."""

    def __init__(self, points: Sequence[PointRow]) -> None:
        self._by_code = {code_key(point.code or ""): point for point in points}
        self._by_name: dict[str, list[PointRow]] = {}
        self._by_branch: dict[str, list[PointRow]] = {}
        for point in points:
            self._by_name.setdefault(name_key(point.name), []).append(point)
            for key in {name_key(branch.name) for branch in point.branches}:
                self._by_branch.setdefault(key, []).append(point)

    def owners(self, group: MemberGroup) -> list[PointRow]:
        """Return the points a group can mean; none is unknown, several are ambiguous."""
        if group.code is not None:
            point = self._by_code.get(code_key(group.code))
            return [point] if point else []
        home, branch = name_key(group.home), name_key(group.branch)
        named = self._by_name.get(home) or self._by_branch.get(home) or []
        if len(named) == 1 or not branch:
            return named
        hosts = self._by_branch.get(branch, [])
        return [point for point in hosts if not named or point in named] or named


def _by_point(
    current: Sequence[PointRow], groups: Iterable[MemberGroup], problems: list[Problem]
) -> dict[str, list[MemberGroup]]:
    index = PointIndex(current)
    found: dict[str, list[MemberGroup]] = {}
    for group in groups:
        owners = index.owners(group)
        if len(owners) == 1:
            found.setdefault(code_key(owners[0].code or ""), []).append(group)
            continue
        code = ProblemCode.AMBIGUOUS_POINT if owners else ProblemCode.UNKNOWN_POINT
        value = group.code or group.home or group.branch
        problems.append(problem(code, group.place, value=value))
    return found


def _recounted(
    point: PointRow, groups: Sequence[MemberGroup], problems: list[Problem]
) -> PointChange | None:
    """Return how one point's branches change, None if they do not or it is unclear."""
    counts: dict[str, BranchRow] = {}
    for group in groups:
        name = _branch_name(point, group)
        if name is None:
            problems.append(
                problem(
                    ProblemCode.UNKNOWN_BRANCH, group.place, point=point.name,
                    value=group.branch or group.home or point.name,
                )
            )  # fmt: skip
            return None
        before = counts.get(name_key(name), BranchRow(name=name, members=0))
        counts[name_key(name)] = BranchRow(
            name=before.name,
            members=before.members + group.members,
            exempt=before.exempt + group.exempt,
        )
    return point_change(point, msgspec.structs.replace(point, branches=_merged(point, counts)))


def _branch_name(point: PointRow, group: MemberGroup) -> str | None:
    """Return the branch a group belongs to, None if that cannot be told."""
    known = {name_key(branch.name): branch.name for branch in point.branches}
    said = group.branch or _home_as_branch(point, group, known)
    if name_key(said) in known:
        return known[name_key(said)]
    if said and (is_placeholder(point) or not known):
        return said
    if not said and len(known) < 2:
        return next(iter(known.values()), point.unit or point.name)
    return None


def _home_as_branch(point: PointRow, group: MemberGroup, known: Collection[str]) -> str:
    """Return the home if it is a branch's name and not another name of the point or its unit."""
    home = name_key(group.home)
    own = {name_key(point.name), name_key(point.unit)}
    is_branch = home in known or (group.home_may_be_branch and home not in own)
    return group.home if is_branch else ""


def _merged(point: PointRow, counts: dict[str, BranchRow]) -> tuple[BranchRow, ...]:
    """Return the branches with new counts; those not listed stay, unless they were made up."""
    kept = [
        counts.get(name_key(branch.name), branch)
        for branch in point.branches
        if name_key(branch.name) in counts or not is_placeholder(point)
    ]
    known = {name_key(branch.name) for branch in point.branches}
    return (*kept, *(branch for key, branch in counts.items() if key not in known))
