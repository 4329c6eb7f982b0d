"""How a simulated hall answers a roll call: late by seconds, as it checked in, some have left.

Pure: no I/O, and chance only as it is given.
"""

from signaling.entry import BranchCount
from signaling.messages import RollState
from signaling.roll import RollCount, RollCounted
from signaling.schema import RollStage

from .life import Draw

FIRST_S, LAST_S = 2.0, 20.0
"Operators need so long, seconds."

LEFT_SHARE = 0.1
"Of the branches: one member of them has left since."


def open_roll(state: RollState, answered: set[int]) -> int | None:
    """Return the roll call that is open and not answered, None when there is none."""
    waiting = [
        line.roll
        for line in state.rolls
        if line.stage is RollStage.OPEN and line.roll not in answered
    ]
    return min(waiting, default=None)


def delay_s(draw: Draw) -> float:
    """Return how long the operator takes."""
    return FIRST_S + (LAST_S - FIRST_S) * draw()


def answer(roll: int, counts: tuple[BranchCount, ...], draw: Draw) -> RollCounted:
    """Return the head counts of a roll call, made from those of the check-in."""
    return RollCounted(roll=roll, branches=tuple(_count(count, draw) for count in counts))


def _count(count: BranchCount, draw: Draw) -> RollCount:
    left = 1 if draw() < LEFT_SHARE and count.reported else 0
    return RollCount(
        branch=count.branch,
        present=count.reported - left,
        excused=count.excused,
        guests=count.guests,
    )
