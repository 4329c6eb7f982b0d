"""The secretary's desk over HTTP: what only a person can decide, and entries for a hall.

What a hall said by telephone is entered as the hall would, with the secretary as its author.
"""

import time
from typing import Annotated

import msgspec

from config.utc import format_utc
from signaling.entry import BranchCount, CheckIn
from signaling.roll import RollCount, RollCounted
from signaling.schema import Code, Text, Wire

from ..attendance import check_in as rules
from ..attendance import conflict as disputes
from ..attendance.case import Case
from ..attendance.claim import Origin
from ..attendance.fact import CheckedIn, EntrySettled, NamesRead
from ..attendance.fact import RollCounted as RollCountedFact
from ..attendance.move import announced_of, confirmed_of, ends_of
from ..attendance.register import Register
from ..errors import Refused
from ..fact import EntryKept
from ..fact_base import CENTRE, Stamp
from ..policy import Action
from ..runtime import Personal, Runtime
from ..state import Recorded
from .attendance import name_of
from .route import Call, Route
from .sitting import QUERY, session_of, sitting

LAST = 2**62
"Number of an entry that has no spool: it is the latest there is."


class CountOrder(Wire, frozen=True, kw_only=True):
    """What a hall said by telephone, at a roll call or (0) the check-in."""

    point: Code
    roll: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    branches: Annotated[tuple[RollCount, ...], msgspec.Meta(min_length=1, max_length=200)]
    note: Text = ""


class CountAnswer(Wire, frozen=True, kw_only=True):
    """It is in the journal; ``remark`` is what a hall would have been told."""

    recorded_utc: str
    remark: str | None


class ConflictLine(Wire, frozen=True, kw_only=True):
    """One question to the secretary. Names only where they are kept."""

    id: str
    kind: str
    point: str
    branch: str
    choices: tuple[str, ...]
    decision: str | None
    decided_by: str | None
    people: int
    name: str | None
    number: str | None
    unit: str | None


class Conflicts(Wire, frozen=True, kw_only=True):
    """All of a session, the open ones first."""

    conflicts: tuple[ConflictLine, ...]


class Resolution(Wire, frozen=True, kw_only=True):
    """What counts: a decision among the choices, or the home of a guest."""

    conflict: Annotated[str, msgspec.Meta(max_length=300)]
    decision: Annotated[str, msgspec.Meta(max_length=300)] = ""
    member: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    home: Code | None = None
    branch: Annotated[str, msgspec.Meta(max_length=200)] = ""
    reason: Text = ""


class KeptLine(Wire, frozen=True, kw_only=True):
    """An entry without effect, as it came; the text is None when it was deleted."""

    n: int
    recorded_utc: str
    entered_utc: str
    point: str
    kind: str
    why: str
    settled: bool
    text: str | None


class Kept(Wire, frozen=True, kw_only=True):
    """All of a session, and those that name none."""

    entries: tuple[KeptLine, ...]


class Settlement(Wire, frozen=True, kw_only=True):
    """What was done about an entry."""

    how: Text = ""


class MoveLine(Wire, frozen=True, kw_only=True):
    """Members who sit elsewhere: a transfer, walk-ins, a guest by name."""

    key: str
    kind: str
    home: str | None
    branch: str
    host: str | None
    announced: int | None
    confirmed: int | None
    makes_up: str | None


class Moves(Wire, frozen=True, kw_only=True):
    """All of a session."""

    moves: tuple[MoveLine, ...]


class Settled(Wire, frozen=True, kw_only=True):
    """It is in the journal."""

    recorded_utc: str


async def enter_count(call: Call) -> CountAnswer:
    """Enter a head count for a hall."""
    order, runtime, session = call.body, call.runtime, session_of(call)
    point = runtime.state.points.get(order.point)
    if point is None:
        raise Refused("unknown_point", f"no point {order.point}")
    now_utc, personal = format_utc(time.time()), Personal()
    case = Case(
        state=runtime.state,
        session=session.id,
        point=point,
        stamp=Stamp(point=point.code, device=CENTRE, entered_utc=now_utc, digest=""),
        origin=Origin(device=CENTRE, spool="", seq=LAST, utc=now_utc),
        refs={"note": personal.add_note(order.note)} if order.note else {},
    )
    fact = _judged(case, order)
    if isinstance(fact, str):
        raise Refused(fact, f"not at {point.code}: {fact}")
    done = await runtime.change(
        [fact], actor=call.caller.actor, session=session.id, personal=personal
    )
    return CountAnswer(recorded_utc=done.recorded_utc, remark=fact.remark)


def _judged(case: Case, order: CountOrder) -> CheckedIn | RollCountedFact | str:
    if order.roll:
        body = RollCounted(roll=order.roll, branches=order.branches, note=order.note)
        return rules.count_roll(case, body)
    counts = [msgspec.structs.asdict(count) for count in order.branches]
    branches = tuple(BranchCount(reported=count.pop("present"), **count) for count in counts)
    return rules.check_in(case, CheckIn(branches=branches, note=order.note))


async def read_conflicts(call: Call) -> Conflicts:
    """Answer what the secretary has to decide; names are shown, so the reading is recorded."""
    await call.runtime.settled()
    session, runtime = session_of(call), call.runtime
    register = runtime.state.registers.get(session.id) or Register()
    found = disputes.conflicts(sitting(call, session, register.current_roll), runtime.state.points)
    lines = tuple(_conflict(runtime, register, one) for one in found)
    await _log_reading(call, "guest", sum(line.name is not None for line in lines))
    return Conflicts(conflicts=lines)


async def resolve_conflict(call: Call) -> Settled:
    """Decide what counts."""
    body, runtime, session = call.body, call.runtime, session_of(call)
    register, personal = runtime.state.registers.get(session.id) or Register(), Personal()
    command = disputes.Resolve(
        session=session.id,
        conflict=body.conflict,
        decision=body.decision,
        member=body.member,
        home=body.home,
        branch=body.branch,
        reason=personal.add_note(body.reason) if body.reason else None,
    )
    here = sitting(call, session, register.current_roll)
    facts = disputes.resolve(here, runtime.state.points, command)
    done = await runtime.change(
        facts, actor=call.caller.actor, session=session.id, personal=personal
    )
    return Settled(recorded_utc=done.recorded_utc)


async def read_kept(call: Call) -> Kept:
    """Answer the entries without effect, as they came; the reading is recorded."""
    await call.runtime.settled()
    session, state = session_of(call), call.runtime.state
    rows = [row for row in state.kept.values() if row.session in (session.id, None)]
    entries = tuple(_kept(call.runtime, row) for row in rows)
    await _log_reading(call, "kept_entry", sum(one.text is not None for one in entries))
    return Kept(entries=entries)


async def settle_entry(call: Call) -> Settled:
    """Note that an entry without effect was dealt with."""
    runtime, personal, text = call.runtime, Personal(), call.path("n")
    n = int(text) if text.isdecimal() and len(text) < 19 else 0
    if n not in runtime.state.kept:
        raise Refused("unknown_entry", f"no kept entry {text}")
    how = personal.add_note(call.body.how) if call.body.how else None
    done = await runtime.change(
        [EntrySettled(n=n, how=how)],
        actor=call.caller.actor,
        session=runtime.state.kept[n].session,
        personal=personal,
    )
    return Settled(recorded_utc=done.recorded_utc)


async def read_moves(call: Call) -> Moves:
    """Answer who sits elsewhere, by numbers."""
    await call.runtime.settled()
    register = call.runtime.state.registers.get(session_of(call).id) or Register()
    return Moves(moves=tuple(_move(register, key) for key in sorted(register.moves)))


async def _log_reading(call: Call, what: str, people: int) -> None:
    if people:
        fact = NamesRead(what=what, people=people)
        await call.runtime.change([fact], actor=call.caller.actor)


def _conflict(runtime: Runtime, register: Register, one: disputes.Conflict) -> ConflictLine:
    person = runtime.person(one.member or one.who)
    decided, guest = register.decisions.get(one.id), register.moves.get(one.id)
    actor = decided.actor if decided else guest.matched.actor if guest and guest.matched else None
    return ConflictLine(
        id=one.id,
        kind=one.kind,
        point=one.point,
        branch=one.branch,
        choices=one.choices,
        decision=one.decision,
        decided_by=name_of(runtime, actor) if actor else None,
        people=one.people,
        name=person.name if person else None,
        number=person.number if person else None,
        unit=person.unit if person else None,
    )


def _kept(runtime: Runtime, row: Recorded) -> KeptLine:
    fact = row.fact
    assert isinstance(fact, EntryKept), "the fold keeps nothing else there"
    return KeptLine(
        n=row.n,
        recorded_utc=row.utc,
        entered_utc=fact.entered_utc,
        point=fact.point,
        kind=fact.entry_kind,
        why=fact.why,
        settled=row.n in runtime.state.settled,
        text=runtime.notes.get(fact.raw),
    )


def _move(register: Register, key: str) -> MoveLine:
    move = register.moves[key]
    ends, home = ends_of(move), announced_of(move)
    return MoveLine(
        key=key,
        kind=move.kind,
        home=ends.home,
        branch=ends.branch,
        host=ends.host,
        announced=None if home is None else home.people,
        confirmed=confirmed_of(move),
        makes_up=ends.makes_up,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/session/attendance/counts",
        handler=enter_count,
        summary="Enter a head count for a hall that said it by telephone",
        action=Action.COUNT,
        query=QUERY,
        body=CountOrder,
        answer=CountAnswer,
        problems=(
            "no_session",
            "unknown_session",
            "unknown_point",
            "unknown_roll",
            "unknown_branch",
            "bad_counts",
        ),
    ),
    Route(
        method="GET",
        path="/api/v1/session/conflicts",
        handler=read_conflicts,
        summary="What the secretary has to decide",
        action=Action.COUNT,
        query=QUERY,
        answer=Conflicts,
        problems=("no_session", "unknown_session"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/conflicts",
        handler=resolve_conflict,
        summary="Decide what counts",
        action=Action.COUNT,
        query=QUERY,
        body=Resolution,
        answer=Settled,
        problems=(
            "no_session",
            "unknown_session",
            "unknown_conflict",
            "bad_decision",
            "unknown_member",
            "unknown_point",
        ),
    ),
    Route(
        method="GET",
        path="/api/v1/session/kept",
        handler=read_kept,
        summary="Entries that had no effect, as they came",
        action=Action.COUNT,
        query=QUERY,
        answer=Kept,
        problems=("no_session", "unknown_session"),
    ),
    Route(
        method="POST",
        path="/api/v1/session/kept/{n}",
        handler=settle_entry,
        summary="Note that such an entry was dealt with",
        action=Action.COUNT,
        body=Settlement,
        answer=Settled,
        problems=("unknown_entry",),
    ),
    Route(
        method="GET",
        path="/api/v1/session/moves",
        handler=read_moves,
        summary="Members who sit elsewhere, by numbers",
        action=Action.COUNT,
        query=QUERY,
        answer=Moves,
        problems=("no_session", "unknown_session"),
    ),
)
