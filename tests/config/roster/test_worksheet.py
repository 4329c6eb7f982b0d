import pytest
from openpyxl.worksheet.worksheet import Worksheet

from config.errors import RosterUnreadable
from config.roster import worksheet
from config.roster.cell import Cell, Hole, Span
from config.roster.limit import MAX_CELL_CHARS, MAX_COLUMNS, MAX_EMPTY_ROWS
from config.roster.sheet import read_sheets
from tests.config.roster.office import with_rows, with_sheet, workbook

STRINGS = "xl/sharedStrings.xml"


def first_cell(xml: str) -> Cell:
    [sheet] = read_sheets(with_rows(f'<row r="1">{xml}<c r="B1"><v>9</v></c></row>'), "x.xlsx")
    return sheet.rows[0].at(0)


def refusal(data: bytes) -> RosterUnreadable:
    with pytest.raises(RosterUnreadable) as refused:
        read_sheets(data, "x.xlsx")
    return refused.value


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<c><v>51</v></c>", 51),
        ('<c r="A1" s="3"><v>51</v></c>', 51),
        ("<c><v>-51</v></c>", -51),
        ("<c><v>51.0</v></c>", 51.0),
        ("<c><v>5.1E1</v></c>", 51.0),
        ("<c><v>1e999</v></c>", "1e999"),
        ("<c><v>nan</v></c>", "nan"),
        ("<c><v>.</v></c>", "."),
        ("<c><v>.e5</v></c>", ".e5"),
        ("<c><v>1" + "0" * 5000 + "</v></c>", "1" + "0" * MAX_CELL_CHARS),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="d"><v>2026-11-21</v></c>', "2026-11-21"),
        ('<c t="e"><v>#REF!</v></c>', Hole.ERROR),
        ('<c t="str"><f>A2</f><v>Dị Sử</v></c>', "Dị Sử"),
        ('<c t="str"><f>A2</f><v></v></c>', None),
        ('<c t="str"><f>A2</f></c>', Hole.NO_VALUE),
        ("<c><f>SUM(A2:A3)</f><v>7</v></c>", 7),
        ("<c><f>SUM(A2:A3)</f><v/></c>", Hole.NO_VALUE),
        ("<c><f>SUM(A2:A3)</f></c>", Hole.NO_VALUE),
        ('<c t="inlineStr"><is><t>Dị Sử</t></is></c>', "Dị Sử"),
        ('<c t="inlineStr"><is><r><t>Dị </t></r><r><t>Sử</t></r></is></c>', "Dị Sử"),
        ('<c t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh><t>c</t></is></c>', "ac"),
        ('<c t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a\rb"),
        ('<c t="inlineStr"><is><t>   </t></is></c>', None),
        ('<c t="inlineStr"><is/></c>', None),
        ("<c/>", None),
    ],
)
def test_every_type_of_cell_is_read(xml: str, value: Cell) -> None:
    assert first_cell(xml) == value


def test_a_long_cell_keeps_one_character_over_the_limit() -> None:
    text = first_cell(f'<c t="inlineStr"><is><t>{"a&#65;" * 900}</t></is></c>')
    assert isinstance(text, str)
    assert len(text) == MAX_CELL_CHARS + 1


def test_text_that_comes_in_many_pieces_is_cut_as_well() -> None:
    run = worksheet.TextRun()
    for _ in range(4):
        run.add("x" * 400)
    assert run.take() == "x" * (MAX_CELL_CHARS + 1)


def test_rows_and_cells_without_a_reference_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"
    [sheet] = read_sheets(with_rows(rows), "x.xlsx")
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, (1, 2)), (3, (3,))]


def test_hidden_rows_are_read_and_merged_ranges_noted() -> None:
    def touch(page: Worksheet) -> None:
        page.row_dimensions[2].hidden = True
        page.merge_cells("A1:B1")
        page.merge_cells("A2:A3")

    [sheet] = read_sheets(workbook([["a"], ["b", 1], [None, 2]], touch=touch), "x.xlsx")
    assert [row.number for row in sheet.rows] == [1, 2, 3]
    assert sorted(sheet.spans, key=lambda span: span.top) == [
        Span(top=1, bottom=1, left=0, right=1),
        Span(top=2, bottom=3, left=0, right=0),
    ]


def test_a_merged_range_that_is_none_is_ignored() -> None:
    row = '<row r="1"><c><v>1</v></c></row>'
    data = with_sheet(f'<sheetData>{row}</sheetData><mergeCell ref="12"/><mergeCell/>')
    [sheet] = read_sheets(data, "x.xlsx")
    assert sheet.spans == ()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="x"/>',
        '<row r="1"><c t="s"><v>x</v></c></row>',
        '<row r="1"><c t="s"><v>0</v></c></row>',
        '<row r="1"><c t="s"><v>-1</v></c></row>',
    ],
)
def test_a_sheet_that_contradicts_itself_is_damaged(rows: str) -> None:
    assert refusal(with_rows(rows)).code == "not_a_workbook"


def test_a_cell_too_far_right_refuses_the_file_and_an_empty_one_does_not() -> None:
    edge = f'<row r="1"><c><v>1</v></c></row><row r="7"><c r="{"CV"}7"><v>1</v></c></row>'
    assert read_sheets(with_rows(edge), "x.xlsx")[0].rows[1].at(MAX_COLUMNS - 1) == 1
    error = refusal(with_rows(edge.replace("CV", "CW")))
    assert (error.code, error.sheet, error.row, error.column) == (
        "too_large", "Điểm cầu", 7, "CW"
    )  # fmt: skip
    empty = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
    assert len(read_sheets(with_rows(empty), "x.xlsx")[0].rows[0].cells) == 1


def test_a_thousand_empty_rows_end_the_sheet() -> None:
    last = MAX_EMPTY_ROWS + 1
    near = f'<row r="1"><c><v>1</v></c></row><row r="{last}"><c><v>2</v></c></row>'
    [sheet] = read_sheets(with_rows(near), "x.xlsx")
    assert (len(sheet.rows), sheet.cut_after) == (2, None)
    [sheet] = read_sheets(with_rows(near.replace(str(last), str(last + 1))), "x.xlsx")
    assert (len(sheet.rows), sheet.cut_after) == (1, 1)


@pytest.mark.parametrize("bound", ["MAX_ROWS", "MAX_SCANNED_ROWS", "MAX_SPANS"])
def test_rows_and_merged_ranges_are_bounded(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in (1, 2, 3))
    spans = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in (1, 2, 3))
    data = with_sheet(f"<sheetData>{rows}</sheetData>{spans}")
    monkeypatch.setattr(worksheet, bound, 3)
    assert read_sheets(data, "x.xlsx")
    monkeypatch.setattr(worksheet, bound, 2)
    assert refusal(data).code == "too_large"
