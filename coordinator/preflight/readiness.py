"""Would a point be able to take part? Pure: no clock, no socket, no task.

Readiness rests on the preflight, the operator's check-in and what the hall receives before the
start. Evidence ages: a preflight that is an hour old proves nothing any more. The verdict is
frozen on entering ``live``: there reception takes over.

    UNCHECKED --any evidence--> CHECKING --all three are well--> READY
        any --a check failed, no reception, evidence grew old--> DEGRADED (held for 5 s)
        any --lost, or a check it cannot do without failed--> FAILED (lost: at once)
            CHECKING --told nothing of itself for two minutes--> DEGRADED
        DEGRADED, FAILED --well for ten seconds--> READY
"""

from dataclasses import dataclass
from math import inf

from config.thresholds import ReadinessLimits
from signaling.schema import Phase, Presence, Readiness, Reception, Sending

from ..reception.reception import FAULTS
from ..state import Status
from .preflight import Standing

FROZEN = (Phase.LIVE, Phase.BRANCH_MEETINGS, Phase.CLOSED)
RECEIVES = (
    Reception.RECEIVING,
    Reception.PLAYING,
    Reception.VERIFIED,
    Reception.CONFIRMED_IN_ROOM,
)


UNCHECKED, UNCHECKABLE = "unchecked", "check_missing"
"Reasons: its preflight is awaited; and no longer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of the board. ``have`` of ``of``, where ``need`` are asked for."""

    code: str
    met: bool
    have: int | None = None
    need: int | None = None
    of: int | None = None
    known: bool = True
    "False: it is not met because nobody can tell."


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaState:
    """What the media plane says of itself."""

    relay: bool = False
    studio: bool = False
    "Its main or its backup publishes."
    studio_picture: bool = False
    "Frames of its picture arrive: packets do, and a key frame came."
    studio_sound: bool | None = None
    "Its sound was heard on air; None: nobody can tell, because it was not on air yet."
    backup: bool = False
    "The backup does."
    programme: str = "slate"
    "The source that is seen."
    sound: str = "slate"
    "The source that is heard."
    viewers: int = 0
    egress_kbps: int = 0
    "All that leaves the relay, headers and repairs included."
    uplink_kbps: int | None = None
    "What the line carries, as the operator set it; None when it is not known."
    budget_kbps: int | None = None
    "What of it the relay may use."
    sources: tuple[str, ...] = ()
    "Who sends to the relay now, on air or not, by name."
    packets_forwarded: int = 0
    cpu_seconds: float | None = None
    "Of the relay's process; None while it is unknown."
    retransmissions: int = 0
    "Packets sent to viewers once more, since the relay began."
    key_requests: int = 0
    "Key frames that viewers asked for, since the relay began."
    packets_dropped: int = 0
    "For want of room on the line."
    queue_delay_seconds: float = 0.0
    "The longest that a picture waited for the line in the last second."
    renditions: tuple[tuple[Sending, int], ...] = ()
    "How many viewers of the programme are sent what."


def readiness_of(status: Status, checked_in: bool, preflight: Standing) -> tuple[Readiness, str]:
    """Return what the evidence of this moment says of a point before the start, and why."""
    plays = status.reception in RECEIVES and status.reception_why not in FAULTS
    receives = plays and status.presence is Presence.ONLINE
    if status.presence is Presence.LOST and checked_in:
        return Readiness.FAILED, "silence"
    if preflight.failed:
        grade = Readiness.FAILED if preflight.essential else Readiness.DEGRADED
        return grade, f"preflight_{preflight.failed}"
    if not checked_in:
        begun = receives or preflight.fresh
        return Readiness.CHECKING if begun else Readiness.UNCHECKED, "not_checked_in"
    if not receives:
        return Readiness.DEGRADED, status.reception_why
    if not preflight.looked:
        return Readiness.CHECKING, UNCHECKED
    if not preflight.fresh:
        return Readiness.DEGRADED, "check_expired"
    return Readiness.READY, "checked_in"


# A verdict falls towards the end of this list and rises towards its beginning.
GRADE = {
    Readiness.READY: 0,
    Readiness.CHECKING: 1,
    Readiness.UNCHECKED: 1,
    Readiness.DEGRADED: 2,
    Readiness.FAILED: 3,
}
AT_ONCE = ("silence",)
"Reasons that need not hold: presence has had its own patience."


class PointReadiness:
    """Keeps one point's verdict steady.

    Args:
        limits: How long a change must hold.
        readiness: What the journal says.
        why: Likewise.

    """

    def __init__(self, limits: ReadinessLimits, readiness: Readiness, why: str) -> None:
        self.limits = limits
        self.readiness = readiness
        self.why = why
        self._wanted = (readiness, why)
        self._since = 0.0
        self._unchecked_at: float | None = -inf if why == UNCHECKABLE else None
        "Since when nothing but a preflight lacks."

    def receive_verdict(self, readiness: Readiness, why: str, now: float) -> None:
        """Take what the evidence says now; ``now`` in seconds of one monotonic clock."""
        if why != UNCHECKED:
            self._unchecked_at = None
        elif self._unchecked_at is None:
            self._unchecked_at = now
        self._want(readiness, why, now)
        self.handle_timer(now)

    def handle_timer(self, now: float) -> None:
        """Let a verdict change that has held long enough. Calling it early or twice is safe."""
        gives_up_at = self._gives_up_at()
        if gives_up_at is not None and now >= gives_up_at:
            self._want(Readiness.DEGRADED, UNCHECKABLE, now)
        if now >= self._since + self._patience():
            self.readiness, self.why = self._wanted

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        settled = (self.readiness, self.why) == self._wanted
        holds = None if settled else self._since + self._patience()
        due = [at for at in (holds, self._gives_up_at()) if at is not None]
        return min(due, default=None)

    def _want(self, readiness: Readiness, why: str, now: float) -> None:
        if readiness is not self._wanted[0]:
            self._since = now
        self._wanted = (readiness, why)

    def _gives_up_at(self) -> float | None:
        """Return when a preflight is waited for no longer; None when none is awaited."""
        if self._unchecked_at is None or self._wanted[1] == UNCHECKABLE:
            return None
        return self._unchecked_at + self.limits.unchecked_s

    def _patience(self) -> float:
        """Return how long what is wanted must hold, seconds."""
        wanted, why = self._wanted
        step = GRADE[wanted] - GRADE[self.readiness]
        if step > 0 and self.readiness is Readiness.READY and why not in AT_ONCE:
            return self.limits.worsen_s
        if step < 0 and GRADE[self.readiness] >= GRADE[Readiness.DEGRADED]:
            return self.limits.clear_s
        return 0.0
