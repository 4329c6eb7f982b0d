"""The devices of a simulated hall: what its life says, heard and seen. Pure: no I/O.

The room is a delay, a damping and a little noise; what is played comes back through it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .device import Battery, Heard, Loudspeaker, Picture, Trouble
from .sound import RATE, Samples

NAME = "simulated"
ROOM_NOISE = 0.004
"-48 dBFS: people who sit down."


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a hall is like."""

    microphone: bool = True
    gain: float = 1.0
    "Of the microphone; 300 clips."
    camera: bool = False
    loudspeaker: bool = True
    muted: bool = False
    path_gain: float = 0.3
    "From the loudspeaker to the microphone."
    delay_s: float = 0.09
    echo: float = 0.0
    "A second arrival 120 ms later, against the first."
    battery: Battery | None = None


class SimulatedDevices:
    """The devices of one invented hall.

    Args:
        room: What it is like.
        draw: Of this hall alone: 0 <= x < 1.

    """

    def __init__(self, room: Room, draw: Callable[[], float]) -> None:
        self.room = room
        self._random = np.random.default_rng(int(draw() * 2**32))

    async def listen(self, seconds: float) -> Heard | Trouble:
        """Record the room's noise."""
        if not self.room.microphone:
            return Trouble(why="absent")
        return Heard(name=NAME, samples=self._through(np.zeros(int(seconds * RATE))))

    async def look(self) -> Picture | Trouble:
        """Take one grey picture."""
        if not self.room.camera:
            return Trouble(why="absent")
        return Picture(name=NAME, width=1280, height=720, brightness_ratio=0.4)

    async def loudspeaker(self) -> Loudspeaker | Trouble:
        """Say what would be heard."""
        if not self.room.loudspeaker:
            return Trouble(why="none")
        volume = 0.0 if self.room.muted else 0.7
        return Loudspeaker(name=NAME, muted=self.room.muted, volume_ratio=volume)

    async def play(self, samples: Samples) -> Trouble | None:
        """Play to nobody."""
        return None if self.room.loudspeaker else Trouble(why="none")

    async def play_and_listen(self, samples: Samples, seconds: float) -> Heard | Trouble:
        """Return what the room makes of it."""
        if not self.room.microphone:
            return Trouble(why="absent")
        air = np.zeros(int(seconds * RATE))
        if self.room.loudspeaker and not self.room.muted:
            self._arrive(air, samples, self.room.delay_s, self.room.path_gain)
            if self.room.echo:
                later_s = self.room.delay_s + 0.12
                self._arrive(air, samples, later_s, self.room.path_gain * self.room.echo)
        return Heard(name=NAME, samples=self._through(air))

    async def battery(self) -> Battery | None:
        """Return the supply."""
        return self.room.battery

    def _arrive(self, air: "np.ndarray", samples: Samples, at_s: float, gain: float) -> None:
        start = int(at_s * RATE)
        heard = samples[: max(0, air.size - start)]
        air[start : start + heard.size] += gain * heard

    def _through(self, air: "np.ndarray") -> Samples:
        """Return the air as the microphone hears it."""
        noise = ROOM_NOISE * self._random.standard_normal(air.size)
        return np.clip(self.room.gain * (air + noise), -1.0, 1.0).astype(np.float32)
