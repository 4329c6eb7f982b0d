"""How long to wait before connecting again: full jitter. Pure: no I/O.

The n-th wait in a row is drawn from U(0, min(cap, base * 2**n)) (the full jitter of the AWS
Architecture Blog, "Exponential Backoff and Jitter"), so a thousand devices that lost their
server at one moment do not come back at one moment. Only a connection that held for a while
starts the count anew: a server that accepts and drops is not made to suffer for it.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BackoffLimits:
    """How patient a device is."""

    base_s: float = 0.5
    "Longest first wait."
    cap_s: float = 15.0
    "Longest wait of all."
    stable_s: float = 30.0
    "A connection that held this long was a good one."


class Backoff:
    """Draws the waits of one device.

    Args:
        draw: Returns the next number of a uniform distribution over 0 <= x < 1.
        limits: How patient to be.

    """

    def __init__(self, draw: Callable[[], float], limits: BackoffLimits | None = None) -> None:
        self._draw = draw
        self._limits = limits or BackoffLimits()
        self._attempt = 0
        self._opened_at: float | None = None

    def receive_opened(self, now: float) -> None:
        """Note that a connection stands since ``now``, seconds."""
        self._opened_at = now

    def receive_closed(self, now: float, at_least_s: float = 0.0) -> float:
        """Note that it fell or never stood; return how long to wait, seconds.

        Args:
            now: Seconds of the clock ``receive_opened`` was told.
            at_least_s: Wait this long before the drawn wait begins.

        """
        opened_at, self._opened_at = self._opened_at, None
        if opened_at is not None and now - opened_at >= self._limits.stable_s:
            self._attempt = 0
        # The exponent is bounded: after a week without a server 2**n is no float any more.
        ceiling = min(self._limits.cap_s, self._limits.base_s * 2.0 ** min(self._attempt, 32))
        self._attempt += 1
        return at_least_s + self._draw() * ceiling
