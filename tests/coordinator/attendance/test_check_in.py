import dataclasses
from typing import Any

import msgspec
import pytest

from coordinator.attendance.fact import BranchRoll, RollOpened
from coordinator.attendance.fact import RollCounted as RollCountedFact
from coordinator.attendance.match import index
from coordinator.attendance.roll import close_roll
from coordinator.attendance.seat import Sitting
from coordinator.attendance.total import Sum, account
from coordinator.entered import Entry, enter
from coordinator.fact import Branch, CheckedIn, EntryKept, PhaseEntered, PointEntered
from coordinator.fact_base import CENTRE
from coordinator.picture import people_of, people_view
from coordinator.state import Attendance
from signaling.entry import Body, BranchCount, CheckIn
from signaling.roll import (
    Excuse,
    GuestCounted,
    GuestNamed,
    Home,
    Mark,
    Others,
    RollCount,
    RollCounted,
    RollMarked,
    TransferAnnounced,
    TransferConfirmed,
)
from signaling.schema import Phase
from tests.harness.facts import Chronicle, planned, point
from tests.harness.hall import Halls, listed

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


def remark(fact: object) -> str | None:
    found = getattr(fact, "remark", "no entered fact")
    assert not isinstance(fact, EntryKept)
    return None if found is None else str(found)


def why(fact: object) -> str:
    assert isinstance(fact, EntryKept)
    return fact.why


def one(present: int, **more: Any) -> RollCounted:
    return RollCounted(roll=1, branches=(RollCount(present=present, **more),))


def test_more_than_expected_is_taken_and_asks_for_a_word() -> None:
    halls = Halls(RollOpened(roll=1))
    check = CheckIn(branches=(BranchCount(reported=6),))
    assert remark(halls.say("B", check)) == "more_than_expected"
    assert remark(halls.say("B", CheckIn(branches=check.branches, note="Cả khách mời"))) is None
    assert remark(halls.say("B", one(6))) == "more_than_expected"
    assert remark(halls.say("B", one(5))) is None
    assert halls.account(1).points["B"].present == 5


def test_two_operators_at_once_are_told_of_each_other() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("B", one(4), device="one")
    assert remark(halls.say("B", one(3), device="two")) == "replaces_other"
    assert remark(halls.say("B", one(5), device="three", at_s=1.0)) == "overtaken"
    assert halls.account(1).points["B"].present == 3


def test_an_overtaken_entry_of_a_closed_roll_is_said_to_be_overtaken() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("B", one(4), device="one")
    halls.add(*close_roll(halls.state, 1))
    assert remark(halls.say("B", one(5), device="two", at_s=1.0)) == "overtaken"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (one(4, late=5), "bad_counts"),
        (one(4, excused=1, excuses={Excuse.SICK: 2}), "bad_counts"),
        (CheckIn(branches=(BranchCount(reported=1, left_early=2),)), "bad_counts"),
        (RollCounted(roll=2, branches=(RollCount(present=1),)), "unknown_roll"),
        (RollCounted(roll=1, branches=(RollCount(branch="?", present=1),)), "unknown_branch"),
        (RollMarked(roll=2), "unknown_roll"),
        (RollMarked(roll=1, branch="?"), "unknown_branch"),
        (RollMarked(roll=1), "names_off"),
        (GuestNamed(guest="g", name="Lan"), "names_off"),
        (TransferAnnounced(transfer="t", to="A", people=1, members=("x",)), "names_off"),
        (TransferAnnounced(transfer="t", branch="?", to="A", people=1), "unknown_branch"),
        (TransferAnnounced(transfer="t", to="B", people=1), "unknown_place"),
        (TransferAnnounced(transfer="t", to="Z", people=1), "unknown_place"),
        (TransferAnnounced(transfer="t", to="A", people=1, makes_up="q1"), "unknown_session"),
        (GuestCounted(home=Home(point="B"), people=1), "unknown_place"),
        (GuestCounted(home=Home(unit=" "), people=1), "unknown_place"),
        (GuestCounted(home=Home(point="A", branch="?"), people=1), "unknown_branch"),
        (GuestCounted(home=Home(point="A"), people=1, makes_up="q1"), "unknown_session"),
    ],
)
def test_what_cannot_be_is_kept_with_its_reason(body: Body, code: str) -> None:
    halls = Halls(RollOpened(roll=1))
    assert why(halls.say("B", body)) == code


def test_a_member_of_another_branch_is_unknown() -> None:
    halls = Halls(listed("B", "Chi bộ Công ty May", 3), RollOpened(roll=1))
    halls.index = index([])
    marks = RollMarked(roll=1, marks={"A1-1": Mark.PRESENT})
    assert why(halls.say("B", marks)) == "unknown_member"
    transfer = TransferAnnounced(transfer="t", to="A", people=1, members=("A1-1",))
    assert why(halls.say("B", transfer)) == "unknown_member"
    guest = GuestNamed(guest="g", name="Lan", makes_up="q1")
    assert why(halls.say("B", guest)) == "unknown_session"


def test_marks_of_two_devices_are_told_and_the_later_of_marks_and_count_stands() -> None:
    halls = Halls(listed("B", "Chi bộ Công ty May", 6, exempt=1), RollOpened(roll=1))
    assert remark(halls.say("B", RollMarked(roll=1, others=Others.PRESENT), device="one")) is None
    other = RollMarked(roll=1, marks={"BMay-1": Mark.ABSENT})
    assert remark(halls.say("B", other, device="two")) == "replaces_other"
    sums = halls.account(1).points["B"]
    assert (sums.present, sums.exempt) == (4, 1)
    halls.say("B", one(3, guests=2))
    assert halls.account(1).points["B"].present == 3
    halls.say("B", RollMarked(roll=1, others=Others.PRESENT), device="one")
    sums = halls.account(1).points["B"]
    assert (sums.present, sums.guests) == (5, 2)
    halls.add(*close_roll(halls.state, 1))
    again = RollMarked(roll=1, others=Others.ABSENT)
    assert remark(halls.say("B", again, device="one")) == "after_close"


def test_a_transfer_counts_when_both_halls_have_spoken_in_any_order() -> None:
    halls = Halls(RollOpened(roll=1))
    confirmed = halls.say("A", TransferConfirmed(transfer="t", people=2))
    assert remark(confirmed) == "unannounced"
    assert halls.account(1).total.elsewhere == 0
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=2, note="Đi ca"))
    sums = halls.account(1)
    assert (sums.points["B"].elsewhere, sums.points["A"].guests) == (2, 2)
    assert sums.total.attended == 2
    assert remark(halls.say("A", TransferConfirmed(transfer="t", people=1))) is None
    assert halls.account(1).total.elsewhere == 1
    halls.say("B", TransferAnnounced(transfer="t", to="C", people=2))
    assert halls.account(1).total.elsewhere == 0
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=0))
    assert halls.account(1).total.elsewhere == 0


def test_a_session_can_be_made_up_for_later_and_is_credited_to_the_one_that_was_missed() -> None:
    halls = Halls(RollOpened(roll=1), planned("s2"))
    halls.say("A", GuestCounted(home=Home(point="B"), people=2, makes_up="s2"))
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=1, makes_up="s2"))
    halls.say("A", TransferConfirmed(transfer="t", people=1))
    now = halls.account(1)
    assert (now.total.elsewhere, now.points["A"].guests) == (0, 3)
    missed = account(Sitting(state=halls.state, session="s2", roll=None), halls.state.points)
    assert (missed.points["B"].made_up, missed.total.made_up) == (3, 3)
    assert halls.state.registers["s1"].made_up == set()
    halls.say("A", GuestCounted(home=Home(point="B"), people=2))
    missed = account(Sitting(state=halls.state, session="s2", roll=None), halls.state.points)
    assert missed.total.made_up == 1


def test_people_from_outside_are_guests_and_nobodys_credit() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("A", GuestCounted(home=Home(unit="Xã Bạch Sam"), people=3))
    halls.say("A", GuestCounted(home=Home(unit="xã Bạch sam"), people=2))
    total = halls.account(1).total
    assert (total.guests, total.elsewhere, total.seated) == (2, 0, 2)


def test_the_kinds_of_people_of_a_sum() -> None:
    assert Sum().attended is None
    assert Sum(elsewhere=2).attended == 2
    assert Sum(reported=4, exempt=1, guests=2).seated == 7
    assert Sum(expected=9, present=4, elsewhere=1, excused=1, reported=8).unexplained == 3
    assert Sum(present=4, reported=8).seated == 4


def test_counts_of_a_branch_that_left_the_roster_are_not_lost() -> None:
    halls = Halls()
    halls.say("A", CheckIn(branches=(BranchCount(branch="Chi bộ 2", reported=7),)))
    first = halls.state.points["A"]
    halls.add(msgspec.structs.replace(first, branches=first.branches[:1]))
    sums = halls.account(None)
    assert (sums.total.reported, sums.points["A"].branches) == (7, 1)


def test_of_several_in_charge_the_last_stands_and_a_check_in_without_one_keeps_him() -> None:
    halls = Halls()
    count = (BranchCount(reported=1),)
    for seq, ref in ((1, "lan"), (2, None)):
        body = CheckIn(branches=count)
        case = entry(body, point="B", device="phone")
        case = dataclasses.replace(case, refs={"in_charge": ref} if ref else {}, spool="s", seq=seq)
        halls.add(enter(halls.state, case)[1], origin=f"phone/s/{seq}")
    attendance = halls.state.attendance["s1", "B"]
    assert (attendance.in_charge, attendance.note) == ("lan", None)
    assert Attendance(claims={}, recorded_utc="").in_charge is None
    assert Attendance(claims={}, recorded_utc="").note is None


def test_what_the_centre_enters_is_the_latest_and_a_correction() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("B", one(4))
    branch = BranchRoll(branch="Chi bộ Công ty May", present=3)
    halls.add(
        RollCountedFact(point="B", device=CENTRE, entered_utc="9", roll=1, branches=(branch,))
    )
    assert halls.account(1).points["B"].present == 3
    assert [c.actor for c in halls.state.registers["s1"].corrections] == ["test"]
