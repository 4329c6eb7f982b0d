import json

from config.roster.change import RosterChange, compare, point_change
from config.roster.point import BranchRow, PointRow
from config.roster.problem import Place, ProblemCode, problem
from config.roster.reading import read_points
from config.roster.report import problem_line, report, report_json, report_lines
from tests.config.roster.office import POINTS

OLD = PointRow(code="M1", name="A", unit="U", branches=(BranchRow(name="U", members=9, exempt=1),))
NEW = PointRow(code="M1", name="A", main=True, committee=("Lan", "An"))
CHANGED = point_change(OLD, NEW)
assert CHANGED
WARNING = problem(ProblemCode.UNKNOWN_COLUMN, Place(sheet="S", row=4, column="Màu"))
ERROR = problem(ProblemCode.EMPTY_FILE, Place())
CHANGE = RosterChange(added=(NEW,), changed=(CHANGED,), removed=(OLD,), problems=(WARNING, ERROR))


def test_the_json_carries_what_the_lines_say() -> None:
    said = json.loads(report_json(CHANGE))
    assert list(said) == ["added", "changed", "removed", "problems"]
    [removed] = said["removed"]
    assert (removed["code"], removed["name"], removed["unit"]) == ("M1", "A", "U")
    assert (removed["members"], removed["exempt"], removed["expected"]) == (9, 1, 8)
    assert removed["branches"] == [{"name": "U", "members": 9, "exempt": 1, "expected": 8}]
    assert said["changed"][0]["fields"][0] == {"field": "unit", "old": "U", "new": ""}
    assert said["problems"][0] == {
        "sheet": "S", "row": 4, "column": "Màu", "code": "unknown_column", "severity": "warning",
        "text": "Không dùng đến cột này.", "text_en": "This column is not used.",
    }  # fmt: skip


def test_the_sample_shows_every_code() -> None:
    said = json.loads(report_json(compare([], [], read_points(POINTS, "x.xlsx"))))
    assert [it["code"] for it in said["added"]] == [f"MH-{number:03}" for number in range(92)]
    assert sum(it["expected"] for it in said["added"]) == 5113


def test_lines_for_people_begin_with_what_forbids_the_import() -> None:
    assert list(report_lines(report(CHANGE))) == [
        "Lỗi: Tệp không có dòng dữ liệu nào.",
        "Lưu ý (trang S, dòng 4, cột Màu): Không dùng đến cột này.",
        "+ Thêm M1 A: phải dự 0",
        "- Bỏ M1 A, U: phải dự 8",
        "~ Đổi M1 A: đơn vị U → –; điểm cầu chính không → có; cấp ủy viên dự – → Lan, An; "
        "số đảng viên 9 → 0; miễn sinh hoạt 1 → 0; phải dự 8 → 0; chi bộ U 8 → –",
    ]


def test_lines_come_in_english_too() -> None:
    lines = list(report_lines(report(CHANGE), english=True))
    assert lines[1] == "Warning (sheet S, row 4, column Màu): This column is not used."
    assert lines[2:4] == ["+ Add M1 A: expected 0", "- Remove M1 A, U: expected 8"]
    assert "main point no → yes" in lines[4]


def test_nothing_is_said_to_change_only_where_nothing_would() -> None:
    assert list(report_lines(report(RosterChange()))) == ["Không có gì thay đổi."]
    assert list(report_lines(report(RosterChange(problems=(ERROR,))))) == [problem_line(ERROR)]
