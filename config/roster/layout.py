"""Which sheets hold a table, and which of its rows are data. Pure: sheets in, rows sorted out.

Offices keep more in a table than its data: the heading again on every page, a row that numbers
the columns, headings of groups ("I. KHỐI PHƯỜNG"), totals, and below them who signed it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto

from .cell import Cell, Row, Sheet
from .heading import Table, cell_text, find_table, heading_problems, lookup
from .limit import MAX_EMPTY_ROWS
from .problem import Place, Problem, ProblemCode, problem
from .text import name_key, search_key
from .vocabulary import LABELS, Field, examples

Required = tuple[tuple[Field, ...], ...]
"Fields a table must have; of each inner tuple one is enough."

_TOTALS = frozenset({"tong cong", "tong", "cong", "tong so", "total", "grand total", "sum"})
_GROUP_ORDINAL = re.compile(r"(?:[IVXLC]{1,6}|[A-Z])[.)]?")
_GROUP_NAME = re.compile(r"(?:[IVXLC]{1,6}|[A-Z])\s*[.)/:-]\s*\S")


class RowKind(Enum):
    """What a row of a table is for."""

    DATA = auto()
    TOTAL = auto()
    QUIET = auto()
    "Skipped without a word: the heading again, column numbers, an ordinal and nothing else."
    SKIPPED = auto()
    "Skipped with a warning: the heading of a group, a signature, a remark."


def choose_tables(
    sheets: Sequence[Sheet], words: Mapping[str, Field], required: Required
) -> tuple[list[Table], list[Problem]]:
    """Return the tables that have all required columns, and what is to be said about the rest.

    Where none has, the problems name what is missing from the sheet that is nearest to one.
    Hidden sheets, which hold old copies and lists to choose from, are read only if no visible
    one has the columns.
    """
    seen = [(sheet, find_table(sheet, words)) for sheet in sheets if sheet.rows]
    whole = [table for _, table in seen if table and not _missing(table, required)]
    shown = [table for table in whole if not table.sheet.hidden] or whole
    if not shown:
        return [], _missing_columns(seen, required)
    problems = [it for table in shown for it in _remarks(table, words)]
    problems += [_skipped(sheet) for sheet, table in seen if table not in shown]
    return shown, problems


def sort_rows(
    table: Table, words: Mapping[str, Field], marks: Sequence[Field]
) -> Iterator[tuple[Row, RowKind]]:
    """Yield every row below the heading with what it is.

    Args:
        table: The table.
        words: Its vocabulary.
        marks: Fields of which data has at least one: the counts, or the member's name.

    """
    grouped = _numbered(table)
    after_total = False
    for index, row in enumerate(table.rows):
        if _is_total(table, row):
            after_total = True
            yield row, RowKind.TOTAL
        elif _is_quiet(table, row, words, first=index == 0):
            yield row, RowKind.QUIET
        elif _is_aside(table, row, marks, grouped=grouped, after_total=after_total):
            yield row, RowKind.SKIPPED
        else:
            yield row, RowKind.DATA


def row_text(row: Row) -> str:
    """Return the first text of a row, to name it by."""
    texts = (cell_text(cell) for cell in row.cells if isinstance(cell, str))
    return next((text for text in texts if text), "…")


def _missing(table: Table, required: Required) -> Required:
    return tuple(
        fields for fields in required if not any(field in table.columns for field in fields)
    )


def _missing_columns(
    seen: Sequence[tuple[Sheet, Table | None]], required: Required
) -> list[Problem]:
    sheet, table = max(seen, key=lambda it: len(it[1].columns) if it[1] else 0)
    place = table.place(None) if table else Place(sheet=sheet.name)
    found: list[Problem] = []
    for fields in _missing(table, required) if table else required:
        vi, en = LABELS[fields[0]]
        shown = " / ".join(examples(field) for field in fields)
        found.append(
            problem(ProblemCode.MISSING_COLUMN, place, field=vi, field_en=en, examples=shown)
        )
    return found


def _remarks(table: Table, words: Mapping[str, Field]) -> list[Problem]:
    problems = heading_problems(table, words)
    cut_after = table.sheet.cut_after
    if cut_after is not None:
        place = Place(sheet=table.sheet.name, row=cut_after)
        problems.append(
            problem(ProblemCode.ROWS_IGNORED, place, row=cut_after, limit=MAX_EMPTY_ROWS)
        )
    return problems


def _skipped(sheet: Sheet) -> Problem:
    why = ("trang bị ẩn", "it is hidden") if sheet.hidden else ("không có đủ cột", "not a table")
    return problem(ProblemCode.SHEET_SKIPPED, Place(sheet=sheet.name), why=why[0], why_en=why[1])


def _numbered(table: Table) -> bool:
    """Return whether rows are numbered 1, 2, 3: then I and A number groups."""
    return any(
        cell_text(table.cell(row, Field.ORDINAL)).rstrip(".").isdecimal() for row in table.rows
    )


def _is_total(table: Table, row: Row) -> bool:
    if cell_text(table.cell(row, Field.CODE)) and not _says_total(table.cell(row, Field.CODE)):
        return False
    texts = [cell for cell in row.cells if isinstance(cell, str)]
    return any(_says_total(cell) for cell in texts[:2])


def _says_total(cell: Cell) -> bool:
    """Return whether a cell says "total", and not "Tổng công ty" or "Cộng Hòa"."""
    text = cell_text(cell)
    before, colon, _ = text.partition(":")
    words = search_key(before if colon else text)
    longer = words.startswith("tong cong ") and name_key(text).startswith(name_key("Tổng cộng "))
    return words in _TOTALS or longer


def _is_quiet(table: Table, row: Row, words: Mapping[str, Field], *, first: bool) -> bool:
    texts = [cell_text(cell) for cell in row.cells if cell is not None]
    ordinal = cell_text(table.cell(row, Field.ORDINAL)).rstrip(".")
    if len(texts) == 1 and ordinal.isdecimal():
        return True
    return (first and _numbers_columns(texts)) or _is_heading_again(table, row, words)


def _numbers_columns(texts: Sequence[str]) -> bool:
    """Return whether these are (1) (2) (3), or A B 1 2 3, in this order without a gap."""
    bare = [text.strip("()") for text in texts]
    letters = [text for text in bare if "A" <= text <= "Z" and len(text) == 1]
    numbers = [str(number) for number in range(1, len(bare) - len(letters) + 1)]
    expected = [chr(ord("A") + index) for index in range(len(letters))] + numbers
    # A point called A with one member is a point.
    return bare == expected and len(numbers) >= 2 and (not letters or len(bare) >= 4)


def _is_heading_again(table: Table, row: Row, words: Mapping[str, Field]) -> bool:
    texts = {column: cell for column, cell in enumerate(row.cells) if cell is not None}
    known = [cell for cell in texts.values() if isinstance(cell, str) and lookup(cell, words)]
    return len(known) > 1 and all(
        cell in known or cell_text(cell) == table.label(column) for column, cell in texts.items()
    )


def _is_aside(
    table: Table, row: Row, marks: Sequence[Field], *, grouped: bool, after_total: bool
) -> bool:
    ordinal = cell_text(table.cell(row, Field.ORDINAL))
    if cell_text(table.cell(row, Field.CODE)):
        return False
    if _is_title(table, row) or (grouped and _GROUP_ORDINAL.fullmatch(ordinal)):
        return True
    if any(table.cell(row, field) is not None for field in marks):
        return False
    return after_total or _is_remark(table, row, ordinal)


def _is_title(table: Table, row: Row) -> bool:
    """Return whether the row is one text, merged over its neighbours or numbered as groups."""
    filled = [column for column, cell in enumerate(row.cells) if cell is not None]
    if len(filled) != 1 or not isinstance(row.at(filled[0]), str):
        return False
    merged = any(
        span.top <= row.number <= span.bottom and span.left <= filled[0] < span.right
        for span in table.sheet.spans
    )
    return merged or bool(_GROUP_NAME.match(cell_text(row.at(filled[0]))))


def _is_remark(table: Table, row: Row, ordinal: str) -> bool:
    """Return whether a row without figures names no point: one text, where no name would be.

    A single text in the column of names is a point whose count was forgotten.
    """
    asides = (Field.ORDINAL, Field.NOTE)
    named = [
        field
        for field in table.columns
        if field not in asides and table.cell(row, field) is not None
    ]
    alone = len(named) == 1 and named[0] is not Field.NAME and not ordinal
    return not named or alone
