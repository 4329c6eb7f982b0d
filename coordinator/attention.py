"""The time during which we listened. Pure: the clock is the caller's.

Silence counts against a hall only while we would have heard it. A machine that was paused, a
process that was frozen and a loop that was blocked have heard nothing, and accuse nobody: such a
gap is left out, and every lease is as old after it as before.
"""

MOST_S = 2.0
"A longer gap between two looks at the clock is one of ours. Busy machines stay below."

LOOK_S = 0.5
"How often the clock must be looked at, also when nobody speaks."


class Attention:
    """A clock that stands still while nobody listens.

    Args:
        now: Monotonic seconds; the two clocks begin as one.

    """

    def __init__(self, now: float) -> None:
        self._last = now
        self._missed_s = 0.0

    def read(self, now: float) -> float:
        """Return the time listened by ``now``; a gap before it is left out."""
        gap_s = now - self._last
        if gap_s > MOST_S:
            self._missed_s += gap_s
        self._last = max(self._last, now)
        return now - self._missed_s

    def until(self, listened: float) -> float:
        """Return when so much has been listened, if nothing is missed from here on."""
        return listened + self._missed_s
