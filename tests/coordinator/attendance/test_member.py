import pytest

from config.roster.members import MemberRow
from config.utc import format_utc
from coordinator.attendance.fact import BranchListed, GuestMatched, PersonForgotten, RollOpened
from coordinator.attendance.match import Listed, index
from coordinator.attendance.member import (
    Attended,
    Seat,
    expired,
    extract,
    forget,
    list_branch,
    seats,
)
from coordinator.errors import Refused
from coordinator.fact import EntryKept, PhaseEntered
from coordinator.person import Person
from signaling.entry import BranchCount, CheckIn
from signaling.roll import GuestCounted, GuestNamed, Home, Mark, RollMarked, TransferAnnounced
from signaling.schema import Phase
from tests.harness.facts import START_S
from tests.harness.hall import Halls, listed

PLACE = ("B", "Chi bộ Công ty May")
LIST = listed(*PLACE, 3)
PEOPLE = {
    "BMay-0": Person(name="Nguyễn Văn An", number="1"),
    "BMay-1": Person(name="Phạm Thị Hòa"),
    "BMay-2": Person(name="Lê Văn Cường", number="3"),
}


def row(name: str, number: str = "", *, exempt: bool = False) -> MemberRow:
    return MemberRow(name=name, number=number, exempt=exempt)


def town() -> Halls:
    halls = Halls(LIST, RollOpened(roll=1))
    halls.index = index(
        Listed(ref=ref, number=p.number, name=p.name, places=()) for ref, p in PEOPLE.items()
    )
    return halls


def test_who_stays_on_the_list_keeps_the_reference_and_who_goes_is_forgotten() -> None:
    rows = (row("Phạm Thị Hoà"), row("Nguyễn Văn An Bình", "1"), row("Mới", exempt=True))
    facts = list_branch(town().state, PEOPLE, PLACE, rows, lambda new: f"new-{new.name}")
    [branch, gone] = facts
    assert isinstance(branch, BranchListed)
    assert [member.ref for member in branch.members] == ["BMay-1", "BMay-0", "new-Mới"]
    assert branch.members[2].exempt
    assert gone == PersonForgotten(refs=("BMay-2",), why="unlisted")


def test_the_same_list_again_causes_nothing_and_no_names_list_nobody() -> None:
    rows = tuple(row(p.name, p.number) for p in PEOPLE.values())
    assert list_branch(town().state, PEOPLE, PLACE, rows, lambda new: "?") == []
    assert list_branch(town().state, PEOPLE, PLACE, (), lambda new: "?") == []


def test_a_member_gets_everything_that_is_kept_of_him() -> None:
    halls = town()
    assert extract(halls.state, "BMay-1") == []
    halls.say("B", RollMarked(roll=1, marks={"BMay-1": Mark.EXCUSED}))
    halls.say("A", CheckIn(branches=(BranchCount(branch="Chi bộ 2", reported=1),)))
    assert extract(halls.state, "BMay-1") == [Attended(session="s1", roll=1, mark=Mark.EXCUSED)]
    with pytest.raises(Refused):
        extract(halls.state, "nobody")


def test_a_forgotten_member_loses_every_name_he_left() -> None:
    halls = town()
    halls.say("A", GuestNamed(guest="g1", number="1"))
    move = halls.state.registers["s1"].moves["guest/g1"]
    assert move.seated[0].value.member == "BMay-0"
    facts = forget(halls.state, PEOPLE, "BMay-0")
    assert facts == [PersonForgotten(refs=("BMay-0",), why="asked")]
    for known, ref in ((PEOPLE, "nobody"), ({}, "BMay-0")):
        with pytest.raises(Refused):
            forget(halls.state, known, ref)


def test_personal_data_of_a_session_long_closed_is_deleted_and_nothing_else() -> None:
    halls = town()
    check = CheckIn(branches=(BranchCount(reported=1),), note="Máy mới")
    halls.say("B", check)
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=1, note="Đi ca"))
    # What was replaced is deleted with the rest.
    halls.say("B", CheckIn(branches=(BranchCount(reported=2),)))
    halls.say("A", GuestCounted(home=Home(unit="Xã khác"), people=1))
    halls.say("A", GuestCounted(home=Home(point="Z"), people=1))
    kept = {"n": "Máy mới", "raw": "{}", "m": "của ai khác"}
    late = format_utc(START_S + 500 * 86_400)
    assert expired(halls.state, kept, late, 400) == []
    halls.add(PhaseEntered(phase=Phase.CLOSED))
    assert expired(halls.state, kept, late, 600) == []
    assert expired(halls.state, kept, late, 400) == [
        PersonForgotten(refs=("n", "raw"), why="retention")
    ]
    assert expired(halls.state, {"m": ""}, late, 400) == []


def test_the_text_of_an_entry_of_no_known_session_is_deleted_when_it_is_old() -> None:
    halls = town()
    halls.session = None
    kept = EntryKept(
        point="B", device="p", entered_utc="", entry_kind="roll.counted", why="bad", raw="raw"
    )
    halls.add(kept)
    gone = [PersonForgotten(refs=("raw",), why="retention")]
    assert expired(halls.state, {"raw": "{}"}, format_utc(START_S + 399 * 86_400), 400) == []
    assert expired(halls.state, {"raw": "{}"}, format_utc(START_S + 401 * 86_400), 400) == gone


def test_a_seat_elsewhere_is_part_of_what_is_kept_of_a_member() -> None:
    halls = town()
    assert seats(halls.state, "BMay-0") == []
    halls.say("B", TransferAnnounced(transfer="t", to="A", people=1, members=("BMay-0",)))
    halls.say("C", GuestNamed(guest="g1", number="1"))
    halls.say("A", GuestNamed(guest="g2", name="Ai Đó"))
    halls.add(GuestMatched(guest="g2", member="BMay-2"))
    assert seats(halls.state, "BMay-0") == [
        Seat(session="s1", kind="guest", point="C"),
        Seat(session="s1", kind="transfer", point="A"),
    ]
    assert seats(halls.state, "BMay-2") == [Seat(session="s1", kind="guest", point="A")]
