"""What agents find of the same measurements, for the hall's page to find alike.

    python -m tests.vectors.preflight

writes ``preflight.json`` beside this file; a test sees that it is what an agent finds now.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from config.thresholds import PreflightLimits
from endpoints.preflight import finding
from endpoints.preflight.device import Battery, Heard, Picture
from endpoints.preflight.sound import level
from signaling.preflight import told
from signaling.stats import InboundAudio, InboundVideo, MediaStats

FILE = Path(__file__).with_suffix(".json")
NAME = "Micro"


def vectors() -> dict[str, Any]:
    """Return the limits, and cases: the function, what was measured, what was found."""
    cases = [
        {"check": check, "measured": measured, "found": [_plain(one) for one in found]}
        for check, measured, found in _cases()
    ]
    return {"limits": msgspec.to_builtins(told(PreflightLimits())), "cases": cases}


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
