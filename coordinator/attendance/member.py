"""Names, where a deployment keeps them: listed, forgotten, extracted. Pure: no I/O.

The journal never holds a name: facts carry references into tables that can be emptied. So
forgetting changes no row, the chain stays valid, and what was counted stays counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.roster.members import MemberRow
from config.roster.text import name_key
from config.utc import format_utc, parse_utc
from signaling.roll import Mark
from signaling.schema import Phase

from ..errors import Refused
from ..fact import EntryKept, Fact
from ..fact_base import Ref
from ..person import Person
from ..state import State
from .fact import BranchListed, Member, PersonForgotten
from .marking import mark_of
from .match import number_key
from .move import Move, ends_of
from .register import Register

DAY_S = 86_400.0


def list_branch(
    state: State,
    known: Mapping[Ref, Person],
    place: tuple[str, str],
    rows: tuple[MemberRow, ...],
    add: Callable[[MemberRow], Ref],
) -> list[Fact]:
    """Return what listing a branch's members causes; who was listed keeps the reference.

    Args:
        state: What the journal says now.
        known: Names by reference.
        place: Point and branch.
        rows: Who they are; nothing when the file has no names.
        add: Keeps a new member and returns the reference.

    """
    before = tuple(state.members.get(place, {}).values())
    free = {member.ref: known[member.ref] for member in before if member.ref in known}
    members = []
    for row in rows:
        ref = next((r for r, person in free.items() if _same(person, row)), None)
        if ref is not None:
            del free[ref]
        members.append(Member(ref=ref or add(row), exempt=row.exempt))
    if tuple(members) == before or not rows:
        return []
    facts: list[Fact] = [BranchListed(point=place[0], branch=place[1], members=tuple(members))]
    if free:
        facts.append(PersonForgotten(refs=tuple(sorted(free)), why="unlisted"))
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What is kept of one member at one roll call."""

    session: str
    roll: int
    mark: Mark


def extract(state: State, member: Ref) -> list[Attended]:
    """Return everything that marks say of a member, for himself.

    Raises:
        Refused: ``unknown_member``.

    """
    if member not in state.home_of:
        raise Refused("unknown_member", f"no member {member}")
    return [
        Attended(session=session, roll=roll, mark=mark)
        for session in state.registers
        for roll, mark in marks_of(state, session, state.home_of[member], member)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A word on record that a member sat in another hall, whether it counts or not."""

    session: str
    kind: str
    "transfer or guest."
    point: str
    "The hall."


def seats(state: State, member: Ref) -> list[Seat]:
    """Return every movement of every session that names a member, for himself."""
    return [
        Seat(session=session, kind=move.kind, point=host)
        for session, register in state.registers.items()
        for _key, move in sorted(register.moves.items())
        if (host := ends_of(move).host) is not None and member in _named_by(move)
    ]


def _named_by(move: Move) -> set[Ref | None]:
    found = {member for claim in move.announced for member in claim.value.members}
    found |= {claim.value.member for claim in move.seated if claim.value.member}
    return found | ({move.matched.member} if move.matched is not None else set())


def marks_of(
    state: State, session: str, place: tuple[str, str], member: Ref
) -> list[tuple[int, Mark]]:
    """Return what stands of a member of a branch at a session's roll calls, in their order."""
    register, (point, branch) = state.registers.get(session) or Register(), place
    marks = (
        (roll, mark_of(register.sheet(roll, point, branch).marks, member))
        for roll in sorted(register.rolls)
    )
    return [(roll, mark) for roll, mark in marks if mark is not None]


def forget(state: State, known: Mapping[Ref, Person], member: Ref) -> list[Fact]:
    """Return what deleting a member's name causes: his own, and what he gave as a guest.

    Raises:
        Refused: ``unknown_member``.

    """
    guest_refs = {
        claim.value.who
        for register in state.registers.values()
        for move in register.moves.values()
        for claim in move.seated
        if member in _named_by(move)
    }
    refs = [ref for ref in (member, *sorted(r for r in guest_refs if r)) if ref in known]
    if member not in state.home_of or not refs:
        raise Refused("unknown_member", f"no member {member}")
    return [PersonForgotten(refs=tuple(refs), why="asked")]


def expired(state: State, kept: Mapping[Ref, object], now_utc: str, days: int) -> list[Fact]:
    """Return what retention deletes now: personal data of sessions long closed.

    Members still on a list stay: the list is the roster's, not the session's.
    """
    limit = format_utc(parse_utc(now_utc) - days * DAY_S)
    over = {
        session.id
        for session in state.sessions.values()
        if session.phase is Phase.CLOSED and session.phase_utc < limit
    }
    refs = sorted(ref for session in over for ref in _refs_of(state, session) if ref in kept)
    refs += [ref for ref in _refs_of_none(state, limit) if ref in kept]
    return [PersonForgotten(refs=tuple(dict.fromkeys(refs)), why="retention")] if refs else []


def _refs_of(state: State, session: str) -> set[Ref]:
    """Return what a session's entries refer to."""
    register = state.registers.get(session)
    return register.refs if register is not None else set()


def _refs_of_none(state: State, limit: str) -> list[Ref]:
    """Return the texts of old entries that named no session we know."""
    return [
        row.fact.raw
        for row in state.kept.values()
        if row.session is None and row.utc < limit and isinstance(row.fact, EntryKept)
    ]


def _same(person: Person, row: MemberRow) -> bool:
    if person.number and row.number:
        return number_key(person.number) == number_key(row.number)
    return name_key(person.name) == name_key(row.name)
