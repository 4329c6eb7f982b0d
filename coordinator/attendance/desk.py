"""What runs by itself about attendance: halls are told, rolls open by the clock, names expire."""

from config.settings import Settings

from ..gateway import Gateway
from ..runtime import Runtime
from .hall_desk import HallDesk
from .retention import Retention
from .roll_clock import RollClock


class RollDesk:
    """Puts the three together."""

    def __init__(self, runtime: Runtime, gateway: Gateway, settings: Settings) -> None:
        rolls, names = settings.attendance.rolls, settings.privacy.names
        self._halls = HallDesk(runtime, gateway, rolls, names=names)
        self._clock = RollClock(runtime)
        self._retention = Retention(runtime, settings.privacy.retention_days)

    def close(self) -> None:
        """Stop what runs. Calling it twice is safe."""
        self._halls.close()
        self._clock.close()
        self._retention.close()
