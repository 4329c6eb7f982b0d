from endpoints.fleet.roll import FIRST_S, LAST_S, answer, delay_s, open_roll
from signaling.entry import BranchCount
from signaling.messages import RollLine, RollState
from signaling.schema import RollStage

CALLED = RollState(
    session="s1",
    rolls=(
        RollLine(roll=1, stage=RollStage.CLOSED),
        RollLine(roll=2, stage=RollStage.OPEN),
        RollLine(roll=3, stage=RollStage.WAITING),
    ),
)
COUNTS = (BranchCount(branch="Chi bộ 1", reported=48, excused=2, guests=1),
          BranchCount(branch="Chi bộ 2", reported=0))  # fmt: skip


def test_an_open_roll_is_answered_once() -> None:
    assert open_roll(CALLED, set()) == 2
    assert open_roll(CALLED, {2}) is None
    assert open_roll(RollState(), set()) is None


def test_a_hall_answers_as_it_checked_in_though_somebody_may_have_left() -> None:
    first, second = answer(2, COUNTS, lambda: 0.99).branches
    assert (first.branch, first.present, first.excused, first.guests) == ("Chi bộ 1", 48, 2, 1)
    assert second.present == 0
    first, second = answer(2, COUNTS, lambda: 0.0).branches
    assert (first.present, second.present) == (47, 0)


def test_an_operator_takes_a_while() -> None:
    assert (delay_s(lambda: 0.0), delay_s(lambda: 1.0)) == (FIRST_S, LAST_S)
