import pytest

from signaling.reception.pace import FramePace


def paced(fps: int, frames: int) -> FramePace:
    pace = FramePace()
    for number in range(frames):
        pace.receive_frame(number / fps)
    return pace


@pytest.mark.parametrize(
    ("fps", "threshold_s"), [(10, 0.3), (15, 1 / 15 + 0.15), (25, 0.19), (30, 1 / 30 + 0.15)]
)
def test_a_freeze_begins_at_the_threshold_of_w3c(fps: int, threshold_s: float) -> None:
    pace = paced(fps, 31)
    last = 30 / fps
    pace.receive_frame(last + threshold_s - 0.002)
    assert pace.freeze_count == 0
    pace = paced(fps, 31)
    pace.receive_frame(last + threshold_s + 0.002)
    assert pace.freeze_count == 1
    assert pace.total_freezes_duration == pytest.approx(threshold_s + 0.002)


def test_a_picture_frozen_for_good_shows_in_its_age_only() -> None:
    pace = paced(25, 50)
    assert pace.freeze_count == 0
    assert pace.age(100.0) == pytest.approx(100 - 49 / 25)


def test_the_first_frames_say_nothing_of_freezes() -> None:
    pace = paced(25, 5)
    pace.receive_frame(10.0)
    assert pace.freeze_count == 0


def test_another_rate_on_purpose_is_no_freeze() -> None:
    pace = paced(25, 50)
    pace.restart()
    pace.receive_frame(4.0)
    assert pace.freeze_count == 0


def test_the_rate_is_that_of_the_last_second() -> None:
    pace = paced(16, 48)
    assert pace.frames_per_second(47 / 16) == 16
    assert pace.frames_per_second(47 / 16 + 0.5) == 8
    assert pace.frames_per_second(10.0) == 0


def test_before_the_first_picture_there_is_no_age() -> None:
    assert FramePace().age(1.0) is None
