"""Roll calls over HTTP: opened, closed, planned by whoever leads or keeps the session."""

from signaling.schema import RollStage, Utc, Wire

from ..attendance import roll as rules
from ..attendance.register import Register
from ..fact_base import Fact
from ..policy import Action
from .route import Call, Route
from .sitting import roll_number


class RollRecordedAnswer(Wire, frozen=True, kw_only=True):
    """The command is in the journal."""

    roll: int
    stage: RollStage
    recorded_utc: str


class RollPlan(Wire, frozen=True, kw_only=True):
    """When a roll call opens and closes by itself; null takes a moment back.

    Both are said: who leaves one out would take it back without meaning to.
    """

    opens_utc: Utc | None
    closes_utc: Utc | None


async def open_roll(call: Call) -> RollRecordedAnswer:
    """Open a roll call."""
    number = roll_number(call.path("roll"))
    return await _done(call, number, rules.open_roll(call.runtime.state, number))


async def close_roll(call: Call) -> RollRecordedAnswer:
    """Close a roll call: its numbers are frozen."""
    number = roll_number(call.path("roll"))
    facts = rules.close_roll(call.runtime.state, number, call.caller.name)
    return await _done(call, number, facts)


async def plan_roll(call: Call) -> RollRecordedAnswer:
    """Let a roll call open and close by itself."""
    number, body = roll_number(call.path("roll")), call.body
    command = rules.PlanRoll(roll=number, opens_utc=body.opens_utc, closes_utc=body.closes_utc)
    return await _done(call, number, rules.plan_roll(call.runtime.state, command))


async def _done(call: Call, number: int, facts: list[Fact]) -> RollRecordedAnswer:
    runtime = call.runtime
    session = runtime.state.session
    id_ = session.id if session is not None else None
    done = await runtime.change(facts, actor=call.caller.actor, session=id_)
    known = (runtime.state.registers.get(id_ or "") or Register()).rolls
    return RollRecordedAnswer(
        roll=number,
        stage=known[number].stage if number in known else RollStage.WAITING,
        recorded_utc=done.recorded_utc,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/session/rolls/{roll}/open",
        handler=open_roll,
        summary="Open a roll call",
        action=Action.CALL,
        answer=RollRecordedAnswer,
        problems=("no_session", "wrong_phase", "unknown_roll", "roll_closed", "other_roll_open"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/rolls/{roll}/close",
        handler=close_roll,
        summary="Close a roll call and freeze its numbers",
        action=Action.CALL,
        answer=RollRecordedAnswer,
        problems=("no_session", "unknown_roll", "roll_not_open"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/rolls/{roll}/plan",
        handler=plan_roll,
        summary="Let a roll call open and close by itself",
        action=Action.CALL,
        body=RollPlan,
        answer=RollRecordedAnswer,
        problems=("no_session", "unknown_roll", "roll_closed", "bad_time"),
    ),
)
