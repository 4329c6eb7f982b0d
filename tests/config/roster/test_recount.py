from config.roster.change import RosterChange, compare
from config.roster.members import MemberGroup, MembersReading, read_members
from config.roster.point import BranchRow, PointRow
from config.roster.problem import Place, ProblemCode, problem
from config.roster.reading import read_points
from config.roster.recount import compare_members
from tests.config.roster.office import MEMBERS, POINTS, told


def point(code: str, name: str, unit: str, *branches: tuple[str, int]) -> PointRow:
    rows = tuple(BranchRow(name=branch, members=members) for branch, members in branches)
    return PointRow(code=code, name=name, unit=unit, branches=rows)


def group(
    members: int, exempt: int = 0, *, code: str | None = None, home: str = "", branch: str = "",
    either: bool = True,
) -> MemberGroup:  # fmt: skip
    return MemberGroup(
        code=code, home=home, branch=branch, home_may_be_branch=either,
        members=members, exempt=exempt, place=Place(row=2),
    )  # fmt: skip


def recount(current: list[PointRow], *groups: MemberGroup) -> RosterChange:
    return compare_members(current, MembersReading(groups=groups))


def branches(change: RosterChange) -> dict[str, list[tuple[str, int, int]]]:
    return {
        it.code: [(b.name, b.members, b.exempt) for b in it.after.branches] for it in change.changed
    }


def codes(change: RosterChange) -> list[str]:
    return [code for code, _, _ in told(change.problems)]


HALL = point("M1", "Hội trường", "Đảng bộ A", ("Đảng bộ A", 9))
HOST = point("M2", "Dị Sử", "Đảng bộ B", ("C1", 5), ("C2", 6))
BOTH = [HALL, HOST]
REST = group(5, code="M2", branch="C1"), group(6, code="M2", branch="C2")


def test_the_two_samples_together_expect_4474() -> None:
    points = compare([], set(), read_points(POINTS, "p.xlsx")).added
    change = compare_members(points, read_members(MEMBERS, "m.xlsx"))
    assert (change.added, change.removed, change.problems) == ((), (), ())
    now = {it.code: it.after for it in change.changed}
    final = [now.get(it.code or "", it) for it in points]
    assert sum(it.expected for it in final) == 4474
    assert sum(it.exempt for it in final) == 639
    # The points' file tells no exempt members, so importing it again changes nothing.
    assert compare(final, [it.code or "" for it in final], read_points(POINTS, "p.xlsx")).empty
    assert compare_members(final, read_members(MEMBERS, "m.xlsx")).empty


def test_a_point_is_found_by_code_or_name_or_one_of_its_branches() -> None:
    change = recount(
        BOTH, group(1, code="m1", home="HT", either=False), group(2, home="HỘI TRƯỜNG"),
        group(3, home="Đảng bộ A"),
        group(4, home="C1"), group(5, home="Dị Sử", branch="C1"), group(6, branch="C2"),
    )  # fmt: skip
    assert branches(change) == {
        "M1": [("Đảng bộ A", 6, 0)], "M2": [("C1", 9, 0), ("C2", 6, 0)]
    }  # fmt: skip


def test_a_branch_made_up_from_the_unit_gives_way_to_the_branches_of_the_file() -> None:
    change = recount(
        BOTH, group(3, 1, code="M1", branch="Chi bộ 1"), group(4, code="M1", home="Chi bộ 2"), *REST
    )
    assert branches(change) == {"M1": [("Chi bộ 1", 3, 1), ("Chi bộ 2", 4, 0)]}


def test_members_of_a_point_with_several_branches_must_say_which() -> None:
    change = recount(BOTH, group(9, code="M1"), group(5, code="M2", home="Dị Sử"))
    assert codes(change) == ["unknown_branch"]
    change = recount(BOTH, group(9, code="M1"), group(5, code="M2", branch="C3"))
    assert codes(change) == ["unknown_branch"]
    assert change.empty


def test_a_point_without_branches_gets_one() -> None:
    bare, nameless = point("M1", "A", "U"), point("M2", "B", "")
    change = recount([bare, nameless], group(5, code="M1"), group(6, code="M2", branch="C1"))
    assert branches(change) == {"M1": [("U", 5, 0)], "M2": [("C1", 6, 0)]}
    change = recount([bare, nameless], group(5, code="M1"), group(6, code="M2"))
    assert branches(change)["M2"] == [("B", 6, 0)]


def test_unknown_and_ambiguous_points_are_problems() -> None:
    twins = [point("M1", "A", "U", ("U", 1)), point("M2", "A", "V", ("V", 1))]
    assert codes(recount(twins, group(1, code="M9"), group(1, code="M1"), group(1, code="M2"))) == [
        "unknown_point"
    ]
    # The members of M1 could not be placed, so it has none; the error is what blocks.
    assert codes(recount(twins, group(1, home="A"), group(1, home="B"), group(1, branch="V"))) == [
        "ambiguous_point", "unknown_point", "point_without_members"
    ]  # fmt: skip


def test_a_branch_tells_two_points_of_one_name_apart() -> None:
    twins = [point("M1", "A", "U", ("C1", 1)), point("M2", "A", "V", ("C2", 1))]
    change = recount(twins, group(7, home="A", branch="C2"), group(8, home="A", branch="C1"))
    assert branches(change) == {"M1": [("C1", 8, 0)], "M2": [("C2", 7, 0)]}
    assert codes(recount(twins, group(7, home="A", branch="C9")))[0] == "ambiguous_point"


def test_points_nobody_is_listed_at_keep_their_counts_with_a_warning() -> None:
    change = recount(BOTH, group(9, code="M1"), group(6, code="M2", branch="C2"))
    assert change.empty
    change = recount(BOTH, group(10, code="M1"))
    assert codes(change) == ["point_without_members"]
    assert change.allowed
    assert branches(change) == {"M1": [("Đảng bộ A", 10, 0)]}


def test_an_error_in_the_file_leaves_only_the_problems() -> None:
    bad = problem(ProblemCode.EMPTY_FILE, Place())
    assert compare_members(BOTH, MembersReading(problems=(bad,))) == RosterChange(problems=(bad,))
