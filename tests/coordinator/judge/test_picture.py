"""What a device shows against what the programme showed, one report a second."""

from collections.abc import Sequence

import numpy as np
import pytest

from coordinator.judge.line import Answer, Finding, Sample
from coordinator.judge.picture import MAX_SEEN, WINDOW_S, PictureWitness
from coordinator.judge.reference import Pictures
from signaling.thumbnail import Luma, luma_thumbnail
from tests.harness.scene import pictures, soft

SECOND = 90_000


def thumbs(kind: str, place: int = 1, take: int = 1, count: int = 10) -> list[Luma]:
    """Return one thumbnail a second of a programme."""
    return [luma_thumbnail(luma) for luma in pictures(kind, place, take, (90, 160), count, 1)]


def room(seed: int = 1, level: float = 110.0, contrast: float = 30.0) -> Luma:
    random = np.random.default_rng(seed)
    drawn: Luma = np.clip(level + contrast * soft(random, (18, 32), (4, 7)), 0, 255).astype(
        np.uint8
    )
    return drawn


def sample(
    n: int, thumbnail: Luma | None, *, at: float | None = None, sampled: bool = False
) -> Sample:
    return Sample(
        device="d",
        at=100.0 + n if at is None else at,
        timestamp=n * SECOND,
        thumbnail=None if thumbnail is None else thumbnail.tobytes(),
        sampled=sampled,
    )


def judged(ours: Sequence[Luma], theirs: Sequence[Luma]) -> list[Answer]:
    """Return the answers to a device that shows ``theirs`` while the programme is ``ours``."""
    witness, reference, answers = PictureWitness(), Pictures(), []
    for n, (our, their) in enumerate(zip(ours, theirs, strict=False)):
        reference.receive(n * SECOND, our, 100.0 + n)
        answers.append(witness.examine(sample(n, their), reference))
    return answers


def words(answers: Sequence[Answer]) -> list[str]:
    return [answer.why for answer in answers]


@pytest.mark.parametrize("kind", ["lectern", "film"])
def test_the_right_programme_is_right_from_the_third_report_on(kind: str) -> None:
    ours = thumbs(kind)
    answers = judged(ours, ours)
    assert words(answers[:2]) == ["starting", "starting"]
    assert {answer.finding for answer in answers[2:]} == {Finding.RIGHT}


def test_another_range_of_levels_is_still_right() -> None:
    ours = thumbs("film")
    full = [np.clip((t.astype(float) - 16) * 255 / 219, 0, 255).astype(np.uint8) for t in ours]
    assert words(judged(ours, full))[2:] == ["right"] * 8


@pytest.mark.parametrize("kind", ["lectern", "film"])
@pytest.mark.parametrize("late", [1, 2])
def test_a_browser_that_draws_a_frame_before_the_one_it_names_is_right(
    kind: str, late: int
) -> None:
    filmed = [luma_thumbnail(luma) for luma in pictures(kind, 1, 1, (90, 160), 80, 10)]
    witness, reference, answers = PictureWitness(), Pictures(), []
    for n, ours in enumerate(filmed):
        reference.receive(n * SECOND // 10, ours, 100.0 + n / 10)
        if n % 10 == 9:
            told = Sample(
                device="d",
                at=100.0 + n / 10,
                timestamp=n * SECOND // 10,
                thumbnail=filmed[n - late].tobytes(),
            )
            answers.append(witness.examine(told, reference))
    assert {answer.finding for answer in answers[2:]} == {Finding.RIGHT}


def test_the_same_camera_at_another_hour_is_wrong() -> None:
    answers = judged(thumbs("lectern", take=1), thumbs("lectern", take=2))
    assert words(answers[4:]) == ["wrong_picture"] * 6


def test_another_place_is_wrong_even_while_both_stand_still() -> None:
    answers = judged([room(1)] * 4, [room(2)] * 4)
    assert words(answers) == ["wrong_picture"] * 4


def test_a_still_programme_proves_nothing() -> None:
    assert words(judged([room()] * 5, [room()] * 5))[2:] == ["still"] * 3


def test_a_dark_programme_proves_nothing() -> None:
    dark = np.full((18, 32), 17, np.uint8)
    assert words(judged([dark] * 3, [dark] * 3)) == ["dark"] * 3


def test_a_lively_picture_under_a_dark_programme_is_wrong() -> None:
    dark = np.full((18, 32), 17, np.uint8)
    assert words(judged([dark] * 2, [room(contrast=50)] * 2)) == ["wrong_picture"] * 2


def test_a_black_screen_is_black_in_either_range() -> None:
    ours = thumbs("film", count=4)
    for level in (0, 16):
        black = np.full((18, 32), level, np.uint8)
        assert words(judged(ours, [black] * 4)) == ["black"] * 4


def test_a_screen_that_stands_while_the_programme_moves_is_frozen() -> None:
    ours = thumbs("lectern")
    answers = judged(ours, ours[:5] + [ours[4]] * 5)
    assert set(words(answers[6:])) == {"frozen"}


def test_half_a_likeness_is_no_answer() -> None:
    ours = thumbs("lectern", count=8)
    random = np.random.default_rng(4)
    theirs = [np.clip(o + random.normal(0, 1.6, o.shape), 0, 255).astype(np.uint8) for o in ours]
    answers = judged(ours, theirs)
    assert "unclear" in words(answers)
    assert Finding.WRONG not in {answer.finding for answer in answers}


def test_a_player_that_names_one_frame_while_others_come_is_frozen() -> None:
    ours, witness, reference = thumbs("film"), PictureWitness(), Pictures()
    for n, our in enumerate(ours):
        reference.receive(n * SECOND, our, 100.0 + n)
    witness.examine(sample(5, ours[5]), reference)
    again = witness.examine(sample(5, ours[5], at=108.0), reference)
    assert (again.finding, again.why) == (Finding.WRONG, "frozen")


def test_a_player_that_names_one_frame_of_a_still_programme_is_not_accused() -> None:
    witness, reference = PictureWitness(), Pictures()
    for n in range(9):
        reference.receive(n * SECOND, room(), 100.0 + n)
    witness.examine(sample(5, room()), reference)
    assert witness.examine(sample(5, room(), at=108.0), reference).why == "still"


def test_who_decodes_now_and_then_may_name_a_frame_twice() -> None:
    ours, witness, reference = thumbs("film"), PictureWitness(), Pictures()
    for n, our in enumerate(ours):
        reference.receive(n * SECOND, our, 100.0 + n)
    witness.examine(sample(5, ours[5]), reference)
    again = witness.examine(sample(5, ours[5], at=108.0, sampled=True), reference)
    assert again.why == "nothing_new"


def test_without_a_reference_nothing_is_said() -> None:
    witness, reference = PictureWitness(), Pictures()
    assert witness.examine(sample(0, room()), reference).why == "no_reference"
    reference.receive(0, room(), 100.0)
    assert witness.examine(sample(7, room()), reference).why == "no_reference"
    late = sample(0, room(), at=100.0 + WINDOW_S + 1)
    assert witness.examine(late, reference).why == "no_reference"


def test_a_device_that_shows_nothing_it_can_name_is_not_judged() -> None:
    witness, reference = PictureWitness(), Pictures()
    reference.receive(0, room(), 100.0)
    assert witness.examine(sample(0, None), reference).why == "nothing_reported"
    nameless = Sample(device="d", at=100.0, thumbnail=room().tobytes())
    assert witness.examine(nameless, reference).why == "nothing_reported"


def test_after_a_leap_back_and_after_a_pause_it_begins_anew() -> None:
    ours, witness, reference = thumbs("film", count=MAX_SEEN), PictureWitness(), Pictures()
    for n, our in enumerate(ours):
        reference.receive(n * SECOND, our, 100.0 + n)
    said = [witness.examine(sample(n, ours[n]), reference).why for n in (6, 7, 8)]
    assert said[-1] == "right"
    assert witness.examine(sample(2, ours[2], at=109.0), reference).why == "starting"
    late = sample(10, ours[10], at=109.0 + WINDOW_S + 1)
    assert witness.examine(late, reference).why == "starting"
