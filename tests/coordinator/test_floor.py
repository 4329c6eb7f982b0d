import pytest

from coordinator.errors import Refused
from coordinator.fact import (
    BroadcastSet,
    FloorGiven,
    PhaseEntered,
    PointWithdrawn,
    PresenceChanged,
    SourceChosen,
)
from coordinator.floor import (
    MAY_BROADCAST,
    MAY_SPEAK,
    ChooseSource,
    GiveFloor,
    Wish,
    choose_source,
    give_floor,
    wish_of,
)
from coordinator.session import EnterPhase, enter
from signaling.schema import Broadcast, Phase, Presence
from tests.harness.facts import Chronicle, planned, point

ONLINE = PresenceChanged(point="MH-001", presence=Presence.ONLINE, why="word")


def at(phase: Phase, broadcast: Broadcast = Broadcast.ON) -> Chronicle:
    """Return a session in the phase, with one hall online and one that never came."""
    chronicle = Chronicle(point("MH-001"), point("MH-002"), planned(), ONLINE)
    chronicle.add(PhaseEntered(phase=phase), BroadcastSet(broadcast=broadcast))
    return chronicle


def why(refused: "pytest.ExceptionInfo[Refused]") -> str:
    return refused.value.code


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.CLOSED, Phase.POSTPONED)])
def test_the_floor_is_given_in_rehearsal_and_while_live_only(phase: Phase) -> None:
    state = at(phase).state
    if phase in MAY_SPEAK:
        given = give_floor(state, GiveFloor(point="MH-001"))
        assert given == [FloorGiven(point="MH-001")]
    else:
        with pytest.raises(Refused) as refused:
            give_floor(state, GiveFloor(point="MH-001"))
        assert why(refused) == "wrong_phase"
    assert give_floor(state, GiveFloor(point=None)) == [], "nobody has it"


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.CLOSED, Phase.POSTPONED)])
@pytest.mark.parametrize("source", ["studio", "studio-backup", "slate", "point/MH-001"])
def test_a_source_is_chosen_while_something_can_be_broadcast(phase: Phase, source: str) -> None:
    state = at(phase).state
    if phase in MAY_BROADCAST:
        assert choose_source(state, ChooseSource(source=source)) == [SourceChosen(source=source)]
    else:
        with pytest.raises(Refused) as refused:
            choose_source(state, ChooseSource(source=source))
        assert why(refused) == "wrong_phase"
    assert choose_source(state, ChooseSource(source="auto")) == [], "it is so already"


@pytest.mark.parametrize(
    ("code", "told"), [("MH-009", "unknown_point"), ("MH-002", "point_offline")]
)
def test_who_is_not_there_neither_speaks_nor_is_seen(code: str, told: str) -> None:
    state = at(Phase.LIVE).state
    with pytest.raises(Refused) as refused:
        give_floor(state, GiveFloor(point=code))
    assert why(refused) == told
    with pytest.raises(Refused) as refused:
        choose_source(state, ChooseSource(source=f"point/{code}"))
    assert why(refused) == told


def test_nothing_is_steered_without_a_session() -> None:
    with pytest.raises(Refused) as refused:
        give_floor(Chronicle().state, GiveFloor(point="MH-001"))
    assert why(refused) == "no_session"
    with pytest.raises(Refused) as refused:
        choose_source(Chronicle().state, ChooseSource(source="slate"))
    assert why(refused) == "no_session"


def test_the_floor_goes_from_hall_to_hall_with_its_time() -> None:
    chronicle = at(Phase.LIVE)
    chronicle.add(PresenceChanged(point="MH-002", presence=Presence.LATE, why="silence"))
    for code in ("MH-001", "MH-002"):
        chronicle.add(*give_floor(chronicle.state, GiveFloor(point=code)))
        session = chronicle.state.sessions["s1"]
        assert (session.floor, session.floor_utc) == (code, chronicle.rows[-1].utc)
    assert give_floor(chronicle.state, GiveFloor(point="MH-002")) == []
    chronicle.add(*give_floor(chronicle.state, GiveFloor(point=None)))
    session = chronicle.state.sessions["s1"]
    assert (session.floor, session.floor_utc) == (None, "")


def test_while_a_hall_has_the_floor_it_is_the_picture() -> None:
    chronicle = at(Phase.LIVE)
    chronicle.add(SourceChosen(source="studio-backup"), FloorGiven(point="MH-001"))
    for source in ("studio", "point/MH-001"):
        with pytest.raises(Refused) as refused:
            choose_source(chronicle.state, ChooseSource(source=source))
        assert why(refused) == "floor_held"
    for source in ("slate", "auto"):
        chosen = choose_source(chronicle.state, ChooseSource(source=source))
        assert chosen == [SourceChosen(source=source)]


def test_another_phase_takes_back_floor_and_source() -> None:
    chronicle = at(Phase.LIVE)
    chronicle.add(FloorGiven(point="MH-001"), SourceChosen(source="slate"))
    facts = enter(chronicle.state, EnterPhase(phase=Phase.BRANCH_MEETINGS), chronicle.now_s)
    assert facts[2:] == [FloorGiven(point=None), SourceChosen(source="auto")]
    chronicle.add(*facts)
    assert wish_of(chronicle.state) == Wish()
    assert len(enter(chronicle.state, EnterPhase(phase=Phase.CLOSED), chronicle.now_s)) == 1


def test_a_hall_that_leaves_the_roster_leaves_the_floor() -> None:
    chronicle = at(Phase.LIVE)
    chronicle.add(FloorGiven(point="MH-001"), SourceChosen(source="point/MH-001"))
    chronicle.add(PointWithdrawn(code="MH-002"))
    assert chronicle.state.sessions["s1"].floor == "MH-001"
    chronicle.add(PointWithdrawn(code="MH-001"))
    session = chronicle.state.sessions["s1"]
    assert (session.floor, session.floor_utc, session.source) == (None, "", "auto")


@pytest.mark.parametrize(
    ("broadcast", "source", "floor", "wish"),
    [
        (Broadcast.OFF, "studio", None, Wish()),
        (Broadcast.PAUSED, "auto", "MH-001", Wish(floor="point/MH-001")),
        (Broadcast.ON, "auto", None, Wish(route="studio")),
        (Broadcast.ON, "studio-backup", None, Wish(route="studio-backup")),
        (Broadcast.ON, "point/MH-001", None, Wish(route="point/MH-001")),
        (Broadcast.ON, "slate", "MH-001", Wish(floor="point/MH-001")),
        (Broadcast.ON, "auto", "MH-001", Wish(route="studio", floor="point/MH-001")),
    ],
)
def test_what_the_plane_shall_do_follows_from_what_was_decided(
    broadcast: Broadcast, source: str, floor: str | None, wish: Wish
) -> None:
    chronicle = at(Phase.LIVE, broadcast)
    chronicle.add(SourceChosen(source=source), FloorGiven(point=floor))
    assert wish_of(chronicle.state) == wish


def test_nothing_is_wanted_of_the_plane_without_a_session() -> None:
    assert wish_of(Chronicle().state) == Wish()
