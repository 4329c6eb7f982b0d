import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoints.preflight.sound import (
    LISTEN_S,
    RATE,
    SILENCE_DBFS,
    Samples,
    chime,
    find_sweep,
    level,
    sweep,
)


def room(
    delay_s: float, gain: float, *, noise: float = 0.002, echo: float = 0.0, seed: int = 1
) -> Samples:
    """Return what a microphone records of the sweep."""
    air = np.zeros(int(LISTEN_S * RATE))
    for at_s, loud in ((delay_s, gain), (delay_s + 0.12, gain * echo)):
        start = int(at_s * RATE)
        part = sweep()[: air.size - start]
        air[start : start + part.size] += loud * part
    air += noise * np.random.default_rng(seed).standard_normal(air.size)
    return np.clip(air, -1, 1).astype(np.float32)


@given(st.floats(0.0, 0.6), st.floats(0.01, 2.0), st.integers(0, 99))
def test_a_sweep_is_found_where_it_arrived_and_as_loud_as_it_came(
    delay_s: float, gain: float, seed: int
) -> None:
    found = find_sweep(room(delay_s, gain, seed=seed))
    assert found is not None
    assert found.delay_ms == pytest.approx(delay_s * 1000, abs=1.0)
    assert found.dbfs == pytest.approx(level(sweep()).dbfs + 20 * np.log10(gain), abs=1.0)
    assert found.echo_db < -10.0
    assert not found.digital


@given(st.integers(0, 40), st.floats(1e-5, 0.3))
def test_noise_is_never_taken_for_a_sweep(seed: int, loud: float) -> None:
    noise = np.random.default_rng(seed).standard_normal(int(LISTEN_S * RATE)) * loud
    assert find_sweep(noise.astype(np.float32)) is None


def test_neither_music_nor_silence_nor_a_stub_is_a_sweep() -> None:
    music = np.concatenate([chime(), np.zeros(RATE, np.float32)])[: int(LISTEN_S * RATE)]
    assert find_sweep(music) is None
    assert find_sweep(np.zeros(int(LISTEN_S * RATE), np.float32)) is None
    assert find_sweep(np.zeros(100, np.float32)) is None


@pytest.mark.parametrize(("echo", "db"), [(0.7, -3.1), (0.2, -14.0)])
def test_an_echo_is_heard_against_the_first_arrival(echo: float, db: float) -> None:
    found = find_sweep(room(0.08, 0.3, echo=echo))
    assert found is not None
    assert found.echo_db == pytest.approx(db, abs=1.0)


def test_a_noisy_room_has_no_invented_echo() -> None:
    found = find_sweep(room(0.08, 0.03, noise=0.05))
    assert found is not None
    assert found.echo_db == SILENCE_DBFS


def test_a_pc_that_hears_itself_was_never_in_a_room() -> None:
    recording = np.zeros(int(LISTEN_S * RATE), np.float32)
    recording[480 : 480 + sweep().size] = 0.5 * sweep()
    found = find_sweep(recording)
    assert found is not None
    assert found.digital


def test_levels_are_of_full_scale() -> None:
    t = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 1000 * t).astype(np.float32)
    assert level(tone * 0.5).dbfs == pytest.approx(-9.03, abs=0.05)
    assert level(tone * 0.5).clipped_ratio == 0.0
    assert level(np.clip(tone * 3, -1, 1)).clipped_ratio > 0.5
    assert level(np.zeros(0, np.float32)).dbfs == SILENCE_DBFS


def test_what_is_played_in_a_hall_stays_below_full_scale_and_begins_softly() -> None:
    for sound in (chime(), sweep()):
        assert np.abs(sound).max() <= 0.36
        assert abs(float(sound[0])) < 1e-3
        assert abs(float(sound[-1])) < 1e-3
