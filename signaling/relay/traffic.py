"""What leaves the relay and what that costs, second by second. Pure: no clock, no socket."""

from collections import deque

DATAGRAM_BYTES = 28
"UDP and IPv4 headers, which a transport does not count."
FULL_RATIO, FULL_SECONDS = 0.9, 3
"Of a core, without a break: a relay is one thread."


class Traffic:
    """All that sessions send, those that ended too.

    Args:
        now: When it begins.

    """

    def __init__(self, now: float) -> None:
        self.bps = 0.0
        "On the line, in the last second."
        self.resent = self.wishes = 0
        "Cumulative: packets sent once more, and key frames asked for, of all viewers."
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._bytes = 0
        self._since = now

    def receive(self, session: str, size: int, packets: int) -> None:
        """Take a session's counters: bytes of datagrams, and how many."""
        total = size + packets * DATAGRAM_BYTES
        _, resent, wishes = before = self._seen.get(session, (0, 0, 0))
        self._bytes += max(0, total - before[0])
        self._seen[session] = (total, resent, wishes)

    def receive_repairs(self, session: str, resent: int, wishes: int) -> None:
        """Take a viewer's counters: packets sent once more, key frames it asked for."""
        total, *before = self._seen.get(session, (0, 0, 0))
        self.resent += max(0, resent - before[0])
        self.wishes += max(0, wishes - before[1])
        self._seen[session] = (total, resent, wishes)

    def forget(self, session: str) -> None:
        """Let a session go; what it sent stays counted."""
        self._seen.pop(session, None)

    def handle_second(self, now: float) -> None:
        """Close the second."""
        if now > self._since:
            self.bps = self._bytes * 8 / (now - self._since)
            self._bytes, self._since = 0, now


class Load:
    """The CPU of this process.

    Args:
        cpu_s: Used so far.
        now: When that was.

    """

    def __init__(self, cpu_s: float, now: float) -> None:
        self.ratio: float | None = None
        "Of one core, in the last second; None before."
        self._last = (cpu_s, now)
        self._ratios: deque[float] = deque(maxlen=FULL_SECONDS)

    def receive(self, cpu_s: float, now: float) -> None:
        """Take the counter, seconds."""
        before_s, since = self._last
        if now <= since:
            return
        self.ratio = min(1.0, max(0.0, (cpu_s - before_s) / (now - since)))
        self._ratios.append(self.ratio)
        self._last = (cpu_s, now)

    def is_full(self) -> bool:
        """Tell whether this process has been at its limit for some seconds."""
        return len(self._ratios) == FULL_SECONDS and min(self._ratios) >= FULL_RATIO
