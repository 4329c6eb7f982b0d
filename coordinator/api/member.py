"""Names over HTTP, where a deployment keeps them. Whoever is shown one is in the journal."""

from signaling.roll import Mark
from signaling.schema import Wire

from ..attendance import member as rules
from ..attendance.fact import NamesRead, PersonForgotten
from ..errors import Refused
from ..policy import Action, Role
from ..runtime import Personal
from .context import CONTEXT
from .route import Call, Route
from .secretary import Settled

MAX_FOUND = 50


class MemberLine(Wire, frozen=True, kw_only=True):
    """A member of a branch, and what stands of him at the roll calls of this session."""

    ref: str
    name: str
    exempt: bool
    marks: dict[str, Mark]
    "By the number of the roll."


class BranchMembers(Wire, frozen=True, kw_only=True):
    """A branch's members, in the order of the roster."""

    branch: str
    members: tuple[MemberLine, ...]


class HallMembers(Wire, frozen=True, kw_only=True):
    """The members of a phone's own point, and what stood when this was read."""

    session: str
    read_utc: str
    branches: tuple[BranchMembers, ...]


class FoundMember(Wire, frozen=True, kw_only=True):
    """A member as the secretary looks him up."""

    ref: str
    name: str
    number: str
    point: str
    branch: str


class FoundMembers(Wire, frozen=True, kw_only=True):
    """Up to 50; ``more`` tells that there are others."""

    members: tuple[FoundMember, ...]
    more: bool


class AttendedLine(Wire, frozen=True, kw_only=True):
    """What is kept of him at one roll call."""

    session: str
    title: str
    roll: int
    mark: str


class SeatLine(Wire, frozen=True, kw_only=True):
    """A word that he sat in another hall."""

    session: str
    title: str
    kind: str
    point: str


class Extract(Wire, frozen=True, kw_only=True):
    """Everything that is kept of one member, for himself (Law 91/2025/QH15)."""

    ref: str
    name: str
    number: str
    point: str
    branch: str
    attended: tuple[AttendedLine, ...]
    seated: tuple[SeatLine, ...]


async def read_hall_members(call: Call) -> HallMembers:
    """Answer the members of the phone's own point while a session is open, to call the roll by."""
    await call.runtime.settled()
    runtime, code = call.runtime, call.caller.point or ""
    if not call.request.app[CONTEXT].names_allowed or call.caller.role is not Role.PHONE:
        raise Refused("names_off", "rolls are called by head counts here")
    session = runtime.state.open_session
    if session is None:
        raise Refused("no_session", "names are shown while a session is open")
    read_utc = runtime.now_utc()
    branches = tuple(
        BranchMembers(branch=branch, members=_lines(call, session, (point, branch)))
        for point, branch in runtime.state.members
        if point == code
    )
    people = sum(len(branch.members) for branch in branches)
    await _log(call, NamesRead(what="roll_list", point=code, people=people))
    return HallMembers(session=session, read_utc=read_utc, branches=branches)


async def find_members(call: Call) -> FoundMembers:
    """Answer whom a name or a card number fits; marks may be missing."""
    await call.runtime.settled()
    refs = call.request.app[CONTEXT].search(call.request.query.get("text", ""))
    found = tuple(_found(call, ref) for ref in refs[:MAX_FOUND])
    await _log(call, NamesRead(what="search", people=len(found)))
    return FoundMembers(members=found, more=len(refs) > MAX_FOUND)


async def read_extract(call: Call) -> Extract:
    """Answer everything that is kept of one member."""
    await call.runtime.settled()
    state, ref = call.runtime.state, call.path("id")
    attended = tuple(
        AttendedLine(
            session=one.session,
            title=state.sessions[one.session].title,
            roll=one.roll,
            mark=one.mark.value,
        )
        for one in rules.extract(state, ref)
    )
    await _log(call, NamesRead(what="extract", people=1))
    line = _found(call, ref)
    return Extract(
        ref=ref,
        name=line.name,
        number=line.number,
        point=line.point,
        branch=line.branch,
        attended=attended,
        seated=tuple(
            SeatLine(
                session=seat.session,
                title=state.sessions[seat.session].title,
                kind=seat.kind,
                point=seat.point,
            )
            for seat in rules.seats(state, ref)
        ),
    )


async def forget_member(call: Call) -> Settled:
    """Delete a member's name; what was counted stays counted."""
    runtime = call.runtime
    facts = rules.forget(runtime.state, runtime.people, call.path("id"))
    refs = tuple(ref for fact in facts if isinstance(fact, PersonForgotten) for ref in fact.refs)
    done = await runtime.change(facts, actor=call.caller.actor, personal=Personal(forgotten=refs))
    return Settled(recorded_utc=done.recorded_utc)


def _lines(call: Call, session: str, place: tuple[str, str]) -> tuple[MemberLine, ...]:
    """Return a branch's members whose names are still kept."""
    state = call.runtime.state
    return tuple(
        MemberLine(
            ref=m.ref,
            name=person.name,
            exempt=m.exempt,
            marks={str(roll): mark for roll, mark in rules.marks_of(state, session, place, m.ref)},
        )
        for m in state.members[place].values()
        if (person := call.runtime.person(m.ref)) is not None
    )


async def _log(call: Call, fact: NamesRead) -> None:
    if fact.people:
        await call.runtime.change([fact], actor=call.caller.actor)


def _found(call: Call, ref: str) -> FoundMember:
    point, branch = call.runtime.state.home_of[ref]
    person = call.runtime.person(ref)
    return FoundMember(
        ref=ref,
        name=person.name if person else "",
        number=person.number if person else "",
        point=point,
        branch=branch,
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/hall/members",
        handler=read_hall_members,
        summary="The members of a phone's own point, to call the roll by",
        action=Action.SPEAK,
        answer=HallMembers,
        problems=("names_off", "no_session"),
    ),
    Route(
        method="GET",
        path="/api/v1/members",
        handler=find_members,
        summary="Members by name or card number",
        action=Action.COUNT,
        query={"text": "string"},
        answer=FoundMembers,
    ),
    Route(
        method="GET",
        path="/api/v1/members/{id}",
        handler=read_extract,
        summary="Everything that is kept of one member, for himself",
        action=Action.COUNT,
        answer=Extract,
        problems=("unknown_member",),
    ),
    Route(
        method="DELETE",
        path="/api/v1/members/{id}",
        handler=forget_member,
        summary="Delete a member's name; what was counted stays",
        action=Action.COUNT,
        answer=Settled,
        problems=("unknown_member",),
    ),
)
