"""What is wrong right now, family by family: with a point, and with the centre. Pure: no I/O.

A finding is a fault, or why there is none. A family that is absent from the findings is in
doubt: what was held to be true of it stays so, because silence proves nothing either way.
"""

from dataclasses import dataclass
from enum import StrEnum

from signaling.schema import Phase, Presence, Reception

from ..fact import NOTHING_SHED
from ..preflight.readiness import MediaState
from ..state import State, Status
from .type import BY_REASON, EARLY_ON_S, TYPES, AlarmType, Family, Reason

LINK_BAD = ("poor", "bad")
FULL_RATIO = 0.97
"Of what the relay may send: beyond it gives up pictures."
BY_PRESENCE = {
    Presence.LOST: AlarmType.LOST,
    Presence.LEFT: AlarmType.LEFT,
    Presence.NEVER_SEEN: AlarmType.NOT_JOINED,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is wrong."""

    what: AlarmType
    why: str
    on_s: float
    "How long it must last to be an alarm."


class Quiet(StrEnum):
    """Nothing is wrong, and why not."""

    WELL = "well"
    PHASE = "phase"
    "It may be wrong, but nobody has to care now."
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"


Finding = Fault | Quiet
Findings = dict[Family, Finding]


def point_findings(state: State, code: str) -> Findings:
    """Return what is wrong with a point, as far as its verdicts tell."""
    status = state.status.get(code)
    if status is None:
        return dict.fromkeys(Family, Quiet.WITHDRAWN)
    phase = _phase(state)
    found: Findings = {}
    programme = _programme(status)
    if programme is not None:
        found[Family.PROGRAMME] = _in_phase(programme, phase)
    if status.presence is Presence.ONLINE:
        found |= _aside(status, phase)
    elif not _runs(AlarmType.LINK_POOR, phase) or status.presence is Presence.LOST:
        # Who is not there has no line to speak of; his being away is the alarm.
        found |= {Family.LINK: Quiet.PHASE, Family.ROOM: Quiet.PHASE}
    if not _runs(AlarmType.HELP_WANTED, phase):
        found |= {Family.HELP: Quiet.PHASE, Family.IDENTITY: Quiet.PHASE}
    return found


def centre_findings(state: State, media: MediaState, disk_low: bool) -> Findings:
    """Return what is wrong with the centre's own equipment."""
    phase, session = _phase(state), state.session
    on_air = session is not None and session.broadcast == "on"
    studio: AlarmType | None = None
    if media.relay and on_air and not media.studio:
        studio = AlarmType.STUDIO_LOST
    elif media.relay and on_air and media.programme == "studio-backup":
        studio = AlarmType.STUDIO_BACKUP
    found = {
        Family.RELAY: None if media.relay else AlarmType.RELAY_LOST,
        Family.STUDIO: studio,
        Family.UPLINK: AlarmType.UPLINK_FULL if _line_full(media) else None,
        Family.DISK: AlarmType.DISK_LOW if disk_low else None,
        Family.LOAD: AlarmType.OVERLOADED if state.shed != NOTHING_SHED else None,
    }
    return {
        family: Quiet.WELL
        if what is None
        else _in_phase(Fault(what, what, TYPES[what].on_s), phase)
        for family, what in found.items()
    }


def _line_full(media: MediaState) -> bool:
    """Tell whether the relay is at the end of what it may send: pictures are given up for it."""
    return media.budget_kbps is not None and media.egress_kbps >= FULL_RATIO * media.budget_kbps


def help_wanted(state: State, why: str) -> Findings:
    """Return what an operator's call for help amounts to."""
    fault = Fault(AlarmType.HELP_WANTED, why, TYPES[AlarmType.HELP_WANTED].on_s)
    return {Family.HELP: _in_phase(fault, _phase(state))}


def two_machines(state: State) -> Findings:
    """Return what two machines with one credential amount to."""
    what = AlarmType.TWO_MACHINES
    return {Family.IDENTITY: _in_phase(Fault(what, what, TYPES[what].on_s), _phase(state))}


def _programme(status: Status) -> Fault | Quiet | None:
    """Return the fault between the programme and the hall; None while nobody knows."""
    if status.presence in BY_PRESENCE:
        return _fault(BY_PRESENCE[status.presence], status.presence_why)
    if status.presence is not Presence.ONLINE:
        return None
    if status.reception is Reception.UNKNOWN:
        return _fault(AlarmType.NO_REPORT, status.reception_why)
    return _of_family(status, Family.PROGRAMME)


def _aside(status: Status, phase: Phase) -> Findings:
    poor = status.link in LINK_BAD
    link = _fault(AlarmType.LINK_POOR, status.link_why) if poor else Quiet.WELL
    return {
        Family.LINK: _in_phase(link, phase),
        Family.ROOM: _in_phase(_of_family(status, Family.ROOM), phase),
    }


def _of_family(status: Status, family: Family) -> Finding:
    reason = BY_REASON.get(status.reception_why)
    if reason is None or TYPES[reason.what].family is not family:
        return Quiet.WELL
    return Fault(reason.what, status.reception_why, _on_s(reason))


def _on_s(reason: Reason) -> float:
    return TYPES[reason.what].on_s if reason.on_s is None else reason.on_s


def _fault(what: AlarmType, why: str) -> Fault:
    return Fault(what, why, TYPES[what].on_s)


def _in_phase(finding: Finding, phase: Phase) -> Finding:
    """Suppress what this phase does not care for, and wait longer while halls set up."""
    if isinstance(finding, Quiet):
        return finding
    if not _runs(finding.what, phase):
        return Quiet.PHASE
    if phase is Phase.LIVE or TYPES[finding.what].of_centre:
        return finding
    return Fault(finding.what, finding.why, max(EARLY_ON_S, finding.on_s))


def _runs(what: AlarmType, phase: Phase) -> bool:
    return phase in TYPES[what].phases


def _phase(state: State) -> Phase:
    session = state.session
    return session.phase if session else Phase.PLANNED
