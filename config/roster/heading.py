"""Where a sheet's table begins and what its columns mean. Pure: a Sheet in, a Table out.

Above the table stand titles, beside it columns nobody asked for, in it the heading repeated on
every page. The heading is the row, or the two rows where groups are merged over their columns
("Người phụ trách" over "Họ tên" and "Điện thoại"), in which most columns are understood.
"""

from collections.abc import Iterator, Mapping

import msgspec

from .cell import Cell, Hole, Row, Sheet, column_letter
from .problem import Place, Problem, ProblemCode, problem
from .text import clean, search_key
from .vocabulary import LABELS, MEMBER_HEADINGS, NAME_INSTEAD, POINT_HEADINGS, Field

HEADING_WITHIN_ROWS = 50
"The heading is looked for in so many filled rows from the top."

_PERSON_GROUPS = {
    Field.CONTACT: Field.CONTACT_PHONE,
    Field.DEPUTY: Field.DEPUTY_PHONE,
}
_PERSON_PARTS = frozenset({"ho va ten", "ho ten", "ten", "name", "full name"})
_MAY_REPEAT = frozenset({Field.ORDINAL, Field.NOTE})


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet whose heading was found."""

    sheet: Sheet
    heading_row: int
    "Number of the (lower) heading row."
    headings: tuple[str, ...]
    "As the file has them, one per column, empty where there is none."
    columns: Mapping[Field, int]
    "Where each field is, from 0."
    rows: tuple[Row, ...]
    "What comes below the heading."

    def label(self, column: int) -> str:
        """Return how people call a column: its heading, else its letter."""
        heading = self.headings[column] if column < len(self.headings) else ""
        return heading or column_letter(column)

    def place(self, row: Row | None, field: Field | None = None) -> Place:
        """Return a place in this table; without a row, the heading's."""
        column = None if field is None else self.columns.get(field)
        return Place(
            sheet=self.sheet.name,
            row=self.heading_row if row is None else row.number,
            column=None if column is None else self.label(column),
        )

    def cell(self, row: Row, field: Field) -> Cell:
        """Return the cell of a field, None where there is no such column."""
        column = self.columns.get(field)
        return None if column is None else row.at(column)


def cell_text(cell: Cell) -> str:
    """Return the text a cell shows, cleaned; empty for an empty or unreadable one."""
    if cell is None or isinstance(cell, Hole):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(str(cell))


def find_table(sheet: Sheet, words: Mapping[str, Field]) -> Table | None:
    """Return the table of a sheet, or None if no cell of it is a known heading."""
    best: Table | None = None
    for table in _candidates(sheet, words):
        if table.columns and (best is None or len(table.columns) > len(best.columns)):
            best = table
    return best


def score(sheet: Sheet) -> int:
    """Return how many columns are understood, as points or as members, whichever is more."""
    tables = (find_table(sheet, words) for words in (POINT_HEADINGS, MEMBER_HEADINGS))
    return max(len(table.columns) if table else 0 for table in tables)


def heading_problems(table: Table, words: Mapping[str, Field]) -> list[Problem]:
    """Return what is odd about the headings: two of one meaning, or of none."""
    found: list[Problem] = []
    fields = _fields(table.headings, words)
    for column, field in enumerate(fields):
        place = Place(sheet=table.sheet.name, row=table.heading_row, column=table.label(column))
        if field is None and table.headings[column]:
            found.append(problem(ProblemCode.UNKNOWN_COLUMN, place))
        elif field and field not in _MAY_REPEAT and field in fields[:column]:
            vi, en = LABELS[field]
            found.append(problem(ProblemCode.DOUBLE_COLUMN, place, field=vi, field_en=en))
    return found


def lookup(heading: str, words: Mapping[str, Field]) -> Field | None:
    """Return what a heading means, with or without a remark in parentheses after it."""
    whole = words.get(search_key(heading))
    return whole or words.get(search_key(heading.partition("(")[0]))


def _candidates(sheet: Sheet, words: Mapping[str, Field]) -> Iterator[Table]:
    for index, row in enumerate(sheet.rows[:HEADING_WITHIN_ROWS]):
        headings = tuple(cell_text(cell) for cell in row.cells)
        yield _table(sheet, index, headings, words)
        joined = _joined(sheet, index, words)
        if joined:
            yield _table(sheet, index + 1, joined, words)


def _table(
    sheet: Sheet, index: int, headings: tuple[str, ...], words: Mapping[str, Field]
) -> Table:
    columns: dict[Field, int] = {}
    for column, field in enumerate(_fields(headings, words)):
        if field:
            columns.setdefault(field, column)
    if words is POINT_HEADINGS and Field.NAME not in columns:
        _name_instead(columns, headings)
    return Table(
        sheet=sheet,
        heading_row=sheet.rows[index].number,
        headings=headings,
        columns=columns,
        rows=sheet.rows[index + 1 :],
    )


def _name_instead(columns: dict[Field, int], headings: tuple[str, ...]) -> None:
    for field in (Field.UNIT, Field.BRANCH):
        if field in columns and search_key(headings[columns[field]]) in NAME_INSTEAD:
            columns[Field.NAME] = columns.pop(field)
            return


def _fields(headings: tuple[str, ...], words: Mapping[str, Field]) -> list[Field | None]:
    """Return what each column means; a telephone belongs to the person on its left."""
    fields = [lookup(heading, words) for heading in headings]
    several = fields.count(Field.PHONE) > 1 or Field.CONTACT_PHONE in fields
    for column, field in enumerate(fields):
        if field is Field.PHONE:
            left = [person for person in fields[:column] if person in _PERSON_GROUPS]
            owner = left[-1] if several and left else Field.CONTACT
            fields[column] = _PERSON_GROUPS[owner or Field.CONTACT]
    return fields


def _joined(sheet: Sheet, index: int, words: Mapping[str, Field]) -> tuple[str, ...] | None:
    """Return headings of a row and the one below it taken together, None if that is data."""
    if index + 1 >= len(sheet.rows):
        return None
    upper, lower = sheet.rows[index], sheet.rows[index + 1]
    if not _is_second_line(lower, words):
        return None
    joined, group = [], ""
    for column in range(max(len(upper.cells), len(lower.cells))):
        above, below = cell_text(upper.at(column)), cell_text(lower.at(column))
        group = above or (group if below else "")
        joined.append(_join(group, below, words))
    return tuple(joined)


def _is_second_line(row: Row, words: Mapping[str, Field]) -> bool:
    texts = [cell for cell in row.cells if cell is not None]
    known = [
        cell
        for cell in texts
        if isinstance(cell, str) and (lookup(cell, words) or search_key(cell) in _PERSON_PARTS)
    ]
    return len(known) >= 2 and len(known) == len(texts)


def _join(group: str, below: str, words: Mapping[str, Field]) -> str:
    owner = lookup(group, words)
    if not below or search_key(group) == search_key(below):
        return group
    if owner in _PERSON_GROUPS and search_key(below) in _PERSON_PARTS:
        return group
    if owner in _PERSON_GROUPS and lookup(below, words) is Field.PHONE:
        return LABELS[_PERSON_GROUPS[owner]][0] if owner is Field.DEPUTY else below
    return below
