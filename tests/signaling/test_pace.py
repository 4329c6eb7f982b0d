from hypothesis import given
from hypothesis import strategies as st

from signaling.pace import Pace


def test_a_burst_may_go_at_once_and_then_so_many_a_second() -> None:
    pace = Pace(per_s=10.0, burst=4)
    assert pace.allowance(now=5.0) == 4
    pace.spend(4, now=5.0)
    assert pace.allowance(now=5.0) == 0
    assert pace.allowance(now=5.25) == 2
    assert pace.allowance(now=60.0) == 4, "a silence is not saved up beyond the burst"


def test_ready_at_is_when_there_is_an_allowance_again() -> None:
    pace = Pace(per_s=10.0, burst=1)
    assert pace.ready_at(now=3.0) == 3.0
    pace.spend(1, now=3.0)
    due = pace.ready_at(now=3.0)
    assert 3.099 < due < 3.101
    assert pace.allowance(now=due) == 1


def test_a_clock_that_goes_back_gives_nothing() -> None:
    pace = Pace(per_s=1.0, burst=1)
    pace.spend(1, now=10.0)
    assert pace.allowance(now=0.0) == 0
    assert pace.allowance(now=10.5) == 0


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 50)), max_size=60))
def test_no_more_goes_than_the_burst_and_the_rate(steps: list[tuple[float, int]]) -> None:
    pace, now, gone = Pace(per_s=15.0, burst=64), 0.0, 0
    for pause, wish in steps:
        now += pause
        count = min(wish, pace.allowance(now))
        pace.spend(count, now)
        gone += count
        assert gone <= 64 + 15.0 * now + 1e-6
