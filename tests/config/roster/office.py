"""Files as offices make them, written by openpyxl and csv: programs other than our readers."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.roster.cell import Cell, Row, Sheet, Span
from config.roster.problem import Problem

SAMPLES = Path(__file__).parents[3] / "config" / "samples"
POINTS = (SAMPLES / "my-hao-points.xlsx").read_bytes()
MEMBERS = (SAMPLES / "my-hao-members.xlsx").read_bytes()
MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Value = str | int | float | None
Grid = Sequence[Sequence[Value]]


def workbook(
    grid: Grid, *, title: str = "Điểm cầu", touch: Callable[[Worksheet], None] | None = None
) -> bytes:
    """Return an .xlsx with one sheet; ``touch`` merges, hides and so on."""
    return workbooks({title: grid}, touch=touch)


def workbooks(
    grids: Mapping[str, Grid], *, touch: Callable[[Worksheet], None] | None = None
) -> bytes:
    """Return an .xlsx with several sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, grid in grids.items():
        page = book.create_sheet(title)
        for row in grid:
            page.append(list(row))
        if touch:
            touch(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def delimited(
    grid: Grid, *, delimiter: str = ";", encoding: str = "utf-8", mark: bytes = b""
) -> bytes:
    """Return a CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(grid)
    return mark + out.getvalue().encode(encoding)


def with_part(part: str, content: str | bytes, *, source: bytes = POINTS) -> bytes:
    """Return a workbook in which one part is replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """Return a workbook whose only sheet has this inside <worksheet>."""
    body = f'<worksheet xmlns="{MAIN_NS}">{xml}</worksheet>'
    return with_part("xl/worksheets/sheet1.xml", body)


def with_rows(xml: str) -> bytes:
    """Return a workbook whose only sheet has this inside <sheetData>."""
    return with_sheet(f"<sheetData>{xml}</sheetData>")


def sheet(
    *rows: Sequence[Cell], name: str = "S", spans: Sequence[Span] = (), hidden: bool = False
) -> Sheet:
    """Return a sheet already split into cells; empty rows are left out but counted."""
    filled = [
        Row(number=number, cells=tuple(cells))
        for number, cells in enumerate(rows, 1)
        if any(cell is not None for cell in cells)
    ]
    return Sheet(name=name, rows=tuple(filled), spans=tuple(spans), hidden=hidden)


def told(problems: Sequence[Problem]) -> list[tuple[str, int | None, str | None]]:
    """Return code, row and column of each problem."""
    return [(it.code.value, it.row, it.column) for it in problems]
