"""Two machines with one credential: when it is a fight, and who waits. Pure: no clock, no socket.

The newest connection of a device wins. A machine that lost its line comes back and replaces a
connection that is silent; but who replaces one that spoke a moment ago is another machine, or
another window. If that happens again and again, the one that is connected stays, the other
waits, and somebody is told: both are right by the wire, and only people can tell them apart.
What either of them entered counts; it is never fenced off.
"""

from collections import deque

SPOKE_S = 3.0
"Who spoke so recently lives: a device reports each second."

TAKEOVERS = 3
"So many are a fight. An agent that was replaced stays away for half a minute each time."

WINDOW_S = 300.0
"Within this time."

QUARANTINE_S = 60.0
"How long the one that is not connected waits."


class Rivalry:
    """Who fights. Cost and memory: a few numbers for each device that was ever contested."""

    def __init__(self) -> None:
        self._takeovers: dict[str, deque[float]] = {}
        self._until: dict[str, float] = {}

    def receive_takeover(self, device: str, spoke_at: float, now: float) -> bool:
        """A connection replaces one that last spoke at ``spoke_at``; return if it is a fight."""
        if now - spoke_at > SPOKE_S:
            return False
        seen = self._takeovers.setdefault(device, deque(maxlen=TAKEOVERS))
        seen.append(now)
        if len(seen) < TAKEOVERS or now - seen[0] > WINDOW_S:
            return False
        self._until[device] = now + QUARANTINE_S
        return True

    def wait_s(self, device: str, now: float) -> float:
        """Return how long another connection of a connected device must wait; 0: not at all."""
        until = self._until.get(device)
        if until is None:
            return 0.0
        if now >= until:
            del self._until[device]
            return 0.0
        return until - now
