"""Members who sit in another hall than their own: counted once, seated there, credited home.

    transfer   the home announces, the receiving hall confirms; both words make it count
    walk-in    the hall counts how many came from one home
    guest      the hall enters a name or card number; we, or the secretary, find the home

The words may come in any order (``claim``). Pure: no I/O.
"""

from dataclasses import dataclass
from typing import Literal

from ..fact_base import Ref
from .claim import Claims, standing

Kind = Literal["transfer", "walk_in", "guest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The word of the home."""

    point: str
    branch: str
    to: str
    people: int
    members: tuple[Ref, ...] = ()
    makes_up: str | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """The word of the hall they sit in."""

    point: str
    people: int
    home: str | None = None
    branch: str = ""
    member: Ref | None = None
    who: Ref | None = None
    unit: Ref | None = None
    makes_up: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The word of the secretary on a guest."""

    home: str | None
    branch: str
    member: Ref | None
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """All that was said of one movement."""

    key: str
    kind: Kind
    announced: Claims[Announced] = ()
    seated: Claims[Seated] = ()
    matched: Matched | None = None

    @property
    def points(self) -> set[str]:
        """Return every point that a word of it names."""
        found: set[str | None] = {claim.value.point for claim in self.announced}
        found |= {claim.value.to for claim in self.announced}
        for claim in self.seated:
            found |= {claim.value.point, claim.value.home}
        if self.matched is not None:
            found.add(self.matched.home)
        return {point for point in found if point is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a movement comes to: so many people of one home in one hall."""

    key: str
    home: str | None
    "Point; None for people from outside, or while nobody knows."
    branch: str
    host: str
    people: int
    members: tuple[Ref, ...] = ()
    "Who, where all are known by name."
    makes_up: str | None = None


def transfer_key(transfer: str) -> str:
    """Return the key of a transfer."""
    return f"transfer/{transfer}"


def walk_in_key(host: str, home: str | None, branch: str, unit_key: str) -> str:
    """Return the key of the people of one home in one hall."""
    return f"walk_in/{host}/{home or ''}/{branch or unit_key}"


def guest_key(guest: str) -> str:
    """Return the key of a guest who gave a name."""
    return f"guest/{guest}"


def flow(move: Move) -> Flow | None:
    """Return what counts of a movement now; None while a word is missing, or nobody came."""
    return _transfer_flow(move) if move.kind == "transfer" else _seated_flow(move)


def made_up_by(move: Move) -> set[str]:
    """Return the sessions that any word of it would make up for."""
    words = [*(c.value.makes_up for c in move.announced), *(c.value.makes_up for c in move.seated)]
    return {session for session in words if session is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Between which halls a movement goes, as far as anybody has said."""

    home: str | None = None
    branch: str = ""
    host: str | None = None
    makes_up: str | None = None


def ends_of(move: Move) -> Ends:
    """Return where a movement comes from and goes to."""
    home, claim = announced_of(move), standing(move.seated)
    if home is not None:
        return Ends(home=home.point, branch=home.branch, host=home.to, makes_up=home.makes_up)
    if claim is None:
        return Ends()
    seat, known = claim.value, move.matched or claim.value
    return Ends(home=known.home, branch=known.branch, host=seat.point, makes_up=seat.makes_up)


def announced_of(move: Move) -> Announced | None:
    """Return the home's word that stands."""
    claim = standing(move.announced)
    return None if claim is None else claim.value


def confirmed_of(move: Move) -> int | None:
    """Return how many the hall that was announced says came; None before it said so."""
    home = announced_of(move)
    claims = tuple(c for c in move.seated if home is None or c.value.point == home.to)
    claim = standing(claims)
    return None if claim is None else claim.value.people


def _transfer_flow(move: Move) -> Flow | None:
    home, people = announced_of(move), confirmed_of(move)
    if home is None or not home.people or not people:
        return None
    return Flow(
        key=move.key,
        home=home.point,
        branch=home.branch,
        host=home.to,
        people=people,
        members=home.members if len(home.members) == people else (),
        makes_up=home.makes_up,
    )


def _seated_flow(move: Move) -> Flow | None:
    claim = standing(move.seated)
    if claim is None or not claim.value.people:
        return None
    seat, found = claim.value, move.matched
    home, branch, member = (
        (seat.home, seat.branch, seat.member)
        if found is None
        else (found.home, found.branch, found.member)
    )
    return Flow(
        key=move.key,
        home=home,
        branch=branch,
        host=seat.point,
        people=seat.people,
        members=(member,) if member is not None else (),
        makes_up=seat.makes_up,
    )
