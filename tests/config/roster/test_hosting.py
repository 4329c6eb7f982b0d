from config.roster.cell import Cell
from config.roster.reading import Reading, points_in
from tests.config.roster.office import sheet, told

UNITS: list[Cell] = ["Mã", "Tên", "Đơn vị", "Số đảng viên"]
FULL: list[Cell] = ["Mã", "Tên", "Đơn vị", "Số đảng viên", "Loại", "Nhà mạng", "Người phụ trách",
                    "SĐT", "Cấp ủy viên dự"]  # fmt: skip


def read(head: list[Cell], *rows: list[Cell]) -> Reading:
    return points_in((sheet(head, *rows),))


def shape(reading: Reading) -> list[tuple[str | None, str, str, list[str]]]:
    return [
        (point.code, point.name, point.unit, [branch.name for branch in point.branches])
        for point in reading.rows
    ]


def test_halls_of_one_name_in_two_units_are_two_points() -> None:
    reading = read(
        UNITS, [None, "Nhà văn hóa", "Đảng bộ A", 5], [None, "Nhà văn hóa", "Đảng bộ B", 6]
    )
    assert shape(reading) == [
        (None, "Nhà văn hóa", "Đảng bộ A", ["Đảng bộ A"]),
        (None, "Nhà văn hóa", "Đảng bộ B", ["Đảng bộ B"]),
    ]


def test_a_hall_whose_units_are_branches_is_one_point() -> None:
    reading = read(UNITS, [None, "Hội trường", "Chi bộ 1", 5], [None, "Hội trường", "Chi bộ 2", 6])
    assert shape(reading) == [(None, "Hội trường", "Chi bộ 1", ["Chi bộ 1", "Chi bộ 2"])]
    assert reading.rows[0].expected == 11


def test_one_code_with_two_units_is_one_point_with_both_as_branches() -> None:
    reading = read(
        UNITS, ["M1", "Hội trường", "Đảng bộ A", 5], ["m1", "Hội Trường", "Đảng bộ B", 6]
    )
    assert shape(reading) == [("M1", "Hội trường", "Đảng bộ A", ["Đảng bộ A", "Đảng bộ B"])]
    assert reading.problems == ()


def test_a_row_without_a_code_joins_the_point_of_its_name_and_unit() -> None:
    head: list[Cell] = ["Mã", "Tên", "Chi bộ", "Số đảng viên"]
    reading = read(head, [None, "A", "Chi bộ 1", 5], ["M1", "A", "Chi bộ 2", 6])
    assert shape(reading) == [("M1", "A", "", ["Chi bộ 2", "Chi bộ 1"])]


def test_a_row_that_could_join_two_points_joins_none() -> None:
    head: list[Cell] = ["Mã", "Tên", "Chi bộ", "Số đảng viên"]
    reading = read(head, ["M1", "A", "C1", 5], ["M2", "A", "C2", 6], [None, "A", "C3", 7])
    assert [point.code for point in reading.rows] == ["M1", "M2", None]


def test_one_code_with_two_names_is_a_problem_that_names_both_rows() -> None:
    reading = read(UNITS, ["M1", "A", "U", 5], ["M1", "B", "V", 6])
    assert told(reading.problems) == [("duplicate_code", 3, "Mã")]
    assert "“A” ở dòng 2" in reading.problems[0].text
    assert "“A” in row 2" in reading.problems[0].text_en


def test_the_same_row_twice_is_a_problem_with_and_without_a_code() -> None:
    coded = read(UNITS, ["M1", "A", "U", 5], ["M1", "A", "U", 5])
    assert told(coded.problems) == [("duplicate_code", 3, "Mã")]
    bare = read(UNITS, [None, "Nhân Hòa", "U", 5], [None, "NHÂN HOÀ", "u", 6])
    assert told(bare.problems) == [("duplicate_point", 3, "Tên")]


def test_what_the_first_row_leaves_empty_is_taken_from_the_rows_below() -> None:
    reading = read(
        FULL,
        ["M1", "A", None, 5, None, "VNPT", None, None, "Lan"],
        ["M1", "A", "U", 6, "chính", "VNPT", "Hà", "0900", "An; Lan"],
    )
    [point] = reading.rows
    assert (point.unit, point.kind, point.main, point.contact.name) == ("U", "chính", True, "Hà")
    assert point.committee == ("Lan", "An")
    assert reading.problems == ()


def test_what_the_rows_of_a_point_say_differently_is_a_warning() -> None:
    reading = read(
        FULL,
        ["M1", "A", "U", 5, "xã", "VNPT", "Hà", "0900"],
        ["M1", "A", "V", 6, "xã", "FPT", "Nga", "0901"],
    )
    assert told(reading.problems) == [
        ("field_differs", 3, "Nhà mạng"), ("field_differs", 3, "Người phụ trách")
    ]  # fmt: skip
    assert "“Nga 0901”" in reading.problems[1].text
    assert reading.rows[0].provider == "VNPT"
