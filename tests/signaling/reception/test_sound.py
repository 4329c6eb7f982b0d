import pytest

from signaling.reception.sound import LISTEN_PACKETS, WARM_UP_PACKETS, Listener, SoundMeter, Use
from signaling.schema import Decoding


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


def test_all_sound_is_measured_after_a_warm_up() -> None:
    listener = Listener()
    uses = [listener.choose(Decoding.ALL, 0.02 * n) for n in range(200)]
    assert uses == [Use.WARM_UP] * WARM_UP_PACKETS + [Use.MEASURE] * (200 - WARM_UP_PACKETS)


def test_elsewhere_a_sample_is_measured_every_four_seconds() -> None:
    listener = Listener()
    uses = [listener.choose(Decoding.KEY_FRAMES, 0.02 * n) for n in range(1000)]
    assert uses[:10] == [Use.WARM_UP] * 4 + [Use.MEASURE] * 5 + [Use.SKIP]
    assert uses.count(Use.MEASURE) == 5 * LISTEN_PACKETS
    assert uses[200:210] == uses[:10]


def test_no_decoding_listens_to_nothing() -> None:
    listener = Listener()
    assert {listener.choose(Decoding.NONE, 0.02 * n) for n in range(500)} == {Use.SKIP}
    assert listener.choose(Decoding.KEY_FRAMES, 20.0) is Use.WARM_UP
