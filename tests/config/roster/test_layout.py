import pytest

from config.roster.cell import Cell, Sheet, Span
from config.roster.heading import find_table
from config.roster.layout import RowKind, choose_tables, row_text, sort_rows
from config.roster.limit import MAX_EMPTY_ROWS
from config.roster.vocabulary import POINT_HEADINGS, Field
from tests.config.roster.office import sheet, told

HEAD: list[Cell] = ["STT", "Mã", "Tên điểm cầu", "Đơn vị", "Số đảng viên", "Ghi chú", "Màu"]
MARKS = (Field.MEMBERS, Field.EXPECTED)
REQUIRED = ((Field.NAME,), MARKS)


def kinds(*rows: list[Cell], spans: tuple[Span, ...] = ()) -> list[str]:
    table = find_table(sheet(HEAD, *rows, spans=spans), POINT_HEADINGS)
    assert table is not None
    return [kind.name for _, kind in sort_rows(table, POINT_HEADINGS, MARKS)]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ([1, "M1", "Dị Sử", "x", 5], "DATA"),
        ([1, None, "Dị Sử", None, None], "DATA"),
        ([None, None, "Dị Sử", None, None], "DATA"),
        ([None, None, None, None, 5], "DATA"),
        ([None, "M1", "Dị Sử", None, None], "DATA"),
        ([None, None, "Dị Sử", "Đảng bộ xã", None], "DATA"),
        ([None, None, "Tổng công ty May", None, 5], "DATA"),
        ([None, None, "TONG CONG TY MAY", None, 5], "DATA"),
        ([None, None, "Cộng Hòa", None, 5], "DATA"),
        ([None, "M9", "Tổng", None, 5], "DATA"),
        ([None, None, "Tổng cộng", None, 5], "TOTAL"),
        (["TỔNG CỘNG:", None, None, None, 5], "TOTAL"),
        ([None, "Cộng", None, None, 5], "TOTAL"),
        ([None, None, "Tổng cộng 92 điểm cầu", None, 5], "TOTAL"),
        ([None, None, "Tổng số: 92 điểm cầu", None, 5], "TOTAL"),
        (["I", None, "Total", None, 5], "TOTAL"),
        ([7], "QUIET"),
        (["7."], "QUIET"),
        (list(HEAD), "QUIET"),
        (["I. KHỐI PHƯỜNG"], "SKIPPED"),
        ([None, None, "I. Khối phường", None, None], "SKIPPED"),
        ([None, None, "A/ Khối phường", None, None], "SKIPPED"),
        ([None, None, None, "Khối phường", None], "SKIPPED"),
        ([None, None, None, None, None, "ghi chú lẻ"], "SKIPPED"),
        ([None, None, None, None, None, None, "đỏ"], "SKIPPED"),
        (["Người lập biểu"], "SKIPPED"),
        (["II", None, "Khối xã"], "DATA"),
        (["x", None, None, "Khối xã"], "DATA"),
        (["x"], "SKIPPED"),
    ],
)
def test_a_row_is_told_by_what_stands_in_it(row: list[Cell], kind: str) -> None:
    data: list[Cell] = ["x", "M0", "Bạch Sam", "x", 1]
    assert kinds(data, row) == ["DATA", kind]


def test_a_row_that_numbers_the_columns_is_quiet_only_below_the_heading() -> None:
    numbers: list[Cell] = ["(1)", "(2)", "(3)", "(4)", "(5)"]
    assert kinds(numbers, numbers) == ["QUIET", "DATA"]
    assert kinds([1, 2, 3, 4, 5]) == ["QUIET"]
    assert kinds(["A", "B", "C", 1, 2]) == ["QUIET"]
    assert kinds([None, None, 1, None, 2]) == ["QUIET"]


@pytest.mark.parametrize(
    "row",
    [[1, None, "A", None, 5], [None, None, "A", None, 1], [None, "A", "B", None, 1],
     [1, "A", "B", None, 2], [1, 2, 3, 4, 6]],
)  # fmt: skip
def test_points_with_the_shortest_names_are_points(row: list[Cell]) -> None:
    assert kinds(row) == ["DATA"]


def test_where_rows_are_numbered_a_roman_number_heads_a_group_even_with_a_sum() -> None:
    group: list[Cell] = ["II.", None, "Khối xã", None, 12]
    assert kinds([1, None, "A", None, 5], group) == ["DATA", "SKIPPED"]
    assert kinds(["I", None, "A", None, 5], group) == ["DATA", "DATA"]
    assert kinds([1, None, "A", None, 5], ["V", "M5", "B", None, 5]) == ["DATA", "DATA"]


def test_a_name_merged_over_its_neighbours_heads_a_group() -> None:
    group: list[Cell] = [None, None, "KHỐI PHƯỜNG"]
    over = Span(top=2, bottom=2, left=2, right=4)
    down = Span(top=2, bottom=3, left=2, right=2)
    assert kinds(group, spans=(over,)) == ["SKIPPED"]
    assert kinds(group, spans=(down,)) == ["DATA"]


def test_a_title_is_no_figure_even_where_figures_stand() -> None:
    table = find_table(sheet(["Số đảng viên", "Tên"], ["I. KHỐI XÃ"], [12]), POINT_HEADINGS)
    assert table is not None
    assert [kind.name for _, kind in sort_rows(table, POINT_HEADINGS, MARKS)] == [
        "SKIPPED", "DATA"
    ]  # fmt: skip


def test_below_a_total_what_has_no_code_and_no_count_is_skipped() -> None:
    total: list[Cell] = [None, None, "Tổng cộng", None, 5]
    signed: list[Cell] = [None, None, "Người lập", "Bí thư"]
    assert kinds(signed, total, signed, ["x", "M2", "B"], [None, None, "C", None, 4]) == [
        "DATA", "TOTAL", "SKIPPED", "DATA", "DATA"
    ]  # fmt: skip


def test_a_row_is_named_by_its_first_text() -> None:
    [row] = sheet([None, 5, " ", "Dị Sử"]).rows
    assert row_text(row) == "Dị Sử"
    assert row_text(sheet([5]).rows[0]) == "…"


def chosen(*sheets: Sheet) -> tuple[list[str], list[tuple[str, int | None, str | None]]]:
    tables, problems = choose_tables(sheets, POINT_HEADINGS, REQUIRED)
    return [table.sheet.name for table in tables], told(problems)


WHOLE: tuple[list[Cell], list[Cell]] = ["Tên", "Số đảng viên"], ["A", 5]


def test_every_visible_sheet_with_the_columns_is_read() -> None:
    assert chosen(sheet(*WHOLE, name="1"), sheet(name="leer"), sheet(*WHOLE, name="2")) == (
        ["1", "2"], []
    )  # fmt: skip


def test_other_sheets_are_skipped_with_a_word() -> None:
    help_, old = sheet(["Hướng dẫn"], name="h"), sheet(*WHOLE, name="cũ", hidden=True)
    assert chosen(help_, sheet(*WHOLE, name="1"), old) == (
        ["1"], [("sheet_skipped", None, None), ("sheet_skipped", None, None)]
    )  # fmt: skip


def test_a_hidden_sheet_is_read_if_it_is_the_only_one() -> None:
    assert chosen(sheet(*WHOLE, name="1", hidden=True)) == (["1"], [])


def test_missing_columns_are_named_at_the_heading_of_the_nearest_sheet() -> None:
    near = sheet([], ["Mã", "Tên", "Đơn vị"], ["a", "b", "c"])
    assert chosen(sheet(["x"]), near) == ([], [("missing_column", 2, None)])
    _, problems = choose_tables([sheet(["x"]), near], POINT_HEADINGS, REQUIRED)
    assert "Số đảng viên, Members / Phải dự, Expected" in problems[0].text


def test_without_any_heading_every_needed_column_is_missing() -> None:
    assert chosen(sheet(["a", "b"])) == (
        [], [("missing_column", None, None), ("missing_column", None, None)]
    )  # fmt: skip


def test_a_sheet_that_was_cut_says_so() -> None:
    whole = sheet(*WHOLE)
    cut = Sheet(name="S", rows=whole.rows, cut_after=2)
    assert chosen(cut) == (["S"], [("rows_ignored", 2, None)])
    assert MAX_EMPTY_ROWS == 1000


def test_the_kinds_of_rows_are_all_in_use() -> None:
    assert {kind.name for kind in RowKind} == {"DATA", "TOTAL", "QUIET", "SKIPPED"}
