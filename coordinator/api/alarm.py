"""Alarms over HTTP: list them, look at one, and do what people do with them."""

import time
from typing import Annotated

import msgspec

from signaling.schema import Code, Ident, Text, Wire
from signaling.watch import AlarmView, Instant

from ..alarm import command as rules
from ..alarm.picture import Namer, alarm_view, listed, unnamed
from ..alarm.state import Alarm, Mark
from ..errors import Refused
from ..fact import Fact
from ..picture import millis
from ..policy import Action
from ..runtime import Personal
from .context import CONTEXT
from .route import Call, Handler, Route


class Alarms(Wire, frozen=True, kw_only=True):
    """Alarms, oldest first."""

    alarms: tuple[AlarmView, ...]


class MarkView(Wire, frozen=True, kw_only=True):
    """One line of an alarm's history."""

    at: Instant
    what: str
    "Kind of the fact."
    by: str | None
    "Name of who did it; None for the coordinator, and for who may not read names."
    why: str = ""
    note: str | None = None


class AlarmAnswer(Wire, frozen=True, kw_only=True):
    """One alarm with its history."""

    alarm: AlarmView
    history: tuple[MarkView, ...]
    to_acknowledge_s: float | None
    "From raised to acknowledged."
    to_resolve_s: float | None
    "From raised to cleared for the last time."


class Histories(Wire, frozen=True, kw_only=True):
    """Alarms with their histories, the newest first."""

    alarms: tuple[AlarmAnswer, ...]


class ShelfCommand(Wire, frozen=True, kw_only=True):
    """Put an alarm out of sight for a while."""

    minutes: Annotated[float, msgspec.Meta(ge=1, le=30)]
    reason: Text


class TakeCommand(Wire, frozen=True, kw_only=True):
    """Take an alarm."""

    instead_of: Ident | None = None
    "Who has it as far as the sender sees; two who press at once do not both get it."


class NoteCommand(Wire, frozen=True, kw_only=True):
    """Write something down."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class ShareCommand(Wire, frozen=True, kw_only=True):
    """Give points to a technician."""

    points: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=10_000)]
    technician: Ident | None
    "Account or token; None: nobody's."


class Technician(Wire, frozen=True, kw_only=True):
    """Somebody who can have a share of the points."""

    id: Ident
    name: str
    points: int


class Technicians(Wire, frozen=True, kw_only=True):
    """All of them, by name."""

    technicians: tuple[Technician, ...]


async def read_alarms(call: Call) -> Alarms:
    """Answer what the wall lists."""
    await call.runtime.settled()
    state, name_of = call.runtime.state, namer(call)
    return Alarms(alarms=tuple(alarm_view(state, id_, name_of) for id_ in listed(state)))


async def read_alarm(call: Call) -> AlarmAnswer:
    """Answer one alarm with its history."""
    await call.runtime.settled()
    alarm = call.runtime.state.alarms.by_id.get(call.path("id"))
    if alarm is None:
        raise Refused("unknown_alarm", f"no alarm {call.path('id')}")
    return _answer(call, alarm)


async def read_point_alarms(call: Call) -> Histories:
    """Answer every alarm that a point has had in this session."""
    await call.runtime.settled()
    state, code = call.runtime.state, call.path("code")
    if code not in state.points:
        raise Refused("unknown_point", f"no point {code}")
    session = state.session
    had = state.alarms.by_point.get(code, {}).get(session.id, []) if session else []
    found = (state.alarms.by_id[id_] for id_ in reversed(had))
    return Histories(alarms=tuple(_answer(call, alarm) for alarm in found))


async def acknowledge(call: Call) -> AlarmView:
    """Say that somebody has seen it."""
    return await _change(call, rules.acknowledge(call.runtime.state, call.path("id")))


async def shelve(call: Call) -> AlarmView:
    """Put it out of sight."""
    body: ShelfCommand = call.body
    personal, reason = Personal(), body.reason.strip()
    facts = rules.shelve(
        call.runtime.state,
        call.path("id"),
        for_s=body.minutes * 60,
        reason=personal.add_note(reason) if reason else None,
        now_s=time.time(),
    )
    return await _change(call, facts, personal)


async def unshelve(call: Call) -> AlarmView:
    """Bring it back into sight."""
    return await _change(call, rules.unshelve(call.runtime.state, call.path("id")))


async def take(call: Call) -> AlarmView:
    """Be the one who is on it."""
    body: TakeCommand = call.body
    facts = rules.take(call.runtime.state, call.path("id"), call.caller.actor, body.instead_of)
    return await _change(call, facts)


async def release(call: Call) -> AlarmView:
    """Let it go."""
    facts = rules.release(call.runtime.state, call.path("id"), call.caller.actor)
    return await _change(call, facts)


async def resolve(call: Call) -> AlarmView:
    """Say that it is done, where no machine can tell."""
    return await _change(call, rules.resolve(call.runtime.state, call.path("id")))


async def note(call: Call) -> AlarmView:
    """Write something down."""
    body: NoteCommand = call.body
    personal = Personal()
    facts = rules.note(call.runtime.state, call.path("id"), personal.add_note(body.text))
    return await _change(call, facts, personal)


async def share(call: Call) -> Technicians:
    """Give points to a technician, or to nobody."""
    body: ShareCommand = call.body
    facts = rules.share(call.runtime.state, body.points, body.technician)
    await call.runtime.change(facts, actor=call.caller.actor, session=_session(call))
    return await read_technicians(call)


async def read_technicians(call: Call) -> Technicians:
    """Answer who can have a share, and how many points each has."""
    await call.runtime.settled()
    state, context = call.runtime.state, call.request.app[CONTEXT]
    held = list(state.shares.values())
    found = [
        Technician(id=id_, name=context.name_of(actor) or id_, points=held.count(id_))
        for id_, actor in rules.sharers(state).items()
    ]
    return Technicians(technicians=tuple(sorted(found, key=lambda one: (one.name, one.id))))


async def _change(call: Call, facts: list[Fact], personal: Personal | None = None) -> AlarmView:
    await call.runtime.change(
        facts, actor=call.caller.actor, session=_session(call), personal=personal
    )
    return alarm_view(call.runtime.state, call.path("id"), namer(call))


def _answer(call: Call, alarm: Alarm) -> AlarmAnswer:
    return AlarmAnswer(
        alarm=alarm_view(call.runtime.state, alarm.id, namer(call)),
        history=tuple(_mark(call, mark) for mark in alarm.history),
        to_acknowledge_s=_seconds(alarm.raised_utc, alarm.acknowledged_utc),
        to_resolve_s=_seconds(alarm.raised_utc, alarm.cleared_utc),
    )


def _mark(call: Call, mark: Mark) -> MarkView:
    names = call.caller.may(Action.READ_NAMES)
    return MarkView(
        at=millis(mark.utc),
        what=mark.what,
        by=namer(call)(mark.actor),
        why=mark.why,
        note=call.runtime.notes.get(mark.note) if names and mark.note else None,
    )


def _seconds(begin: str, end: str | None) -> float | None:
    return None if end is None else (millis(end) - millis(begin)) / 1000


def namer(call: Call) -> Namer:
    """Return what names people to this caller."""
    return call.request.app[CONTEXT].name_of if call.caller.may(Action.READ_NAMES) else unnamed


def _session(call: Call) -> str | None:
    session = call.runtime.state.session
    return session.id if session else None


def _deed(
    name: str, handler: Handler, summary: str, *problems: str, body: type | None = None
) -> Route:
    return Route(
        method="POST",
        path=f"/api/v1/alarms/{{id}}/{name}",
        handler=handler,
        summary=summary,
        action=Action.TEND,
        body=body,
        answer=AlarmView,
        problems=("unknown_alarm", *problems),
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/alarms",
        handler=read_alarms,
        summary="The alarms and incidents that are not closed",
        action=Action.LOOK,
        answer=Alarms,
    ),
    Route(
        method="GET",
        path="/api/v1/alarms/{id}",
        handler=read_alarm,
        summary="One alarm or incident, with its history",
        action=Action.LOOK,
        answer=AlarmAnswer,
        problems=("unknown_alarm",),
    ),
    Route(
        method="GET",
        path="/api/v1/points/{code}/alarms",
        handler=read_point_alarms,
        summary="Every alarm of a point in this session",
        action=Action.LOOK,
        answer=Histories,
        problems=("unknown_point",),
    ),
    _deed("acknowledge", acknowledge, "Somebody has seen it", "alarm_closed"),
    _deed(
        "shelve",
        shelve,
        "Put it out of sight for at most 30 minutes",
        "alarm_closed",
        "reason_required",
        "shelf_too_long",
        body=ShelfCommand,
    ),
    _deed("unshelve", unshelve, "Bring it back into sight", "alarm_closed"),
    _deed("take", take, "Be the one who is on it", "alarm_closed", "taken", body=TakeCommand),
    _deed("release", release, "Let it go", "alarm_closed", "taken"),
    _deed(
        "resolve",
        resolve,
        "It is done, where no machine can tell",
        "alarm_closed",
        "not_resolvable",
    ),
    _deed("notes", note, "Write something down", body=NoteCommand),
    Route(
        method="GET",
        path="/api/v1/technicians",
        handler=read_technicians,
        summary="Who can have a share of the points",
        action=Action.TEND,
        answer=Technicians,
    ),
    Route(
        method="POST",
        path="/api/v1/shares",
        handler=share,
        summary="Give points to a technician, or to nobody",
        action=Action.TEND,
        body=ShareCommand,
        answer=Technicians,
        problems=("unknown_point", "unknown_technician"),
    ),
)
