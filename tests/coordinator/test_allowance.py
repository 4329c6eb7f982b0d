"""How much one connection may say."""

from hypothesis import given
from hypothesis import strategies as st

from coordinator.allowance import Allowance


def test_a_burst_is_taken_and_then_the_rate() -> None:
    allowance = Allowance(rate_per_s=2.0, burst=3.0)
    assert [allowance.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [allowance.take(0.5), allowance.take(0.5)] == [True, False]


def test_a_long_silence_earns_one_burst() -> None:
    allowance = Allowance(rate_per_s=2.0, burst=3.0)
    assert allowance.take(0.0)
    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_goes_back_gains_nothing() -> None:
    allowance = Allowance(rate_per_s=1.0, burst=1.0)
    assert [allowance.take(10.0), allowance.take(0.0)] == [True, False]


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_the_burst_and_the_rate(steps: list[float]) -> None:
    allowance, now, taken = Allowance(rate_per_s=1.0, burst=5.0), 0.0, 0
    for step in steps:
        now += step
        taken += allowance.take(now)
    assert taken <= 5 + now + 1e-6


def test_what_is_spent_beyond_the_bucket_is_waited_for() -> None:
    allowance = Allowance(rate_per_s=2.0, burst=3.0)
    assert [allowance.spend(0.0, 2.0), allowance.spend(0.0, 2.0)] == [0.0, 0.5]
    assert allowance.spend(0.5, 4.0) == 2.0
    assert allowance.spend(10.0, 3.0) == 0.0
