"""The server's line upwards: what may leave it now. Pure: no clock, no socket.

A bucket that fills at the limit and holds some milliseconds of it. Sound and reports are
sent whatever it says, and counted; repairs have a share of their own; pictures take what is
left. So a key frame for all waits for the line and not in the provider's queue, where it
would push out the sound of everybody.
"""

HOLD_S = 0.004
"How much may leave in one blow: 42 kB at 85 Mbps, which the smallest routers queue."
REPAIR_SHARE = 0.12
"Of the limit. What is asked for beyond is asked for again, or a key frame is."
REPAIR_HOLD_S = 0.5


class Line:
    """One line, shared by everything that leaves.

    Args:
        limit_bps: With IP and UDP headers; None: as much as the machine can.

    """

    def __init__(self, limit_bps: float | None = None) -> None:
        self.limit_bps = limit_bps
        rate = (limit_bps or 0.0) / 8
        self._rate = rate
        self._main = Bucket(rate, rate * HOLD_S)
        self._repairs = Bucket(rate * REPAIR_SHARE, rate * REPAIR_SHARE * REPAIR_HOLD_S)
        self.repairs_refused = 0

    def spend(self, size: int, now: float) -> None:
        """Count bytes that left, whether there was room or not."""
        if self._rate:
            self._main.spend(size, now)

    def room_bytes(self, now: float) -> float:
        """Return how many bytes of pictures may leave now; not above 0: none."""
        return self._main.level(now) if self._rate else float("inf")

    def ready_at(self, now: float) -> float:
        """Return when there is room; ``now`` or later."""
        return self._main.ready_at(now) if self._rate else now

    def may_repair(self, size: int, now: float) -> bool:
        """Tell whether a repair fits into its share; if so it is counted as sent."""
        if not self._rate:
            return True
        if self._repairs.level(now) < size:
            self.repairs_refused += 1
            return False
        self._repairs.spend(size, now)
        self._main.spend(size, now)
        return True


class Bucket:
    """So many bytes a second, and no more than ``most`` at once."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate = rate
        self._most = self._level = most
        self._at = 0.0

    def level(self, now: float) -> float:
        """Return the bytes there are; below 0 for what was overdrawn."""
        if now > self._at:
            self._level = min(self._most, self._level + (now - self._at) * self._rate)
            self._at = now
        return self._level

    def spend(self, size: int, now: float) -> None:
        """Take bytes out."""
        self._level = self.level(now) - size

    def ready_at(self, now: float) -> float:
        """Return when the level is above 0."""
        lacking = -self.level(now)
        # A hair more, or rounding wakes us just before.
        return now if lacking < 0 else now + (lacking + 1) / self._rate
