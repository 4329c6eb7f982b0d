"""How many wrong tries one address may make. Pure: the clock is the caller's.

Counts failures only, each address for itself, so that nobody can lock out another.
"""

from collections import deque

MAX_ADDRESSES = 10_000


class Throttle:
    """Counts failures by address over a sliding window.

    Args:
        tries: Failures one address may make in the window. Several halls may stand behind
            one router, so it is generous.
        window_s: Length of the window, seconds.

    """

    def __init__(self, *, tries: int = 20, window_s: float = 60.0) -> None:
        self.tries = tries
        self.window_s = window_s
        self._failures: dict[str, deque[float]] = {}

    def free(self, address: str, now: float) -> bool:
        """Return whether this address may try."""
        failures = self._failures.get(address)
        while failures and failures[0] <= now - self.window_s:
            failures.popleft()
        return not failures or len(failures) < self.tries

    def count(self, address: str, now: float) -> None:
        """Count a failure. The address that failed longest ago is forgotten when too many."""
        failures = self._failures.pop(address, None) or deque(maxlen=self.tries)
        failures.append(now)
        self._failures[address] = failures
        if len(self._failures) > MAX_ADDRESSES:
            del self._failures[next(iter(self._failures))]
