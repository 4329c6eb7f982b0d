"""Whose people a fact changes, so that only they are looked at anew. Pure: no I/O."""

from collections.abc import Iterable

from ..fact_base import EnteredFact
from ..state import Recorded, State
from . import fact as a
from .move import guest_key, transfer_key, walk_in_key


def touched(state: State, row: Recorded) -> Iterable[str]:
    """Return the points whose numbers of people a fact may have changed."""
    match row.fact:
        case a.TransferAnnounced(transfer=transfer) | a.TransferConfirmed(transfer=transfer):
            return _moved(state, row, transfer_key(transfer))
        case a.GuestCounted(point=point, home=home, branch=branch, unit_key=unit_key):
            return _moved(state, row, walk_in_key(point, home, branch, unit_key))
        case a.GuestNamed(guest=guest) | a.GuestMatched(guest=guest):
            return _moved(state, row, guest_key(guest))
        case EnteredFact(point=point):
            return (point,)
        case a.RollOpened() | a.RollClosed() | a.ConflictResolved():
            return tuple(state.points)
        case _:
            return ()


def _moved(state: State, row: Recorded, key: str) -> Iterable[str]:
    register = state.registers.get(str(row.session))
    move = register.moves.get(key) if register is not None else None
    return () if move is None else move.points
