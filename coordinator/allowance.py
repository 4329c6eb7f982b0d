"""How much one connection may say: a bucket that fills. Pure: the clock is the caller's."""


class Allowance:
    """A bucket of messages, full at the beginning.

    Args:
        rate_per_s: How many it gains a second.
        burst: How many it holds.

    """

    def __init__(self, rate_per_s: float, burst: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._left = burst
        self._at: float | None = None

    def take(self, now: float) -> bool:
        """Take one; False when none is left. A clock that stands still gains nothing."""
        if self._at is not None and now > self._at:
            left = self._left + (now - self._at) * self._rate_per_s
            self._left = left if left < self._burst else self._burst
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
