"""What agents find of the same measurements, for the hall's page to find alike.

    python -m tests.vectors.preflight

writes ``preflight.json`` beside this file; a test sees that it is what an agent finds now.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from config.thresholds import PreflightLimits
from endpoints.preflight import finding
from endpoints.preflight.device import Battery, Heard, Picture
from endpoints.preflight.sound import LISTEN_S, RATE, Samples, find_sweep, level, sweep
from signaling.preflight import told
from signaling.stats import InboundAudio, InboundVideo, MediaStats

FILE = Path(__file__).with_suffix(".json")
NAME = "Micro"
SWEEP_STEP = 997

QUIET, HUM, LOUD = 0.0001, 0.002, 0.05
ROOMS: list[dict[str, Any]] = [
    {"arrivals": arrivals, "noise": noise, "seed": seed}
    for seed, (arrivals, noise) in enumerate(
        [
            ([[60, 0.3]], HUM),
            ([[0, 1.0]], HUM),
            ([[60, 0.008]], QUIET),
            ([[60, 0.0015]], QUIET),
            ([[250, 0.3]], HUM),
            ([[600, 0.3]], HUM),
            ([[80, 0.3], [200, 0.21]], HUM),
            ([[80, 0.3], [200, 0.06]], HUM),
            ([[80, 0.03]], LOUD),
            ([[60, 8.0]], HUM),
            ([[10, 0.5]], 0.0),
            ([[1_400, 0.3]], HUM),
            ([], LOUD),
            ([], 0.0),
        ]
    )
]
"""Recordings of the sweep: when it arrives (ms) and how loud, over noise of a seed. ``recording``
says how one is made of it; node makes the same."""


def vectors() -> dict[str, Any]:
    """Return the limits, and cases: the function, what was measured, what was found."""
    cases = [
        {"check": check, "measured": measured, "found": [_plain(one) for one in found]}
        for check, measured, found in _cases()
    ]
    return {
        "limits": msgspec.to_builtins(told(PreflightLimits())),
        "cases": cases,
        "sweep": [round(float(sample), 6) for sample in sweep()[::SWEEP_STEP]],
        "rooms": [{"room": room, "found": _heard(room)} for room in ROOMS],
    }


def _cases() -> Iterator[tuple[str, Any, list[finding.Found]]]:
    for off_ms in (None, 0.0, -1_999.0, 2_000.0, -60_000.0):
        yield "clock", off_ms, [finding.clock_offset(off_ms)]
    for answered in ([], [40.0], [20.0, 400.0, 320.0], [10.0, 90.0, 20.0, 100.0], [3_000.0] * 3):
        found = [f for f in finding.control(answered) if f.check != "control_loss"]
        yield "control", answered, found
    for free in (None, 1e8, 2e8, 1.9e9, 5e9):
        yield "disk", free, [finding.disk(None if free is None else int(free))]
    for charging, charge in ((True, 0.1), (False, 0.9), (False, 0.2)):
        found = [finding.power(Battery(on_mains=charging, charge_ratio=charge))]
        yield "power", {"charging": charging, "level": charge}, found
    for brightness in (0.01, 0.04, 0.5):
        seen = Picture(name=NAME, width=1280, height=720, brightness_ratio=brightness)
        yield "camera", brightness, [finding.camera(seen)]
    for size in (1e-5, 5e-4, 0.05, 1.0):
        samples = np.full(4_800, size, dtype=np.float32)
        loud = level(samples)
        measured = {"dbfs": loud.dbfs, "clipped_ratio": loud.clipped_ratio}
        yield "microphone", measured, [finding.microphone(Heard(name=NAME, samples=samples))]
    for received, lost, size in (
        (0, 0, 0),
        (900, 5, 900_000),
        (900, 5, 600_000),
        (900, 60, 9e5),
        (900, 300, 9e5),
    ):
        count = InboundVideo(packets_received=received, packets_lost=lost, bytes_received=int(size))
        found = [
            finding.bandwidth(
                [MediaStats(connected=True)], [MediaStats(connected=True, video=count)], 5.0
            )
        ]
        load = {
            "received": received,
            "lost": lost,
            "kbps": round(size * 8 / 5_000),
            "receptions": 1,
        }
        yield "bandwidth", load, found
    for looks in _receptions():
        stats = [_stats(look) for look in looks]
        yield "programme", looks, [finding.programme_test(stats)]
        yield "sound", looks, [finding.programme_test(stats, sound_only=True)]


def recording(room: dict[str, Any]) -> Samples:
    """Return what a microphone makes of the sweep in a room."""
    air = np.zeros(int(LISTEN_S * RATE))
    for delay_ms, gain in room["arrivals"]:
        at = delay_ms * RATE // 1000
        part = sweep()[: air.size - at]
        air[at : at + part.size] += gain * part
    noise = np.fromiter(islice(_noise(room["seed"]), air.size), dtype=np.float64)
    return np.asarray(np.clip(air + room["noise"] * noise, -1.0, 1.0), dtype=np.float32)


def _noise(state: int) -> Iterator[float]:
    """Yield -1 <= x < 1 by a generator that every language has (Numerical Recipes, 7.1)."""
    while True:
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        yield state / 2**31 - 1


def _heard(room: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is found of a room; figures to a tenth, as two FFTs agree on them."""
    samples = recording(room)
    found = finding.arrival(Heard(name=NAME, samples=samples), find_sweep(samples))
    plain = [_plain(one) for one in found]
    return [
        one | {"figure": None if one["figure"] is None else round(one["figure"], 1)}
        for one in plain
    ]


def _receptions() -> Iterator[list[dict[str, Any]]]:
    def looks(frames: list[int], sounds: list[int], *, on: bool = True) -> list[dict[str, Any]]:
        return [
            {"connected": on, "frames": f, "sounds": s} for f, s in zip(frames, sounds, strict=True)
        ]

    yield looks([0, 0, 0], [0, 0, 0], on=False)
    yield looks([0, 0, 0], [0, 0, 0])
    yield looks([0, 0, 0], [0, 50, 100])
    yield looks([0, 25, 50], [0, 0, 0])
    yield looks([0, 25, 50, 75, 100, 125], [0, 50, 100, 150, 200, 250])
    yield looks([0, 25, 25, 25, 50, 75], [0, 50, 100, 150, 200, 250])
    yield looks([80, 5, 25, 25, 50, 75], [90, 5, 100, 150, 150, 150])


def _stats(look: dict[str, Any]) -> MediaStats:
    return MediaStats(
        connected=look["connected"],
        video=InboundVideo(frames_received=look["frames"]),
        audio=InboundAudio(packets_received=look["sounds"]),
    )


def _plain(found: finding.Found) -> dict[str, Any]:
    figure = None if found.figure is None else round(found.figure, 3)
    return {
        "check": found.check.value,
        "verdict": found.verdict.value,
        "why": found.why,
        "figure": figure,
        "unit": found.unit.value,
        "limit": found.limit,
    }


def write() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    write()
