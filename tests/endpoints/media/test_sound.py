import pytest

from endpoints.media.sound import SoundMeter


def test_energy_over_duration_is_the_square_of_the_level() -> None:
    meter = SoundMeter()
    for _ in range(50):
        meter.receive(0.25, 960, 48_000)
    assert meter.samples == 48_000
    assert meter.duration == pytest.approx(1.0)
    assert (meter.energy / meter.duration) ** 0.5 == pytest.approx(0.5)
    assert meter.level() == pytest.approx(0.5)


def test_the_level_forgets_within_half_a_second() -> None:
    meter = SoundMeter()
    for _ in range(50):
        meter.receive(1.0, 960, 48_000)
    for _ in range(24):
        meter.receive(0.0, 960, 48_000)
    assert 0 < meter.level() < 0.3
    meter.receive(0.0, 960, 48_000)
    assert meter.level() == 0.0


def test_silence_before_the_first_sound() -> None:
    assert SoundMeter().level() == 0.0


def test_overdriven_sound_is_not_over_one() -> None:
    meter = SoundMeter()
    meter.receive(1.2, 960, 48_000)
    assert meter.level() == 1.0
