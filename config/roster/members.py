"""The file of members: one row a person, read into counts. Pure: bytes in, values out.

Counts are what a session needs; names are sensitive (Law 91/2025/QH15) and are kept only when
the caller asks, because the deployment allows them. Without that no name leaves this module,
not even in a problem.
"""

import re
from collections.abc import Iterable

import msgspec

from config.errors import RosterUnreadable

from .cell import Row, Sheet
from .entry import EntryReader
from .heading import Table, cell_text
from .layout import Required, RowKind, choose_tables, sort_rows
from .point import code_key
from .problem import Place, Problem, ProblemCode, blocks, problem, refusal
from .sheet import read_sheets
from .text import name_key, search_key
from .vocabulary import MEMBER_HEADINGS, Field

MEMBER_FIELDS: Required = (
    (Field.PERSON, Field.NUMBER),
    (Field.CODE, Field.HOME, Field.NAME, Field.BRANCH, Field.UNIT),
)
# "Miễn công tác và sinh hoạt đảng" is how the rules put it.
_EXEMPT = re.compile(r"^(?:duoc )?mien$|\bmien (?:cong tac )?(?:va )?(?:sinh hoat|shd?)\b|\bexempt")
_NOT_EXEMPT = re.compile(r"\b(?:khong|het|thoi|not)(?: con)?(?: duoc)? (?:mien|exempt)")
_YES = frozenset({"x", "co", "1", "true", "yes", "y", "v"})
_NO = frozenset({"", "0", "khong", "false", "no", "n"})


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """One member by name. Exists only where the deployment allows names."""

    number: str
    "Member number, empty if the file has none."
    name: str
    exempt: bool


class MemberGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The members a file lists under one point and branch."""

    code: str | None
    "The point's, None where the rows have none."
    home: str
    "What the rows call the point, or the branch: the file may not say which it means."
    branch: str
    "What a column of branches says, empty without one."
    home_may_be_branch: bool = False
    "Whether the home is headed “Chi bộ/Điểm cầu”, or is called “Chi bộ …”; else a point's name."
    members: int
    exempt: int
    place: Place
    "The first of the rows."
    people: tuple[MemberRow, ...] = ()
    "Empty unless names were asked for."


class MembersReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of members says."""

    groups: tuple[MemberGroup, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def members(self) -> int:
        """Return how many members the file lists."""
        return sum(group.members for group in self.groups)

    @property
    def exempt(self) -> int:
        """Return how many of them are exempt."""
        return sum(group.exempt for group in self.groups)

    @property
    def allowed(self) -> bool:
        """Return whether nothing forbids the import."""
        return not blocks(self.problems)


def read_members(data: bytes, filename: str, *, names: bool = False) -> MembersReading:
    """Return the counts of a file of members. Never raises: see ``problems``.

    Args:
        data: The file.
        filename: Its name, for what it may be.
        names: Whether to keep who the members are.

    """
    try:
        return members_in(read_sheets(data, filename), names=names)
    except RosterUnreadable as error:
        return MembersReading(problems=(refusal(error),))


def members_in(sheets: tuple[Sheet, ...], *, names: bool = False) -> MembersReading:
    """Return the counts of sheets already split into cells.

    Raises:
        RosterUnreadable: ``too_large``.

    """
    tables, problems = choose_tables(sheets, MEMBER_HEADINGS, MEMBER_FIELDS)
    members = [it for table in tables for it in _members(table, problems)]
    if tables and not members and not blocks(problems):
        problems.append(problem(ProblemCode.EMPTY_FILE, tables[0].place(None)))
    problems += _twice(members)
    return MembersReading(groups=tuple(_groups(members, names)), problems=tuple(problems))


class _Member(msgspec.Struct, frozen=True, kw_only=True):
    table: Table
    row: Row
    who: MemberRow
    code: str | None
    home: str
    branch: str

    @property
    def key(self) -> tuple[str, str, str]:
        return code_key(self.code or ""), name_key(self.home), name_key(self.branch)


def _members(table: Table, problems: list[Problem]) -> list[_Member]:
    reader = EntryReader(table, problems)
    found: list[_Member] = []
    mark = Field.PERSON if Field.PERSON in table.columns else Field.NUMBER
    for row, kind in sort_rows(table, MEMBER_HEADINGS, (mark,)):
        if kind is RowKind.DATA and not _is_person(table, row):
            kind = RowKind.SKIPPED
        if kind is RowKind.DATA:
            found.append(_member(table, reader, row))
        elif kind is RowKind.SKIPPED:
            # Not the row's text: it may hold a name.
            reader.report(ProblemCode.ROW_SKIPPED, row, None, value=f"{row.number}")
    return found


def _is_person(table: Table, row: Row) -> bool:
    return any(table.cell(row, field) is not None for field in MEMBER_FIELDS[0])


def _member(table: Table, reader: EntryReader, row: Row) -> _Member:
    homes = (reader.text(row, field) for field in (Field.NAME, Field.HOME, Field.UNIT))
    member = _Member(
        table=table,
        row=row,
        who=MemberRow(
            number=reader.text(row, Field.NUMBER),
            name=reader.text(row, Field.PERSON),
            exempt=_is_exempt(reader, row),
        ),
        code=reader.code(row),
        home=next((home for home in homes if home), ""),
        branch=reader.text(row, Field.BRANCH),
    )
    if not (member.code or member.home or member.branch):
        reader.report(ProblemCode.UNKNOWN_POINT, row, _home_field(table), value="–")
    return member


def _is_exempt(reader: EntryReader, row: Row) -> bool:
    flag = search_key(reader.text(row, Field.EXEMPT))
    if flag not in _YES | _NO and not _says_exempt(flag) and not _NOT_EXEMPT.search(flag):
        reader.report(ProblemCode.BAD_FLAG, row, Field.EXEMPT, value=flag)
    return flag in _YES or _says_exempt(flag) or _says_exempt(search_key(
        reader.text(row, Field.NOTE)
    ))  # fmt: skip


def _says_exempt(key: str) -> bool:
    return bool(_EXEMPT.search(key)) and not _NOT_EXEMPT.search(key)


def _home_field(table: Table) -> Field:
    return next(field for field in MEMBER_FIELDS[1] if field in table.columns)


def _twice(members: Iterable[_Member]) -> list[Problem]:
    """Return a problem for every member number that stands in two rows."""
    seen: dict[str, _Member] = {}
    found: list[Problem] = []
    for member in members:
        number = member.who.number
        first = seen.setdefault(number.casefold(), member)
        if number and first is not member:
            place = member.table.place(member.row, Field.NUMBER)
            found.append(
                problem(
                    ProblemCode.DUPLICATE_MEMBER, place, value=number, other_row=first.row.number
                )
            )
    return found


def _may_be_branch(member: _Member) -> bool:
    says_either = cell_text(member.table.cell(member.row, Field.NAME)) != member.home
    headed = Field.HOME in member.table.columns and says_either
    return headed or search_key(member.home).startswith("chi bo ")


def _groups(members: Iterable[_Member], names: bool) -> Iterable[MemberGroup]:
    groups: dict[tuple[str, str, str], list[_Member]] = {}
    for member in members:
        groups.setdefault(member.key, []).append(member)
    for group in groups.values():
        first = group[0]
        yield MemberGroup(
            code=first.code,
            home=first.home,
            branch=first.branch,
            home_may_be_branch=_may_be_branch(first),
            members=len(group),
            exempt=sum(member.who.exempt for member in group),
            place=first.table.place(first.row, _home_field(first.table)),
            people=tuple(member.who for member in group) if names else (),
        )
