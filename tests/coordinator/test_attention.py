from hypothesis import given
from hypothesis import strategies as st

from coordinator.attention import LOOK_S, MOST_S, Attention


def test_who_listens_all_the_time_has_listened_as_long_as_it_took() -> None:
    attention = Attention(100.0)
    for n in range(1, 40):
        assert attention.read(100.0 + n * LOOK_S) == 100.0 + n * LOOK_S
    assert attention.until(130.0) == 130.0


def test_a_gap_is_left_out() -> None:
    attention = Attention(0.0)
    attention.read(1.0)
    assert attention.read(21.0) == 1.0
    assert attention.read(21.5) == 1.5
    assert attention.until(6.0) == 26.0


def test_a_busy_machine_is_no_gap() -> None:
    attention = Attention(0.0)
    assert attention.read(MOST_S) == MOST_S


@given(st.lists(st.floats(0.0, 60.0), max_size=30))
def test_it_never_goes_back_and_never_faster_than_the_clock(gaps: list[float]) -> None:
    attention, now, before = Attention(0.0), 0.0, 0.0
    for gap in gaps:
        now += gap
        listened = attention.read(now)
        assert before - 1e-6 <= listened <= before + min(gap, MOST_S) + 1e-6
        assert abs(attention.until(listened) - now) < 1e-6
        before = listened


def test_a_clock_that_fires_early_by_a_tick_misses_nothing() -> None:
    attention = Attention(0.0)
    attention.read(1.0)
    assert attention.read(0.999) == 0.999
    assert attention.read(1.5) == 1.5
