import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.backoff import Backoff, BackoffLimits, longest_wait


def longest_waits(backoff: Backoff, count: int) -> list[float]:
    return [backoff.receive_closed(now=0.0) for _ in range(count)]


def test_the_ceiling_doubles_up_to_the_cap() -> None:
    backoff = Backoff(lambda: 1.0)
    assert longest_waits(backoff, 7) == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]


def test_the_wait_is_drawn_from_zero_to_the_ceiling() -> None:
    assert Backoff(lambda: 0.0).receive_closed(now=0.0) == 0.0
    assert Backoff(lambda: 0.5).receive_closed(now=0.0) == 0.25


def test_a_thousand_devices_do_not_come_back_at_one_moment() -> None:
    waits = []
    for seed in range(1000):
        backoff = Backoff(random.Random(seed).random)
        waits.append(longest_waits(backoff, 6)[-1])
    in_one_second = max(sum(1 for w in waits if s <= w < s + 1) for s in range(15))
    assert in_one_second < 1000 / 15 * 1.6
    assert 6.5 < sum(waits) / len(waits) < 8.5


def test_a_connection_that_fell_at_once_does_not_reset_the_count() -> None:
    backoff = Backoff(lambda: 1.0)
    longest_waits(backoff, 3)
    backoff.receive_opened(now=100.0)
    assert backoff.receive_closed(now=129.9) == 4.0


def test_the_server_says_how_far_its_devices_have_to_be_spread() -> None:
    backoff = Backoff(lambda: 1.0)
    for cap_s, waits in [(2.0, [0.5, 1.0, 2.0, 2.0]), (99.0, [0.5, 1.0, 2.0, 4.0])]:
        backoff.receive_opened(now=0.0, cap_s=cap_s)
        assert backoff.receive_closed(now=30.0) == waits[0]
        assert longest_waits(backoff, 3) == waits[1:]
    backoff.receive_opened(now=0.0, cap_s=0.0)
    assert longest_waits(backoff, 9)[-1] == 0.5, "nobody makes us hurry"
    assert [longest_wait(n) for n in (0, 92, 300, 1500, 10_000)] == [2.0, 2.0, 3.0, 15.0, 15.0]


def test_a_stable_connection_resets_the_count() -> None:
    backoff = Backoff(lambda: 1.0)
    longest_waits(backoff, 3)
    backoff.receive_opened(now=100.0)
    assert backoff.receive_closed(now=130.0) == 0.5
    assert backoff.receive_closed(now=500.0) == 1.0, "the old opening counts only once"


def test_a_required_wait_comes_before_the_drawn_one() -> None:
    assert Backoff(lambda: 0.5).receive_closed(now=0.0, at_least_s=30.0) == 30.25


@given(st.integers(0, 5000), st.floats(0, 1, exclude_max=True))
def test_it_never_waits_longer_than_the_cap_nor_gives_up(failures: int, drawn: float) -> None:
    backoff = Backoff(lambda: drawn, BackoffLimits(cap_s=15.0))
    for _ in range(min(failures, 1100)):
        assert 0.0 <= backoff.receive_closed(now=0.0) <= 15.0


def test_after_a_week_without_a_server_it_still_waits() -> None:
    assert longest_waits(Backoff(lambda: 1.0), 3000)[-1] == pytest.approx(15.0)
