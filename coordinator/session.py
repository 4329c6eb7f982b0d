"""The life of a session: which phase may follow which, and the broadcast. Pure: no I/O.

    planned -> rehearsal -> check_in -> live -> branch_meetings -> closed
       |  ^________|  ^________|  ^______|(two minutes: the way back)
       v
    postponed -> planned                    (from rehearsal and check_in too)

A pair that is absent is refused. ``broadcast`` is what the halls get and follows the phase,
but may be changed within it: it is on in the rehearsal and while live, else off. Who speaks
and what is seen is decided in ``floor.py``.
"""

from dataclasses import dataclass

from config.utc import parse_utc
from signaling.schema import Broadcast, Phase

from .errors import Refused
from .fact import (
    BroadcastSet,
    Fact,
    PhaseEntered,
    Ref,
    SessionOverridden,
    SessionPlanned,
    Unmet,
)
from .floor import MAY_BROADCAST, vacate
from .state import Session, State

WAY_BACK_S = 120.0
"For so long after going live the start can be taken back, seconds."

NEXT: dict[Phase, tuple[Phase, ...]] = {
    Phase.PLANNED: (Phase.REHEARSAL, Phase.CHECK_IN, Phase.POSTPONED),
    Phase.POSTPONED: (Phase.PLANNED,),
    Phase.REHEARSAL: (Phase.CHECK_IN, Phase.PLANNED, Phase.POSTPONED),
    Phase.CHECK_IN: (Phase.LIVE, Phase.REHEARSAL, Phase.POSTPONED),
    Phase.LIVE: (Phase.BRANCH_MEETINGS, Phase.CHECK_IN),
    Phase.BRANCH_MEETINGS: (Phase.CLOSED,),
    Phase.CLOSED: (),
}

OPEN = (Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE, Phase.BRANCH_MEETINGS)
"Phases of an open session; at most one session is in one of them."

ON_AIR = (Phase.REHEARSAL, Phase.LIVE)
"Phases that begin with the programme on; the others begin with the slate."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSession:
    """Command of the secretary: this session shall be held, or its plan changes."""

    id: str
    title: str
    start_utc: str
    chair: Ref | None = None
    main_point: str | None = None
    cloned_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterPhase:
    """Command of the host: the session moves on."""

    phase: Phase
    reason: str = ""
    unmet: tuple[Unmet, ...] = ()
    "Conditions of the board not met at this moment; against them a reason is asked for."
    override: Ref = ""
    "Where the reason is kept, should it be one to start against the board."


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBroadcast:
    """Command of the host: what the halls get."""

    broadcast: Broadcast


def way_back_until(session: Session) -> float | None:
    """Return until when the start can be taken back, seconds since 1970; None when not live."""
    if session.phase is not Phase.LIVE or session.live_utc is None:
        return None
    return parse_utc(session.live_utc) + WAY_BACK_S


def may_enter(session: Session, now_s: float) -> tuple[Phase, ...]:
    """Return the phases that can be entered now."""
    until = way_back_until(session)
    return tuple(
        phase
        for phase in NEXT[session.phase]
        if until is None or phase is not Phase.CHECK_IN or now_s <= until
    )


def plan(state: State, command: PlanSession) -> list[Fact]:
    """Return what planning causes.

    Raises:
        Refused: ``bad_time``, ``unknown_point``, ``unknown_session`` (the one to clone), or
            ``session_over``.

    """
    try:
        parse_utc(command.start_utc)
    except ValueError as error:
        raise Refused("bad_time", str(error)) from error
    if command.main_point is not None and command.main_point not in state.points:
        raise Refused("unknown_point", f"no point {command.main_point}")
    if command.cloned_from is not None and command.cloned_from not in state.sessions:
        raise Refused("unknown_session", f"no session {command.cloned_from}")
    known = state.sessions.get(command.id)
    if known is not None and known.phase is Phase.CLOSED:
        raise Refused("session_over", f"session {command.id} is closed")
    return [
        SessionPlanned(
            id=command.id,
            title=command.title,
            start_utc=command.start_utc,
            chair=command.chair,
            main_point=command.main_point,
            cloned_from=command.cloned_from,
        )
    ]


def enter(state: State, command: EnterPhase, now_s: float) -> list[Fact]:
    """Return what moving to another phase causes; nothing when it is there already.

    Raises:
        Refused: ``no_session``, ``wrong_phase``, ``way_back_over``, or ``reason_required``
            (going live against the board, taking back, postponing).

    """
    session = _session(state)
    if command.phase is session.phase:
        return []
    if command.phase not in NEXT[session.phase]:
        raise Refused("wrong_phase", f"{command.phase} cannot follow {session.phase}")
    if command.phase not in may_enter(session, now_s):
        raise Refused("way_back_over", "the start can be taken back for two minutes only")
    if _needs_reason(session.phase, command) and not command.reason.strip():
        raise Refused("reason_required", f"{session.phase} to {command.phase} asks for a reason")
    facts: list[Fact] = []
    if command.phase is Phase.LIVE and command.unmet:
        facts.append(SessionOverridden(reason=command.override, unmet=command.unmet))
    facts.append(PhaseEntered(phase=command.phase, reason=command.reason.strip()))
    broadcast = Broadcast.ON if command.phase in ON_AIR else Broadcast.OFF
    if broadcast is not session.broadcast:
        facts.append(BroadcastSet(broadcast=broadcast))
    return facts + vacate(session)


def set_broadcast(state: State, command: SetBroadcast) -> list[Fact]:
    """Return what changing the broadcast causes; nothing when it is so already.

    Raises:
        Refused: ``no_session``, or ``wrong_phase`` when nothing can be broadcast now.

    """
    session = _session(state)
    if session.phase not in MAY_BROADCAST:
        raise Refused("wrong_phase", f"no broadcast in {session.phase}")
    if command.broadcast is session.broadcast:
        return []
    return [BroadcastSet(broadcast=command.broadcast)]


def _session(state: State) -> Session:
    session = state.session
    if session is None:
        raise Refused("no_session", "no session is open or planned")
    return session


def _needs_reason(old: Phase, command: EnterPhase) -> bool:
    match command.phase:
        case Phase.LIVE:
            return bool(command.unmet)
        case Phase.CHECK_IN:
            return old is Phase.LIVE
        case Phase.POSTPONED:
            return True
        case _:
            return False
