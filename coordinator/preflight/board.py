"""May the session start? The conditions of go/no-go. Pure: no clock, no socket, no task.

Every condition is something that was measured or entered; what is not known (``None``) is not
asked for, as a deployment without a known uplink can start as well.
"""

from dataclasses import dataclass
from math import ceil

from config.thresholds import GoLimits
from signaling.schema import Readiness

from ..state import State
from .readiness import Condition, MediaState


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the coordinator measured of its own machine."""

    disk_free_bytes: int | None = None
    "Where the journal is; None while unknown."
    judge: bool | None = None
    "The judge sees the programme; None: this deployment runs none."


def board(
    state: State, media: MediaState, limits: GoLimits, machine: Machine | None = None
) -> tuple[Condition, ...]:
    """Return the conditions of the start, the gravest first."""
    session = state.session
    main = session.main_point if session else None
    ready = {code for code, s in state.status.items() if s.readiness is Readiness.READY}
    reported = [c for c in state.points if session and (session.id, c) in state.attendance]
    conditions = [Condition(code="relay", met=media.relay), *_studio(media), *_uplink(media)]
    if main is not None:
        conditions.append(Condition(code="main_point", met=main in ready))
    conditions += _critical(state, limits, ready, main)
    of = len(state.points)
    conditions.append(_share("points_ready", len(ready), limits.ready_ratio, of))
    conditions.append(_share("checked_in", len(reported), limits.reported_ratio, of))
    conditions += _machine(machine or Machine(), limits)
    return tuple(conditions)


def is_go(conditions: tuple[Condition, ...]) -> bool:
    """Return whether the session may start without a reason."""
    return all(condition.met for condition in conditions)


def _studio(media: MediaState) -> list[Condition]:
    """Picture and sound are measured each for itself: a mute studio is connected, too.

    A sound that nobody could hear yet does not count as one: half a minute of rehearsal, or of
    programme before the start, tells.
    """
    heard = media.studio_sound if media.studio else False
    return [
        Condition(code="studio_picture", met=media.studio and media.studio_picture),
        Condition(code="studio_sound", met=heard is True, known=heard is not None),
    ]


def _uplink(media: MediaState) -> list[Condition]:
    if media.budget_kbps is None:
        return []
    used, budget = media.egress_kbps, media.budget_kbps
    return [Condition(code="uplink", met=used <= budget, have=used, of=budget)]


def _critical(state: State, limits: GoLimits, ready: set[str], main: str | None) -> list[Condition]:
    codes = [code for code in limits.critical if code in state.points and code != main]
    if not codes:
        return []
    have = sum(code in ready for code in codes)
    return [
        Condition(
            code="critical_points",
            met=have == len(codes),
            have=have,
            need=len(codes),
            of=len(codes),
        )
    ]


def _machine(machine: Machine, limits: GoLimits) -> list[Condition]:
    found = []
    if machine.judge is not None:
        found.append(Condition(code="judge", met=machine.judge))
    if machine.disk_free_bytes is not None:
        found.append(Condition(code="disk", met=machine.disk_free_bytes >= limits.free_bytes))
    return found


def _share(code: str, have: int, ratio: float, of: int) -> Condition:
    need = max(1, ceil(of * ratio))
    return Condition(code=code, met=have >= need, have=have, need=need, of=of)
