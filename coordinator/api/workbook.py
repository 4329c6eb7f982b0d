"""Tables as files: a workbook, and text with commas. What looks like a formula stays text."""

import csv
import io

import xlsxwriter

from .table import Cell, Table

BOM = "\ufeff"
"Without it a spreadsheet reads Vietnamese as another encoding."

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"OWASP's, and the wide forms, which some spreadsheets take for the narrow ones."


def workbook(tables: tuple[Table, ...]) -> bytes:
    """Return an .xlsx with one sheet a table."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    body = book.add_format({"valign": "top", "border": 1})
    for table in tables:
        sheet = book.add_worksheet(table.title[:31])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for column, heading in enumerate(table.headings):
            sheet.write_string(0, column, heading, head)
            sheet.set_column(column, column, _width(table, column))
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, (number, column), cell, body)
    book.close()
    return file.getvalue()


def text_file(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180, UTF-8 with a mark)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(heading) for heading in table.headings])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return (BOM + out.getvalue()).encode()


def _write(
    sheet: "xlsxwriter.worksheet.Worksheet", place: tuple[int, int], cell: Cell, look: object
) -> None:
    if cell is None:
        sheet.write_blank(*place, None, look)
    elif isinstance(cell, str):
        sheet.write_string(*place, cell, look)
    else:
        sheet.write_number(*place, cell, look)


def _width(table: Table, column: int) -> float:
    """Return a width in characters: texts as long as they are, numbers under their heading."""
    cells = [row[column] for row in table.rows if len(row) > column]
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    return float(min(48, max(10, longest + 1)))


def _plain(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
