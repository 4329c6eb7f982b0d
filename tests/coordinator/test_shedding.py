"""What is given up first, and when it is given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import SheddingLimits
from coordinator.shedding import Shed, Shedding

LIMITS = SheddingLimits()
STEP_S = 0.1


def run(
    shedding: Shedding,
    seconds: float,
    lag_s: float,
    start: float,
    *,
    waiting: int = 0,
    busy: float = 0.0,
) -> float:
    """Look ten times a second; return when it ended."""
    for look in range(round(seconds / STEP_S)):
        shedding.receive(lag_s, waiting, busy, start + look * STEP_S)
    return start + seconds


def test_a_loop_in_time_gives_nothing_up() -> None:
    shedding = Shedding(LIMITS)
    run(shedding, 60, 0.02, 0.0)
    assert shedding.level is Shed.NOTHING


def test_metrics_go_first_then_screens_then_telemetry() -> None:
    shedding, seen = Shedding(LIMITS), []
    for look in range(100):
        if shedding.receive(5.0, 0, 0.0, look * STEP_S):
            seen.append(shedding.level)
    assert seen == [Shed.METRICS, Shed.DASHBOARDS, Shed.TELEMETRY]


def test_a_little_too_much_takes_only_the_first_step() -> None:
    shedding = Shedding(LIMITS)
    run(shedding, 60, 1.2 * LIMITS.lag_s, 0.0)
    assert shedding.level is Shed.METRICS


def test_one_stall_however_long_is_no_overload() -> None:
    shedding = Shedding(LIMITS)
    now = run(shedding, 10, 0.0, 0.0)
    shedding.receive(30.0, 0, 0.0, now + 30)
    run(shedding, 10, 0.0, now + 30.1)
    assert shedding.level is Shed.NOTHING


def test_facts_that_wait_for_the_disk_are_strain_too() -> None:
    shedding = Shedding(LIMITS)
    run(shedding, 3, 0.0, 0.0, waiting=LIMITS.waiting)
    assert shedding.level is Shed.METRICS


def test_it_is_given_back_step_by_step_after_calm_seconds_each() -> None:
    shedding = Shedding(LIMITS)
    now = run(shedding, 10, 5.0, 0.0)
    levels = []
    for look in range(300):
        if shedding.receive(0.0, 0, 0.0, now + look * STEP_S):
            levels.append((shedding.level, look * STEP_S))
    assert [level for level, _at in levels] == [Shed.DASHBOARDS, Shed.METRICS, Shed.NOTHING]
    gaps = [b - a for (_l, a), (_m, b) in zip(levels, levels[1:], strict=False)]
    assert all(gap >= LIMITS.calm_s for gap in gaps)


def test_between_strain_and_calm_it_stays_as_it_is() -> None:
    shedding = Shedding(LIMITS)
    now = run(shedding, 4, 1.2 * LIMITS.lag_s, 0.0)
    run(shedding, 60, 0.7 * LIMITS.lag_s, now)
    assert shedding.level is Shed.METRICS


@pytest.mark.parametrize(
    ("busy", "level"),
    [(0.6, Shed.NOTHING), (0.75, Shed.METRICS), (0.85, Shed.DASHBOARDS), (1.0, Shed.TELEMETRY)],
)
def test_a_loop_that_works_all_the_time_is_strained_though_it_is_never_late(
    busy: float, level: Shed
) -> None:
    shedding = Shedding(LIMITS)
    run(shedding, 60, 0.02, 0.0, busy=busy)
    assert shedding.level is level


def test_reports_are_looked_at_again_only_when_there_is_room_for_them() -> None:
    shedding = Shedding(LIMITS)
    now = run(shedding, 10, 0.02, 0.0, busy=1.0)
    now = run(shedding, 60, 0.02, now, busy=0.55)
    assert shedding.level >= Shed.TELEMETRY
    run(shedding, 60, 0.02, now, busy=0.3)
    assert shedding.level < Shed.METRICS


@given(st.lists(st.tuples(st.floats(0, 60), st.integers(0, 10_000), st.floats(0, 1)), max_size=200))
def test_it_moves_one_step_at_a_time_and_says_so(looks: list[tuple[float, int, float]]) -> None:
    shedding, before = Shedding(LIMITS), Shed.NOTHING
    for number, (lag_s, waiting, busy) in enumerate(looks):
        moved = shedding.receive(lag_s, waiting, busy, number * STEP_S)
        assert abs(shedding.level - before) == int(moved)
        before = shedding.level
