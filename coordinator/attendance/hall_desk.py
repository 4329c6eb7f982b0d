"""Tells halls which roll call is open and what is recorded of them. Carries; rules: ``receipt``.

Screens are told nothing: only the programme appears on them.
"""

import asyncio
from collections.abc import Sequence
from itertools import islice

from signaling.schema import DeviceRole

from ..fact import PhaseEntered, PointEntered, SessionPlanned
from ..gateway import Gateway
from ..runtime import Runtime
from ..state import Recorded
from .fact import RollClosed, RollOpened, RollPlanned
from .receipt import hall_recorded, roll_state
from .touch import touched

TELL_S = 0.25
"What changes within this time is told once; the ack of an entry does not wait for it."

AT_ONCE = 16
"So many halls are told in one turn of the loop (0.2 ms each): opening a roll concerns them all."

CALLS = (RollPlanned, RollOpened, RollClosed, PhaseEntered, SessionPlanned)


class HallDesk:
    """What halls hear of attendance.

    Args:
        runtime: Whose facts are told.
        gateway: Through which they are.
        rolls: How many roll calls are usual.
        names: Whether rolls are called by names.

    """

    def __init__(self, runtime: Runtime, gateway: Gateway, rolls: int, *, names: bool) -> None:
        self._runtime = runtime
        self._gateway = gateway
        self._rolls = rolls
        self._names = names
        self._loop = asyncio.get_running_loop()
        self._dirty: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._calls = roll_state(runtime.state, rolls, names=names)
        "What everybody is told who comes; the same for all."
        gateway.on_join = self._greet
        runtime.listen(self._hear)

    def _greet(self, device: str) -> None:
        if self._listens(device):
            state = self._runtime.state
            self._gateway.send_state(device, self._calls)
            self._gateway.send_state(device, hall_recorded(state, state.devices[device].point))

    def _hear(self, rows: Sequence[Recorded]) -> None:
        points: set[str] = set()
        for row in rows:
            points.update(touched(self._runtime.state, row))
            if isinstance(row.fact, PointEntered):
                points.add(row.fact.code)
            if isinstance(row.fact, CALLS):
                self._tell_rolls()
                points.update(self._runtime.state.points)
        if points:
            self._dirty |= points
            if self._timer is None:
                self._timer = self._loop.call_later(TELL_S, self._tell_halls)

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell_rolls(self) -> None:
        self._calls = roll_state(self._runtime.state, self._rolls, names=self._names)
        for device in self._gateway.devices():
            if self._listens(device):
                self._gateway.send_state(device, self._calls)

    def _tell_halls(self) -> None:
        """Tell some halls, then let entries through before the next ones."""
        self._timer = None
        for point in list(islice(self._dirty, AT_ONCE)):
            self._dirty.discard(point)
            devices = [d for d in self._gateway.devices_of(point) if self._listens(d)]
            if devices:
                message = hall_recorded(self._runtime.state, point)
                for device in devices:
                    self._gateway.send_state(device, message)
        if self._dirty:
            self._timer = self._loop.call_later(0, self._tell_halls)

    def _listens(self, device: str) -> bool:
        known = self._runtime.state.devices.get(device)
        return known is not None and known.role is not DeviceRole.SCREEN
