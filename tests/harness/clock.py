"""An event loop whose time jumps to the next timer as soon as nothing is ready.

A test may ``await asyncio.sleep(3600)`` and takes no time at all, always in the same
order. Only for tests without real sockets, threads or processes: whatever they do
looks like idleness here, so such tests carry the marker ``real_io``.
"""

import asyncio
import selectors
from typing import Any


class _JumpingSelector(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise RuntimeError("deadlock: nothing is ready and no timer is set")
        self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Event loop on virtual time, starting at 0.0 seconds."""

    def __init__(self) -> None:
        self._selector_clock = _JumpingSelector()
        super().__init__(self._selector_clock)

    def time(self) -> float:
        return self._selector_clock.now
