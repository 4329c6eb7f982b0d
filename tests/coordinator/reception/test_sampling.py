import msgspec
import pytest

from coordinator.judge.line import Answer, Verdict
from coordinator.reception.sampling import PointDelay, sample_of
from signaling.messages import PointReport
from signaling.schema import Decoding
from signaling.stats import InboundAudio, MediaStats, Presented, PresentedBy

PRESENTED = Presented(
    by=PresentedBy.DECODER, rtp_timestamp=7, age=0.2, thumbnail=bytes(576),
    sound_rtp_timestamp=9, sound_age=0.1,
)  # fmt: skip
MEDIA = MediaStats(
    decoding=Decoding.ALL,
    audio=InboundAudio(total_audio_energy=0.5, total_samples_duration=3.0),
    presented=PRESENTED,
)


def test_a_sample_names_what_was_presented_and_when() -> None:
    sample = sample_of("d", PointReport(seq=1, media=MEDIA, control_rtt_ms=100.0), 50.0, False)
    assert sample is not None
    assert sample.at == pytest.approx(49.95)
    assert sample.shown_at == pytest.approx(49.75)
    assert sample.played_at == pytest.approx(49.85)
    assert (sample.timestamp, sample.sound_timestamp) == (7, 9)
    assert (sample.energy, sample.duration, sample.sampled) == (0.5, 3.0, False)


def test_a_sample_of_a_hall_without_sound_or_clock_is_a_sample_still() -> None:
    media = msgspec.structs.replace(MEDIA, audio=None, decoding=Decoding.KEY_FRAMES)
    sample = sample_of("d", PointReport(seq=1, media=media), 50.0, True)
    assert sample is not None
    assert (sample.at, sample.duration, sample.sampled, sample.hears_other) == (50.0, 0, True, True)


@pytest.mark.parametrize(
    "media",
    [
        None,
        MediaStats(decoding=Decoding.ALL),
        msgspec.structs.replace(MEDIA, decoding=Decoding.NONE),
    ],
)
def test_what_shows_nothing_is_no_sample(media: MediaStats | None) -> None:
    assert sample_of("d", PointReport(seq=1, media=media), 50.0, False) is None


def verdict(delay_ms: float | None, skew_ms: float | None) -> Verdict:
    return Verdict(
        device="d", at=0.0, picture=Answer(), sound=Answer(), delay_ms=delay_ms, skew_ms=skew_ms
    )


def test_delays_are_the_median_of_the_last_and_change_seldom() -> None:
    delay = PointDelay()
    delay.receive(verdict(None, None))
    assert (delay.delay_ms, delay.skew_ms) == (None, None)
    delay.receive(verdict(103.0, -41.0))
    assert (delay.delay_ms, delay.skew_ms) == (100, -40)
    delay.receive(verdict(900.0, -44.0))
    assert delay.delay_ms == 500
    for _ in range(9):
        delay.receive(verdict(430.0, 12.0))
    assert (delay.delay_ms, delay.skew_ms) == (450, 20)


def test_a_clock_that_is_a_little_off_makes_no_negative_delay() -> None:
    delay = PointDelay()
    delay.receive(verdict(-35.0, None))
    assert (delay.delay_ms, delay.skew_ms) == (0, None)
