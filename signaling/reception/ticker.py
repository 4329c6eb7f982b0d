"""One timer for all halls of a process.

A timer of its own for each hall would cost more than all it does when it fires.
"""

import asyncio
from collections.abc import Callable

TICK_S = 0.02


class Ticker:
    """Calls everybody every 20 ms, on the loop; sleeps while there is nobody."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._callbacks: dict[object, Callable[[float], None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, owner: object, callback: Callable[[float], None]) -> None:
        """Call ``callback`` with the loop's time from now on. It must not raise."""
        self._callbacks[owner] = callback
        if self._timer is None:
            self._timer = self._loop.call_later(TICK_S, self._tick)

    def remove(self, owner: object) -> None:
        """Stop calling. Calling it twice is safe."""
        self._callbacks.pop(owner, None)
        if not self._callbacks and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK_S, self._tick)
        now = self._loop.time()
        for callback in list(self._callbacks.values()):
            callback(now)
