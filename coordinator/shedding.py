"""What a coordinator that cannot keep up gives up first. Pure: no clock, no socket, no task.

    NOTHING --1 s of strain--> METRICS --1 s--> DASHBOARDS --1 s--> TELEMETRY
       ^----------5 calm s--------'  ^----5 s------'   ^-----5 s------'

One step at a time, as the strain asks for. Strain is how late the loop runs what is due, and how
many facts wait for the disk, each against its limit; and how much of its core the loop works.
Lateness and work are smoothed, so that one stall is no overload. Facts are not on the ladder:
they are slower, and never fewer.
"""

from enum import IntEnum

from config.thresholds import SheddingLimits

MOST_S = 1.2
"A single stall counts as this at most, however long: alone it is under the limit."


class Shed(IntEnum):
    """What is given up; each step includes those before."""

    NOTHING = 0
    METRICS = 1
    "Detail of ``/metrics``."
    DASHBOARDS = 2
    "Screens are told less often."
    TELEMETRY = 3
    "Of a device's reports most are only a sign of life."


class Shedding:
    """Decides how much to give up.

    Args:
        limits: When it is too much.

    """

    def __init__(self, limits: SheddingLimits) -> None:
        self.limits = limits
        self.level = Shed.NOTHING
        self._lag_s = self._busy = 0.0
        self._strained_at: float | None = None
        self._calm_at: float | None = None

    def receive(self, lag_s: float, waiting: int, busy: float, now: float) -> bool:
        """Take a look at the loop; return whether the level moved.

        Args:
            lag_s: How late the loop ran a timer just now, seconds.
            waiting: Facts that are not on disk yet.
            busy: Share of the time since the last look in which the loop worked, 0..1.
            now: Monotonic seconds, in any steps.

        """
        self._lag_s += self.limits.smoothing * (min(lag_s, MOST_S) - self._lag_s)
        self._busy += self.limits.smoothing * (min(busy, 1.0) - self._busy)
        strain = max(self._lag_s / self.limits.lag_s, waiting / self.limits.waiting)
        strained = strain >= 2**self.level or self._busy >= self._next_busy()
        calm = strain < 2**self.level / 4 and self._busy < self._last_idle()
        self._strained_at = _since(self._strained_at, strained, now)
        self._calm_at = _since(self._calm_at, calm, now)
        if _due(self._strained_at, self.limits.rise_s, now):
            return self._move(min(self.level + 1, Shed.TELEMETRY))
        if _due(self._calm_at, self.limits.calm_s, now):
            return self._move(max(self.level - 1, Shed.NOTHING))
        return False

    def _next_busy(self) -> float:
        return self.limits.busy[self.level] if self.level < Shed.TELEMETRY else 1.0

    def _last_idle(self) -> float:
        return self.limits.idle[self.level - 1] if self.level else 0.0

    def _move(self, level: int) -> bool:
        """Go there; the next step asks for evidence of its own."""
        moved = level != self.level
        self.level = Shed(level)
        self._strained_at = self._calm_at = None
        return moved


def _since(since: float | None, holds: bool, now: float) -> float | None:
    """Return since when something holds without a break."""
    if not holds:
        return None
    return now if since is None else since


def _due(since: float | None, for_s: float, now: float) -> bool:
    return since is not None and now >= since + for_s
