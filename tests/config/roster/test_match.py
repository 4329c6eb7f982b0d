import pytest

from config.roster.match import Matcher
from config.roster.point import BranchRow, PointRow
from config.roster.problem import Place
from config.roster.reading import ReadPoint
from tests.config.roster.office import told


def point(code: str | None, name: str, unit: str = "U", *branches: str) -> PointRow:
    rows = tuple(BranchRow(name=branch, members=1) for branch in branches or (unit,))
    return PointRow(code=code, name=name, unit=unit, branches=rows)


ROSTER = [
    point("M1", "Dị Sử", "Đảng bộ A"),
    point("M2", "Nhà văn hóa", "Đảng bộ A"),
    point("M3", "Nhà văn hóa", "Đảng bộ B"),
    point("M4", "Hội trường", "Chi bộ 1", "Chi bộ 1", "Chi bộ 2"),
]


def matched(
    *points: PointRow, knows_units: bool = True, used: tuple[str, ...] = (),
    retired: tuple[PointRow, ...] = (),
) -> tuple[list[str | None], list[str]]:  # fmt: skip
    """Return the code each row matched, and the codes of the problems."""
    matcher = Matcher(ROSTER, used, retired, knows_units)
    reads = [ReadPoint(point=it, place=Place(row=number)) for number, it in enumerate(points, 1)]
    found = [before.code if before else None for _, before in matcher.match(reads)]
    return found, [code for code, _, _ in told(matcher.problems)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (point("M1", "Tên mới", "Đơn vị mới"), "M1"),
        (point("m1", "Dị Sử"), "M1"),
        (point(None, "DỊ SỬ", "Đảng bộ a"), "M1"),
        (point(None, "Dị Sử", "Đảng bộ khác"), None),
        (point(None, "Nhà văn hoá", "Đảng bộ B"), "M3"),
        (point(None, "Nhà văn hóa", "Đảng bộ C"), None),
        (point(None, "Hội trường", "Chi bộ 2", "Chi bộ 2", "Chi bộ 9"), "M4"),
        (point("M9", "Xã mới"), None),
    ],
)
def test_a_row_is_matched_by_code_else_by_name_and_unit(row: PointRow, code: str | None) -> None:
    assert matched(row) == ([code], [])


def test_without_a_column_of_units_a_name_is_enough_if_there_is_one() -> None:
    assert matched(point(None, "Dị Sử", ""), knows_units=False) == (["M1"], [])
    assert matched(point(None, "Nhà văn hóa", ""), knows_units=False) == (
        [None], ["ambiguous_point"]
    )  # fmt: skip


def test_what_a_code_took_is_not_taken_again_by_name() -> None:
    rows = point("M2", "Nhà văn hóa", "Đảng bộ A"), point(None, "Nhà văn hóa", "")
    assert matched(*rows, knows_units=False) == (["M2", "M3"], [])
    twice = point(None, "Dị Sử", "Đảng bộ A"), point("M1", "Dị Sử", "Đảng bộ A")
    assert matched(*twice) == ([None, "M1"], [])


def test_a_point_that_has_a_code_cannot_get_another() -> None:
    assert matched(point("X1", "Dị Sử", "Đảng bộ A")) == ([None], ["code_changed"])
    both = point("X1", "Dị Sử", "Đảng bộ A"), point("M1", "Dị Sử", "Đảng bộ A")
    assert matched(*both) == ([None, "M1"], [])


def test_a_code_of_the_past_is_refused_unless_its_point_comes_back() -> None:
    row = point("m8", "Xã cũ")
    assert matched(row, used=("M8",)) == ([None], ["code_reused"])
    assert matched(row, used=("M8",), retired=(point("M8", "Xã khác"),)) == (
        [None], ["code_reused"]
    )  # fmt: skip
    assert matched(row, used=("M8",), retired=(point("M8", "XÃ CŨ"),)) == ([None], [])


def test_a_removed_point_gives_its_code_back_once() -> None:
    matcher = Matcher(ROSTER, (), (point("M8", "Xã cũ"), point("M1", "Dị Sử")), True)
    assert matcher.former_code(point(None, "xã cũ")) == "M8"
    assert matcher.former_code(point(None, "xã cũ")) is None
    assert matcher.former_code(point(None, "Dị Sử")) is None


def test_what_no_row_matched_is_left_in_the_rosters_order() -> None:
    matcher = Matcher(ROSTER, (), (), True)
    matcher.match([ReadPoint(point=point("M2", "x"), place=Place())])
    assert [it.code for it in matcher.left()] == ["M1", "M3", "M4"]
