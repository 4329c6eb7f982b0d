import pytest

from config.utc import format_utc
from coordinator.attendance.fact import RollClosed, RollOpened, RollPlanned
from coordinator.attendance.roll import (
    PlanRoll,
    close_roll,
    due,
    next_due,
    open_roll,
    plan_roll,
    rolls_of,
)
from coordinator.errors import Refused
from coordinator.fact import PhaseEntered
from signaling.roll import RollCount, RollCounted
from signaling.schema import Phase, RollStage
from tests.harness.facts import START_S, Chronicle, planned, point
from tests.harness.hall import Halls


def count(branch: str, present: int) -> RollCounted:
    return RollCounted(roll=1, branches=(RollCount(branch=branch, present=present),))


def refusal(act: object, *given: object) -> str:
    with pytest.raises(Refused) as refused:
        act(*given)  # type: ignore[operator]
    return refused.value.code


def test_a_roll_is_opened_once_and_closed_once() -> None:
    halls = Halls()
    assert refusal(close_roll, halls.state, 1) == "roll_not_open"
    halls.add(*open_roll(halls.state, 1))
    assert open_roll(halls.state, 1) == []
    assert refusal(open_roll, halls.state, 2) == "other_roll_open"
    halls.add(*close_roll(halls.state, 1, "Đ/c Lan"))
    assert close_roll(halls.state, 1) == []
    assert refusal(open_roll, halls.state, 1) == "roll_closed"
    assert refusal(plan_roll, halls.state, PlanRoll(roll=1)) == "roll_closed"
    halls.add(*open_roll(halls.state, 2))
    stages = [roll.stage for roll in rolls_of(halls.state, "s1", 3)]
    assert stages == [RollStage.CLOSED, RollStage.OPEN, RollStage.WAITING]


def test_closing_freezes_and_what_comes_later_is_a_marked_correction() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("B", count("", 4))
    [closing] = close_roll(halls.state, 1, "Đ/c Lan")
    assert isinstance(closing, RollClosed)
    assert (closing.attended, closing.points, closing.name) == (4, 1, "Đ/c Lan")
    halls.add(closing)
    corrected = halls.say("B", count("", 5))
    assert getattr(corrected, "remark", None) == "after_close"
    halls.say("C", count("", 2))
    register = halls.state.registers["s1"]
    assert register.rolls[1].closing == closing
    sheet = register.sheet(1, "B", "Chi bộ Công ty May")
    assert sheet.frozen is not None
    assert sheet.value is not None
    assert (sheet.frozen.present, sheet.value.present) == (4, 5)
    assert [(c.point, c.before and c.before.present) for c in register.corrections] == [
        ("B", 4),
        ("C", None),
    ]
    sums = halls.account(1)
    assert (sums.total.attended, sums.total.corrected) == (7, 2)


def test_the_same_number_again_is_no_correction() -> None:
    halls = Halls(RollOpened(roll=1))
    halls.say("B", count("", 4))
    halls.add(*close_roll(halls.state, 1))
    halls.say("B", count("", 4))
    assert halls.state.registers["s1"].corrections == []


def test_a_roll_needs_an_open_session() -> None:
    assert refusal(open_roll, Chronicle().state, 1) == "no_session"
    assert refusal(open_roll, Chronicle(planned(), point("A")).state, 1) == "wrong_phase"
    assert refusal(open_roll, Halls().state, 10) == "unknown_roll"


def at(second: float) -> str:
    return format_utc(START_S + second)


def test_the_clock_opens_and_closes_a_planned_roll() -> None:
    halls = Halls()
    plan = PlanRoll(roll=1, opens_utc=at(100), closes_utc=at(200))
    halls.add(*plan_roll(halls.state, plan))
    assert plan_roll(halls.state, plan) == []
    halls.add(RollPlanned(roll=2, opens_utc=at(100)))
    assert due(halls.state, at(99)) == []
    assert next_due(halls.state) == at(100)
    assert due(halls.state, at(100)) == [RollOpened(roll=1)]
    halls.add(RollOpened(roll=1))
    assert due(halls.state, at(150)) == []
    [closing] = due(halls.state, at(200))
    assert isinstance(closing, RollClosed)
    halls.add(closing)
    assert due(halls.state, at(201)) == [RollOpened(roll=2)]


def test_the_clock_waits_for_the_session() -> None:
    chronicle = Chronicle(planned(), point("A"), RollPlanned(roll=1, opens_utc=at(1)))
    assert due(chronicle.state, at(100)) == []
    assert due(Chronicle().state, at(100)) == []
    assert next_due(Chronicle().state) is None
    chronicle.add(PhaseEntered(phase=Phase.CHECK_IN))
    assert due(chronicle.state, at(100)) == [RollOpened(roll=1)]


@pytest.mark.parametrize(
    "plan",
    [
        PlanRoll(roll=1, opens_utc="tomorrow"),
        PlanRoll(roll=1, opens_utc=at(2), closes_utc=at(1)),
    ],
)
def test_a_plan_that_cannot_be_is_refused(plan: PlanRoll) -> None:
    assert refusal(plan_roll, Halls().state, plan) == "bad_time"


def test_a_plan_can_be_taken_back() -> None:
    halls = Halls(RollPlanned(roll=1, opens_utc=at(1)))
    halls.add(*plan_roll(halls.state, PlanRoll(roll=1)))
    assert next_due(halls.state) is None
