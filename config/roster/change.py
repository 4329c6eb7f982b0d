"""What an import would do: the difference between the roster and a file. Pure: values only.

A point of the file is matched by its code, else by name and unit, and so keeps its code when
rows are inserted or moved. What the file has no column for stays as it is. Importing the same
file twice changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from .code import make_codes
from .match import Matcher
from .point import BranchRow, PointRow
from .problem import Problem, ProblemCode, blocks, problem
from .reading import Reading, ReadPoint
from .text import name_key
from .vocabulary import Field

Value = str | int | bool | tuple[str, ...] | tuple[BranchRow, ...]


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a point, before and after."""

    field: str
    "As in PointRow; contact and deputy as contact_name, contact_phone, …"
    old: Value
    new: Value


class PointChange(msgspec.Struct, frozen=True, kw_only=True):
    """A point that stays and changes."""

    code: str
    before: PointRow
    after: PointRow
    fields: tuple[FieldChange, ...]


class RosterChange(msgspec.Struct, frozen=True, kw_only=True):
    """All that an import would do. Empty but for the problems where an error forbids it."""

    added: tuple[PointRow, ...] = ()
    "With their codes, made ones included."
    changed: tuple[PointChange, ...] = ()
    removed: tuple[PointRow, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def allowed(self) -> bool:
        """Return whether nothing forbids the import."""
        return not blocks(self.problems)

    @property
    def empty(self) -> bool:
        """Return whether the roster would stay as it is."""
        return not (self.added or self.changed or self.removed)


def compare(
    current: Sequence[PointRow],
    used_codes: Collection[str],
    reading: Reading,
    *,
    retired: Sequence[PointRow] = (),
) -> RosterChange:
    """Return what importing a file of points would do.

    Args:
        current: The points of the roster, all with a code.
        used_codes: Every code ever given, of removed points too.
        reading: The file.
        retired: Removed points. One that comes back gets the code it had; without this
            its code is refused as used.

    """
    if not reading.allowed:
        return RosterChange(problems=reading.problems)
    used = {point.code for point in (*current, *retired) if point.code} | set(used_codes)
    matcher = Matcher(current, used, retired, Field.UNIT in reading.columns)
    matched = matcher.match(reading.points)
    problems = [*reading.problems, *matcher.problems]
    changed = [
        change
        for read, before in matched
        if before and (change := _change(before, read, reading.columns, problems))
    ]
    if blocks(problems):
        return RosterChange(problems=tuple(problems))
    return RosterChange(
        added=tuple(_added(matched, matcher, used)),
        changed=tuple(changed),
        removed=matcher.left(),
        problems=tuple(problems),
    )


def point_change(before: PointRow, after: PointRow) -> PointChange | None:
    """Return how a point changes, None if it does not."""
    old, new = _values(before), _values(after)
    fields = tuple(
        FieldChange(field=field, old=old[field], new=new[field])
        for field in old
        if old[field] != new[field]
    )
    if not fields:
        return None
    return PointChange(code=before.code or "", before=before, after=after, fields=fields)


def _added(
    matched: Sequence[tuple[ReadPoint, PointRow | None]],
    matcher: Matcher,
    used: Collection[str],
) -> Iterator[PointRow]:
    fresh = [read.point for read, before in matched if before is None]
    codes = make_codes({point.code for point in fresh if point.code} | set(used))
    for point in fresh:
        code = point.code or matcher.former_code(point) or next(codes)
        yield msgspec.structs.replace(point, code=code)


def _change(
    before: PointRow, read: ReadPoint, columns: frozenset[Field], problems: list[Problem]
) -> PointChange | None:
    branches = hosted(before, read.point, columns)
    if branches is None:
        unclear = problem(
            ProblemCode.UNKNOWN_BRANCH, read.place, point=before.name, value=read.point.members
        )
        problems.append(unclear)
        return None
    return point_change(before, _after(before, read.point, branches, columns))


def _after(
    before: PointRow,
    point: PointRow,
    branches: tuple[BranchRow, ...],
    columns: frozenset[Field],
) -> PointRow:
    """Return the point as the file has it, where the file has a column for it."""
    contact, deputy = before.contact, before.deputy
    if Field.CONTACT in columns:
        contact = msgspec.structs.replace(contact, name=point.contact.name)
    if Field.CONTACT_PHONE in columns:
        contact = msgspec.structs.replace(contact, phone=point.contact.phone)
    if Field.DEPUTY in columns:
        deputy = msgspec.structs.replace(deputy, name=point.deputy.name)
    if Field.DEPUTY_PHONE in columns:
        deputy = msgspec.structs.replace(deputy, phone=point.deputy.phone)
    same_committee = set(before.committee) == set(point.committee)
    return PointRow(
        code=before.code,
        name=point.name,
        unit=point.unit if Field.UNIT in columns else before.unit,
        kind=point.kind if Field.KIND in columns else before.kind,
        provider=point.provider if Field.PROVIDER in columns else before.provider,
        place=point.place if Field.PLACE in columns else before.place,
        main=point.main if Field.KIND in columns else before.main,
        contact=contact,
        deputy=deputy,
        committee=before.committee
        if Field.COMMITTEE not in columns or same_committee
        else point.committee,
        branches=branches,
    )


def hosted(
    before: PointRow, point: PointRow, columns: frozenset[Field]
) -> tuple[BranchRow, ...] | None:
    """Return the branches after the import, None if one figure stands for several branches.

    Exempt members known from elsewhere (the members' file) stay where the file tells none.
    """
    named = Field.BRANCH in columns and not is_placeholder(point)
    if named or len(point.branches) > 1:
        return _named_branches(before, point, columns)
    [said] = point.branches
    if len(before.branches) == 1:
        [known] = before.branches
        unit = point.unit if Field.UNIT in columns else before.unit
        name = (unit or point.name) if is_placeholder(before) else known.name
        return (_recounted(known, said, name, columns),)
    if not before.branches:
        return point.branches
    figure = before.members if Field.MEMBERS in columns else before.expected
    told = said.members if Field.MEMBERS in columns else said.expected
    silent = Field.EXEMPT not in columns and not _tells_both(columns)
    same = figure == told and (silent or said.exempt == before.exempt)
    return before.branches if same else None


def is_placeholder(point: PointRow) -> bool:
    """Return whether the point's only branch was made up from its unit or name."""
    made_up = {name_key(point.unit), name_key(point.name)}
    return len(point.branches) == 1 and name_key(point.branches[0].name) in made_up


def _named_branches(
    before: PointRow, point: PointRow, columns: frozenset[Field]
) -> tuple[BranchRow, ...]:
    known = {name_key(branch.name): branch for branch in before.branches}
    said = {name_key(branch.name): branch for branch in point.branches}
    order = [key for key in known if key in said] + [key for key in said if key not in known]
    return tuple(
        _recounted(known[key], said[key], said[key].name, columns) if key in known else said[key]
        for key in order
    )


def _recounted(
    known: BranchRow, said: BranchRow, name: str, columns: frozenset[Field]
) -> BranchRow:
    if Field.EXEMPT in columns or _tells_both(columns):
        return msgspec.structs.replace(said, name=name)
    if Field.MEMBERS in columns:
        exempt = min(known.exempt, said.members)
        return BranchRow(name=name, members=said.members, exempt=exempt)
    members = said.expected + known.exempt
    return BranchRow(name=name, members=members, exempt=known.exempt)


def _tells_both(columns: frozenset[Field]) -> bool:
    return {Field.MEMBERS, Field.EXPECTED} <= columns


def _values(point: PointRow) -> dict[str, Value]:
    return {
        "name": point.name,
        "unit": point.unit,
        "kind": point.kind,
        "provider": point.provider,
        "place": point.place,
        "main": point.main,
        "contact_name": point.contact.name,
        "contact_phone": point.contact.phone,
        "deputy_name": point.deputy.name,
        "deputy_phone": point.deputy.phone,
        "committee": point.committee,
        "members": point.members,
        "exempt": point.exempt,
        "expected": point.expected,
        "branches": point.branches,
    }
