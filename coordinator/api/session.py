"""The session over HTTP: read it, move it on, plan the next."""

import secrets
import time
from typing import Annotated

import msgspec

from signaling.schema import Broadcast, Code, Name, Phase, Text, Utc, Wire
from signaling.watch import PeopleView

from .. import session as rules
from ..errors import Refused
from ..picture import session_view, totals_view
from ..policy import Action
from ..runtime import Personal
from ..state import Session, State
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
    go: bool
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


class Recorded(Wire, frozen=True, kw_only=True):
    """The command is in the journal."""

    phase: Phase
    broadcast: Broadcast
    recorded_utc: Annotated[str, msgspec.Meta(description="RFC 3339")]


async def read_session(call: Call) -> SessionAnswer:
    """Answer the open session."""
    await call.runtime.settled()
    context, state = call.request.app[CONTEXT], call.runtime.state
    session = _session(state)
    chair = call.runtime.person(session.chair)
    view = session_view(
        state, context.media(), time.time(), context.go_limits, chair, rolls=context.rolls
    )
    totals = totals_view({code: context.point_view(code) for code in state.points})
    return SessionAnswer(
        id=session.id,
        title=session.title,
        start_utc=session.start_utc,
        chair=view.chair if call.caller.may(Action.READ_NAMES) else None,
        main_point=session.main_point,
        phase=session.phase,
        phase_utc=session.phase_utc,
        broadcast=session.broadcast,
        go=view.go,
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
    session, now_s = _session(state), time.time()
    go = session_view(state, context.media(), now_s, context.go_limits, None).go
    command = rules.EnterPhase(phase=body.phase, reason=body.reason, go=go)
    facts = rules.enter(state, command, now_s)
    done = await call.runtime.change(facts, actor=call.caller.actor, session=session.id)
    return _recorded(call, session.id, done.recorded_utc)


async def set_broadcast(call: Call) -> Recorded:
    """Change what the halls get."""
    body: BroadcastCommand = call.body
    session = _session(call.runtime.state)
    facts = rules.set_broadcast(call.runtime.state, rules.SetBroadcast(broadcast=body.broadcast))
    done = await call.runtime.change(facts, actor=call.caller.actor, session=session.id)
    return _recorded(call, session.id, done.recorded_utc)


def _recorded(call: Call, session: str, recorded_utc: str) -> Recorded:
    now = call.runtime.state.sessions[session]
    return Recorded(phase=now.phase, broadcast=now.broadcast, recorded_utc=recorded_utc)


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
)
