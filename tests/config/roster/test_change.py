from collections.abc import Sequence

import pytest

from config.roster.cell import Cell
from config.roster.change import (
    PointChange,
    RosterChange,
    Value,
    compare,
    hosted,
    is_placeholder,
    point_change,
)
from config.roster.point import BranchRow, Person, PointRow
from config.roster.problem import Place, ProblemCode, problem
from config.roster.reading import Reading, points_in, read_points
from config.roster.vocabulary import Field
from tests.config.roster.office import POINTS, sheet, told

HEAD: list[Cell] = ["Mã", "Tên", "Đơn vị", "Số đảng viên"]


def read(*rows: list[Cell], head: list[Cell] = HEAD) -> Reading:
    reading = points_in((sheet(head, *rows),))
    assert reading.allowed
    return reading


def after(current: Sequence[PointRow], change: RosterChange) -> list[PointRow]:
    """Carry the change out, as the journal would."""
    assert change.allowed
    removed = {point.code for point in change.removed}
    changed = {it.code: it.after for it in change.changed}
    kept = [changed.get(it.code or "", it) for it in current if it.code not in removed]
    return [*kept, *change.added]


def imported(*readings: Reading) -> list[PointRow]:
    points: list[PointRow] = []
    for reading in readings:
        points = after(points, compare(points, codes(points), reading))
    return points


def codes(points: Sequence[PointRow]) -> set[str]:
    return {point.code for point in points if point.code}


def fields(change: RosterChange) -> dict[str, tuple[Value, Value]]:
    [changed] = change.changed
    return {it.field: (it.old, it.new) for it in changed.fields}


def point(code: str, *branches: BranchRow, name: str = "A", unit: str = "U") -> PointRow:
    return PointRow(code=code, name=name, unit=unit, branches=branches)


def test_the_sample_is_added_once_and_then_changes_nothing() -> None:
    reading = read_points(POINTS, "x.xlsx")
    first = compare([], set(), reading)
    assert (len(first.added), first.changed, first.removed) == (92, (), ())
    assert compare(first.added, codes(first.added), reading).empty


def test_a_made_code_stays_with_its_point_when_rows_are_inserted() -> None:
    before = imported(read([None, "A", "U", 5], [None, "B", "U", 6]))
    assert [(it.code, it.name) for it in before] == [("DC-001", "A"), ("DC-002", "B")]
    more = read([None, "Mới", "U", 7], [None, "b", "U", 6], [None, "A", "U", 5])
    change = compare(before, codes(before), more)
    assert [(it.code, it.name) for it in change.added] == [("DC-003", "Mới")]
    assert change.removed == ()
    assert fields(change) == {"name": ("B", "b")}


def test_a_made_code_goes_on_after_the_codes_of_the_file() -> None:
    added = compare([], set(), read(["MH-001", "A", "U", 5], [None, "B", "U", 6])).added
    assert [it.code for it in added] == ["MH-001", "MH-002"]


def test_the_code_of_a_removed_point_is_never_made_again() -> None:
    before = imported(read([None, "A", "U", 5], [None, "B", "U", 6]))
    fewer = read([None, "A", "U", 5])
    change = compare(before, codes(before), fewer)
    assert [it.code for it in change.removed] == ["DC-002"]
    later = compare(
        after(before, change), codes(before), read([None, "A", "U", 5], [None, "C", "U", 1])
    )
    assert [it.code for it in later.added] == ["DC-003"]


def test_fields_are_told_old_and_new() -> None:
    head: list[Cell] = [*HEAD, "Loại", "Nhà mạng", "Địa điểm", "Người phụ trách", "SĐT",
                        "Người dự phòng", "SĐT dự phòng", "Cấp ủy viên dự"]  # fmt: skip
    old: list[Cell] = ["M1", "A", "U", 5, "xã", "FPT", "P", "a", "01", "b", "02", "x; y"]
    new: list[Cell] = ["M1", "B", "V", 6, "chính", "VNPT", "Q", "c", "03", "d", "04", "y; z"]
    before = imported(read(old, head=head))
    assert fields(compare(before, {"M1"}, read(new, head=head))) == {
        "name": ("A", "B"), "unit": ("U", "V"), "kind": ("xã", "chính"), "main": (False, True),
        "provider": ("FPT", "VNPT"), "place": ("P", "Q"), "contact_name": ("a", "c"),
        "contact_phone": ("01", "03"), "deputy_name": ("b", "d"), "deputy_phone": ("02", "04"),
        "committee": (("x", "y"), ("y", "z")), "members": (5, 6), "expected": (5, 6),
        "branches": ((BranchRow(name="U", members=5),), (BranchRow(name="V", members=6),)),
    }  # fmt: skip
    turned = [*old[:-1], "y; x"]
    assert compare(before, {"M1"}, read(turned, head=head)).empty


def test_what_the_file_has_no_column_for_stays_and_an_empty_cell_empties() -> None:
    before = [
        PointRow(
            code="M1", name="A", unit="U", kind="xã", main=True, provider="FPT", place="P",
            contact=Person(name="a", phone="01"), deputy=Person(name="b", phone="02"),
            committee=("x",), branches=(BranchRow(name="U", members=5),),
        )
    ]  # fmt: skip
    assert compare(before, {"M1"}, read(["M1", "A", 5], head=["Mã", "Tên", "Số ĐV"])).empty
    emptied = read(["M1", "A", 5, None], head=["Mã", "Tên", "Số ĐV", "Nhà mạng"])
    assert fields(compare(before, {"M1"}, emptied)) == {"provider": ("FPT", "")}


def test_an_error_in_the_file_leaves_only_the_problems() -> None:
    bad = problem(ProblemCode.EMPTY_FILE, Place())
    change = compare([point("M1")], {"M1"}, Reading(problems=(bad,)))
    assert (change.problems, change.empty, change.allowed) == ((bad,), True, False)


def test_an_error_of_matching_leaves_only_the_problems() -> None:
    change = compare([point("M1")], {"M1", "M2"}, read(["M2", "B", "U", 5]))
    assert told(change.problems) == [("code_reused", 2, "Mã")]
    assert change.empty


def test_a_point_that_comes_back_gets_its_code_back() -> None:
    gone = [point("M7", name="B"), point("M8", name="C")]
    reading = read(["M7", "B", "U", 5], [None, "C", "U", 6], [None, "D", "U", 7])
    change = compare([], {"M7", "M8"}, reading, retired=gone)
    assert [(it.code, it.name) for it in change.added] == [("M7", "B"), ("M8", "C"), ("M9", "D")]


KNOWN = BranchRow(name="U", members=50, exempt=5)


@pytest.mark.parametrize(
    ("said", "columns", "branch"),
    [
        ((60, 0), {Field.MEMBERS}, (60, 5)),
        ((3, 0), {Field.MEMBERS}, (3, 3)),
        ((60, 2), {Field.MEMBERS, Field.EXEMPT}, (60, 2)),
        ((60, 2), {Field.MEMBERS, Field.EXPECTED}, (60, 2)),
        ((40, 0), {Field.EXPECTED}, (45, 5)),
    ],
)
def test_the_exempt_known_from_elsewhere_stay_where_the_file_tells_none(
    said: tuple[int, int], columns: set[Field], branch: tuple[int, int]
) -> None:
    told_ = point("M1", BranchRow(name="U", members=said[0], exempt=said[1]))
    [result] = hosted(point("M1", KNOWN), told_, frozenset(columns)) or ()
    assert (result.name, result.members, result.exempt) == ("U", *branch)


ONE, TWO = BranchRow(name="C1", members=30, exempt=2), BranchRow(name="C2", members=20, exempt=3)
MANY = point("M1", ONE, TWO)


@pytest.mark.parametrize(
    ("members", "exempt", "columns", "kept"),
    [
        (50, 0, {Field.MEMBERS}, True),
        (51, 0, {Field.MEMBERS}, False),
        (45, 0, {Field.EXPECTED}, True),
        (46, 0, {Field.EXPECTED}, False),
        (50, 5, {Field.MEMBERS, Field.EXEMPT}, True),
        (50, 6, {Field.MEMBERS, Field.EXEMPT}, False),
    ],
)
def test_one_figure_for_several_branches_must_be_their_sum(
    members: int, exempt: int, columns: set[Field], kept: bool
) -> None:
    said = point("M1", BranchRow(name="U", members=members, exempt=exempt))
    assert hosted(MANY, said, frozenset(columns)) == (MANY.branches if kept else None)


def test_one_figure_that_is_not_the_sum_of_the_branches_is_a_problem() -> None:
    change = compare([MANY], {"M1"}, read(["M1", "A", "U", 51]))
    assert told(change.problems) == [("unknown_branch", 2, "Mã")]


def test_named_branches_are_matched_by_name_and_keep_their_order() -> None:
    said = point("M1", BranchRow(name="C3", members=7), BranchRow(name="c1", members=31))
    columns = frozenset({Field.BRANCH, Field.MEMBERS})
    assert hosted(MANY, said, columns) == (
        BranchRow(name="c1", members=31, exempt=2), BranchRow(name="C3", members=7)
    )  # fmt: skip


def test_a_branch_of_its_own_name_keeps_it_where_the_file_names_none() -> None:
    columns = frozenset({Field.MEMBERS, Field.UNIT})
    said = point("M1", BranchRow(name="V", members=9), unit="V")
    assert hosted(point("M1", ONE), said, columns) == (BranchRow(name="C1", members=9, exempt=2),)
    assert hosted(point("M1", KNOWN), said, columns) == (BranchRow(name="V", members=9, exempt=5),)
    assert hosted(point("M1"), said, columns) == said.branches


def test_a_placeholder_is_a_branch_named_like_its_unit_or_point() -> None:
    assert is_placeholder(point("M1", KNOWN))
    assert is_placeholder(point("M1", BranchRow(name="a", members=1)))
    assert not is_placeholder(point("M1", ONE))
    assert not is_placeholder(MANY)


def test_a_point_that_is_the_same_has_no_change() -> None:
    assert point_change(MANY, MANY) is None
    changed = point_change(MANY, point("M1", ONE, TWO, name="B"))
    assert isinstance(changed, PointChange)
    assert changed.code == "M1"
