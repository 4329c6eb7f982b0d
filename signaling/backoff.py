"""How long to wait before connecting again: full jitter. Pure: no I/O.

The n-th wait in a row is drawn from U(0, min(cap, base * 2**n)) (the full jitter of the AWS
Architecture Blog, "Exponential Backoff and Jitter"), so a thousand devices that lost their
server at one moment do not come back at one moment. The server says how long the longest wait
has to be (``longest_wait``): few devices need not be spread as far as many. Only a connection
that held for a while starts the count anew: a server that accepts and drops is not made to
suffer for it.
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


PROGRAMME = BackoffLimits(cap_s=5.0)
"Of a hall without its programme: everybody there waits, and a relay that died is back in a second."

PER_SECOND = 100.0
"So many devices a second may come back; a coordinator takes thousands."
SHORTEST_CAP_S = 2.0


def longest_wait(devices: int) -> float:
    """Return the cap for so many devices, seconds: 2 up to 200, 15 from 1,500."""
    return min(max(devices / PER_SECOND, SHORTEST_CAP_S), BackoffLimits().cap_s)


class Backoff:
    """Draws the waits of one device.

    Args:
        draw: Returns the next number of a uniform distribution over 0 <= x < 1.
        limits: How patient to be.

    """

    def __init__(self, draw: Callable[[], float], limits: BackoffLimits | None = None) -> None:
        self._draw = draw
        self._limits = limits or BackoffLimits()
        self._cap_s = self._limits.cap_s
        self._attempt = 0
        self._opened_at: float | None = None

    def receive_opened(self, now: float, cap_s: float | None = None) -> None:
        """Note that a connection stands since ``now``, seconds.

        Args:
            now: Of a clock that never jumps.
            cap_s: The longest wait that this server asks for; never more than our own.

        """
        self._opened_at = now
        asked = self._limits.cap_s if cap_s is None else max(cap_s, self._limits.base_s)
        self._cap_s = min(self._limits.cap_s, asked)

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
        ceiling = min(self._cap_s, self._limits.base_s * 2.0 ** min(self._attempt, 32))
        self._attempt += 1
        return at_least_s + self._draw() * ceiling
