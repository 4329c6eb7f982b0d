"""The session over HTTP: read it, move it on, plan the next."""

import secrets
import time
from typing import Annotated

import msgspec

from signaling.schema import Broadcast, Code, Name, Phase, Source, Text, Utc, Wire
from signaling.watch import Condition, PeopleView

from .. import floor
from .. import session as rules
from ..errors import Refused
from ..fact import Fact, SessionOverridden, Unmet
from ..picture import session_view
from ..policy import Action
from ..runtime import Personal
from ..state import Session, State
from ..totals import totals_view
from .context import CONTEXT
from .route import Call, Route


class SessionAnswer(Wire, frozen=True, kw_only=True):
    """The open session, or the next that is planned."""

    id: str
    title: str
    start_utc: str
    chair: str | None
    main_point: str | None
    phase: Phase
    phase_utc: str
    broadcast: Broadcast
    floor: str | None
    floor_utc: str | None
    source: str
    go: bool
    conditions: tuple[Condition, ...]
    "What starting asks for; ``go`` when all are met."
    points: int
    points_reported: int
    presence: dict[str, int]
    readiness: dict[str, int]
    reception: dict[str, int]
    people: PeopleView


class SessionLine(Wire, frozen=True, kw_only=True):
    """One session of the list."""

    id: str
    title: str
    start_utc: str
    phase: Phase
    cloned_from: str | None


class Sessions(Wire, frozen=True, kw_only=True):
    """All sessions, the next first."""

    sessions: tuple[SessionLine, ...]


class SessionPlan(Wire, frozen=True, kw_only=True):
    """What a session shall be."""

    title: Name
    start_utc: Utc
    chair: Name | None = None
    main_point: Code | None = None
    "None: the point the roster marks as the main one."


class SessionClone(Wire, frozen=True, kw_only=True):
    """A session like an earlier one; what is left out is taken from it."""

    start_utc: Utc
    title: Name | None = None
    chair: Name | None = None
    main_point: Code | None = None


class PhaseCommand(Wire, frozen=True, kw_only=True):
    """Move the session on."""

    phase: Phase
    reason: Text = ""


class BroadcastCommand(Wire, frozen=True, kw_only=True):
    """Change what the halls get."""

    broadcast: Broadcast


class FloorCommand(Wire, frozen=True, kw_only=True):
    """Give the floor to a point; null takes it back."""

    point: Code | None


class SourceCommand(Wire, frozen=True, kw_only=True):
    """Choose what the halls see."""

    source: Source


class Recorded(Wire, frozen=True, kw_only=True):
    """The command is in the journal."""

    phase: Phase
    broadcast: Broadcast
    floor: str | None
    source: str
    recorded_utc: Annotated[str, msgspec.Meta(description="RFC 3339")]


async def read_session(call: Call) -> SessionAnswer:
    """Answer the open session."""
    await call.runtime.settled()
    context, state = call.request.app[CONTEXT], call.runtime.state
    session = _session(state)
    chair = call.runtime.person(session.chair)
    view = session_view(
        state, context.board(), time.time(), chair, rolls=context.rolls, lines=context.lines
    )
    totals = totals_view(context.point_view(code) for code in state.points)
    return SessionAnswer(
        id=session.id,
        title=session.title,
        start_utc=session.start_utc,
        chair=view.chair if call.caller.may(Action.READ_NAMES) else None,
        main_point=session.main_point,
        phase=session.phase,
        phase_utc=session.phase_utc,
        broadcast=session.broadcast,
        floor=session.floor,
        floor_utc=session.floor_utc or None,
        source=session.source,
        go=view.go,
        conditions=view.conditions,
        points=totals.points,
        points_reported=totals.points_reported,
        presence=totals.presence,
        readiness=totals.readiness,
        reception=totals.reception,
        people=totals.people,
    )


async def read_sessions(call: Call) -> Sessions:
    """Answer the list of sessions."""
    await call.runtime.settled()
    ordered = sorted(call.runtime.state.sessions.values(), key=lambda s: s.start_utc, reverse=True)
    return Sessions(sessions=tuple(_line(s) for s in ordered))


async def plan_session(call: Call) -> SessionLine:
    """Plan a session."""
    body: SessionPlan = call.body
    personal = Personal()
    command = rules.PlanSession(
        id=secrets.token_hex(6),
        title=body.title,
        start_utc=body.start_utc,
        chair=personal.add_person(body.chair) if body.chair else None,
        main_point=body.main_point or _marked_main(call.runtime.state),
    )
    return await _plan(call, command, personal)


async def clone_session(call: Call) -> SessionLine:
    """Plan a session like an earlier one."""
    body: SessionClone = call.body
    state, personal = call.runtime.state, Personal()
    model = state.sessions.get(call.path("id"))
    if model is None:
        raise Refused("unknown_session", f"no session {call.path('id')}")
    main_point = model.main_point if model.main_point in state.points else _marked_main(state)
    command = rules.PlanSession(
        id=secrets.token_hex(6),
        title=body.title or model.title,
        start_utc=body.start_utc,
        chair=personal.add_person(body.chair) if body.chair else model.chair,
        main_point=body.main_point or main_point,
        cloned_from=model.id,
    )
    return await _plan(call, command, personal)


async def _plan(call: Call, command: rules.PlanSession, personal: Personal) -> SessionLine:
    runtime = call.runtime
    facts = rules.plan(runtime.state, command)
    await runtime.change(facts, actor=call.caller.actor, session=command.id, personal=personal)
    return _line(runtime.state.sessions[command.id])


async def enter_phase(call: Call) -> Recorded:
    """Move the session to another phase."""
    body: PhaseCommand = call.body
    context, state = call.request.app[CONTEXT], call.runtime.state
    now_s = time.time()
    unmet = tuple(
        Unmet(code=c.code, have=c.have, need=c.need) for c in context.board() if not c.met
    )
    personal = Personal()
    command = rules.EnterPhase(
        phase=body.phase,
        reason=body.reason,
        unmet=unmet,
        override=personal.add_note(body.reason.strip()),
    )
    facts = rules.enter(state, command, now_s)
    if not any(isinstance(fact, SessionOverridden) for fact in facts):
        personal.notes.clear()
    return await _record(call, facts, personal)


async def set_broadcast(call: Call) -> Recorded:
    """Change what the halls get."""
    body: BroadcastCommand = call.body
    command = rules.SetBroadcast(broadcast=body.broadcast)
    return await _record(call, rules.set_broadcast(call.runtime.state, command))


async def give_floor(call: Call) -> Recorded:
    """Let a point speak, or nobody any more."""
    body: FloorCommand = call.body
    command = floor.GiveFloor(point=body.point)
    return await _record(call, floor.give_floor(call.runtime.state, command))


async def choose_source(call: Call) -> Recorded:
    """Choose what the halls see."""
    body: SourceCommand = call.body
    command = floor.ChooseSource(source=body.source)
    return await _record(call, floor.choose_source(call.runtime.state, command))


async def _record(call: Call, facts: list[Fact], personal: Personal | None = None) -> Recorded:
    """Commit what a command to the session causes, and answer how it stands then."""
    session = _session(call.runtime.state)
    done = await call.runtime.change(
        facts, actor=call.caller.actor, session=session.id, personal=personal
    )
    now = call.runtime.state.sessions[session.id]
    return Recorded(
        phase=now.phase,
        broadcast=now.broadcast,
        floor=now.floor,
        source=now.source,
        recorded_utc=done.recorded_utc,
    )


def _session(state: State) -> Session:
    if state.session is None:
        raise Refused("no_session", "no session is open or planned")
    return state.session


def _marked_main(state: State) -> str | None:
    """Return the point that the roster marks as the main one."""
    return next((code for code, point in state.points.items() if point.main), None)


def _line(session: Session) -> SessionLine:
    return SessionLine(
        id=session.id,
        title=session.title,
        start_utc=session.start_utc,
        phase=session.phase,
        cloned_from=session.cloned_from,
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/session",
        handler=read_session,
        summary="The open session, or the next that is planned",
        action=Action.LOOK,
        answer=SessionAnswer,
        problems=("no_session",),
    ),
    Route(
        method="GET",
        path="/api/v1/sessions",
        handler=read_sessions,
        summary="All sessions",
        action=Action.LOOK,
        answer=Sessions,
    ),
    Route(
        method="POST",
        path="/api/v1/sessions",
        handler=plan_session,
        summary="Plan a session",
        action=Action.PLAN,
        body=SessionPlan,
        answer=SessionLine,
        status=201,
        problems=("unknown_point", "bad_time"),
    ),
    Route(
        method="POST",
        path="/api/v1/sessions/{id}/clones",
        handler=clone_session,
        summary="Plan a session like an earlier one",
        action=Action.PLAN,
        body=SessionClone,
        answer=SessionLine,
        status=201,
        problems=("unknown_session", "unknown_point", "bad_time"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/phase",
        handler=enter_phase,
        summary="Move the session to another phase",
        action=Action.STEER,
        body=PhaseCommand,
        answer=Recorded,
        problems=("no_session", "wrong_phase", "way_back_over", "reason_required"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/broadcast",
        handler=set_broadcast,
        summary="Change what the halls get",
        action=Action.STEER,
        body=BroadcastCommand,
        answer=Recorded,
        problems=("no_session", "wrong_phase"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/floor",
        handler=give_floor,
        summary="Give the floor to a point, or take it back",
        action=Action.STEER,
        body=FloorCommand,
        answer=Recorded,
        problems=("no_session", "wrong_phase", "unknown_point", "point_offline"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/source",
        handler=choose_source,
        summary="Choose what the halls see",
        action=Action.STEER,
        body=SourceCommand,
        answer=Recorded,
        problems=("no_session", "wrong_phase", "unknown_point", "point_offline", "floor_held"),
    ),
)
