from coordinator.attendance.fact import (
    BranchListed,
    ConflictResolved,
    EntrySettled,
    GuestMatched,
    NamesRead,
    PersonForgotten,
    RollOpened,
    RollPlanned,
)
from coordinator.attendance.match import index
from coordinator.attendance.move import Ends, Move, ends_of
from coordinator.attendance.receipt import hall_recorded, roll_state
from coordinator.attendance.roll import close_roll
from coordinator.attendance.touch import touched
from coordinator.fact import BroadcastSet
from signaling.entry import Body, BranchCount, CheckIn
from signaling.roll import (
    GuestCounted,
    GuestNamed,
    Home,
    RollCount,
    RollCounted,
    TransferAnnounced,
    TransferConfirmed,
)
from signaling.schema import Broadcast, RollStage
from tests.harness.facts import Chronicle
from tests.harness.hall import Halls, listed

UTC = "2026-10-04T00:45:00.000Z"
ONE = RollCounted(roll=1, branches=(RollCount(present=4, excused=1),))


def test_halls_are_told_as_many_rolls_as_are_usual() -> None:
    halls = Halls(RollPlanned(roll=2, opens_utc=UTC))
    halls.add(RollOpened(roll=1))
    state = roll_state(halls.state, 2, names=True)
    assert (state.session, state.names) == ("s1", True)
    assert [(r.roll, r.stage) for r in state.rolls] == [
        (1, RollStage.OPEN),
        (2, RollStage.WAITING),
    ]
    assert state.rolls[1].opens_utc == UTC
    assert roll_state(Chronicle().state, 2, names=False).rolls == ()


def test_a_hall_is_told_what_is_recorded_of_it_and_of_no_other() -> None:
    halls = Halls(RollOpened(roll=1))
    assert hall_recorded(Chronicle().state, "B").branches == ()
    assert hall_recorded(halls.state, "Z").branches == ()
    assert hall_recorded(halls.state, "B").recorded_utc is None
    halls.say("B", CheckIn(branches=(BranchCount(reported=5, guests=1),)))
    halls.say("B", ONE)
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=2))
    halls.say("C", GuestCounted(home=Home(point="B"), people=1))
    [branch] = hall_recorded(halls.state, "B").branches
    assert (branch.reported, branch.guests, branch.expected, branch.elsewhere) == (5, 1, 5, 1)
    [answer] = branch.rolls
    assert (answer.present, answer.excused, answer.corrected) == (4, 1, False)
    [line] = hall_recorded(halls.state, "B").transfers
    assert (line.outgoing, line.other, line.people, line.confirmed) == (True, "A", 2, None)
    halls.say("A", TransferConfirmed(transfer="t", people=2))
    [line] = hall_recorded(halls.state, "A").transfers
    assert (line.outgoing, line.other, line.confirmed) == (False, "B", 2)
    halls.add(*close_roll(halls.state, 1))
    halls.say("B", RollCounted(roll=1, branches=(RollCount(present=3),)))
    [branch] = hall_recorded(halls.state, "B").branches
    assert branch.rolls[0].corrected


def test_a_confirmation_without_its_announcement_has_no_other_end_yet() -> None:
    halls = Halls()
    halls.say("A", TransferConfirmed(transfer="t", people=2))
    [line] = hall_recorded(halls.state, "A").transfers
    assert (line.other, line.people, line.confirmed) == (None, None, 2)


def test_a_fact_touches_the_points_whose_people_it_changes() -> None:
    halls = Halls(RollOpened(roll=1), listed("B", "Chi bộ Công ty May", 3))
    halls.index = index([])
    assert set(touched(halls.state, halls.rows[-2])) == {"A", "B", "C"}
    expected: list[tuple[Body, set[str]]] = [
        (ONE, {"B"}),
        (TransferAnnounced(transfer="t", to="A", people=1), {"A", "B"}),
        (GuestCounted(home=Home(point="C"), people=1), {"B", "C"}),
        (GuestCounted(home=Home(unit="Xã khác"), people=1), {"B"}),
        (GuestNamed(guest="g", name="Lan"), {"B"}),
    ]
    for body, points in expected:
        halls.say("B", body)
        assert set(touched(halls.state, halls.rows[-1])) == points
    halls.add(GuestMatched(guest="g", home="A"))
    assert set(touched(halls.state, halls.rows[-1])) == {"A", "B"}
    halls.add(ConflictResolved(conflict="over/B/", decision="accept"))
    assert set(touched(halls.state, halls.rows[-1])) == {"A", "B", "C"}
    halls.add(BroadcastSet(broadcast=Broadcast.ON))
    assert set(touched(halls.state, halls.rows[-1])) == set()
    assert set(touched(Chronicle().state, halls.rows[-3])) == set()


def test_where_a_movement_goes_is_said_as_far_as_anybody_knows() -> None:
    halls = Halls()
    assert ends_of(Move(key="t", kind="transfer")) == Ends()
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=1, makes_up="s1"))
    halls.say("A", GuestCounted(home=Home(point="C"), people=1))
    moves = halls.state.registers["s1"].moves
    assert ends_of(moves["transfer/t"]) == Ends(
        home="B", branch="Chi bộ Công ty May", host="A", makes_up="s1"
    )
    assert ends_of(moves["walk_in/A/C/"]) == Ends(home="C", host="A")


def test_what_the_desk_does_is_remembered() -> None:
    halls = Halls(listed("B", "Chi bộ 1", 2))
    halls.add(BranchListed(point="B", branch="Chi bộ 1", members=()))
    assert halls.state.home_of == {}
    moved = listed("C", "Chi bộ 1", 1)
    halls.add(moved, BranchListed(point="A", branch="Chi bộ 1", members=moved.members))
    halls.add(BranchListed(point="C", branch="Chi bộ 1", members=()))
    assert halls.state.home_of == {"C1-0": ("A", "Chi bộ 1")}
    halls.add(EntrySettled(n=7), NamesRead(what="extract", people=1))
    halls.add(PersonForgotten(refs=("a", "b"), why="asked"))
    assert halls.state.settled == {7}
    assert len(halls.state.readings) == 1
    assert halls.state.forgotten == 2
