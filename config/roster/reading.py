"""The file of points: rows to points, with everything that is wrong. Pure: bytes in, values out.

A row is a point, or one of the branches a point hosts: rows with the same code, or without a
code with the same name and unit, are one point. Where the file has no column of branches, the
point hosts one branch that is called like the unit. A row that leaves the point's name empty
below another, and names a branch, continues that point.
"""

from collections.abc import Iterable

import msgspec

from config.errors import RosterUnreadable

from .cell import Row, Sheet
from .entry import EntryReader
from .heading import Table
from .hosting import Entry, join_entries
from .layout import Required, RowKind, choose_tables, row_text, sort_rows
from .point import BranchRow, Person, PointRow
from .problem import Place, Problem, ProblemCode, blocks, problem, refusal
from .sheet import read_sheets
from .text import parse_count, search_key
from .vocabulary import POINT_HEADINGS, Field

POINT_FIELDS: Required = ((Field.NAME,), (Field.MEMBERS, Field.EXPECTED))
_COUNTS = (Field.MEMBERS, Field.EXPECTED, Field.EXEMPT)
_MAIN_KINDS = frozenset(
    {
        "trung tam", "chinh", "diem cau chinh", "diem cau trung tam", "diem chinh", "main",
        "central", "center", "centre", "main point", "central point",
    }
)  # fmt: skip


class ReadPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A point and where the file has it."""

    point: PointRow
    place: Place
    "Its first row; the column is that of codes where it has one, else that of names."


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of points says."""

    points: tuple[ReadPoint, ...] = ()
    columns: frozenset[Field] = frozenset()
    "Fields the file has a column for; the others say nothing about a point."
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> tuple[PointRow, ...]:
        """Return the points alone."""
        return tuple(it.point for it in self.points)

    @property
    def allowed(self) -> bool:
        """Return whether nothing forbids the import."""
        return not blocks(self.problems)


def read_points(data: bytes, filename: str) -> Reading:
    """Return the points of a file. Never raises: what is wrong is in ``problems``."""
    try:
        return points_in(read_sheets(data, filename))
    except RosterUnreadable as error:
        return Reading(problems=(refusal(error),))


def points_in(sheets: tuple[Sheet, ...]) -> Reading:
    """Return the points of sheets already split into cells.

    Raises:
        RosterUnreadable: ``too_large``.

    """
    tables, problems = choose_tables(sheets, POINT_HEADINGS, POINT_FIELDS)
    entries = [entry for table in tables for entry in _TableReader(table, problems).entries()]
    joined = join_entries(entries, problems)
    points = tuple(
        ReadPoint(point=point, place=_place(entry, point.code)) for entry, point in joined
    )
    if tables and not points and not blocks(problems):
        problems.append(problem(ProblemCode.EMPTY_FILE, tables[0].place(None)))
    problems += _several_main(points)
    columns = frozenset(field for table in tables for field in table.columns)
    return Reading(points=points, columns=columns, problems=tuple(problems))


def _place(entry: Entry, code: str | None) -> Place:
    return entry.table.place(entry.row, Field.CODE if code else Field.NAME)


def _several_main(points: Iterable[ReadPoint]) -> list[Problem]:
    main = [it for it in points if it.point.main]
    return [problem(ProblemCode.SEVERAL_MAIN, it.place, name=it.point.name) for it in main[1:]]


class _TableReader:
    """Reads the rows of one table in order."""

    def __init__(self, table: Table, problems: list[Problem]) -> None:
        self._table = table
        self._problems = problems
        self._reader = EntryReader(table, problems)
        self._above: Entry | None = None
        # Sums of the first column of counts: since the last total, and of the whole table.
        self._sums: tuple[int, int] | None = (0, 0)
        self._summed = next(field for field in _COUNTS if field in table.columns)

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        for row, kind in sort_rows(self._table, POINT_HEADINGS, _COUNTS):
            if kind is RowKind.DATA and (entry := self._entry(row)):
                found.append(entry)
            elif kind is RowKind.TOTAL:
                self._check_total(row)
            elif kind is RowKind.SKIPPED:
                self._reader.report(ProblemCode.ROW_SKIPPED, row, None, value=row_text(row))
        return found

    def _entry(self, row: Row) -> Entry | None:
        problems = len(self._problems)
        point = self._point(row)
        branch = self._branch(row, point)
        if not point.name:
            if len(self._problems) == problems:
                self._reader.report(ProblemCode.MISSING_NAME, row, Field.NAME)
            return None
        if branch is None:
            return None
        self._above = Entry(
            table=self._table,
            row=row,
            point=msgspec.structs.replace(point, branches=(branch,)),
            names_branch=bool(self._reader.text(row, Field.BRANCH)),
        )
        return self._above

    def _point(self, row: Row) -> PointRow:
        read = self._reader
        point = PointRow(
            code=read.code(row),
            name=read.text(row, Field.NAME),
            unit=read.text(row, Field.UNIT),
            kind=read.text(row, Field.KIND),
            provider=read.text(row, Field.PROVIDER),
            place=read.text(row, Field.PLACE),
            main=search_key(read.text(row, Field.KIND)) in _MAIN_KINDS,
            contact=self._person(row, Field.CONTACT, Field.CONTACT_PHONE),
            deputy=self._person(row, Field.DEPUTY, Field.DEPUTY_PHONE),
            committee=read.people(row, Field.COMMITTEE),
        )
        return self._continued(row, point)

    def _continued(self, row: Row, point: PointRow) -> PointRow:
        """Return the point completed from the one above, where the row continues that one.

        It does if its own cell of names is empty, or merged with the one above.
        """
        above = self._above.point if self._above else None
        if above is None or not self._reader.is_empty(row, Field.NAME):
            return point
        merged = point.name == above.name
        names_branch = bool(self._reader.text(row, Field.BRANCH))
        if merged or names_branch if point.code is None else point.code == above.code:
            unit = point.unit or above.unit
            return msgspec.structs.replace(point, code=above.code, name=above.name, unit=unit)
        return point

    def _person(self, row: Row, name: Field, phone: Field) -> Person:
        return Person(name=self._reader.text(row, name), phone=self._reader.telephone(row, phone))

    def _branch(self, row: Row, point: PointRow) -> BranchRow | None:
        known = len(self._problems)
        counts = {field: self._reader.count(row, field) for field in _COUNTS}
        self._add(counts[self._summed])
        if len(self._problems) > known:
            return None
        if counts[Field.MEMBERS] is None and counts[Field.EXPECTED] is None:
            # Without a name it is the name that is asked for first.
            if point.name:
                self._report(ProblemCode.MISSING_COUNT, row, name=point.name)
            return None
        return self._settled(row, point, counts)

    def _settled(
        self, row: Row, point: PointRow, counts: dict[Field, int | None]
    ) -> BranchRow | None:
        settled = settle_counts(*(counts[field] for field in _COUNTS))
        if settled is None:
            shown = {str(field): "–" if n is None else n for field, n in counts.items()}
            self._report(ProblemCode.COUNTS_DISAGREE, row, **shown)
            return None
        name = self._reader.text(row, Field.BRANCH) or point.unit or point.name
        return BranchRow(name=name, members=settled[0], exempt=settled[1])

    def _report(self, code: ProblemCode, row: Row, **values: object) -> None:
        self._reader.report(code, row, self._summed, **values)

    def _add(self, count: int | None) -> None:
        if count is None:
            self._sums = None
        elif self._sums:
            self._sums = self._sums[0] + count, self._sums[1] + count

    def _check_total(self, row: Row) -> None:
        """Compare a totals row with the rows above it: of its group, or of the whole table."""
        cell = self._table.cell(row, self._summed)
        value = parse_count(cell)
        if self._sums is None:
            return
        if value is not None and value not in self._sums:
            self._report(ProblemCode.TOTAL_DIFFERS, row, value=value, sum=self._sums[1])
        self._sums = 0, self._sums[1]


def settle_counts(
    members: int | None, expected: int | None, exempt: int | None
) -> tuple[int, int] | None:
    """Return members and exempt of a row, None if its figures contradict each other.

    One of ``members`` and ``expected`` is given. expected = members - exempt.
    """
    if members is None:
        members = (expected or 0) + (exempt or 0)
    if exempt is None:
        exempt = 0 if expected is None else members - expected
    agree = expected is None or expected == members - exempt
    return (members, exempt) if 0 <= exempt <= members and agree else None
