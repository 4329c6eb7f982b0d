"""Whether one viewer's wish for a key frame is passed on. Pure: times in, yes or no out.

A key frame goes to all who watch, some forty packets each. A hall on a bad line that asks
for one each second would take the line from the others, so that its wishes count the less
the more there are: at once, then after 1, 2, 4 and 8 seconds.
"""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 8.0
FORGIVEN_S = 15.0


class KeyWish:
    """The wishes of one viewer."""

    def __init__(self) -> None:
        self._pause_s = FIRST_PAUSE_S
        self._passed_at = float("-inf")

    def receive(self, now: float) -> bool:
        """Take a wish; tell whether to pass it on."""
        since = now - self._passed_at
        if since < self._pause_s:
            return False
        self._pause_s = (
            FIRST_PAUSE_S if since >= FORGIVEN_S else min(LONGEST_PAUSE_S, self._pause_s * 2)
        )
        self._passed_at = now
        return True
