"""Whose turn it is to decode every frame. Pure: no I/O.

A machine cannot decode the programme for a whole fleet, so a few halls at a time do, those who
have waited longest, and the rest decode key frames only. Halls come and go; who comes late is
served at once.
"""

from collections.abc import Set


class Rotation:
    """Deals the turns of one fleet.

    Args:
        size: How many halls a turn has, as long as there are so many.

    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._turn = 0
        self._served: dict[str, int] = {}
        self._here: set[str] = set()

    def receive_here(self, code: str) -> None:
        """Note that a hall receives."""
        self._here.add(code)

    def receive_gone(self, code: str) -> None:
        """Note that a hall receives no more."""
        self._here.discard(code)

    def next_turn(self) -> Set[str]:
        """Return whose turn it is from now on."""
        self._turn += 1
        waiting = sorted(self._here, key=lambda code: (self._served.get(code, 0), code))
        chosen = frozenset(waiting[: self._size])
        self._served |= dict.fromkeys(chosen, self._turn)
        return chosen
