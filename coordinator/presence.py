"""Does a point's equipment speak to us? Pure: no clock, no socket, no task.

Each device of the point (its screen, its agent) holds a lease that every message renews; the
point is as present as the best of them. All times are seconds of one monotonic clock.

    NEVER_SEEN --word--> ONLINE --6 s--> LATE --15 s--> LOST --word--> ONLINE
    UNKNOWN (after a start) --word--> ONLINE, --15 s--> LOST
    any --goodbye of the last device--> LEFT --word--> ONLINE
"""

from dataclasses import dataclass

from config.thresholds import PresenceLimits
from signaling.schema import Presence

WAITED_FOR = (Presence.ONLINE, Presence.LATE, Presence.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceMoved:
    """The verdict on a point changed."""

    point: str
    presence: Presence
    why: str
    "word, late, silence, goodbye."


class PointPresence:
    """State machine of one point.

    Args:
        point: Its code.
        limits: When silence counts.
        presence: What the journal says; UNKNOWN must be earned again.
        now: Start of the watch: an UNKNOWN point that stays silent is lost after
            ``limits.lost_s`` from here.

    """

    def __init__(self, point: str, limits: PresenceLimits, presence: Presence, now: float) -> None:
        self.point = point
        self.limits = limits
        self.presence = presence
        self._heard_at: dict[str, float] = {}
        self._silent_since = now
        "The latest of them, or the start."
        self._events: list[PresenceMoved] = []

    def receive_word(self, device: str, now: float) -> None:
        """A device said anything at all."""
        self._heard_at[device] = self._silent_since = now
        if self.presence is not Presence.ONLINE:
            self._become(Presence.ONLINE, "word")

    def receive_goodbye(self, device: str, now: float) -> None:
        """A device left on purpose. The others may still hold the point."""
        self._heard_at.pop(device, None)
        if self._heard_at:
            self._silent_since = max(self._heard_at.values())
            self.handle_timer(now)
        else:
            self._become(Presence.LEFT, "goodbye")

    def handle_timer(self, now: float) -> None:
        """Apply whatever fell due by ``now``. Calling it early or twice is safe."""
        since = self._since()
        if since is None:
            return
        if now >= since + self.limits.lost_s:
            self._become(Presence.LOST, "silence")
        elif self.presence is Presence.ONLINE and now >= since + self.limits.late_s:
            self._become(Presence.LATE, "late")

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        since = self._since()
        if since is None:
            return None
        late = self.presence is Presence.ONLINE
        return since + (self.limits.late_s if late else self.limits.lost_s)

    def events(self) -> list[PresenceMoved]:
        """Return what happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _since(self) -> float | None:
        """Return since when the point is silent, None when silence means nothing."""
        return self._silent_since if self.presence in WAITED_FOR else None

    def _become(self, presence: Presence, why: str) -> None:
        if presence is self.presence:
            return
        if presence is Presence.LOST:
            self._heard_at.clear()
        self.presence = presence
        self._events.append(PresenceMoved(point=self.point, presence=presence, why=why))
