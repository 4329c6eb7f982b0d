import pytest

from coordinator.entered import Entry, enter
from coordinator.fact import Branch, CheckedIn, EntryKept, PhaseEntered, PointEntered
from coordinator.picture import people_of, people_view
from signaling.entry import BranchCount, CheckIn
from signaling.schema import Phase
from tests.harness.facts import Chronicle, planned, point

TWO = PointEntered(
    code="MH-003",
    name="Hội trường Dị Sử",
    unit="Đảng bộ phường Dị Sử",
    branches=(Branch(name="Chi bộ 1", members=30, exempt=4), Branch(name="Chi bộ 2", members=20)),
)


def counts(**by_branch: int) -> CheckIn:
    return CheckIn(
        branches=tuple(
            BranchCount(branch=name.replace("_", " "), reported=n, excused=1, guests=2)
            for name, n in by_branch.items()
        )
    )


def entry(body: CheckIn | None, **changes: str | None) -> Entry:
    values = {"device": "d", "point": "MH-003", "session": "s1", "kind": "point.checked_in"}
    return Entry(entered_utc="", raw="r", body=body, **(values | changes))  # type: ignore[arg-type]


def test_branches_of_a_point_are_counted_apart_and_added_up() -> None:
    chronicle = Chronicle(planned(), TWO)
    chronicle.add(enter(chronicle.state, entry(counts(Chi_bộ_1=25)))[1])
    chronicle.add(enter(chronicle.state, entry(counts(Chi_bộ_2=18)))[1])
    chronicle.add(enter(chronicle.state, entry(counts(Chi_bộ_1=26)))[1])
    attendance = chronicle.state.attendance["s1", "MH-003"]
    people = people_view(people_of(chronicle.state, TWO)[0])
    assert (people.expected, people.reported, people.excused, people.guests) == (46, 44, 2, 4)
    assert people.present is None
    assert attendance.corrections == 2


def test_before_a_word_nothing_is_reported() -> None:
    people = people_view(people_of(Chronicle(planned(), TWO).state, TWO)[0])
    assert (people.expected, people.reported) == (46, None)


def test_a_point_with_one_branch_need_not_name_it() -> None:
    state = Chronicle(planned(), point("MH-001")).state
    body = CheckIn(branches=(BranchCount(reported=50),))
    session, fact = enter(state, entry(body, point="MH-001", session=None))
    assert session == "s1"
    assert isinstance(fact, CheckedIn)
    assert fact.branches[0].branch == "Chi bộ MH-001"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (entry(counts(Chi_bộ_9=1)), "unknown_branch"),
        (entry(CheckIn(branches=(BranchCount(reported=1),))), "unknown_branch"),
        (
            entry(CheckIn(branches=(BranchCount(branch="Chi bộ 1", reported=1),) * 2)),
            "unknown_branch",
        ),
        (entry(None), "bad_body"),
        (entry(None, why="unknown_kind"), "unknown_kind"),
        (entry(counts(Chi_bộ_1=1), session="s9"), "unknown_session"),
        (entry(counts(Chi_bộ_1=1), point="MH-404"), "point_withdrawn"),
    ],
)
def test_what_has_no_effect_is_kept_with_its_reason(given: Entry, why: str) -> None:
    _session, fact = enter(Chronicle(planned(), TWO).state, given)
    assert isinstance(fact, EntryKept)
    assert (fact.why, fact.raw) == (why, "r")


def test_a_late_entry_is_kept_for_its_own_session() -> None:
    chronicle = Chronicle(planned(), TWO, PhaseEntered(phase=Phase.CLOSED))
    session, fact = enter(chronicle.state, entry(counts(Chi_bộ_1=1)))
    assert session == "s1"
    assert isinstance(fact, EntryKept)
    assert fact.why == "session_over"
    _session, fact = enter(chronicle.state, entry(counts(Chi_bộ_1=1), session=None))
    assert isinstance(fact, EntryKept)
    assert fact.why == "no_session"
