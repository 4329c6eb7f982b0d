import io
import zipfile

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from config.errors import RosterUnreadable
from config.roster import workbook as reader
from config.roster.sheet import read_sheets
from tests.config.roster.office import POINTS, Value, with_part, workbook, workbooks

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def refusal(data: bytes) -> RosterUnreadable:
    with pytest.raises(RosterUnreadable) as refused:
        read_sheets(data, "x.xlsx")
    return refused.value


def test_what_another_program_wrote_is_read_cell_by_cell() -> None:
    grid: list[list[Value]] = [["Tên", 51, 51.5, None, "Dị Sử"], [None, "Tên"], ["&<>\"'", 0]]
    [sheet] = read_sheets(workbook(grid), "x.xlsx")
    assert [list(row.cells) for row in sheet.rows] == grid


def test_sheets_come_in_the_order_of_their_tabs_with_the_hidden_ones_marked() -> None:
    def hide(page: Worksheet) -> None:
        page.sheet_state = "hidden" if page.title == "Cũ" else "visible"

    data = workbooks({"Mới": [["a"]], "Cũ": [["b"]], "Trống": []}, touch=hide)
    assert [(it.name, it.hidden, len(it.rows)) for it in read_sheets(data, "x.xlsx")] == [
        ("Mới", False, 1), ("Cũ", True, 1), ("Trống", False, 0)
    ]  # fmt: skip


def test_shared_strings_are_joined_from_their_runs() -> None:
    strings = (
        f'<sst xmlns="{STRICT}"><si><t>Tên</t></si>'
        "<si><r><t>Dị </t></r><r><t>Sử</t></r><rPh><t>x</t></rPh></si><si><t> </t></si></sst>"
    )
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in (2, 1, 0))
    data = with_part("xl/sharedStrings.xml", strings)
    data = with_part(
        "xl/worksheets/sheet1.xml",
        f'<worksheet xmlns="{STRICT}"><sheetData><row>{cells}</row></sheetData></worksheet>',
        source=data,
    )
    links = (
        f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{RELS}/externalLinkPath" TargetMode="External" '
        'Target="file:///etc/passwd"/></Relationships>'
    )
    data = with_part("xl/_rels/workbook.xml.rels", links, source=data)
    [sheet] = read_sheets(data, "x.xlsx")
    assert sheet.rows[0].cells == (None, "Dị Sử", "Tên")


def test_a_part_named_outside_the_package_is_only_a_missing_part() -> None:
    links = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELS}/worksheet" '
        'Target="../../../../etc/passwd"/></Relationships>'
    )
    assert refusal(with_part("xl/_rels/workbook.xml.rels", links)).code == "not_a_workbook"


def test_a_zip_without_a_workbook_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<document/>")
    assert refusal(out.getvalue()).code == "not_a_workbook"


def test_a_workbook_without_sheets_is_named() -> None:
    assert refusal(with_part("xl/workbook.xml", "<workbook/>")).code == "not_a_workbook"
    broken = "<workbook><sheets><sheet name='a'/></sheets></workbook>"
    assert refusal(with_part("xl/workbook.xml", broken)).code == "not_a_workbook"


def test_the_number_of_tabs_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ENTRIES", 0)
    assert refusal(POINTS).code == "too_large"


def test_a_workbook_without_a_list_of_relations_is_looked_for_where_it_always_is() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(POINTS)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "_rels/.rels":
                new.writestr(name, old.read(name))
    assert read_sheets(out.getvalue(), "x.xlsx")[0].name == "Điểm cầu"
