import random

import pytest

from config.roster.cell import Hole, Row
from config.roster.heading import cell_text, find_table, heading_problems, lookup, score
from config.roster.vocabulary import LABELS, MEMBER_HEADINGS, POINT_HEADINGS, Field, examples
from tests.config.roster.office import sheet, told


def columns(*rows: list[str | int | None]) -> dict[str, int]:
    table = find_table(sheet(*rows), POINT_HEADINGS)
    assert table is not None
    return {field.value: column for field, column in table.columns.items()}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Mã điểm cầu", Field.CODE), ("MA DIEM CAU", Field.CODE), ("Số\nđảng viên", Field.MEMBERS),
        ("Số đảng viên (người)", Field.MEMBERS), ("Tên điểm cầu *", Field.NAME),
        ("Điê\u0309m câ\u0300u", Field.NAME), ("Members", Field.MEMBERS), ("SĐT", Field.PHONE),
        ("Phải dự", Field.EXPECTED), ("Số đảng viên miễn sinh hoạt", Field.EXEMPT),
        ("Chi bộ (tổ đảng)", Field.BRANCH), ("Số đảng viên chính thức", None), ("", None),
        ("DANH SÁCH ĐIỂM CẦU TRỰC TUYẾN", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_with_and_without_marks(heading: str, field: Field | None) -> None:
    assert lookup(heading, POINT_HEADINGS) is field


@pytest.mark.parametrize("field", Field)
def test_what_a_missing_column_is_called_would_be_understood(field: Field) -> None:
    known = {lookup(label, words) for label in LABELS[field]
             for words in (POINT_HEADINGS, MEMBER_HEADINGS)}  # fmt: skip
    phones = {Field.CONTACT_PHONE, Field.PHONE}
    assert field in known or (field in phones and Field.PHONE in known)
    assert LABELS[field][0] in examples(field)


def test_the_heading_is_found_below_titles() -> None:
    table = find_table(
        sheet(["DANH SÁCH"], [], ["STT", "Tên", "Số lượng", None, "Màu"], [1, "A", 5]),
        POINT_HEADINGS,
    )
    assert table is not None
    assert (table.heading_row, table.rows[0].number) == (3, 4)
    assert [table.label(column) for column in (1, 3, 9)] == ["Tên", "D", "J"]
    place = table.place(table.rows[0], Field.NAME)
    assert (place.sheet, place.row, place.column) == ("S", 4, "Tên")
    assert table.place(None, Field.CODE).column is None
    assert table.cell(table.rows[0], Field.CODE) is None


def test_a_sheet_without_a_known_heading_has_no_table() -> None:
    assert find_table(sheet(["a", "b"], ["c"]), POINT_HEADINGS) is None
    assert score(sheet(["a", "b"])) == 0


def test_columns_come_in_any_order() -> None:
    names: list[str | int | None] = ["STT", "Mã", "Tên", "Đảng bộ", "Số ĐV", "Nhà mạng"]
    shuffled = names.copy()
    random.Random(7).shuffle(shuffled)
    straight, mixed = columns(names), columns(shuffled)
    assert {field: names[at] for field, at in straight.items()} == {
        field: shuffled[at] for field, at in mixed.items()
    }


@pytest.mark.parametrize(
    ("headings", "contact", "deputy"),
    [
        (["Người phụ trách", "Điện thoại"], 1, None),
        (["Điện thoại", "Người phụ trách"], 0, None),
        (["Người dự phòng", "Người phụ trách", "SĐT"], 2, None),
        (["Người phụ trách", "SĐT", "Người dự phòng", "SĐT"], 1, 3),
        (["Người dự phòng", "SĐT", "Người phụ trách", "SĐT"], 3, 1),
        (["SĐT", "Người dự phòng", "SĐT"], 0, 2),
        (["Người phụ trách", "SĐT người phụ trách", "Người dự phòng", "SĐT"], 1, 3),
        (["SĐT", "SĐT dự phòng", "Người dự phòng"], 0, 1),
    ],
)
def test_a_telephone_belongs_to_the_person_on_its_left(
    headings: list[str | int | None], contact: int | None, deputy: int | None
) -> None:
    found = columns(headings)
    assert found.get("contact_phone") == contact
    assert found.get("deputy_phone") == deputy


def test_without_a_name_column_only_a_unit_headed_as_a_name_is_one() -> None:
    assert columns(["Tên đơn vị", "Số lượng"]) == {"name": 0, "members": 1}
    assert columns(["Tên chi bộ", "Số lượng"]) == {"name": 0, "members": 1}
    assert columns(["Tên đơn vị", "Chi bộ", "Số ĐV"]) == {"name": 0, "branch": 1, "members": 2}
    assert columns(["Đơn vị", "Tên chi bộ", "Số ĐV"]) == {"unit": 0, "name": 1, "members": 2}
    assert columns(["Đơn vị", "Chi bộ", "Số ĐV"]) == {"unit": 0, "branch": 1, "members": 2}
    assert columns(["Số lượng"]) == {"members": 0}


def test_two_rows_of_headings_are_read_together() -> None:
    top = ["TT", "Điểm cầu", "Số đảng viên", None, "Người phụ trách", None, "Người dự phòng", None]
    below = [None, None, "Tổng số", "Miễn", "Họ và tên", "SĐT", "Họ và tên", "SĐT"]
    assert columns(list(top), list(below), [1, "A", 5]) == {
        "ordinal": 0, "name": 1, "members": 2, "exempt": 3, "contact": 4, "contact_phone": 5,
        "deputy": 6, "deputy_phone": 7,
    }  # fmt: skip


def test_a_heading_repeated_below_itself_stays_one() -> None:
    head: list[str | int | None] = ["Tên", "Số đảng viên"]
    assert columns(head, head, ["A", 5]) == {"name": 0, "members": 1}


def test_columns_of_no_meaning_and_of_the_same_meaning_are_reported() -> None:
    grid = sheet(["STT", "TT", "Tên", "Màu", "Điểm cầu", None, "Số ĐV", "Ghi chú", "Note"])
    table = find_table(grid, POINT_HEADINGS)
    assert table is not None
    assert told(heading_problems(table, POINT_HEADINGS)) == [
        ("unknown_column", 1, "Màu"), ("double_column", 1, "Điểm cầu")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (Hole.ERROR, ""), (51, "51"), (51.0, "51"), (51.5, "51.5"), (" a  b ", "a b")],
)
def test_a_cell_shows_its_text(cell: str | int | float | Hole | None, text: str) -> None:
    assert cell_text(cell) == text


def test_a_row_without_cells_shows_nothing() -> None:
    assert Row(number=1, cells=()).at(0) is None
