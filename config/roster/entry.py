"""Reading single cells of a table: texts, codes, counts. Pure: a row in, values and problems out.

A reader of this module collects the problems of a whole file, so that the office hears of all
of them at once. What could not be read is None or empty, never guessed.
"""

import re
import unicodedata

from .cell import Cell, Hole, Row, column_letter
from .heading import Table, cell_text
from .limit import MAX_CELL_CHARS, MAX_PEOPLE, MAX_SCANNED_ROWS
from .package import too_large
from .problem import Problem, ProblemCode, problem
from .text import parse_count, people, telephone
from .vocabulary import Field

_CODE = re.compile(r"[^\W_][\w.\-]{0,31}")


class EntryReader:
    """Reads the cells of one table.

    Raises:
        RosterUnreadable: ``too_large`` if the merged ranges cover more than a sheet can hold.

    """

    def __init__(self, table: Table, problems: list[Problem]) -> None:
        self.table = table
        self._problems = problems
        self._merged = _merged_cells(table)

    def report(self, code: ProblemCode, row: Row, field: Field | None, **values: object) -> None:
        """Note a problem of a cell, or of a row."""
        self._problems.append(problem(code, self.table.place(row, field), **values))

    def text(self, row: Row, field: Field) -> str:
        """Return the text of a cell or of the merged range it lies in, empty if there is none."""
        return cell_text(self._cell(row, field))

    def code(self, row: Row) -> str | None:
        """Return the point's code, None if the row has none or one that cannot be used."""
        text = unicodedata.normalize("NFKC", self.text(row, Field.CODE))
        if text and not _CODE.fullmatch(text):
            self.report(ProblemCode.BAD_CODE, row, Field.CODE, value=text)
            return None
        return text or None

    def telephone(self, row: Row, field: Field) -> str:
        """Return a telephone number, empty if there is none."""
        cell = self._cell(row, field)
        return "" if cell is None or isinstance(cell, Hole) else telephone(cell)

    def people(self, row: Row, field: Field) -> tuple[str, ...]:
        """Return the persons a cell names."""
        cell = self._cell(row, field)
        return people(cell) if isinstance(cell, str) else ()

    def count(self, row: Row, field: Field) -> int | None:
        """Return a number of people, None if the cell is empty or unreadable (reported)."""
        cell = self._whole(row, field, self.table.cell(row, field))
        if cell is None:
            return None
        count = parse_count(cell)
        if count is None:
            value = cell_text(cell)
            self.report(ProblemCode.BAD_COUNT, row, field, value=value, limit=MAX_PEOPLE)
        return count

    def is_empty(self, row: Row, field: Field) -> bool:
        """Return whether nothing at all stands in the cell, not even something unreadable."""
        return self.table.cell(row, field) is None

    def _cell(self, row: Row, field: Field) -> Cell:
        column = self.table.columns.get(field)
        if column is None:
            return None
        cell = row.at(column)
        if cell is None:
            return self._merged.get((row.number, column))
        return self._whole(row, field, cell)

    def _whole(self, row: Row, field: Field, cell: Cell) -> str | int | float | None:
        """Return the cell if it can be read, else report it and return None."""
        if isinstance(cell, Hole):
            name = f"{column_letter(self.table.columns[field])}{row.number}"
            self.report(ProblemCode(cell.value), row, field, cell=name)
            return None
        if isinstance(cell, str) and len(cell) > MAX_CELL_CHARS:
            self.report(ProblemCode.CELL_TOO_LONG, row, field, limit=MAX_CELL_CHARS)
            return None
        return cell


def _merged_cells(table: Table) -> dict[tuple[int, int], Cell]:
    """Return what the empty cells of ranges merged downwards show, by row and column.

    Only for columns that mean something; a range merged to the right shows in its first.
    """
    rows = {row.number: row for row in table.rows}
    columns = frozenset(table.columns.values())
    shown: dict[tuple[int, int], Cell] = {}
    work = 0
    for span in table.sheet.spans:
        anchor = rows.get(span.top)
        if anchor is None or span.left not in columns:
            continue
        last = min(span.bottom, table.rows[-1].number)
        work += max(last - span.top, 0)
        if work > MAX_SCANNED_ROWS * len(columns):
            raise too_large("quá nhiều ô gộp", "too many merged cells", MAX_SCANNED_ROWS)
        value = anchor.at(span.left)
        if not isinstance(value, Hole):
            shown |= {(number, span.left): value for number in range(span.top + 1, last + 1)}
    return shown
