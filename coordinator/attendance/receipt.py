"""What a hall is told of roll calls, and of what the centre has recorded of it. Pure: no I/O."""

from signaling.messages import (
    BranchRecorded,
    EarlierSession,
    HallRecorded,
    RollLine,
    RollRecorded,
    RollState,
    TransferLine,
)
from signaling.schema import Phase, RollStage

from ..state import State
from .move import Move, announced_of, confirmed_of
from .register import Register
from .roll import rolls_of
from .seat import Sitting
from .total import Row, Sum, point_rows

EARLIER = 4
"A year of quarters: who missed more than that is not made up for by a phone."


def roll_state(state: State, usual: int, *, names: bool) -> RollState:
    """Return the roll calls of the session, as many as are usual."""
    session = state.session
    if session is None:
        return RollState(names=names, earlier=_earlier(state))
    lines = tuple(
        RollLine(
            roll=roll.roll,
            stage=roll.stage,
            opens_utc=roll.opens_utc,
            closes_utc=roll.closes_utc,
            opened_utc=roll.opened_utc,
            closed_utc=roll.closed_utc,
        )
        for roll in rolls_of(state, session.id, usual)
    )
    return RollState(session=session.id, rolls=lines, names=names, earlier=_earlier(state))


def _earlier(state: State) -> tuple[EarlierSession, ...]:
    """Return the last sessions that were closed, the last one first."""
    over = [session for session in state.sessions.values() if session.phase is Phase.CLOSED]
    over.sort(key=lambda session: (session.start_utc, session.id), reverse=True)
    return tuple(
        EarlierSession(session=one.id, title=one.title, start_utc=one.start_utc)
        for one in over[:EARLIER]
    )


def hall_recorded(state: State, code: str) -> HallRecorded:
    """Return what is recorded of one point, and of no other."""
    session, point = state.session, state.points.get(code)
    if session is None or point is None:
        return HallRecorded()
    register = state.registers.get(session.id) or Register()
    asked = [r.roll for r in register.rolls.values() if r.stage is not RollStage.WAITING]
    by_roll = {
        roll: {row.branch: row for row in point_rows(_at(state, session.id, roll), point)}
        for roll in sorted(asked)
    }
    rows = point_rows(_at(state, session.id, None), point)
    keys = sorted(register.moves_of.get(code, ()))
    transfers = [_transfer(register.moves[key], code) for key in keys]
    moments = [row.recorded_utc for found in by_roll.values() for row in found.values()]
    attendance = state.attendance.get((session.id, code))
    if attendance is not None:
        moments.append(attendance.recorded_utc)
    return HallRecorded(
        session=session.id,
        recorded_utc=max(moments, default="") or None,
        branches=tuple(_branch(row, by_roll) for row in rows),
        transfers=tuple(line for line in transfers if line is not None),
    )


def _at(state: State, session: str, roll: int | None) -> Sitting:
    return Sitting(state=state, session=session, roll=roll)


def _branch(row: Row, by_roll: dict[int, dict[str, Row]]) -> BranchRecorded:
    here = row.sum
    return BranchRecorded(
        branch=row.branch,
        expected=here.expected,
        reported=here.reported,
        excused=here.excused,
        exempt=here.exempt,
        guests=here.guests,
        late=here.late,
        left_early=here.left_early,
        excuses=dict(here.excuses),
        elsewhere=here.elsewhere,
        rolls=tuple(
            _roll(roll, rows[row.branch].sum)
            for roll, rows in by_roll.items()
            if row.branch in rows and rows[row.branch].sum.present is not None
        ),
    )


def _roll(roll: int, here: Sum) -> RollRecorded:
    return RollRecorded(
        roll=roll,
        present=here.present or 0,
        excused=here.excused,
        exempt=here.exempt,
        guests=here.guests,
        late=here.late,
        left_early=here.left_early,
        excuses=dict(here.excuses),
        corrected=here.corrected > 0,
    )


def _transfer(move: Move, code: str) -> TransferLine | None:
    """Return the receipt of a transfer for one of its ends; None for other movements."""
    if move.kind != "transfer":
        return None
    home = announced_of(move)
    outgoing = home is not None and home.point == code
    ends = None if home is None else (home.to if outgoing else home.point)
    return TransferLine(
        transfer=move.key.partition("/")[2],
        outgoing=outgoing,
        other=ends,
        branch="" if home is None else home.branch,
        people=None if home is None else home.people,
        confirmed=confirmed_of(move),
    )
