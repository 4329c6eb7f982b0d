import pytest

from coordinator.errors import Refused
from coordinator.fact import BroadcastSet, PhaseEntered, SessionOverridden, Unmet
from coordinator.session import (
    NEXT,
    OPEN,
    WAY_BACK_S,
    EnterPhase,
    PlanSession,
    SetBroadcast,
    enter,
    may_enter,
    plan,
    set_broadcast,
)
from signaling.schema import Broadcast, Phase
from tests.harness.facts import Chronicle, planned, point

UTC = "2026-10-04T01:00:00.000Z"


def at(phase: Phase) -> Chronicle:
    """Return a chronicle whose session just entered the phase."""
    chronicle = Chronicle(planned())
    if phase is not Phase.PLANNED:
        chronicle.add(PhaseEntered(phase=phase))
    return chronicle


@pytest.mark.parametrize("old", Phase)
@pytest.mark.parametrize("new", Phase)
def test_every_pair_of_phases_is_in_the_table_or_refused(old: Phase, new: Phase) -> None:
    chronicle = Chronicle(planned())
    chronicle.add(PhaseEntered(phase=old))
    session = chronicle.state.session
    if session is None:
        with pytest.raises(Refused) as refused:
            enter(chronicle.state, EnterPhase(phase=new, reason="r"), chronicle.now_s)
        assert refused.value.code == "no_session"
    elif new is old:
        assert enter(chronicle.state, EnterPhase(phase=new), chronicle.now_s) == []
    elif new in NEXT[old]:
        facts = enter(chronicle.state, EnterPhase(phase=new, reason="r"), chronicle.now_s)
        assert facts[0] == PhaseEntered(phase=new, reason="r")
    else:
        with pytest.raises(Refused) as refused:
            enter(chronicle.state, EnterPhase(phase=new, reason="r"), chronicle.now_s)
        assert refused.value.code == "wrong_phase"


@pytest.mark.parametrize("phase", Phase)
def test_only_the_phases_of_the_day_are_open(phase: Phase) -> None:
    chronicle = at(phase)
    assert (chronicle.state.open_session == "s1") == (phase in OPEN)


def test_going_live_turns_the_broadcast_on_and_leaving_turns_it_off() -> None:
    chronicle = at(Phase.CHECK_IN)
    facts = enter(chronicle.state, EnterPhase(phase=Phase.LIVE), chronicle.now_s)
    assert facts == [PhaseEntered(phase=Phase.LIVE), BroadcastSet(broadcast=Broadcast.ON)]
    chronicle.add(*facts)
    facts = enter(chronicle.state, EnterPhase(phase=Phase.BRANCH_MEETINGS), chronicle.now_s)
    assert facts[1:] == [BroadcastSet(broadcast=Broadcast.OFF)]


def test_the_start_can_be_taken_back_for_two_minutes_with_a_reason() -> None:
    chronicle = at(Phase.LIVE)
    live_s = chronicle.now_s - 1
    back = EnterPhase(phase=Phase.CHECK_IN, reason="bấm nhầm")
    assert Phase.CHECK_IN in may_enter(chronicle.state.sessions["s1"], live_s + WAY_BACK_S)
    assert enter(chronicle.state, back, live_s + WAY_BACK_S)
    with pytest.raises(Refused) as refused:
        enter(chronicle.state, back, live_s + WAY_BACK_S + 0.001)
    assert refused.value.code == "way_back_over"
    assert Phase.CHECK_IN not in may_enter(chronicle.state.sessions["s1"], live_s + 121)
    with pytest.raises(Refused) as refused:
        enter(chronicle.state, EnterPhase(phase=Phase.CHECK_IN, reason=" "), live_s)
    assert refused.value.code == "reason_required"


def test_a_start_after_a_way_back_begins_its_own_two_minutes() -> None:
    chronicle = at(Phase.LIVE)
    chronicle.add(PhaseEntered(phase=Phase.CHECK_IN, reason="r"))
    assert chronicle.state.sessions["s1"].live_utc is None
    chronicle.add(PhaseEntered(phase=Phase.LIVE))
    assert Phase.CHECK_IN in may_enter(chronicle.state.sessions["s1"], chronicle.now_s + 100)


@pytest.mark.parametrize(
    ("old", "command"),
    [
        (Phase.CHECK_IN, EnterPhase(phase=Phase.LIVE, unmet=(Unmet(code="relay"),))),
        (Phase.PLANNED, EnterPhase(phase=Phase.POSTPONED)),
    ],
)
def test_what_goes_against_the_board_or_the_plan_asks_for_a_reason(
    old: Phase, command: EnterPhase
) -> None:
    chronicle = at(old)
    with pytest.raises(Refused) as refused:
        enter(chronicle.state, command, chronicle.now_s)
    assert refused.value.code == "reason_required"


def test_a_start_against_the_board_is_a_fact_with_what_was_not_met() -> None:
    unmet = (Unmet(code="points_ready", have=80, need=83),)
    command = EnterPhase(phase=Phase.LIVE, reason="đã gọi điện", unmet=unmet, override="n1")
    chronicle = at(Phase.CHECK_IN)
    facts = enter(chronicle.state, command, chronicle.now_s)
    assert facts[0] == SessionOverridden(reason="n1", unmet=unmet)
    assert facts[1] == PhaseEntered(phase=Phase.LIVE, reason="đã gọi điện")
    chronicle.add(*facts)
    assert chronicle.state.session is not None
    assert chronicle.state.session.phase is Phase.LIVE


def test_what_is_not_met_matters_to_nothing_but_the_start() -> None:
    command = EnterPhase(phase=Phase.CHECK_IN, unmet=(Unmet(code="relay"),), override="n1")
    facts = enter(at(Phase.REHEARSAL).state, command, 0.0)
    assert not any(isinstance(fact, SessionOverridden) for fact in facts)


def test_the_broadcast_can_be_paused_only_when_something_can_be_broadcast() -> None:
    pause = SetBroadcast(broadcast=Broadcast.PAUSED)
    assert set_broadcast(at(Phase.LIVE).state, pause) == [BroadcastSet(broadcast=Broadcast.PAUSED)]
    off = SetBroadcast(broadcast=Broadcast.OFF)
    assert set_broadcast(at(Phase.CHECK_IN).state, off) == []
    with pytest.raises(Refused) as refused:
        set_broadcast(at(Phase.BRANCH_MEETINGS).state, pause)
    assert refused.value.code == "wrong_phase"
    with pytest.raises(Refused) as refused:
        set_broadcast(Chronicle().state, pause)
    assert refused.value.code == "no_session"


def test_a_plan_names_what_is_wrong_with_it() -> None:
    state = Chronicle(point("MH-000"), planned()).state
    good = PlanSession(id="s2", title="t", start_utc=UTC, main_point="MH-000", cloned_from="s1")
    assert len(plan(state, good)) == 1
    for command, code in (
        (PlanSession(id="s2", title="t", start_utc="hôm qua"), "bad_time"),
        (PlanSession(id="s2", title="t", start_utc=UTC, main_point="X"), "unknown_point"),
        (PlanSession(id="s2", title="t", start_utc=UTC, cloned_from="x"), "unknown_session"),
    ):
        with pytest.raises(Refused) as refused:
            plan(state, command)
        assert refused.value.code == code


def test_a_closed_session_is_not_planned_again() -> None:
    state = at(Phase.CLOSED).state
    with pytest.raises(Refused) as refused:
        plan(state, PlanSession(id="s1", title="t", start_utc=UTC))
    assert refused.value.code == "session_over"


def test_the_next_planned_session_is_meant_when_none_is_open() -> None:
    chronicle = at(Phase.CLOSED)
    assert chronicle.state.session is None
    chronicle.add(planned("s3"), planned("s2"))
    assert chronicle.state.session is chronicle.state.sessions["s2"]
