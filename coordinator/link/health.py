"""Is a point's link good, poor or bad, and why? Pure: no clock, no socket, no task.

    good ──3 of 5 seconds poor──▶ poor ──3 of 5 bad──▶ bad
      ▲                             │ ▲                  │
      └──10 clean seconds───────────┘ └──10 not bad──────┘      total loss: bad at once
      five seconds as bad as before that name another cause: the cause changes

A hall that only listens is judged on what it receives: delay and jitter do not hurt it, and
what was repaired in time neither. Of a hall that speaks they count.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from config.thresholds import Band, LinkLimits

from .link import Second

LOOKED_AT = 5


class Level(IntEnum):
    """How good, best first."""

    GOOD = 0
    POOR = 1
    BAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMoved:
    """The verdict on a point's link changed, or its cause."""

    link: str
    "good, poor, bad."
    why: str
    "good, total_loss, loss_high, sound_broken, freezing, rtt_high, jitter_high."


GOOD_WHY = "good"
GOOD = (Level.GOOD, GOOD_WHY)


class LinkHealth:
    """State machine of one point's link."""

    def __init__(self, limits: LinkLimits, link: str = "good", why: str = GOOD_WHY) -> None:
        self.limits = limits
        self.level = Level[link.upper()]
        self.why = why
        self._last: deque[tuple[Level, str]] = deque(maxlen=LOOKED_AT)
        self._packets = _Packets()
        self._better = 0
        self._events: list[LinkMoved] = []

    def receive_second(self, second: Second, *, speaks: bool) -> None:
        """Take a second into account. ``speaks``: the hall has the floor.

        A second in which nothing came at all says nothing of how good the line is: that there is
        no programme is reception's to say, and one cause is one alarm.
        """
        if second.received == 0 and second.loss_ratio is None:
            self.receive_break()
            return
        self._packets.push(second.received, second.lost)
        found = level, why = self._judge(second, speaks)
        self._last.append(found)
        if level is Level.GOOD and self.level is Level.GOOD:
            return
        self._better = self._better + 1 if level < self.level else 0
        if why == "total_loss":
            self._become(level, why)
        elif self._better >= self.limits.improve:
            self._become(*max(self._last))
        else:
            self._worsen()

    def receive_break(self) -> None:
        """The media session ended: its seconds say nothing of the next."""
        self._last.clear()
        self._packets.clear()
        self._better = 0

    def events(self) -> list[LinkMoved]:
        """Return what happened since the last call, oldest first."""
        events, self._events = self._events, []
        return events

    def _worsen(self) -> None:
        for level in (Level.BAD, Level.POOR):
            as_bad = [found for found in self._last if found[0] >= level]
            if level > self.level and len(as_bad) >= self.limits.worsen:
                self._become(level, as_bad[-1][1])
                return
        # As bad as before, and all that was looked at names another cause.
        if len(self._last) == LOOKED_AT and len(set(self._last)) == 1:
            level, why = self._last[-1]
            if level is self.level:
                self._become(level, why)

    def _become(self, level: Level, why: str) -> None:
        self._better = 0
        if (level, why) == (self.level, self.why):
            return
        self.level, self.why = level, why
        self._events.append(LinkMoved(link=level.name.lower(), why=why))

    def _judge(self, second: Second, speaks: bool) -> tuple[Level, str]:
        """Return the worst of what the second shows; of equals the first."""
        limits, loss_ratio = self.limits, second.loss_ratio
        if loss_ratio is not None and loss_ratio >= limits.total_loss_ratio:
            return Level.BAD, "total_loss"
        # The cause before what comes of it.
        found = _worse(GOOD, self._loss_ratio(), limits.loss_ratio, "loss_high")
        found = _worse(found, second.frozen_ratio, limits.frozen_ratio, "freezing")
        found = _worse(found, second.concealed_ratio, limits.concealed_ratio, "sound_broken")
        if speaks:
            found = _worse(found, second.rtt_s, limits.rtt_s, "rtt_high")
            found = _worse(found, second.jitter_s, limits.jitter_s, "jitter_high")
        return found

    def _loss_ratio(self) -> float | None:
        """Return the loss over the seconds looked at.

        At 2 % a single second of 120 packets loses 5 % once in thirty by chance, and three of
        five do so several times an hour (a test measures it); five together do not.
        """
        lost, all_ = self._packets.lost, self._packets.lost + self._packets.received
        return lost / all_ if all_ >= self.limits.min_packets else None


class _Packets:
    """The packets of the seconds looked at, and their sums."""

    def __init__(self) -> None:
        self.received = self.lost = 0
        self._seconds: deque[tuple[int, int]] = deque()

    def push(self, received: int, lost: int) -> None:
        self._seconds.append((received, lost))
        self.received += received
        self.lost += lost
        if len(self._seconds) > LOOKED_AT:
            received, lost = self._seconds.popleft()
            self.received -= received
            self.lost -= lost

    def clear(self) -> None:
        self._seconds.clear()
        self.received = self.lost = 0


def _worse(
    found: tuple[Level, str], figure: float | None, band: Band, why: str
) -> tuple[Level, str]:
    """Return what was found already, or what this figure shows if that is worse."""
    if figure is None or figure < band.poor:
        return found
    level = Level.BAD if figure >= band.bad else Level.POOR
    return (level, why) if level > found[0] else found
