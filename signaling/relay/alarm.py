"""The clock of the departures: shell of one timer on the loop."""

import asyncio
from collections.abc import Callable

from .departure import Departures, Pacing

# Longer than packets of one frame are apart when a publisher sends them in one go.
COLLECT_S = 0.002


class Alarm:
    """Calls back at the time asked for last.

    Args:
        ring: Called with the loop's time. Sets the alarm anew if it wants more.

    """

    def __init__(self, ring: Callable[[float], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        """Ring at this time of the loop instead of the one before."""
        self.cancel()
        self._handle = self._loop.call_at(at, self._due)

    def cancel(self) -> None:
        """Do not ring. Calling it twice is safe."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _due(self) -> None:
        self._handle = None
        self._ring(self._loop.time())


def new_departures(burst_packets: int) -> dict[str, Departures]:
    """Return the departures of one output by kind, on the running loop.

    Pictures are collected; sound has one packet a frame and leaves at once, past a key
    frame that is still on its way round.
    """
    found: dict[str, Departures] = {}
    for kind, collect_s in (("video", COLLECT_S), ("audio", 0.0)):
        alarm = Alarm(lambda now, kind=kind: found[kind].handle_timer(now))  # type: ignore[misc]
        pacing = Pacing(collect_s=collect_s, burst_packets=burst_packets)
        found[kind] = Departures(pacing, alarm.set)
    return found
