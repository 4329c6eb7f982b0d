"""The real backend: ALSA through PyAV, with files for a sound card; a battery from sysfs."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from endpoints.preflight import hardware
from endpoints.preflight.device import Battery, Heard, Trouble
from endpoints.preflight.hardware import linux_battery, trouble
from endpoints.preflight.sound import LISTEN_S, RATE, find_sweep, sweep

pytestmark = pytest.mark.real_io

# A card that plays into one file and records from another. ALSA reads its configuration once
# in a process, so the test has a process of its own.
CARD = """
pcm.!default {{ type file slave.pcm "nothing" file "{out}" infile "{heard}" format "raw" }}
pcm.nothing {{ type null }}
"""
CODE = """
import asyncio, sys
from endpoints.preflight import hardware
from endpoints.preflight.sound import chime, find_sweep, sweep, LISTEN_S, level
from pathlib import Path
hardware.PCM_LIST = Path(sys.argv[1])

async def main():
    devices = hardware.Hardware()
    print("speaker", (await devices.loudspeaker()).name)
    heard = await devices.listen(0.5)
    print("heard", heard.samples.size)
    heard = await devices.play_and_listen(sweep(), LISTEN_S)
    print("sweep", find_sweep(heard.samples) is not None)
    print("played", await devices.play(chime()))

asyncio.run(main())
"""


def test_a_sound_card_records_and_plays(tmp_path: Path) -> None:
    tape = np.zeros(int(6 * RATE), np.float32)
    # The tape runs faster than time, and the sweep is looked for from the moment of playing.
    for start in range(0, tape.size - sweep().size, RATE):
        tape[start : start + sweep().size] += 0.3 * sweep()
    heard = tmp_path / "heard.raw"
    heard.write_bytes((tape * 32767).astype("<i2").tobytes())
    played = tmp_path / "played.raw"
    config = tmp_path / "asound.conf"
    config.write_text(CARD.format(out=played, heard=heard))
    cards = tmp_path / "pcm"
    cards.write_text("00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n")
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(cards)],
        env={**os.environ, "ALSA_CONFIG_PATH": str(config), "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout.splitlines() == [
        "speaker ALC257 Analog",
        f"heard {RATE // 2}",
        "sweep True",
        "played None",
    ], run.stderr
    sound = np.frombuffer(played.read_bytes(), "<i2")
    assert np.abs(sound).max() > 3000


async def test_a_machine_without_devices_says_so_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "PCM_LIST", tmp_path / "none")
    devices = hardware.Hardware()
    assert await devices.listen(1.0) == Trouble(why="absent")
    assert await devices.loudspeaker() == Trouble(why="none")
    assert await devices.play(sweep()) == Trouble(why="none")
    assert await devices.play_and_listen(sweep(), 1.0) == Trouble(why="absent")


async def test_a_device_that_does_not_open_is_busy_and_one_that_hangs_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks() -> Heard | Trouble:
        raise OSError("Device or resource busy")

    found = await hardware._bounded(breaks, 0.0)
    assert found == Trouble(why="busy", detail="Device or resource busy")
    monkeypatch.setattr(hardware, "SLACK_S", 0.05)
    released = threading.Event()

    def hangs() -> Heard | Trouble:
        released.wait()
        return Trouble(why="none")

    assert await hardware._bounded(hangs, 0.0) == Trouble(why="busy", detail="does not answer")
    released.set()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError("p"), "denied"),
        (FileNotFoundError("f"), "none"),
        (ValueError("v"), "busy"),
    ],
)
def test_errors_are_told_apart(error: Exception, why: str) -> None:
    assert trouble(error).why == why


def supply(folder: Path, name: str, **words: str) -> None:
    (folder / name).mkdir()
    for word, value in words.items():
        (folder / name / word).write_text(value + "\n")


def test_a_battery_is_read_as_the_kernel_tells_it(tmp_path: Path) -> None:
    assert linux_battery(tmp_path) is None
    supply(tmp_path, "BAT0", type="Battery", capacity="46", status="Discharging")
    assert linux_battery(tmp_path) == Battery(charge_ratio=0.46, on_mains=False)
    supply(tmp_path, "AC", type="Mains", online="1")
    assert linux_battery(tmp_path) == Battery(charge_ratio=0.46, on_mains=True)


def test_the_sweep_fits_into_what_is_listened_to() -> None:
    assert sweep().size < LISTEN_S * RATE
    assert find_sweep(sweep()) is not None
