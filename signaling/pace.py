"""A token bucket: so many at once, so many a second in the long run. Pure: no I/O.

The device paces what it sends by it; the coordinator may judge by it what it reads.
"""


class Pace:
    """Counts how many messages may go now.

    Args:
        per_s: Messages a second in the long run.
        burst: How many may go at once after a silence.

    """

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._tokens = float(burst)
        self._at = 0.0

    def allowance(self, now: float) -> int:
        """Return how many may go at ``now``, seconds."""
        self._fill(now)
        return int(self._tokens)

    def spend(self, count: int, now: float) -> None:
        """Note that ``count`` went; more than the allowance makes the next wait longer."""
        self._fill(now)
        self._tokens -= count

    def ready_at(self, now: float) -> float:
        """Return when the next one may go, seconds; ``now`` or later."""
        self._fill(now)
        # A hair more than one token, or rounding wakes us just before there is one.
        return now + max(0.0, 1.0 + 1e-6 - self._tokens) / self._per_s if self._tokens < 1 else now

    def _fill(self, now: float) -> None:
        earned = max(0.0, now - self._at) * self._per_s
        self._tokens = min(float(self._burst), self._tokens + earned)
        self._at = max(self._at, now)
