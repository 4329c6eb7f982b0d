"""How evenly pictures follow each other: rate, freezes, stall. Pure: no I/O.

Freezes are those of W3C webrtc-stats, as a player sees them that holds everything back for
``PATIENCE_S`` so that repairs come in time: who only listens does (the hall's page does, too).
They are counted when the picture moves again, so a picture frozen for good never counts: that
is what ``age`` is for.
"""

from collections import deque

from signaling.rtp import VIDEO_CLOCK_HZ, extend

AVERAGE_FRAMES = 30
# Chromium's choice; the average of fewer frames says nothing (W3C names no number).
LEAST_FRAMES = 5
FREEZE_MORE_S = 0.15
PATIENCE_S = 0.4
DRIFT = 0.001
"How much faster than ours a sender's clock may run at most, and more."
JUMP_S = 1.0
"Whatever is later than this is another programme, or an outage."


class Playout:
    """When a player that waits would show a picture."""

    def __init__(self) -> None:
        self._newest = 0
        self._earliest: tuple[float, float] | None = None
        "Least seconds from a picture's own time to its coming, and when that was."

    def shown_at(self, timestamp: int, now: float) -> float:
        """Return when a picture that came now is shown. ``timestamp``: RTP, 32 bits."""
        known = self._earliest
        self._newest = timestamp if known is None else extend(timestamp, self._newest, bits=32)
        media_s = self._newest / VIDEO_CLOCK_HZ
        way_s = now - media_s
        if known is None or abs(way_s - known[0]) > JUMP_S:
            self._earliest = (way_s, now)
        else:
            self._earliest = (min(way_s, known[0] + DRIFT * (now - known[1])), now)
        return max(now, media_s + self._earliest[0] + PATIENCE_S)


class FramePace:
    """The pace of one stream of pictures."""

    def __init__(self) -> None:
        self.freeze_count = 0
        self.total_freezes_duration = 0.0
        "Seconds."
        self._last_at: float | None = None
        self._shown_at = 0.0
        self._playout = Playout()
        self._durations: deque[float] = deque(maxlen=AVERAGE_FRAMES)
        self._recent: deque[float] = deque()

    def receive_frame(self, timestamp: int, now: float) -> None:
        """Take note that a picture can be shown. ``timestamp``: RTP, 32 bits."""
        self._recent.append(now)
        self._drop_old(now)
        first, self._last_at = self._last_at is None, now
        before, self._shown_at = self._shown_at, self._playout.shown_at(timestamp, now)
        if first:
            return
        duration = self._shown_at - before
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
