"""What a preflight wants of the machine's devices, and what they answer. Pure: no I/O.

Behind the interface stand the devices of a real PC (``hardware``) or invented ones
(``simulated``). A device that does not work answers with ``Trouble``, it never raises.
"""

from dataclasses import dataclass
from typing import Protocol

from .sound import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a device is of no use."""

    why: str
    """Stable: absent (this hall has none), none (there should be one), denied, busy,
    unsupported (this system does not say)."""
    detail: str = ""
    "For technicians."


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a microphone recorded."""

    name: str
    samples: Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudspeaker:
    """A loudspeaker that is there."""

    name: str
    muted: bool = False
    volume_ratio: float | None = None
    "0..1; None where the system does not say."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of a camera."""

    name: str
    width: int
    height: int
    brightness_ratio: float
    "Mean luma, 0..1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery:
    """The supply of a machine that has a battery."""

    charge_ratio: float
    on_mains: bool


class Devices(Protocol):
    """The devices of one hall."""

    async def listen(self, seconds: float) -> Heard | Trouble:
        """Record the microphone."""

    async def look(self) -> Picture | Trouble:
        """Take one picture with the camera."""

    async def loudspeaker(self) -> Loudspeaker | Trouble:
        """Say what would be heard, without a sound."""

    async def play(self, samples: Samples) -> Trouble | None:
        """Play to the end. People in the hall will hear it."""

    async def play_and_listen(self, samples: Samples, seconds: float) -> Heard | Trouble:
        """Play, and record from the same moment."""

    async def battery(self) -> Battery | None:
        """Return the supply; None without a battery."""
