import numpy as np
import pytest

from coordinator.judge.reference import KEEP_S, NEAR, Pictures, Reference, Sounds
from signaling.reception.decoder import Loudness
from signaling.thumbnail import Luma

WRAP = 2**32


def flat(level: int) -> Luma:
    return np.full((18, 32), level, np.uint8)


def filmed(first: int, count: int, step: int = 9000) -> Pictures:
    pictures = Pictures()
    for n in range(count):
        pictures.receive((first + n * step) % WRAP, flat(n), 10.0 + n / 10)
    return pictures


def level(pictures: Pictures, timestamp: int) -> float | None:
    shown = pictures.at(timestamp)
    return None if shown is None else float(shown.thumb[0])


def test_nothing_is_found_before_the_first_picture() -> None:
    pictures = Pictures()
    assert pictures.newest() is None
    assert pictures.at(5) is None


def test_a_picture_is_found_by_its_timestamp_across_the_wrap() -> None:
    pictures = filmed(WRAP - 3 * 9000, 6)
    assert level(pictures, WRAP - 9000) == 2
    assert level(pictures, 9000) == 4
    assert pictures.newest() is not None


def test_the_nearest_is_taken_within_half_a_frame_and_none_beyond() -> None:
    pictures = filmed(90_000, 3)
    assert level(pictures, 99_000 + NEAR) == 1
    assert level(pictures, 99_000 + NEAR + 1) is None


def test_what_came_twice_or_late_is_kept_once() -> None:
    pictures = filmed(90_000, 2)
    pictures.receive(90_000, flat(77), 11.0)
    assert level(pictures, 90_000) == 0


def test_old_pictures_are_forgotten() -> None:
    pictures = filmed(0, 2)
    pictures.receive(3 * 9000, flat(9), 10.1 + KEEP_S + 0.05)
    assert level(pictures, 0) is None
    assert level(pictures, 27_000) == 9


def test_a_jump_is_another_relay_and_clears_the_past() -> None:
    pictures = filmed(0, 3)
    pictures.receive(2**31, flat(9), 12.0)
    assert level(pictures, 0) is None
    assert level(pictures, 2**31) == 9


def test_what_came_after_a_picture_is_told_up_to_an_instant() -> None:
    pictures = filmed(0, 5)
    first = pictures.at(0)
    assert first is not None
    assert [int(later.thumb[0]) for later in pictures.between(first, 10.35)] == [1, 2, 3]


def packet(mean_square: float) -> Loudness:
    return Loudness(mean_square, mean_square**0.5, 960)


def heard(*mean_squares: float, first: int = 0) -> Sounds:
    sounds = Sounds()
    for n, mean_square in enumerate(mean_squares):
        sounds.receive((first + n * 960) % WRAP, packet(mean_square), 10.0 + n * 0.02)
    return sounds


def test_no_sound_has_no_level() -> None:
    sounds = Sounds()
    assert sounds.newest() is None
    assert sounds.came_at() is None
    assert sounds.mean_square(0, 1.0) is None
    assert heard(0.5).mean_square(960, 0.0) is None


def test_the_level_is_that_of_the_named_samples_in_part_too() -> None:
    sounds = heard(0.1, 0.3, 0.5, first=WRAP - 960)
    assert sounds.newest() == 2 * 960
    assert sounds.mean_square(960, 0.04) == pytest.approx(0.2)
    assert sounds.mean_square(480, 0.02) == pytest.approx(0.2)
    assert sounds.came_at() == pytest.approx(10.04)


def test_what_is_not_all_there_has_no_level() -> None:
    sounds = heard(0.1, 0.3)
    assert sounds.mean_square(3 * 960, 0.02) is None
    assert sounds.mean_square(960, 0.04) is None


def test_silence_that_was_left_out_counts_as_silence() -> None:
    sounds = heard(0.4)
    sounds.receive(3 * 960, packet(0.4), 10.1)
    assert sounds.mean_square(4 * 960, 0.08) == pytest.approx(0.2)
    assert sounds.mean_square(2 * 960, 0.02) == 0.0


def test_sound_that_came_twice_is_kept_once_and_a_jump_clears_the_past() -> None:
    sounds = heard(0.1, 0.2)
    sounds.receive(0, packet(0.9), 10.1)
    assert sounds.mean_square(960, 0.02) == pytest.approx(0.1)
    sounds.receive(2**31, packet(0.5), 10.2)
    assert sounds.mean_square(960, 0.02) is None


def test_old_sound_is_forgotten() -> None:
    sounds = heard(0.1)
    sounds.receive(960, packet(0.2), 10.1 + KEEP_S)
    assert sounds.mean_square(960, 0.02) is None


def test_a_sender_report_says_when_a_timestamp_was_captured() -> None:
    reference = Reference()
    assert reference.captured_at("video", 0) is None
    reference.receive_instant("video", 1000 << 32, WRAP - 45_000)
    reference.receive_instant("audio", 1000 << 32, 0)
    assert reference.captured_at("video", 45_000) == pytest.approx(1001.0)
    assert reference.captured_at("audio", 24_000) == pytest.approx(1000.5)


def test_by_chromiums_measure_the_loudest_sample_of_a_tenth_of_a_second_counts() -> None:
    sounds = heard(0.5, *[0.0] * 8)
    assert sounds.mean_square(6 * 960, 0.12, peaks=True) == pytest.approx(0.5)
    assert sounds.mean_square(9 * 960, 0.06, peaks=True) == 0.0


def test_the_pictures_beside_one_are_found_across_the_wrap() -> None:
    pictures = filmed(WRAP - 3 * 9000, 6)
    named = pictures.at(0)
    assert named is not None
    beside = [float(shown.thumb[0]) for shown in pictures.beside(named, 0.2, 0.1)]
    assert beside == [1.0, 2.0, 3.0, 4.0]
