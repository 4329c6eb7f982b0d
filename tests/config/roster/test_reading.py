import pytest

from config.roster.cell import Hole
from config.roster.change import compare
from config.roster.point import BranchRow, Person
from config.roster.reading import Reading, read_points, settle_counts
from config.roster.sheet import read_sheets
from tests.config.roster.office import POINTS, Value, delimited, told, workbook, workbooks

HEAD: list[Value] = ["Mã", "Tên điểm cầu", "Đơn vị", "Chi bộ", "Số đảng viên", "Miễn", "Phải dự"]


def read(*rows: list[Value], head: list[Value] = HEAD) -> Reading:
    return read_points(workbook([head, *rows]), "diem-cau.xlsx")


def hosts(reading: Reading) -> list[tuple[str, list[tuple[str, int]]]]:
    return [
        (point.name, [(branch.name, branch.expected) for branch in point.branches])
        for point in reading.rows
    ]


def test_the_sample_is_read_unchanged() -> None:
    reading = read_points(POINTS, "my-hao-points.xlsx")
    assert reading.problems == ()
    assert reading.allowed
    assert (len(reading.points), sum(point.expected for point in reading.rows)) == (92, 5113)
    first = reading.rows[0]
    assert (first.code, first.name, first.unit, first.kind, first.main) == (
        "MH-000", "Điểm cầu trung tâm Thị ủy", "Thị ủy Mỹ Hào", "trung tâm", True
    )  # fmt: skip
    assert first.contact == Person(name="Phí Văn Tuấn", phone="0900000000")
    assert (first.provider, first.committee) == ("Viettel", ("Đỗ Thị Lan",))
    assert first.branches == (BranchRow(name="Thị ủy Mỹ Hào", members=128),)
    assert [point.name for point in reading.rows if point.main] == [first.name]
    assert {point.code: point.name for point in reading.rows}["MH-003"] == "Hội trường phường Dị Sử"
    assert reading.points[0].place.row == 5


def test_only_a_name_and_a_count_are_needed() -> None:
    reading = read(["Dị Sử", "51,0"], ["Bạch Sam", "1.046"], head=["Tên", "Số lượng"])
    assert hosts(reading) == [("Dị Sử", [("Dị Sử", 51)]), ("Bạch Sam", [("Bạch Sam", 1046)])]
    assert [point.code for point in reading.rows] == [None, None]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("members", "expected", "exempt", "settled"),
    [
        (50, None, None, (50, 0)), (50, None, 5, (50, 5)), (None, 45, None, (45, 0)),
        (None, 45, 5, (50, 5)), (50, 45, None, (50, 5)), (50, 45, 5, (50, 5)),
        (50, 45, 4, None), (50, 51, None, None), (50, None, 51, None), (0, None, None, (0, 0)),
    ],
)  # fmt: skip
def test_expected_is_members_without_the_exempt(
    members: int | None, expected: int | None, exempt: int | None, settled: tuple[int, int] | None
) -> None:
    assert settle_counts(members, expected, exempt) == settled


def test_figures_that_contradict_each_other_are_named() -> None:
    reading = read(["M1", "A", None, None, 50, 5, 44])
    assert told(reading.problems) == [("counts_disagree", 2, "Số đảng viên")]
    assert "50" in reading.problems[0].text


def test_rows_with_one_code_are_one_point_with_many_branches() -> None:
    reading = read(
        ["M1", "Dị Sử", "Đảng bộ phường", "Chi bộ 1", 30, 2, None],
        ["M2", "Bạch Sam", None, None, 9, None, None],
        ["M1", "Dị Sử", "Đảng bộ phường", "Chi bộ 2", 40, None, None],
    )
    assert hosts(reading) == [
        ("Dị Sử", [("Chi bộ 1", 28), ("Chi bộ 2", 40)]), ("Bạch Sam", [("Bạch Sam", 9)])
    ]  # fmt: skip
    assert (reading.rows[0].members, reading.rows[0].exempt) == (70, 2)


def test_rows_below_that_leave_the_name_empty_continue_the_point() -> None:
    reading = read(
        ["M1", "Dị Sử", "Đảng bộ", "Chi bộ 1", 30],
        [None, None, None, "Chi bộ 2", 40],
        ["M1", None, None, "Chi bộ 3", 50],
    )
    assert hosts(reading) == [("Dị Sử", [("Chi bộ 1", 30), ("Chi bộ 2", 40), ("Chi bộ 3", 50)])]
    assert reading.problems == ()


def test_a_count_without_a_name_below_a_point_without_a_code_is_not_guessed_at() -> None:
    reading = read([None, "A", "U", None, 5], [None, None, "V", None, 6])
    assert told(reading.problems) == [("missing_name", 3, "Tên điểm cầu")]


def test_a_name_merged_over_its_branches_is_each_rows_name() -> None:
    data = workbook(
        [HEAD, [None, "Dị Sử", "U", "Chi bộ 1", 30], [None, None, None, "Chi bộ 2", 40]],
        touch=lambda page: page.merge_cells("B2:B3"),
    )
    assert hosts(read_points(data, "x.xlsx")) == [("Dị Sử", [("Chi bộ 1", 30), ("Chi bộ 2", 40)])]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["M9", None, None, None, 5], ("missing_name", 3, "Tên điểm cầu")),
        ([None, None, "U", None, 5], ("missing_name", 3, "Tên điểm cầu")),
        (["M9"], ("missing_name", 3, "Tên điểm cầu")),
        (["M9", "B", None, None, None], ("missing_count", 3, "Số đảng viên")),
        (["M9", "B", None, None, None, 5], ("missing_count", 3, "Số đảng viên")),
        (["M9", "B", None, None, "5l"], ("bad_count", 3, "Số đảng viên")),
        (["M9", "B", None, None, 5, "x"], ("bad_count", 3, "Miễn")),
        (["M 9", "B", None, None, 5], ("bad_code", 3, "Mã")),
        (["M9", "B" * 1001, None, None, 5], ("cell_too_long", 3, "Tên điểm cầu")),
        (["M9", None, None, None, "5l"], ("bad_count", 3, "Số đảng viên")),
        (["M1", "B", None, None, 5], ("duplicate_code", 3, "Mã")),
        (["m1", "A", None, None, 5], ("duplicate_code", 3, "Mã")),
    ],
)
def test_a_wrong_row_is_named_with_its_row_and_column(
    row: list[Value], problem: tuple[str, int, str]
) -> None:
    reading = read(["M1", "A", None, None, 5], row)
    assert told(reading.problems) == [problem]
    assert not reading.allowed
    assert reading.problems[0].sheet == "Điểm cầu"


def test_a_first_row_without_a_name_continues_nothing() -> None:
    reading = read([None, None, None, "Chi bộ 1", 30])
    assert told(reading.problems) == [("missing_name", 2, "Tên điểm cầu")]


def test_a_count_by_a_formula_without_a_result_names_the_cell() -> None:
    reading = read(["M1", "A", None, None, "=2+3"], [None, "Tổng", None, None, "=SUM(E2:E2)"])
    assert told(reading.problems) == [("formula_without_value", 2, "Số đảng viên")]
    assert "E2" in reading.problems[0].text


@pytest.mark.parametrize(
    ("total", "reported"),
    [(12, False), ("12,0", False), (13, True), ("mười hai", False), (None, False)],
)
def test_a_total_that_is_not_the_sum_is_a_warning(total: Value, reported: bool) -> None:
    reading = read(["M1", "A", None, None, 5], ["M2", "B", None, None, 7],
                   [None, "Tổng cộng", None, None, total])  # fmt: skip
    assert told(reading.problems) == ([("total_differs", 4, "Số đảng viên")] if reported else [])
    assert reading.allowed


def test_subtotals_are_compared_with_their_own_rows() -> None:
    reading = read(
        ["M1", "A", None, None, 5], [None, "Cộng", None, None, 5],
        ["M2", "B", None, None, 7], [None, "Cộng", None, None, 7],
        [None, "Tổng cộng", None, None, 12], [None, "Người lập biểu"],
    )  # fmt: skip
    assert told(reading.problems) == [("row_skipped", 7, None)]


def test_a_total_over_a_row_that_cannot_be_read_is_not_compared() -> None:
    reading = read(["M1", "A", None, None, "x"], ["M2", "B", None, None, 1],
                   [None, "Tổng", None, None, 99])  # fmt: skip
    assert told(reading.problems) == [("bad_count", 2, "Số đảng viên")]


@pytest.mark.parametrize(
    "kind", ["trung tâm", "TRUNG TÂM", "Điểm cầu chính", "trung tam", "main", "Central"]
)
def test_the_main_point_is_known_by_its_kind(kind: str) -> None:
    reading = read(["A", 5, kind], ["B", 5, "xã"], head=["Tên", "Số lượng", "Loại"])
    assert [point.main for point in reading.rows] == [True, False]


def test_several_main_points_are_a_warning() -> None:
    reading = read(["A", 5, "chính"], ["B", 5, "chính"], head=["Tên", "Số lượng", "Loại"])
    assert told(reading.problems) == [("several_main", 3, "Tên")]
    assert reading.allowed


def test_contact_deputy_telephones_and_committee_are_kept() -> None:
    head: list[Value] = ["Tên", "Số ĐV", "Người phụ trách", "SĐT", "Người dự phòng", "SĐT",
                         "Cấp ủy viên dự", "Nhà mạng", "Địa điểm"]  # fmt: skip
    row: list[Value] = ["A", 5, "Lan", "0900 000 001", "An", 900000002, "Hà; Nga", "VNPT", "Tầng 2"]
    [point] = read(row, head=head).rows
    assert point.contact == Person(name="Lan", phone="0900000001")
    assert point.deputy == Person(name="An", phone="0900000002")
    assert (point.committee, point.provider, point.place) == (("Hà", "Nga"), "VNPT", "Tầng 2")


def test_english_headings_do_as_well() -> None:
    text = (
        "Code,Name,Unit,Members,Exempt,Contact,Phone,Committee members\nA1,Hall,U,10,2,Lan,0900,An"
    )
    reading = read_points(text.encode(), "points.csv")
    [point] = reading.rows
    assert (point.code, point.expected, point.contact.phone) == ("A1", 8, "0900")
    assert reading.problems == ()


def test_several_sheets_are_one_roster() -> None:
    data = workbooks(
        {"Phường": [["Tên", "Số ĐV"], ["A", 1]], "Xã": [["Số lượng", "Tên"], [2, "B"]]}
    )
    reading = read_points(data, "x.xlsx")
    assert hosts(reading) == [("A", [("A", 1)]), ("B", [("B", 2)])]
    assert [it.place.sheet for it in reading.points] == ["Phường", "Xã"]
    assert reading.problems == ()


def test_a_heading_without_rows_is_an_empty_file() -> None:
    assert told(read().problems) == [("empty_file", 1, None)]
    assert told(read([None, "Tổng cộng", None, None, 0]).problems) == [("empty_file", 1, None)]


@pytest.mark.parametrize(
    ("data", "filename", "problems"),
    [
        (delimited([["Mã", "Tên"], ["M1", "A"]]), "a.csv", [("missing_column", 1, None)]),
        (delimited([["Số lượng"], [5]]), "a.csv", [("missing_column", 1, None)]),
        (workbook([["Mã", "Tên", "Số"], ["M1", "A", 1]]), "a.xlsx", [("missing_column", 1, None)]),
        (
            delimited([["Mã", "Tên", "Số lượng"], ["M1", "A", 1], ["M1", "B", 2]]),
            "a.csv",
            [("duplicate_code", 3, "Mã")],
        ),
        (
            delimited([["DS"], [], ["Tên", "Số lượng"], ["A", "12a"], ["B", "mười"]]),
            "a.csv",
            [("bad_count", 4, "Số lượng"), ("bad_count", 5, "Số lượng")],
        ),
        (b"", "a.xlsx", [("empty_file", None, None)]),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", [("not_a_workbook", None, None)]),
    ],
    ids=["no count", "no name", "an unknown count", "two equal codes", "letters", "empty", "png"],
)
def test_wrong_rosters_are_named_precisely_and_read_nothing(
    data: bytes, filename: str, problems: list[tuple[str, int | None, str | None]]
) -> None:
    reading = read_points(data, filename)
    assert [it for it in told(reading.problems) if it[0] != "unknown_column"] == problems
    assert not reading.allowed


@pytest.mark.parametrize(
    ("removed", "missing"), [(2, "Tên điểm cầu"), (5, "Số đảng viên")], ids=["names", "counts"]
)
def test_the_sample_without_a_needed_column_is_told_which(removed: int, missing: str) -> None:
    rows = [row.cells for row in read_sheets(POINTS, "a.xlsx")[0].rows]
    grid: list[list[Value]] = [
        [cell for at, cell in enumerate(row) if at != removed and not isinstance(cell, Hole)]
        for row in rows
    ]
    reading = read_points(workbook(grid), "a.xlsx")
    assert told(reading.problems) == [("missing_column", 3, None)]
    assert missing in reading.problems[0].text
    assert reading.points == ()


def test_the_sample_without_codes_is_the_same_92_points() -> None:
    grid: list[list[Value]] = [
        [cell for at, cell in enumerate(row.cells) if at != 1 and not isinstance(cell, Hole)]
        for row in read_sheets(POINTS, "a.xlsx")[0].rows
    ]
    reading = read_points(workbook(grid), "a.xlsx")
    assert (len(reading.rows), sum(it.expected for it in reading.rows)) == (92, 5113)
    made = compare([], [], reading).added
    assert [it.code for it in made] == [f"DC-{number:03}" for number in range(1, 93)]
    coded = compare([], [], read_points(POINTS, "a.xlsx")).added
    assert compare(coded, [it.code or "" for it in coded], reading).empty
