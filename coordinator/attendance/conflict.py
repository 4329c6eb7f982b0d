"""What only a person can decide: somebody counted twice, too many credits, guests nobody knows.

    twice/<member>          one member, two seats        -> one of the seats
    over/<point>/<branch>   more credits than members    -> accept | cap
    guest/<guest>           a name that fits nobody, or several -> ``guest.matched``

Pure: no I/O. Shown to the secretary alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..errors import Refused
from ..fact import PointEntered
from ..fact_base import Fact, Ref
from .claim import standing
from .fact import ConflictResolved, GuestMatched
from .move import Move, flow
from .seat import Sitting, seats_of, twice_key
from .total import over_key, point_rows

Kind = Literal["twice", "over", "guest"]
ACCEPT, CAP = "accept", "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One question to the secretary."""

    id: str
    kind: Kind
    point: str
    "Of the home, or where the guest sits."
    branch: str
    choices: tuple[str, ...]
    "Decisions that can be taken; of a guest none, the home is asked for."
    decision: str | None
    "None while it is open."
    people: int = 1
    member: Ref | None = None
    who: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Command of the secretary: this counts."""

    session: str
    conflict: str
    decision: str = ""
    member: Ref | None = None
    home: str | None = None
    branch: str = ""
    reason: Ref | None = None


def conflicts(sitting: Sitting, roster: Mapping[str, PointEntered]) -> list[Conflict]:
    """Return every conflict of a session, open and decided, in a fixed order."""
    found = [*_twice(sitting), *_over(sitting, roster), *_guests(sitting)]
    return sorted(found, key=lambda one: (one.decision is not None, one.id))


def resolve(sitting: Sitting, roster: Mapping[str, PointEntered], command: Resolve) -> list[Fact]:
    """Return what a decision causes; a decision can be changed by another.

    Raises:
        Refused: ``unknown_conflict``, ``bad_decision``, ``unknown_point`` or ``unknown_member``.

    """
    known = {one.id: one for one in conflicts(sitting, roster)}.get(command.conflict)
    if known is None:
        raise Refused("unknown_conflict", f"no conflict {command.conflict}")
    if known.kind == "guest":
        return [_match(sitting, roster, command)]
    if command.decision not in known.choices:
        raise Refused("bad_decision", f"one of {', '.join(known.choices)}")
    return [ConflictResolved(conflict=known.id, decision=command.decision, reason=command.reason)]


def _match(sitting: Sitting, roster: Mapping[str, PointEntered], command: Resolve) -> GuestMatched:
    if command.member is not None and command.member not in sitting.state.home_of:
        raise Refused("unknown_member", f"no member {command.member}")
    if command.home is not None and command.home not in roster:
        raise Refused("unknown_point", f"no point {command.home}")
    return GuestMatched(
        guest=command.conflict.removeprefix("guest/"),
        member=command.member,
        home=command.home,
        branch=command.branch,
    )


def _twice(sitting: Sitting) -> list[Conflict]:
    flows = [flow(move) for move in sitting.register.moves.values()]
    members = {member for move in flows if move is not None for member in move.members}
    found = []
    for member in members:
        seats = seats_of(sitting, member)
        if len(seats) < 2:
            continue
        decided = sitting.register.decisions.get(twice_key(member))
        point, branch = sitting.state.home_of[member]
        found.append(
            Conflict(
                id=twice_key(member),
                kind="twice",
                point=point,
                branch=branch,
                choices=tuple(seats),
                decision=decided.decision if decided and decided.decision in seats else None,
                member=member,
            )
        )
    return found


def _over(sitting: Sitting, roster: Mapping[str, PointEntered]) -> list[Conflict]:
    register = sitting.register
    touched = [code for code in register.moves_of if code in roster]
    found = []
    for row in (row for code in touched for row in point_rows(sitting, roster[code])):
        key = over_key(row.point, row.branch)
        decided = register.decisions.get(key)
        if row.excess or decided is not None:
            found.append(
                Conflict(
                    id=key,
                    kind="over",
                    point=row.point,
                    branch=row.branch,
                    choices=(ACCEPT, CAP),
                    decision=decided.decision if decided else None,
                    people=row.excess,
                )
            )
    return found


def _guests(sitting: Sitting) -> list[Conflict]:
    return [
        _guest(move)
        for move in sitting.register.moves.values()
        if move.kind == "guest" and _needs_home(move)
    ]


def _needs_home(move: Move) -> bool:
    counted = flow(move)
    return counted is not None and (not counted.members or move.matched is not None)


def _guest(move: Move) -> Conflict:
    claim = standing(move.seated)
    assert claim is not None, "a guest who counts has a seat"
    matched = move.matched
    return Conflict(
        id=move.key,
        kind="guest",
        point=claim.value.point,
        branch="",
        choices=(),
        decision=None if matched is None else matched.home or "outside",
        member=None if matched is None else matched.member,
        who=claim.value.who,
    )
