"""One due time on the running loop: the shell of a machine's ``next_timer``."""

import asyncio
from collections.abc import Callable


class Timer:
    """Calls back once, at the time asked for last.

    It keeps the due time itself: uvloop answers ``call_at`` of a time already past with a
    handle that has no ``when()``.

    Args:
        ring: Called with the time, never before the due one, although a loop may fire early
            by one tick of its clock. Sets the timer anew if it wants more.

    """

    def __init__(self, ring: Callable[[float], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.Handle | None = None
        self._due = 0.0

    def set(self, due: float) -> None:
        """Ring at this time of the loop instead of the one before."""
        self.cancel()
        self._due = due
        self._handle = self._loop.call_at(due, self._fire)

    def advance(self, due: float | None) -> None:
        """Ring no later than this; a time already set that is earlier stands."""
        if due is not None and (self._handle is None or due < self._due):
            self.set(due)

    def cancel(self) -> None:
        """Do not ring. Calling it twice is safe."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _fire(self) -> None:
        self._handle = None
        self._ring(max(self._due, self._loop.time()))
