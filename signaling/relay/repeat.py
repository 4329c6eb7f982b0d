"""How often each sound goes to one viewer. Pure: losses and times in, a count out.

A viewer that loses packets gets every sound again 40 and 80 ms later: 46 kbps more each,
against breaks in a speech. A second has fifty sounds, of which one or two get lost by chance:
losses are smoothed. With copies the reports look clean, so that they are taken away by trial,
and after each vain trial less soon.
"""

ONE_COPY_LOSS, TWO_COPIES_LOSS = 0.015, 0.05
SMOOTHING = 0.3
"Weight of the newest second."
KEPT_S, MAX_KEPT_S = 30.0, 480.0


class Repeat:
    """The copies of one viewer's sound."""

    def __init__(self) -> None:
        self.copies = 0
        self._lost = 0.0
        self._kept_s = KEPT_S
        self._since = float("-inf")

    def handle_second(self, lost: float, now: float) -> None:
        """Take the share lost in the last second, 0..1, the worst of all streams."""
        self._lost += SMOOTHING * (lost - self._lost)
        needed = 2 if self._lost >= TWO_COPIES_LOSS else 1 if self._lost >= ONE_COPY_LOSS else 0
        if needed > self.copies:
            # Needed again soon after it was taken away: that was too early.
            again = now - self._since < self._kept_s
            self._kept_s = min(MAX_KEPT_S, self._kept_s * 2) if again else KEPT_S
            self.copies = needed
        if needed:
            self._since = now
        elif self.copies and now - self._since >= self._kept_s:
            self.copies -= 1
            self._since = now
