"""What is exported is text in a spreadsheet, whatever the halls are called."""

import csv
import io

import openpyxl
import pytest

from coordinator.api.table import Table
from coordinator.api.workbook import BOM, text_file, workbook

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
FORMULA = '1+1|cmd\'!A1,HYPERLINK("http://evil.example")'


@pytest.mark.parametrize("start", STARTS, ids=ascii)
def test_no_cell_of_a_text_file_begins_as_a_formula(start: str) -> None:
    hostile = start + FORMULA
    table = Table(title="x", headings=(hostile, "n"), rows=((hostile, -5), ("Lan", None)))
    text = text_file(table).decode()
    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert rows[0] == ["'" + hostile, "n"]
    assert rows[1] == ["'" + hostile, "-5"], "a number stays one"
    assert rows[2] == ["Lan", ""]


@pytest.mark.parametrize("hostile", ["=1+1", "{=1+1}", "http://evil.example", "-2+3", "@SUM(A1)"])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(hostile: str) -> None:
    table = Table(title="Điểm cầu", headings=(hostile,), rows=((hostile,), (7,)))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook((table,)))).active
    assert sheet is not None
    for row in (1, 2):
        cell = sheet.cell(row, 1)
        assert (cell.data_type, cell.value, cell.hyperlink) == ("s", hostile, None)
    assert sheet.cell(3, 1).value == 7
