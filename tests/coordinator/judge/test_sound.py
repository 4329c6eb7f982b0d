"""What a device plays against what the programme played, one report a second."""

from collections.abc import Sequence

import pytest

from coordinator.judge.line import Answer, Finding, Sample
from coordinator.judge.reference import Sounds
from coordinator.judge.sound import FLOOR_DB, SoundWitness, level_db
from signaling.reception.decoder import Loudness

TALK = (0.02, 0.0004, 0.01, 0.03, 0.0008, 0.002, 0.04, 0.0006)
HUM = (0.01,) * 8
PAUSE = (0.0,) * 8


class Hall:
    """A hall that reports each second, beside a programme of one loudness a second."""

    def __init__(self) -> None:
        self.sounds = Sounds()
        self.witness = SoundWitness()
        self.second = 0
        self.energy = self.duration = self.concealed = 0.0
        self.peaks = False

    def play(
        self, ours: float, theirs: float | None, *, named: bool = True, sampled: bool = False,
        hears_other: bool = False, concealed: float = 0.0,
    ) -> Answer:  # fmt: skip
        self.concealed += concealed
        # The programme went on before the hall came.
        while self.second < 2:
            self._pass(ours)
        self._pass(ours)
        if theirs is not None:
            self.energy += theirs
            self.duration += 1.0
        sample = Sample(
            device="d", at=100.0 + self.second,
            sound_timestamp=self.second * 48_000 if named else None,
            energy=self.energy, duration=self.duration, concealed=self.concealed,
            sampled=sampled, hears_other=hears_other, peaks=self.peaks,
        )  # fmt: skip
        return self.witness.examine(sample, self.sounds)

    def _pass(self, ours: float) -> None:
        for n in range(50):
            at = 100.0 + self.second + n / 50
            # A voice: its peaks are 9 dB above its mean.
            packet = Loudness(ours, (8 * ours) ** 0.5, 960)
            self.sounds.receive((self.second * 50 + n) * 960, packet, at)
        self.second += 1

    def listen(self, ours: Sequence[float], theirs: Sequence[float]) -> list[str]:
        return [self.play(our, their).why for our, their in zip(ours, theirs, strict=True)]


def test_the_right_sound_is_right_once_it_has_a_course() -> None:
    assert Hall().listen(TALK, TALK)[:4] == ["starting"] * 4
    assert Hall().listen(TALK, TALK)[4:] == ["right"] * 4


def test_a_little_louder_is_still_right_and_much_louder_is_no_answer() -> None:
    assert Hall().listen(TALK, [2 * t for t in TALK])[-1] == "right"
    assert Hall().listen(TALK, [8 * t for t in TALK])[-1] == "unclear"


def test_a_browser_that_adds_up_peaks_is_held_against_peaks() -> None:
    hall = Hall()
    hall.peaks = True
    # Five of fifty packets of a second still hold the loudest of the one before.
    held = [max(before, t) for before, t in zip((TALK[0], *TALK), TALK, strict=False)]
    theirs = [8 * (0.9 * t + 0.1 * h) for t, h in zip(TALK, held, strict=True)]
    assert hall.listen(TALK, theirs)[4:] == ["right"] * 4


def test_a_counter_read_a_second_before_its_sample_is_still_right() -> None:
    late = [TALK[0], *TALK[:-1]]
    assert Hall().listen(TALK, late)[5:] == ["right"] * 3


def test_a_hum_agrees_with_any_hum() -> None:
    assert Hall().listen(HUM, HUM)[4:] == ["steady"] * 4


def test_a_silent_programme_accuses_nobody() -> None:
    assert Hall().listen(PAUSE, PAUSE)[1:] == ["quiet"] * 7


def test_silence_under_an_audible_programme_is_silence() -> None:
    assert Hall().listen(TALK, PAUSE)[1:] == ["silent"] * 7


def test_another_talk_is_another_sound() -> None:
    assert Hall().listen(TALK, [*TALK[3:], *TALK[:3]])[-1] == "wrong_sound"


def test_a_loud_hall_in_a_pause_plays_something_else() -> None:
    assert Hall().listen(PAUSE, [0.2] * 8)[1:] == ["wrong_sound"] * 7


def test_a_quiet_hall_in_a_quiet_programme_is_no_answer() -> None:
    assert Hall().listen([1e-6] * 4, [1e-4] * 4)[1:] == ["quiet"] * 3


def test_no_sample_at_all_while_the_programme_is_heard_is_no_sound() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    answers = [hall.play(0.02, None) for _ in range(3)]
    assert [answer.why for answer in answers] == ["no_sound"] * 3
    assert {answer.finding for answer in answers} == {Finding.WRONG}


def test_sound_that_was_patched_up_is_not_compared_unless_it_is_silence() -> None:
    hall = Hall()
    hall.listen(TALK[:5], TALK[:5])
    lossy = [hall.play(our, 0.002, concealed=0.5).why for our in TALK]
    assert lossy == ["unclear"] * 8
    assert hall.play(0.02, 0.0, concealed=1.0).why == "silent"


def test_no_sample_in_a_pause_is_no_answer() -> None:
    hall = Hall()
    hall.play(0.0, 0.0)
    assert hall.play(0.0, None).why == "quiet"


def test_a_report_too_soon_after_another_is_no_answer() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    sample = Sample(device="d", at=101.2, energy=hall.energy, duration=hall.duration)
    assert hall.witness.examine(sample, hall.sounds).why == "unclear"


def test_who_listens_now_and_then_brings_nothing_new_between() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    assert hall.play(0.02, None, sampled=True).why == "nothing_new"


def test_a_sound_that_is_not_named_is_not_judged() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    assert hall.play(0.02, 0.02, named=False).why == "nothing_reported"


def test_who_has_the_floor_hears_another_sound() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    assert hall.play(0.02, 0.0, hears_other=True).why == "other_sound"


def test_without_a_reference_nothing_is_said() -> None:
    witness = SoundWitness()
    for duration in (0.0, 0.0, 1.0):
        sample = Sample(
            device="d", at=100.0 + 2 * duration, sound_timestamp=48_000, duration=duration
        )
        answer = witness.examine(sample, Sounds())
        if duration == 0.0:
            continue
        assert answer.why == "no_reference"
    silent = Sample(device="d", at=110.0, duration=1.0)
    assert witness.examine(silent, Sounds()).why == "no_reference"


def test_a_reference_that_lacks_the_last_second_accuses_nobody() -> None:
    hall = Hall()
    hall.play(0.02, 0.02)
    short = Sounds()
    short.receive(0, Loudness(0.02, 0.4, 960), 100.0)
    sample = Sample(device="d", at=104.0, energy=hall.energy, duration=hall.duration)
    assert hall.witness.examine(sample, short).why == "quiet"


def test_a_new_session_begins_anew() -> None:
    hall = Hall()
    hall.listen(TALK, TALK)
    hall.energy = hall.duration = 0.0
    assert hall.play(0.02, 0.02).why == "starting"


def test_what_was_heard_long_ago_is_forgotten() -> None:
    hall = Hall()
    hall.listen(TALK, TALK)
    for _ in range(13):
        hall.play(0.02, 0.02, named=False)
    assert hall.play(0.03, 0.03).why == "starting"


@pytest.mark.parametrize(("mean_square", "db"), [(0.0, FLOOR_DB), (1e-20, FLOOR_DB), (0.01, -20.0)])
def test_levels_are_decibels_of_full_scale(mean_square: float, db: float) -> None:
    assert level_db(mean_square) == pytest.approx(db)
