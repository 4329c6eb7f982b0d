"""The devices of a real PC: ALSA and V4L2 on Linux, DirectShow and winsound on Windows.

All through PyAV, which is there anyway. Every call runs in a daemon thread of its own with a
deadline: a sound server that hangs must hang neither the preflight nor the agent's end.
"""

import asyncio
import contextlib
import io
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import av
import numpy as np

from .device import Battery, Heard, Loudspeaker, Picture, Trouble
from .sound import RATE, Samples

T = TypeVar("T")

SLACK_S = 6.0
"What opening and closing a device may take beside what is recorded or played, seconds."
WARM_UP_FRAMES = 10
"Pictures let go until a camera has found its exposure."
PCM_LIST = Path("/proc/asound/pcm")
SUPPLIES = Path("/sys/class/power_supply")
WINDOWS = sys.platform == "win32"


class Hardware:
    """The devices this system uses by default."""

    async def listen(self, seconds: float) -> Heard | Trouble:
        """Record the microphone."""
        name = find_microphone()
        if name is None:
            return Trouble(why="absent")
        return await _bounded(lambda: _record(name, seconds), seconds)

    async def look(self) -> Picture | Trouble:
        """Take one picture with the camera."""
        name = find_camera()
        return Trouble(why="absent") if name is None else await _bounded(lambda: _see(name), 4.0)

    async def loudspeaker(self) -> Loudspeaker | Trouble:
        """Say whether the system has a loudspeaker; its volume is not told."""
        name = find_loudspeaker()
        return Trouble(why="none") if name is None else Loudspeaker(name=name)

    async def play(self, samples: Samples) -> Trouble | None:
        """Play to the end."""
        if find_loudspeaker() is None:
            return Trouble(why="none")
        return await _bounded(lambda: _play(samples), samples.size / RATE)

    async def play_and_listen(self, samples: Samples, seconds: float) -> Heard | Trouble:
        """Play, and record from the same moment."""
        name = find_microphone()
        if name is None:
            return Trouble(why="absent")
        if find_loudspeaker() is None:
            return Trouble(why="none")
        return await _bounded(lambda: _record(name, seconds, samples), seconds)

    async def battery(self) -> Battery | None:
        """Return the supply; None without a battery."""
        return windows_battery() if WINDOWS else linux_battery(SUPPLIES)


def find_microphone() -> str | None:
    """Return the name by which PyAV opens the microphone, None without one."""
    if WINDOWS:
        return _direct_show("audio")
    return "default" if "capture" in _pcm_list() else None


def find_loudspeaker() -> str | None:
    """Return the name of the loudspeaker, None without one."""
    if WINDOWS:
        return _wave_out()
    lines = [line for line in _pcm_list().splitlines() if "playback" in line]
    return lines[0].split(":")[1].strip() if lines else None


def find_camera() -> str | None:
    """Return the name by which PyAV opens the camera, None without one."""
    if WINDOWS:
        return _direct_show("video")
    return next((str(path) for path in sorted(Path("/dev").glob("video*"))), None)


def linux_battery(supplies: Path) -> Battery | None:
    """Read the first battery of /sys/class/power_supply (sysfs-class-power)."""
    mains = [
        _word(path / "online") for path in supplies.glob("*") if _word(path / "type") == "Mains"
    ]
    for path in sorted(supplies.glob("*")):
        charge = _word(path / "capacity")
        if _word(path / "type") == "Battery" and charge.isdigit():
            plugged = "1" in mains or _word(path / "status") in ("Charging", "Full")
            return Battery(charge_ratio=min(1.0, int(charge) / 100), on_mains=plugged)
    return None


def trouble(error: Exception) -> Trouble:
    """Say why a device did not open."""
    if isinstance(error, PermissionError):
        return Trouble(why="denied", detail=str(error))
    if isinstance(error, FileNotFoundError):
        return Trouble(why="none", detail=str(error))
    return Trouble(why="busy", detail=str(error))


async def _bounded(work: "Callable[[], T | Trouble]", seconds: float) -> "T | Trouble":
    """Do blocking work in a thread that nobody waits for longer than its time."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T | Trouble] = loop.create_future()

    def settle(result: "T | Trouble") -> None:
        if not future.done():
            future.set_result(result)

    def run() -> None:
        try:
            result = work()
        # FFmpeg's errors are OSErrors and ValueErrors of all kinds; the thread is the edge.
        except Exception as error:  # noqa: BLE001
            result = trouble(error)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=run, name="device", daemon=True).start()
    try:
        async with asyncio.timeout(seconds + SLACK_S):
            return await future
    except TimeoutError:
        return Trouble(why="busy", detail="does not answer")


def _record(name: str, seconds: float, played: Samples | None = None) -> Heard:
    """Record so long; if something is to be played, from when it began."""
    wanted = int(seconds * RATE)
    chunks: list[Samples] = []
    have, began = 0, 0
    player: threading.Thread | None = None
    for chunk in _chunks(name):
        chunks.append(chunk)
        have += chunk.size
        if played is not None and player is None:
            # The microphone runs: whatever is played from here on can be heard.
            player = threading.Thread(target=_play, args=(played,), name="player", daemon=True)
            player.start()
            began = have
        if have >= began + wanted:
            break
    if player is not None:
        player.join(SLACK_S)
    samples = np.concatenate(chunks) if chunks else np.zeros(0, np.float32)
    return Heard(name=name, samples=samples[began : began + wanted])


def _chunks(name: str) -> Iterator[Samples]:
    options = {} if WINDOWS else {"sample_rate": str(RATE), "channels": "1"}
    with av.open(name, format="dshow" if WINDOWS else "alsa", options=options) as source:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                yield part.to_ndarray().reshape(-1).astype(np.float32)


def _play(samples: Samples) -> Trouble | None:
    pcm = (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
    if WINDOWS:
        _winsound(pcm.tobytes())
        return None
    with av.open("default", "w", format="alsa") as sink:
        stream = sink.add_stream("pcm_s16le", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            sink.mux(packet)
    return None


def _see(name: str) -> Picture:
    with av.open(name, format="dshow" if WINDOWS else "v4l2") as source:
        for number, frame in enumerate(source.decode(video=0)):
            if number >= WARM_UP_FRAMES:
                luma = frame.reformat(width=32, height=18, format="gray").to_ndarray()
                return Picture(
                    name=name,
                    width=frame.width,
                    height=frame.height,
                    brightness_ratio=float(luma.mean()) / 255,
                )
    raise OSError("the camera gave no picture")


def _pcm_list() -> str:
    """Return what sound hardware the kernel knows, empty for none (ALSA, /proc/asound)."""
    try:
        return PCM_LIST.read_text()
    except OSError:
        return ""


def _word(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _direct_show(kind: str) -> str | None:
    found = [d for d in av.enumerate_input_devices("dshow") if kind in d.media_types]
    return f"{kind}={found[0].name}" if found else None


if sys.platform == "win32":
    import ctypes
    import winsound

    class _PowerStatus(ctypes.Structure):
        _fields_ = [
            ("line", ctypes.c_ubyte),
            ("flag", ctypes.c_ubyte),
            ("percent", ctypes.c_ubyte),
            ("saver", ctypes.c_ubyte),
            ("life_s", ctypes.c_ulong),
            ("full_s", ctypes.c_ulong),
        ]

    def windows_battery() -> Battery | None:
        """Ask GetSystemPowerStatus; flag 128 is "no battery", 255 is "unknown"."""
        status = _PowerStatus()
        if not ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
            return None
        if status.flag >= 128 or status.percent > 100:
            return None
        return Battery(charge_ratio=status.percent / 100, on_mains=status.line == 1)

    def _wave_out() -> str | None:
        return "waveOut" if ctypes.windll.winmm.waveOutGetNumDevs() else None

    def _winsound(pcm: bytes) -> None:
        text = io.BytesIO()
        with wave.open(text, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pcm)
        winsound.PlaySound(text.getvalue(), winsound.SND_MEMORY)

else:

    def windows_battery() -> Battery | None:
        """No such call here."""
        return None

    def _wave_out() -> str | None:
        return None

    def _winsound(pcm: bytes) -> None:
        raise OSError("no winsound here")
