"""Which points there are. Pure: no I/O.

Reading files and finding what differs is ``config.roster``; here the rules of the journal: a
code is never reused, and an unchanged point causes no fact.
"""

from collections.abc import Iterable

from config.roster.text import name_key

from .errors import Refused
from .fact import Fact, PointEntered, PointWithdrawn
from .state import State


def change(
    state: State, entered: Iterable[PointEntered], withdrawn: Iterable[str] = ()
) -> list[Fact]:
    """Return what entering and withdrawing points causes.

    Raises:
        Refused: ``code_reused`` for a code that once belonged to another, withdrawn point,
            ``unknown_point`` for one to withdraw that is not there.

    """
    facts: list[Fact] = []
    for point in entered:
        former = state.withdrawn.get(point.code)
        if former is not None and name_key(former.name) != name_key(point.name):
            raise Refused("code_reused", f"code {point.code} belonged to {former.name}")
        if state.points.get(point.code) != point:
            facts.append(point)
    for code in withdrawn:
        if code not in state.points:
            raise Refused("unknown_point", f"no point {code}")
        facts.append(PointWithdrawn(code=code))
    return facts
