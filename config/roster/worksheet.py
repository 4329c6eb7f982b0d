"""One worksheet of an .xlsx as it streams by. Pure: XML events in, a Sheet out.

ECMA-376 part 1, §18.3.1 (sheet data) and §18.18.11 (cell types). Formats are not looked at: a
count that a cell shows as a date is still the count. Hidden rows are rows like all others.
"""

import math
import re

from .cell import Cell, Hole, Row, Sheet, Span, column_index, column_letter
from .limit import (
    MAX_CELL_CHARS,
    MAX_COLUMNS,
    MAX_EMPTY_ROWS,
    MAX_ROWS,
    MAX_SCANNED_ROWS,
    MAX_SPANS,
)
from .package import Target, too_large
from .problem import Place

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{0,20}\.?[0-9]{0,20}(?:[eE][+-]?[0-9]{1,3})?")


class TextRun:
    """Collects the text of one cell or shared string, at most one character over the limit."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, text: str) -> None:
        """Append a piece, or nothing once the limit is passed."""
        if self._length <= MAX_CELL_CHARS:
            self._pieces.append(text[: MAX_CELL_CHARS + 1 - self._length])
            self._length += len(self._pieces[-1])

    def take(self) -> str:
        """Return the text, with _x000D_ and the like resolved (§22.9.2.19)."""
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(self._pieces))


class WorksheetTarget(Target):
    """Builds the rows of a sheet.

    Args:
        name: Of the sheet, for what is raised.
        strings: The workbook's shared strings.

    """

    def __init__(self, name: str, strings: list[str]) -> None:
        super().__init__()
        self.name = name
        self._strings = strings
        self._rows: list[Row] = []
        self._spans: list[Span] = []
        self._cut_after: int | None = None
        self._scanned = 0
        self._number = 0
        self._cells: dict[int, Cell] = {}
        self._column = -1
        self._kind = "n"
        self._formula = False
        self._valued = False
        self._run = TextRun()
        self._reading = self._phonetic = False

    def sheet(self, *, hidden: bool) -> Sheet:
        """Return what was read."""
        return Sheet(
            name=self.name,
            rows=tuple(self._rows),
            spans=tuple(self._spans),
            cut_after=self._cut_after,
            hidden=hidden,
        )

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """Enter a row, a cell or a part of one; note a merged range."""
        match name:
            case "row":
                self._open_row(attributes.get("r"))
            case "c":
                self._open_cell(attributes)
            case "f":
                self._formula = True
            case "v":
                self._valued = self._reading = True
            case "t":
                self._reading = not self._phonetic
            case "rPh":  # A reading aid, not part of the text.
                self._phonetic = True
            case "mergeCell":
                self._add_span(attributes.get("ref", ""))
            case _:
                pass

    def closed(self, name: str) -> None:
        """Leave it again."""
        match name:
            case "v" | "t":
                self._reading = False
            case "rPh":
                self._phonetic = False
            case "c":
                self._close_cell()
            case "row":
                self._close_row()
            case _:
                pass

    def text(self, text: str) -> None:
        """Collect the text of a value."""
        if self._reading:
            self._run.add(text)

    def _open_row(self, number: str | None) -> None:
        last = self._rows[-1].number if self._rows else 0
        following = int(number) if number else self._number + 1
        if following <= self._number:
            raise ValueError(f"row {following} after row {self._number}")
        self._number, self._column, self._cells = following, -1, {}
        self._scanned += 1
        if following - last > MAX_EMPTY_ROWS:
            self._cut_after, self.done = last, True
        elif self._scanned > MAX_SCANNED_ROWS:
            raise self._too_large("quá nhiều dòng", "too many rows", MAX_SCANNED_ROWS)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        column = column_index(attributes.get("r", ""))
        self._column = self._column + 1 if column is None else column
        self._kind = attributes.get("t", "n")
        self._formula = self._valued = False
        self._run = TextRun()

    def _close_cell(self) -> None:
        value = self._value(self._run.take())
        if value is None:
            return
        if self._column >= MAX_COLUMNS:
            raise self._too_large("quá nhiều cột", "too many columns", MAX_COLUMNS)
        self._cells[self._column] = value

    def _value(self, text: str) -> Cell:
        if self._kind == "e":
            return Hole.ERROR
        if self._formula and not text and not (self._valued and self._kind == "str"):
            return Hole.NO_VALUE
        if not text.strip():
            return None
        match self._kind:
            case "s":
                return self._shared(int(text))
            case "n":
                return number(text)
            case "b":
                return "TRUE" if text.strip() == "1" else "FALSE"
            case _:
                return text

    def _shared(self, index: int) -> str | None:
        if index < 0:
            raise ValueError(f"shared string {index}")
        text = self._strings[index]
        return text if text.strip() else None

    def _close_row(self) -> None:
        if not self._cells:
            return
        if len(self._rows) == MAX_ROWS:
            raise self._too_large("quá nhiều dòng", "too many rows", MAX_ROWS)
        cells = tuple(self._cells.get(column) for column in range(max(self._cells) + 1))
        self._rows.append(Row(number=self._number, cells=cells))

    def _add_span(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        left, right = column_index(first), column_index(last)
        if left is None or right is None:
            return
        if len(self._spans) == MAX_SPANS:
            raise self._too_large("quá nhiều ô gộp", "too many merged cells", MAX_SPANS)
        top, bottom = (int(end.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for end in (first, last))
        self._spans.append(Span(top=top, bottom=bottom, left=left, right=right))

    def _too_large(self, what: str, what_en: str, limit: int) -> Exception:
        place = Place(sheet=self.name, row=self._number, column=column_letter(max(self._column, 0)))
        return too_large(what, what_en, limit, place)


def number(text: str) -> Cell:
    """Return the number a cell stores, or its text if that is no finite number."""
    typed = text.strip()
    if _INTEGER.fullmatch(typed):
        return int(typed)
    if not _DECIMAL.fullmatch(typed) or not any(char.isdigit() for char in typed):
        return text
    try:
        value = float(typed)
    except ValueError:
        return text
    return value if math.isfinite(value) else text
