"""The session over HTTP: read it, move it on, plan the next."""

import secrets
import time
from typing import Annotated

import msgspec

from signaling.schema import Broadcast, Code, Ident, Name, Phase, Text, Utc, Wire
from signaling.watch import PeopleView

from .. import session as rules
from ..errors import Refused
from ..picture import session_view, totals_view
from ..policy import Action
from ..runtime import Personal
from ..state import Session, State
from .context import CONTEXT
from .problem import ProblemRaised
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
    """What a session shall be. Cloned: what is left out comes from the earlier one."""

    title: Name | None = None
    start_utc: Utc
    chair: Name | None = None
    main_point: Code | None = None
    clone: Ident | None = None


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
    view = session_view(state, context.media(), time.time(), context.go_limits, chair)
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
    """Plan a session, from nothing or from an earlier one."""
    plan: SessionPlan = call.body
    state, personal = call.runtime.state, Personal()
    model = state.sessions.get(plan.clone) if plan.clone else None
    if plan.clone and model is None:
        raise Refused("unknown_session", f"no session {plan.clone}")
    title = plan.title or (model.title if model else None)
    if title is None:
        raise ProblemRaised("invalid", "Object missing required field `title`")
    chair = personal.add_person(plan.chair) if plan.chair else (model.chair if model else None)
    command = rules.PlanSession(
        id=secrets.token_hex(6),
        title=title,
        start_utc=plan.start_utc,
        chair=chair,
        main_point=plan.main_point or _main_point(state, model),
        cloned_from=plan.clone,
    )
    facts = rules.plan(state, command)
    await call.runtime.change(facts, actor=call.caller.actor, session=command.id, personal=personal)
    return _line(call.runtime.state.sessions[command.id])


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


def _main_point(state: State, model: Session | None) -> str | None:
    """Take the earlier session's main point, else the one the roster marks."""
    if model is not None and model.main_point in state.points:
        return model.main_point
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
        problems=("unknown_session", "unknown_point", "bad_time", "session_over"),
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
