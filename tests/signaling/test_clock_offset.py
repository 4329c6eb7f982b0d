import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.clock_offset import KEPT_PROBES, ClockOffset


def probe(clock: ClockOffset, *, offset: float, there: float, back: float, at: float = 0.0) -> bool:
    """One probe over a path with these delays, held for 1 ms by the coordinator."""
    received = at + there + offset
    return clock.receive_answer(at, received, received + 1.0, at + there + 1.0 + back)


def test_before_the_first_probe_nothing_is_known() -> None:
    assert ClockOffset().rtt_ms is None
    assert ClockOffset().best is None


def test_an_even_path_gives_the_exact_offset() -> None:
    clock = ClockOffset()
    assert probe(clock, offset=5_000.0, there=20.0, back=20.0)
    assert clock.best is not None
    assert clock.best.offset_ms == pytest.approx(5_000.0)
    assert clock.rtt_ms == pytest.approx(40.0), "what the coordinator took does not count"


def test_of_the_last_probes_the_quickest_is_believed() -> None:
    clock = ClockOffset()
    probe(clock, offset=100.0, there=300.0, back=10.0)
    probe(clock, offset=100.0, there=5.0, back=5.0)
    probe(clock, offset=100.0, there=10.0, back=500.0)
    assert clock.best is not None
    assert clock.best.offset_ms == pytest.approx(100.0)
    assert clock.rtt_ms == pytest.approx(510.0), "the round trip shown is the last"


def test_a_quick_probe_is_forgotten_after_eight_more() -> None:
    clock = ClockOffset()
    probe(clock, offset=0.0, there=1.0, back=1.0)
    for _ in range(KEPT_PROBES):
        probe(clock, offset=77.0, there=50.0, back=50.0)
    assert clock.best is not None
    assert clock.best.offset_ms == pytest.approx(77.0)


def test_times_that_make_no_sense_are_not_taken() -> None:
    clock = ClockOffset()
    assert not clock.receive_answer(0.0, 10.0, 9.0, 20.0), "answered before it came"
    assert not clock.receive_answer(0.0, 10.0, 90.0, 20.0), "held longer than it took"
    assert clock.best is None


@given(
    st.floats(-1e9, 1e9),
    st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), min_size=1, max_size=20),
)
def test_the_error_is_at_most_half_the_shortest_round_trip(
    offset: float, paths: list[tuple[float, float]]
) -> None:
    clock = ClockOffset()
    for there, back in paths:
        probe(clock, offset=offset, there=there, back=back)
    assert clock.best is not None
    assert abs(clock.best.offset_ms - offset) <= clock.best.rtt_ms / 2 + 1e-3
