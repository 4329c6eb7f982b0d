"""A CSV as offices save it. Pure: bytes in, a sheet out.

Excel writes the separator of the machine's language and the encoding somebody clicked; both
are found out here. Rows are numbered as Excel shows the file: a quoted line break starts no row.
"""

import codecs
import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator

from .cell import Cell, Row, Sheet, column_letter
from .heading import score
from .limit import MAX_CELL_CHARS, MAX_COLUMNS, MAX_EMPTY_ROWS, MAX_ROWS
from .package import too_large
from .problem import Place, ProblemCode, unreadable

DELIMITERS = ";,\t|"
SNIFFED_CHARS = 64 * 1024
SNIFFED_ROWS = 60
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_delimited(data: bytes, name: str) -> Sheet:
    """Return the file as one sheet.

    Raises:
        RosterUnreadable: ``bad_encoding``, ``too_large``.

    """
    text, delimiter = _named_delimiter(decode(data))
    return _sheet(name, text, delimiter or sniff(text))


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16, with or without a byte order mark.

    Raises:
        RosterUnreadable: ``bad_encoding``.

    """
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)),
        (b"", _unmarked(data)),
    )
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable(ProblemCode.BAD_ENCODING, Place()) from error
    if "\0" in text:
        raise unreadable(ProblemCode.BAD_ENCODING, Place())
    return text


def sniff(text: str) -> str:
    """Return the delimiter: the one under which most headings are known, else most columns."""
    head = text[:SNIFFED_CHARS]
    return max(DELIMITERS, key=lambda delimiter: _fitness(head, delimiter))


def _unmarked(data: bytes) -> str:
    """Return the encoding of a file without a mark: zeros on one side of pairs are UTF-16."""
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even and not odd:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def _named_delimiter(text: str) -> tuple[str, str | None]:
    """Split off a first line "sep=;", which Excel obeys and does not show."""
    first, _, rest = text.partition("\n")
    first = first.strip("\r\"' ")
    named = first[:4].lower() == "sep=" and len(first) == 5
    return (rest, first[4]) if named else (text, None)


def _fitness(head: str, delimiter: str) -> tuple[int, int]:
    rows = tuple(itertools.islice(_rows(head, delimiter, ""), SNIFFED_ROWS))
    known = score(Sheet(name="", rows=rows))
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    return known, max(((width - 1) * times for width, times in widths.items()), default=0)


def _sheet(name: str, text: str, delimiter: str) -> Sheet:
    rows: list[Row] = []
    cut_after = None
    for row in _rows(text, delimiter, name):
        last = rows[-1].number if rows else 0
        if row.number - last > MAX_EMPTY_ROWS:
            cut_after = last
            break
        _check_bounds(row, len(rows) + 1, name)
        rows.append(row)
    return Sheet(name=name, rows=tuple(rows), cut_after=cut_after)


def _check_bounds(row: Row, rows: int, name: str) -> None:
    if rows > MAX_ROWS:
        place = Place(sheet=name, row=row.number)
        raise too_large("quá nhiều dòng", "too many rows", MAX_ROWS, place)
    if len(row.cells) > MAX_COLUMNS:
        place = Place(sheet=name, row=row.number, column=column_letter(len(row.cells) - 1))
        raise too_large("quá nhiều cột", "too many columns", MAX_COLUMNS, place)


def _rows(text: str, delimiter: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, fields in enumerate(reader, 1):
            if cells := _cells(fields):
                yield Row(number=number, cells=cells)
    except csv.Error as error:  # A field over 128 KiB.
        place = Place(sheet=name, row=number + 1)
        raise too_large(
            "ô quá dài hoặc thiếu dấu ngoặc kép đóng",
            "a cell too long, or a quotation mark that is not closed",
            MAX_CELL_CHARS,
            place,
        ) from error


def _cells(fields: list[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = [field[: MAX_CELL_CHARS + 1] if field.strip() else None for field in fields]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)
