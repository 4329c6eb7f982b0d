"""The life of a roll call: planned, opened, closed, by a person or by the clock. Pure: no I/O.

    waiting --open--> open --close--> closed

One is open at a time. Closing freezes its numbers; a closed one is never opened again, since
what comes later is taken as a correction anyway.
"""

from dataclasses import dataclass

from config.utc import parse_utc
from signaling.schema import RollStage

from ..errors import Refused
from ..fact_base import Fact
from ..session import OPEN
from ..state import Session, State
from .fact import RollClosed, RollOpened, RollPlanned
from .register import Register, Roll
from .seat import Sitting
from .total import account

MAX_ROLLS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRoll:
    """Command: the roll call opens and closes by itself; None takes a moment back."""

    roll: int
    opens_utc: str | None = None
    closes_utc: str | None = None


def rolls_of(state: State, session: str, usual: int) -> tuple[Roll, ...]:
    """Return a session's roll calls, in order: as many as are usual, and every other known."""
    known = (state.registers.get(session) or Register()).rolls
    last = max([usual, *known])
    return tuple(known.get(n, Roll(roll=n)) for n in range(1, last + 1))


def plan_roll(state: State, command: PlanRoll) -> list[Fact]:
    """Return what planning causes; nothing when it is planned so.

    Raises:
        Refused: ``no_session``, ``unknown_roll``, ``roll_closed``, ``bad_time``.

    """
    session, roll = _roll(state, command.roll)
    if roll.stage is RollStage.CLOSED:
        raise Refused("roll_closed", f"roll {roll.roll} of {session.id} is closed")
    _check_times(command)
    if (command.opens_utc, command.closes_utc) == (roll.opens_utc, roll.closes_utc):
        return []
    return [
        RollPlanned(roll=command.roll, opens_utc=command.opens_utc, closes_utc=command.closes_utc)
    ]


def open_roll(state: State, number: int) -> list[Fact]:
    """Return what opening a roll call causes; nothing when it is open.

    Raises:
        Refused: ``no_session``, ``wrong_phase``, ``unknown_roll``, ``roll_closed``, or
            ``other_roll_open``.

    """
    session, roll = _roll(state, number)
    if session.phase not in OPEN:
        raise Refused("wrong_phase", f"no roll call in {session.phase}")
    if roll.stage is RollStage.CLOSED:
        raise Refused("roll_closed", f"roll {number} is closed")
    if roll.stage is RollStage.OPEN:
        return []
    rolls = (state.registers.get(session.id) or Register()).rolls.values()
    if any(other.stage is RollStage.OPEN for other in rolls):
        raise Refused("other_roll_open", "close the other roll call first")
    return [RollOpened(roll=number)]


def close_roll(state: State, number: int, name: str = "") -> list[Fact]:
    """Return what closing a roll call causes; nothing when it is closed.

    Raises:
        Refused: ``no_session``, ``unknown_roll``, or ``roll_not_open``.

    """
    session, roll = _roll(state, number)
    if roll.stage is RollStage.CLOSED:
        return []
    if roll.stage is RollStage.WAITING:
        raise Refused("roll_not_open", f"roll {number} was not opened")
    sums = account(Sitting(state=state, session=session.id, roll=number), state.points)
    return [
        RollClosed(
            roll=number,
            name=name,
            expected=sums.total.expected,
            attended=sums.total.attended or 0,
            excused=sums.total.excused,
            guests=sums.total.guests,
            points=sums.points_answered,
        )
    ]


def due(state: State, now_utc: str) -> list[Fact]:
    """Return what the schedule causes now. Harmless when asked early or twice."""
    session = state.session
    if session is None or session.phase not in OPEN:
        return []
    rolls = (state.registers.get(session.id) or Register()).rolls.values()
    for roll in sorted(rolls, key=lambda one: one.roll):
        if roll.stage is RollStage.OPEN and roll.closes_utc and roll.closes_utc <= now_utc:
            return close_roll(state, roll.roll)
    if any(roll.stage is RollStage.OPEN for roll in rolls):
        return []
    for roll in sorted(rolls, key=lambda one: one.roll):
        if roll.stage is RollStage.WAITING and roll.opens_utc and roll.opens_utc <= now_utc:
            return open_roll(state, roll.roll)
    return []


def next_due(state: State) -> str | None:
    """Return the next moment of the schedule that may still come; None for none."""
    session = state.session
    rolls = (state.registers.get(session.id) if session else None) or Register()
    moments = [
        moment
        for roll in rolls.rolls.values()
        for stage, moment in (
            (RollStage.WAITING, roll.opens_utc),
            (RollStage.OPEN, roll.closes_utc),
        )
        if roll.stage is stage and moment is not None
    ]
    return min(moments, default=None)


def _roll(state: State, number: int) -> tuple[Session, Roll]:
    session = state.session
    if session is None:
        raise Refused("no_session", "no session is open or planned")
    if not 1 <= number <= MAX_ROLLS:
        raise Refused("unknown_roll", f"rolls are numbered 1 to {MAX_ROLLS}")
    known = (state.registers.get(session.id) or Register()).rolls
    return session, known.get(number, Roll(roll=number))


def _check_times(command: PlanRoll) -> None:
    try:
        moments = [
            parse_utc(utc) for utc in (command.opens_utc, command.closes_utc) if utc is not None
        ]
    except ValueError as error:
        raise Refused("bad_time", str(error)) from error
    if moments != sorted(moments):
        raise Refused("bad_time", "it would close before it opens")
