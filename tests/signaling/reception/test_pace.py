import pytest

from signaling.reception.pace import JUMP_S, PATIENCE_S, FramePace


def show(pace: FramePace, at: float, late_s: float = 0.0) -> None:
    """Have the picture of a moment come, some time after it was due."""
    pace.receive_frame(round(at * 90_000) % 2**32, at + late_s)


def paced(fps: int, frames: int) -> FramePace:
    pace = FramePace()
    for number in range(frames):
        show(pace, number / fps)
    return pace


@pytest.mark.parametrize(
    ("fps", "threshold_s"), [(10, 0.3), (15, 1 / 15 + 0.15), (25, 0.19), (30, 1 / 30 + 0.15)]
)
def test_a_freeze_begins_at_the_threshold_of_w3c(fps: int, threshold_s: float) -> None:
    pace = paced(fps, 31)
    last = 30 / fps
    show(pace, last + threshold_s - 0.002)
    assert pace.freeze_count == 0
    pace = paced(fps, 31)
    show(pace, last + threshold_s + 0.002)
    assert pace.freeze_count == 1
    assert pace.total_freezes_duration == pytest.approx(threshold_s + 0.002)


def test_a_picture_frozen_for_good_shows_in_its_age_only() -> None:
    pace = paced(25, 50)
    assert pace.freeze_count == 0
    assert pace.age(100.0) == pytest.approx(100 - 49 / 25)


def test_the_first_frames_say_nothing_of_freezes() -> None:
    pace = paced(25, 5)
    show(pace, 10.0)
    assert pace.freeze_count == 0


def test_another_rate_on_purpose_is_no_freeze() -> None:
    pace = paced(25, 50)
    pace.restart()
    show(pace, 4.0)
    assert pace.freeze_count == 0


def test_the_rate_is_that_of_the_last_second() -> None:
    pace = paced(16, 48)
    assert pace.frames_per_second(47 / 16) == 16
    assert pace.frames_per_second(47 / 16 + 0.5) == 8
    assert pace.frames_per_second(10.0) == 0


def test_before_the_first_picture_there_is_no_age() -> None:
    assert FramePace().age(1.0) is None


@pytest.mark.parametrize(("late_s", "freezes"), [(PATIENCE_S, 0), (PATIENCE_S + 0.25, 1)])
def test_a_picture_that_was_repaired_in_time_is_no_freeze(late_s: float, freezes: int) -> None:
    pace = paced(15, 60)
    for number in range(60, 75):
        show(pace, number / 15, late_s if number == 67 else 0.0)
    assert pace.freeze_count == freezes


def test_an_outage_begins_a_new_schedule_and_counts_once() -> None:
    pace = paced(15, 60)
    for number in range(60, 120):
        show(pace, number / 15, JUMP_S + 1.0)
    assert pace.freeze_count == 1


def test_clocks_that_drift_apart_are_no_freezes() -> None:
    pace = FramePace()
    for number in range(15 * 3600):
        show(pace, number / 15, number / 15 * 0.0002)
    assert pace.freeze_count == 0
