import pytest

from config.roster.cell import Cell, Span
from config.roster.members import MemberRow, MembersReading, members_in, read_members
from tests.config.roster.office import MEMBERS, sheet, told

HEAD: list[Cell] = ["Số hiệu", "Họ và tên", "Chi bộ/Điểm cầu", "Mã điểm cầu", "Ghi chú"]


def read(*rows: list[Cell], head: list[Cell] = HEAD, names: bool = False) -> MembersReading:
    return members_in((sheet(head, *rows),), names=names)


def test_the_sample_is_read_unchanged_and_keeps_no_name() -> None:
    reading = read_members(MEMBERS, "my-hao-members.xlsx")
    assert (reading.members, reading.exempt, len(reading.groups)) == (5113, 639, 92)
    assert reading.problems == ()
    assert all(group.people == () for group in reading.groups)


def test_names_are_kept_where_the_caller_asks() -> None:
    reading = read_members(MEMBERS, "my-hao-members.xlsx", names=True)
    assert sum(len(group.people) for group in reading.groups) == 5113
    assert reading.groups[0].people[1] == MemberRow(
        number="DV00002", name="Dương Đức Dũng", exempt=True
    )


def test_rows_are_counted_by_point_and_branch() -> None:
    head: list[Cell] = ["Họ và tên", "Điểm cầu", "Chi bộ", "Miễn sinh hoạt"]
    reading = read(
        ["a", "Dị Sử", "C1", "x"], ["b", "DỊ SỬ", "c1", None], ["c", "Dị Sử", "C2", None], head=head
    )
    assert [(it.home, it.branch, it.members, it.exempt) for it in reading.groups] == [
        ("Dị Sử", "C1", 2, 1), ("Dị Sử", "C2", 1, 0)
    ]  # fmt: skip
    assert reading.groups[0].place.column == "Điểm cầu"


@pytest.mark.parametrize(
    ("note", "exempt"),
    [
        ("Miễn sinh hoạt", True), ("được miễn SH từ 2024", True), ("MIEN SINH HOAT", True),
        ("Miễn công tác và sinh hoạt đảng", True), ("exempt", True), ("miễn", True),
        ("miễn phí", False),
        ("không miễn sinh hoạt", False), ("hết miễn sinh hoạt", False),
        ("không được miễn sinh hoạt", False), ("không còn được miễn sinh hoạt", False),
        ("not exempt", False), ("chuyển đến 2025", False), (None, False),
    ],
)  # fmt: skip
def test_a_note_says_who_is_exempt(note: str | None, exempt: bool) -> None:
    assert read(["1", "a", "A", "M1", note]).exempt == int(exempt)


@pytest.mark.parametrize(
    ("flag", "exempt", "problems"),
    [
        ("x", True, []), ("X", True, []), ("Có", True, []), (1, True, []), ("TRUE", True, []),
        ("Miễn sinh hoạt", True, []), (None, False, []), (0, False, []), ("không", False, []),
        ("không miễn", False, []), ("?!", False, []),
        ("hỏi lại", False, [("bad_flag", 2, "Miễn SH")]),
    ],
)  # fmt: skip
def test_a_column_says_who_is_exempt(
    flag: Cell, exempt: bool, problems: list[tuple[str, int, str]]
) -> None:
    reading = read(["a", "M1", flag], head=["Họ tên", "Mã điểm cầu", "Miễn SH"])
    assert (reading.exempt, told(reading.problems)) == (int(exempt), problems)


@pytest.mark.parametrize(
    ("heading", "home", "either"),
    [
        ("Chi bộ/Điểm cầu", "Dị Sử", True), ("Điểm cầu", "Dị Sử", False),
        ("Điểm cầu", "Chi bộ 1", True), ("Đơn vị", "Dị Sử", False), ("Đơn vị", "Chi bộ 1", True),
    ],
)  # fmt: skip
def test_a_home_may_be_a_branch_by_its_heading_or_its_name(
    heading: str, home: str, either: bool
) -> None:
    reading = read(["a", home], head=["Họ tên", heading])
    assert [it.home_may_be_branch for it in reading.groups] == [either]


def test_a_number_alone_makes_a_member_and_a_unit_a_home() -> None:
    reading = read(["1", "U"], [2, "U"], head=["Số hiệu", "Đảng bộ"])
    assert [(it.home, it.members) for it in reading.groups] == [("U", 2)]


def test_rows_that_are_no_member_are_skipped_without_telling_what_is_in_them() -> None:
    reading = read(["CHI BỘ BÍ MẬT"], ["1", "a", "A", "M1"], [None, None, "A", "M1"],
                   [None, "Tổng cộng", 1], ["Người lập biểu"])  # fmt: skip
    assert (reading.members, reading.allowed) == (1, True)
    assert [code for code, _, _ in told(reading.problems)] == ["row_skipped"] * 3
    assert not any("A" in it.text for it in reading.problems)


def test_a_member_of_no_point_is_a_problem() -> None:
    reading = read(["1", "a", None, None, None])
    assert told(reading.problems) == [("unknown_point", 2, "Mã điểm cầu")]


def test_a_member_number_twice_is_a_problem_and_none_is_not() -> None:
    reading = read(["d1", "a", "A", "M1"], [None, "b", "A", "M1"], [None, "c", "A", "M1"],
                   ["D1", "e", "A", "M1"])  # fmt: skip
    assert told(reading.problems) == [("duplicate_member", 5, "Số hiệu")]
    assert "dòng 2" in reading.problems[0].text


def test_a_home_merged_over_its_members_is_everyones() -> None:
    head: list[Cell] = ["Số hiệu", "Họ tên", "Điểm cầu"]
    rows: tuple[list[Cell], ...] = (["1", "a", "A"], ["2", "b", None])
    span = Span(top=2, bottom=3, left=2, right=2)
    merged = members_in((sheet(head, *rows, spans=(span,)),))
    assert [(it.home, it.members) for it in merged.groups] == [("A", 2)]
    assert told(read(*rows, head=head).problems) == [("unknown_point", 3, "Điểm cầu")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        ("Họ và tên;Mã điểm cầu\n".encode(), "empty_file"),
        ("Họ và tên;Ngày sinh\na;1\n".encode(), "missing_column"),
        ("Mã điểm cầu;Chi bộ\na;1\n".encode(), "missing_column"),
    ],
)
def test_a_wrong_file_of_members_is_named(data: bytes, code: str) -> None:
    reading = read_members(data, "dang-vien.csv")
    assert [it.code for it in reading.problems] == [code]
    assert not reading.allowed
