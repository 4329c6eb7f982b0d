"""How many bits a second something is, from a counter that grows. Pure: no clock.

The largest of the last seconds: who plans with the mean is surprised by each key frame.
"""

from collections import deque

SECONDS = 3
SHORTEST_S = 0.5


class Meter:
    """The rate of one counter."""

    def __init__(self) -> None:
        self._rates: deque[float] = deque(maxlen=SECONDS)
        self._last: tuple[int, float] | None = None

    def receive(self, total: int, now: float) -> None:
        """Take the counter, bytes, about once a second. A smaller one began anew."""
        if self._last is None or total < self._last[0]:
            self._last = (total, now)
            return
        span_s = now - self._last[1]
        if span_s >= SHORTEST_S:
            self._rates.append((total - self._last[0]) * 8 / span_s)
            self._last = (total, now)

    def bps(self) -> float | None:
        """Return the rate, None before the first whole span."""
        return max(self._rates, default=None)
