"""What is wrong with a simulated hall, for its preflight to find. Pure: no I/O."""

from enum import StrEnum

from ..preflight.device import Battery
from ..preflight.simulated import Room


class Flaw(StrEnum):
    """What the hall's operator has overlooked, until somebody telephones."""

    NONE = "none"
    MICROPHONE_CLIPS = "microphone_clips"
    CLOCK_WRONG = "clock_wrong"
    DISK_LOW = "disk_low"
    ON_BATTERY = "on_battery"
    LOUDSPEAKER_MUTED = "loudspeaker_muted"
    ECHOES = "echoes"


ROOMS = {
    Flaw.MICROPHONE_CLIPS: Room(gain=400.0),
    Flaw.ON_BATTERY: Room(battery=Battery(charge_ratio=0.46, on_mains=False)),
    Flaw.LOUDSPEAKER_MUTED: Room(muted=True),
    Flaw.ECHOES: Room(echo=0.7),
}
CLOCK_ERROR_S = 90.25
FREE_BYTES = 52_428_800_000
LOW_BYTES = 900_000_000


def room_of(flaw: Flaw) -> Room:
    """Return what the hall is like."""
    return ROOMS.get(flaw, Room())


class FlawedMachine:
    """The computer of one hall; the fleet's own says nothing of it."""

    def __init__(self, flaw: Flaw) -> None:
        self.cpu_ratio: float | None = 0.22
        self.disk_free_bytes: int | None = LOW_BYTES if flaw is Flaw.DISK_LOW else FREE_BYTES

    def measure(self, now: float) -> None:
        """Nothing changes."""


def clock_error_s(flaw: Flaw) -> float:
    """Return how far the hall's clock is ahead, seconds."""
    return CLOCK_ERROR_S if flaw is Flaw.CLOCK_WRONG else 0.0
