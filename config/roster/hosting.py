"""Rows that are one point: its branches brought together. Pure: entries in, points out.

Same code, or no code and the same name and unit, is the same point. Without a column of
branches, rows of one name whose units are branches ("Chi bộ …") are one point too: the hall
where fifteen branches meet, each in a row of its own.
"""

from collections.abc import Iterable

import msgspec

from .cell import Row
from .heading import Table
from .point import BranchRow, PointRow, code_key
from .problem import Problem, ProblemCode, problem
from .text import name_key
from .vocabulary import Field

_KEPT_FIELDS = (
    (Field.UNIT, "unit"),
    (Field.KIND, "kind"),
    (Field.PROVIDER, "provider"),
    (Field.PLACE, "place"),
    (Field.CONTACT, "contact"),
    (Field.DEPUTY, "deputy"),
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row as a point with the one branch the row is about."""

    table: Table
    row: Row
    point: PointRow
    names_branch: bool
    "Whether the branch's name comes from a column of branches."


def join_entries(entries: Iterable[Entry], problems: list[Problem]) -> list[tuple[Entry, PointRow]]:
    """Return the points in the order of their first rows, with that row.

    Appends to ``problems`` what contradicts: one code with two names, one branch twice.
    """
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(_identity(entry), []).append(entry)
    _adopt_uncoded(groups)
    return [(group[0], _joined(group, problems)) for group in groups.values()]


def _identity(entry: Entry) -> tuple[str, ...]:
    point = entry.point
    if point.code is not None:
        return ("code", code_key(point.code))
    name, unit = point.key
    branches_as_units = not entry.names_branch and unit.startswith(name_key("Chi bộ "))
    return ("name", name, "" if branches_as_units else unit)


def _adopt_uncoded(groups: dict[tuple[str, ...], list[Entry]]) -> None:
    """Give rows without a code to the one point with a code that has their name and unit."""
    coded: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for identity, group in groups.items():
        if identity[0] == "code":
            coded.setdefault(group[0].point.key, []).append(identity)
    for identity in [it for it in groups if it[0] == "name"]:
        owners = coded.get(groups[identity][0].point.key, [])
        if len(owners) == 1:
            groups[owners[0]] += groups.pop(identity)


def _joined(group: list[Entry], problems: list[Problem]) -> PointRow:
    first = group[0]
    branches: dict[str, tuple[Entry, BranchRow]] = {}
    for entry in group:
        [branch] = entry.point.branches
        other, _ = branches.setdefault(name_key(branch.name), (entry, branch))
        if name_key(entry.point.name) != name_key(first.point.name):
            problems.append(_contradiction(entry, first))
        elif other is not entry:
            problems.append(_contradiction(entry, other))
    return msgspec.structs.replace(
        _described(group, problems),
        branches=tuple(branch for _, branch in branches.values()),
    )


def _contradiction(entry: Entry, other: Entry) -> Problem:
    values = {"name": entry.point.name, "other": other.point.name, "other_row": other.row.number}
    if entry.point.code is None:
        place = entry.table.place(entry.row, Field.NAME)
        return problem(ProblemCode.DUPLICATE_POINT, place, **values)
    place = entry.table.place(entry.row, Field.CODE)
    return problem(ProblemCode.DUPLICATE_CODE, place, value=entry.point.code, **values)


def _described(group: list[Entry], problems: list[Problem]) -> PointRow:
    """Return the first row's point, with what it leaves empty taken from the rows below."""
    point = group[0].point
    for entry in group[1:]:
        point = _completed(point, entry, problems)
    return point


def _completed(point: PointRow, entry: Entry, problems: list[Problem]) -> PointRow:
    told: dict[str, object] = {}
    for field, name in _KEPT_FIELDS:
        kept, said = getattr(point, name), getattr(entry.point, name)
        if kept == type(kept)():
            told[name] = said
        # A unit that differs is what the row's branch is called.
        elif said not in (kept, type(kept)()) and field is not Field.UNIT:
            problems.append(_differs(entry, field, kept, said))
    committee = dict.fromkeys(point.committee + entry.point.committee)
    main = point.main or entry.point.main
    return msgspec.structs.replace(point, committee=tuple(committee), main=main, **told)


def _differs(entry: Entry, field: Field, kept: object, said: object) -> Problem:
    place = entry.table.place(entry.row, field)
    return problem(
        ProblemCode.FIELD_DIFFERS, place, value=_person_text(said), kept=_person_text(kept)
    )


def _person_text(value: object) -> str:
    name, phone = getattr(value, "name", None), getattr(value, "phone", None)
    return str(value) if name is None else f"{name} {phone}".strip()
