"""How much one device may say: a bucket that fills. Pure: the clock is the caller's."""

RATE_PER_S = 20.0
BURST = 200.0
"Messages; a device that sends more is shown out."
FACTS_PER_S = 10.0
FACTS_BURST = 128.0
"""Facts, each KiB of one counted as another: more are taken later, never refused. A device of ours
has 64 unanswered at most and waits 10 s for an answer, so an honest one is only slowed."""
BYTES_PER_FACT = 1024


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
        self._fill(now)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def spend(self, now: float, cost: float) -> float:
        """Take so much, of what comes later if need be; return how long to wait for it, s."""
        self._fill(now)
        self._left -= cost
        return 0.0 if self._left >= 0 else -self._left / self._rate_per_s

    def _fill(self, now: float) -> None:
        if self._at is not None and now > self._at:
            left = self._left + (now - self._at) * self._rate_per_s
            self._left = left if left < self._burst else self._burst
        self._at = now


class Budget:
    """What one device may say, on all its connections: coming back earns nothing new."""

    def __init__(self) -> None:
        self.messages = Allowance(RATE_PER_S, BURST)
        self.facts = Allowance(FACTS_PER_S, FACTS_BURST)
