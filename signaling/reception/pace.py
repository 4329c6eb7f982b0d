"""How evenly pictures follow each other: rate, freezes, stall. Pure: no I/O.

Freezes are those of W3C webrtc-stats. They are counted when the picture moves again, so a
picture frozen for good never counts: that is what ``age`` is for.
"""

from collections import deque

AVERAGE_FRAMES = 30
# Chromium's choice; the average of fewer frames says nothing (W3C names no number).
LEAST_FRAMES = 5
FREEZE_MORE_S = 0.15


class FramePace:
    """The pace of one stream of pictures."""

    def __init__(self) -> None:
        self.freeze_count = 0
        self.total_freezes_duration = 0.0
        "Seconds."
        self._last_at: float | None = None
        self._durations: deque[float] = deque(maxlen=AVERAGE_FRAMES)
        self._recent: deque[float] = deque()

    def receive_frame(self, now: float) -> None:
        """Take note that a picture was shown."""
        self._recent.append(now)
        self._drop_old(now)
        before, self._last_at = self._last_at, now
        if before is None:
            return
        duration = now - before
        if self._is_freeze(duration):
            self.freeze_count += 1
            self.total_freezes_duration += duration
        self._durations.append(duration)

    def restart(self) -> None:
        """Expect another rate from now on; what was counted stays."""
        self._durations.clear()

    def frames_per_second(self, now: float) -> float:
        """Return how many pictures were shown in the last second."""
        self._drop_old(now)
        return float(len(self._recent))

    def age(self, now: float) -> float | None:
        """Return the seconds since the last picture, None before the first."""
        return None if self._last_at is None else max(0.0, now - self._last_at)

    def _is_freeze(self, duration: float) -> bool:
        if len(self._durations) < LEAST_FRAMES:
            return False
        average = sum(self._durations) / len(self._durations)
        return duration >= max(3 * average, average + FREEZE_MORE_S)

    def _drop_old(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
