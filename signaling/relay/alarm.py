"""The clock of the departures: shell of one timer on the loop."""

import asyncio
from collections.abc import Callable

from .departure import Departures, Pacing
from .line import Line
from .plan import TRACKS

# Longer than packets of one frame are apart when a publisher sends them in one go.
COLLECT_S = 0.002
# Sixteen packets each 4 ms are 40 Mbps: of a key frame of 40 a hall's line of 20 Mbps has to
# queue half, some 25 kB.
SLICE_GAP_S = 0.004


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


def new_departures(burst_packets: int, line: Line) -> dict[str, Departures]:
    """Return the departures of one output by track, on the running loop.

    Pictures are collected and wait for the line; sound has one packet a frame and leaves at
    once, past a key frame that is still on its way round.
    """
    picture = Pacing(collect_s=COLLECT_S, burst_packets=burst_packets, slice_gap_s=SLICE_GAP_S)
    sound = Pacing(burst_packets=burst_packets, urgent=True)
    found: dict[str, Departures] = {}
    for track, kind in TRACKS.items():
        alarm = Alarm(lambda now, track=track: found[track].handle_timer(now))  # type: ignore[misc]
        found[track] = Departures(picture if kind == "video" else sound, alarm.set, line)
    return found
