"""A sheet as it was found: rows of cells with the numbers the sheet gives them. Pure: data."""

from enum import Enum

import msgspec


class Hole(Enum):
    """A cell that holds something, but nothing one can read."""

    NO_VALUE = "formula_without_value"
    "A formula whose result the program that wrote the file did not store."
    ERROR = "formula_error"
    "A formula whose result is an error such as #REF!."


Cell = str | int | float | Hole | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row with at least one filled cell; trailing empty cells are cut off."""

    number: int
    "As the sheet numbers it, from 1."
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell:
        """Return the cell in a column counted from 0, None beyond the last one."""
        return self.cells[column] if column < len(self.cells) else None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A merged range, bounds included; rows from 1, columns from 0."""

    top: int
    bottom: int
    left: int
    right: int


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet without its empty rows."""

    name: str
    rows: tuple[Row, ...]
    spans: tuple[Span, ...] = ()
    "Merged ranges; only their first cell holds the value. Empty in a CSV."
    cut_after: int | None = None
    "The row after which so many empty rows follow that the rest was not looked at."
    hidden: bool = False


def column_letter(column: int) -> str:
    """Return the letters a spreadsheet shows for a column counted from 0 (27 is AB)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(reference: str) -> int | None:
    """Return the column, from 0, of a cell reference such as AB12; None if it has none."""
    index = 0
    for letter in reference[:3]:
        if not "A" <= letter <= "Z":
            break
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1 if index else None
