import pytest

from coordinator.attendance.conflict import Conflict, Resolve, conflicts, resolve
from coordinator.attendance.fact import GuestMatched, RollOpened
from coordinator.attendance.match import Listed, index
from coordinator.attendance.seat import HOME
from coordinator.errors import Refused
from signaling.roll import (
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
from tests.harness.hall import Halls, listed

BRANCH = "Chi bộ Công ty May"
HERE = RollMarked(roll=1, branch=BRANCH, others=Others.PRESENT)


def town() -> Halls:
    members = listed("B", BRANCH, 6, exempt=1)
    halls = Halls(members, RollOpened(roll=1))
    halls.index = index(
        Listed(ref=m.ref, number=f"032.{i}", name=f"Nguyễn Văn {'ABCDEF'[i]}", places=())
        for i, m in enumerate(members.members)
    )
    return halls


def open_ones(halls: Halls) -> list[Conflict]:
    return [c for c in conflicts(halls.sitting(1), halls.state.points) if c.decision is None]


def decide(halls: Halls, **command: str) -> None:
    order = Resolve(session="s1", **command)
    halls.add(*resolve(halls.sitting(1), halls.state.points, order))


def test_a_member_marked_at_home_and_seated_elsewhere_counts_once_until_a_person_decides() -> None:
    halls = town()
    halls.say("B", HERE)
    said = halls.say("A", GuestNamed(guest="g1", number="032.2"))
    assert getattr(said, "remark", None) == "seen_twice"
    total = halls.account(1).total
    assert (total.present, total.elsewhere, total.guests, total.attended) == (5, 0, 0, 5)
    [conflict] = open_ones(halls)
    assert (conflict.kind, conflict.choices) == ("twice", (HOME, "guest/g1"))
    decide(halls, conflict=conflict.id, decision="guest/g1")
    assert open_ones(halls) == []
    total = halls.account(1).total
    assert (total.present, total.elsewhere, total.guests, total.attended) == (4, 1, 1, 5)
    decide(halls, conflict=conflict.id, decision=HOME)
    assert halls.account(1).total.elsewhere == 0


def test_a_member_seated_in_two_halls_counts_in_the_first() -> None:
    halls = town()
    halls.say("A", GuestNamed(guest="g1", number="032.2"))
    halls.say("C", GuestNamed(guest="g2", name="nguyen van c"))
    sums = halls.account(1)
    assert (sums.total.elsewhere, sums.total.guests) == (1, 1)
    assert sums.points["A"].guests == 1
    [conflict] = open_ones(halls)
    decide(halls, conflict=conflict.id, decision="guest/g2")
    assert halls.account(1).points["C"].guests == 1
    halls.say("C", GuestNamed(guest="g2", gone=True))
    assert halls.account(1).points["A"].guests == 1
    assert conflicts(halls.sitting(1), halls.state.points) == []


def test_more_credits_than_members_wait_for_a_person() -> None:
    halls = town()
    halls.say("B", RollCounted(roll=1, branches=(RollCount(present=4),)))
    halls.say("A", GuestCounted(home=Home(point="B"), people=3))
    total = halls.account(1).total
    assert (total.attended, total.guests) == (5, 3)
    [conflict] = open_ones(halls)
    assert (conflict.kind, conflict.people) == ("over", 2)
    decide(halls, conflict=conflict.id, decision="accept")
    assert halls.account(1).total.attended == 7
    decide(halls, conflict=conflict.id, decision="cap")
    assert halls.account(1).total.attended == 5


def test_a_guest_nobody_knows_is_given_a_home_by_the_secretary() -> None:
    halls = town()
    said = halls.say("A", GuestNamed(guest="g1", name="Trần Thị Bưởi", unit="Phố Nối"))
    assert getattr(said, "remark", None) == "not_found"
    total = halls.account(1).total
    assert (total.guests, total.elsewhere) == (1, 0)
    [conflict] = open_ones(halls)
    decide(halls, conflict=conflict.id, home="C", branch="Chi bộ 1")
    assert halls.account(1).points["C"].elsewhere == 1
    decide(halls, conflict=conflict.id, member="BMay-3")
    assert halls.account(1).points["B"].elsewhere == 1
    decide(halls, conflict=conflict.id)
    assert halls.account(1).total.elsewhere == 0
    assert conflicts(halls.sitting(1), halls.state.points)[0].decision == "outside"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"conflict": "twice/nobody", "decision": HOME}, "unknown_conflict"),
        ({"conflict": "twice/BMay-2", "decision": "guest/g9"}, "bad_decision"),
        ({"conflict": "guest/g2", "member": "nobody"}, "unknown_member"),
        ({"conflict": "guest/g2", "home": "Z"}, "unknown_point"),
    ],
)
def test_what_cannot_be_decided_is_refused(command: dict[str, str], code: str) -> None:
    halls = town()
    halls.say("B", HERE)
    halls.say("A", GuestNamed(guest="g1", number="032.2"))
    halls.say("A", GuestNamed(guest="g2", name="Ai đó"))
    with pytest.raises(Refused) as refused:
        decide(halls, **command)
    assert refused.value.code == code


def test_a_transfer_by_names_moves_those_members() -> None:
    halls = town()
    halls.say("B", RollMarked(roll=1, others=Others.PRESENT, marks={"BMay-1": Mark.ABSENT}))
    transfer = TransferAnnounced(transfer="t", to="A", people=2, members=("BMay-1", "BMay-2"))
    halls.say("B", transfer)
    halls.say("A", TransferConfirmed(transfer="t", people=2))
    total = halls.account(1).total
    # BMay-2 is marked at home, so only BMay-1 counts elsewhere.
    assert (total.present, total.elsewhere, total.guests) == (4, 1, 1)
    halls.say("A", TransferConfirmed(transfer="t", people=1))
    assert [c.kind for c in open_ones(halls)] == []


def test_a_match_of_a_guest_who_was_never_entered_counts_nothing() -> None:
    halls = town()
    halls.add(GuestMatched(guest="g9", home="B"))
    assert halls.account(1).total.elsewhere == 0
