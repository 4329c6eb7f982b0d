"""Who sits where: everybody is counted once, seated in one hall, credited at home. Pure: no I/O.

A member known by name may be claimed by his own hall's marks and by other halls. Until a person
decides, his own hall wins, then the first of the others; the rest waits in ``conflict``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..state import State
from .marking import HERE, mark_of
from .move import Flow, flow
from .register import Register

HOME = "home"
"The seat of a member in his own hall, among the keys of moves."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session as it is counted: at the check-in, or at one roll call."""

    state: State
    session: str
    roll: int | None
    "None: the check-in."

    @property
    def register(self) -> Register:
        """The session's register; an empty one before the first entry."""
        return self.state.registers.get(self.session) or Register()

    @property
    def begun(self) -> bool:
        """Whether the roll call was opened; the check-in always is."""
        known = self.register.rolls.get(self.roll or 0)
        return self.roll is None or (known is not None and known.opened_utc is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What movements mean for one point."""

    elsewhere: dict[str, int]
    "Of its branches (empty name: not known which), seated in other halls."
    made_up: dict[str, int]
    "Of its branches: made up for this session at a later one."
    moved_out: dict[str, int]
    "Marked here by name, but decided to sit elsewhere."
    identified: int
    "Guests in this hall whose word was given."


def credits_of(sitting: Sitting, point: str) -> Credits:
    """Return what movements mean for a point; nothing before the roll call was opened."""
    if not sitting.begun:
        return Credits(elsewhere={}, made_up={}, moved_out={}, identified=0)
    elsewhere: dict[str, int] = {}
    moved_out: dict[str, int] = {}
    identified = 0
    for move in flows_of(sitting, point):
        away = _away(sitting, move)
        if move.host == point:
            identified += move.people - away
        if move.home == point and move.makes_up is None:
            elsewhere[move.branch] = elsewhere.get(move.branch, 0) + move.people - away
            out = _marked_but_away(sitting, move)
            moved_out[move.branch] = moved_out.get(move.branch, 0) + out
    return Credits(
        elsewhere=elsewhere,
        made_up=_made_up(sitting, point),
        moved_out=moved_out,
        identified=identified,
    )


def flows_of(sitting: Sitting, point: str) -> list[Flow]:
    """Return the movements from or to a point that count, in a fixed order."""
    register = sitting.register
    keys = sorted(register.moves_of.get(point, ()))
    flows = (flow(register.moves[key]) for key in keys)
    return [move for move in flows if move is not None]


def seats_of(sitting: Sitting, member: str) -> list[str]:
    """Return every seat that is claimed for a member: HOME, then keys of moves."""
    point, branch = sitting.state.home_of.get(member, ("", ""))
    claimed = [
        move.key
        for move in flows_of(sitting, point)
        if member in move.members and move.makes_up is None
    ]
    sheet = sitting.register.sheet(sitting.roll or 0, point, branch)
    return [HOME, *claimed] if mark_of(sheet.marks, member) in HERE else claimed


def seat_of(sitting: Sitting, member: str) -> str | None:
    """Return the one seat that counts for a member, None when he has none."""
    claimed = seats_of(sitting, member)
    decided = sitting.register.decisions.get(twice_key(member))
    if decided is not None and decided.decision in claimed:
        return decided.decision
    return claimed[0] if claimed else None


def is_seated(sitting: Sitting, member: str, *, but: str) -> bool:
    """Return whether a member has a seat other than one."""
    return any(seat != but for seat in seats_of(sitting, member))


def twice_key(member: str) -> str:
    """Return the name of the conflict of a member with two seats."""
    return f"twice/{member}"


def _away(sitting: Sitting, move: Flow) -> int:
    """Return how many of a movement count elsewhere; who makes up for another time, nowhere."""
    if move.makes_up is not None:
        return 0
    return sum(seat_of(sitting, member) != move.key for member in move.members)


def _marked_but_away(sitting: Sitting, move: Flow) -> int:
    """Return how many of a movement his own hall had marked although it was decided otherwise."""
    return sum(
        seat_of(sitting, member) == move.key and HOME in seats_of(sitting, member)
        for member in move.members
    )


def _made_up(sitting: Sitting, point: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for move in _making_up(sitting):
        if move.home == point:
            found[move.branch] = found.get(move.branch, 0) + move.people
    return found


def _making_up(sitting: Sitting) -> Iterable[Flow]:
    """Yield the movements of later sessions that make up for this one."""
    registers = sitting.state.registers
    for session, key in sorted(sitting.register.made_up):
        move = flow(registers[session].moves[key])
        if move is not None and move.makes_up == sitting.session:
            yield move
