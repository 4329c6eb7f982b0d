"""The sounds of a preflight, and what a microphone made of them. Pure: numbers in and out.

Samples are mono float32 in -1..1 at 48 kHz. The sweep is found again by deconvolution: the
recording's spectrum divided by the sweep's, within the band the sweep covers, gives the room's
impulse response; its first strong peak is the loudspeaker, later ones are echoes (A. Farina,
"Simultaneous measurement of impulse response and distortion with a swept-sine", AES 108).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 48_000
SILENCE_DBFS = -120.0
"What is quieter than this reads as this."

SWEEP_S = 0.6
SWEEP_HZ = (200.0, 8_000.0)
SWEEP_LEVEL = 0.35
"Peak: clearly heard, and not unkind."
LISTEN_S = 1.6
"How long is recorded from the beginning of the sweep: it, its delay and its echoes."

ECHO_AFTER_S = 0.05
"An arrival sooner than this blends with the first."
CERTAIN = 12.0
"""How far a peak must stand above the response's own noise. Measured 2026-11: of 60 recordings
of noise and 20 of chords none reached 7."""
CLIPPED = 0.985
"A sample this large was cut off."


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How loud a recording is."""

    dbfs: float
    "RMS."
    clipped_ratio: float
    "Of the samples, 0..1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """The sweep as the microphone heard it."""

    delay_ms: float
    dbfs: float
    "RMS of the sweep as it arrived."
    echo_db: float
    "Of the loudest later arrival against the first; very low for none."
    clipped_ratio: float
    digital: bool
    "The recording is the sweep itself and nothing else: it never was in a room."


def chime() -> Samples:
    """Return two falling tones of a second and a half."""
    tones = [_tone(880.0, 0.6), _tone(660.0, 0.9)]
    return np.concatenate(tones).astype(np.float32)


def sweep() -> Samples:
    """Return an exponential sweep with soft ends."""
    low, high = SWEEP_HZ
    t = np.arange(int(SWEEP_S * RATE)) / RATE
    k = np.log(high / low)
    phase = 2 * np.pi * low * SWEEP_S / k * (np.exp(t / SWEEP_S * k) - 1)
    tone = SWEEP_LEVEL * np.sin(phase) * _soft_ends(t.size, 0.02)
    return np.asarray(tone, dtype=np.float32)


def level(samples: Samples) -> Level:
    """Return how loud a recording is; an empty one is silent."""
    if samples.size == 0:
        return Level(dbfs=SILENCE_DBFS, clipped_ratio=0.0)
    clipped = float(np.mean(np.abs(samples) >= CLIPPED))
    return Level(dbfs=_dbfs(float(np.sqrt(np.mean(np.square(samples))))), clipped_ratio=clipped)


def find_sweep(recording: Samples) -> Arrival | None:
    """Return how the sweep arrived in a recording that began with it, None when it did not."""
    played = sweep()
    if recording.size < played.size:
        return None
    response = _response(recording, played)
    heard = response[: recording.size - played.size // 2]
    peak = float(heard.max())
    noise = float(np.median(heard)) / 0.6745  # of a normal distribution's magnitude
    if peak <= 0.0 or peak < CERTAIN * noise:
        return None
    first = int(np.argmax(heard >= 0.5 * peak))
    first += int(np.argmax(heard[first : first + RATE // 1000]))
    later = heard[first + int(ECHO_AFTER_S * RATE) :]
    loudest = float(later.max(initial=0.0))
    gain = float(heard[first])
    echo = loudest / gain if loudest >= CERTAIN * noise else 0.0
    return Arrival(
        delay_ms=first * 1000 / RATE,
        dbfs=_dbfs(gain * float(np.sqrt(np.mean(np.square(played))))),
        echo_db=_dbfs(echo),
        clipped_ratio=level(recording).clipped_ratio,
        digital=_is_copy(recording, played, first, gain),
    )


def _response(recording: Samples, played: Samples) -> NDArray[np.float64]:
    """Return the magnitude of the room's impulse response, 1.0 for an unchanged arrival."""
    size = 1 << (recording.size + played.size - 1).bit_length()
    heard, sent = np.fft.rfft(recording, size), np.fft.rfft(played, size)
    power = np.abs(sent) ** 2
    # Where the sweep has no energy there is nothing to divide by: those bins are let go.
    whitened = np.conj(sent) / (power + 1e-3 * power.max())
    alone = np.abs(np.fft.irfft(sent * whitened, size)).max()
    response = np.abs(np.fft.irfft(heard * whitened, size)) / alone
    return np.asarray(response[: recording.size], dtype=np.float64)


def _is_copy(recording: Samples, played: Samples, at: int, gain: float) -> bool:
    """Return whether nothing but the sweep is in the recording, as when a PC hears itself."""
    ours = recording[at : at + played.size]
    left = ours - gain * played[: ours.size]
    quiet = recording[at + played.size :]
    floor = level(quiet).dbfs <= SILENCE_DBFS
    return floor and level(left).dbfs < level(ours).dbfs - 50.0


def _tone(frequency_hz: float, seconds: float) -> NDArray[np.float64]:
    t = np.arange(int(seconds * RATE)) / RATE
    tone = 0.25 * np.sin(2 * np.pi * frequency_hz * t) * np.exp(-4.0 * t)
    return np.asarray(tone * _soft_ends(t.size, 0.01), dtype=np.float64)


def _soft_ends(size: int, seconds: float) -> NDArray[np.float64]:
    edge = int(seconds * RATE)
    envelope = np.ones(size)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    envelope[:edge], envelope[-edge:] = ramp, ramp[::-1]
    return envelope


def _dbfs(amplitude: float) -> float:
    return max(SILENCE_DBFS, 20.0 * float(np.log10(max(amplitude, 1e-12))))
