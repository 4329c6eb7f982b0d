"""Would a point be able to take part, and may the session start? Pure: no I/O.

First cut: readiness rests on the operator's check-in and on what the hall receives before the
start; the preflight will join in here. It is frozen on entering ``live``: reception takes over.
"""

from dataclasses import dataclass
from math import ceil

from config.thresholds import GoLimits
from signaling.schema import Phase, Presence, Readiness, Reception, Sending

from .state import State, Status

FROZEN = (Phase.LIVE, Phase.BRANCH_MEETINGS, Phase.CLOSED)
RECEIVES = (
    Reception.RECEIVING,
    Reception.PLAYING,
    Reception.VERIFIED,
    Reception.CONFIRMED_IN_ROOM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of the board. ``have`` of ``of``, where ``need`` are asked for."""

    code: str
    met: bool
    have: int | None = None
    need: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaState:
    """What the media plane says of itself."""

    relay: bool = False
    studio: bool = False
    "Its main or its backup publishes."
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


def readiness_of(status: Status, checked_in: bool) -> tuple[Readiness, str]:
    """Return a point's readiness before the start, and why."""
    receives = status.reception in RECEIVES and status.presence is Presence.ONLINE
    if status.presence is Presence.LOST and checked_in:
        return Readiness.FAILED, "silence"
    if receives and checked_in:
        return Readiness.READY, "checked_in"
    if receives:
        return Readiness.CHECKING, "not_checked_in"
    if checked_in:
        return Readiness.DEGRADED, status.reception_why
    return Readiness.UNCHECKED, "not_checked_in"


def board(state: State, media: MediaState, limits: GoLimits) -> tuple[Condition, ...]:
    """Return the conditions of the start, the gravest first."""
    session = state.session
    main = session.main_point if session else None
    ready = [code for code, s in state.status.items() if s.readiness is Readiness.READY]
    reported = [c for c in state.points if session and (session.id, c) in state.attendance]
    conditions = [
        Condition(code="relay", met=media.relay),
        Condition(code="studio", met=media.studio),
    ]
    if main is not None:
        conditions.append(Condition(code="main_point", met=main in ready))
    of = len(state.points)
    conditions.append(_share("points_ready", len(ready), limits.ready_ratio, of))
    conditions.append(_share("checked_in", len(reported), limits.reported_ratio, of))
    return tuple(conditions)


def is_go(conditions: tuple[Condition, ...]) -> bool:
    """Return whether the session may start without a reason."""
    return all(condition.met for condition in conditions)


def _share(code: str, have: int, ratio: float, of: int) -> Condition:
    need = max(1, ceil(of * ratio))
    return Condition(code=code, met=have >= need, have=have, need=need, of=of)
