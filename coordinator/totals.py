"""The sums over all points, kept as points change. Pure: no I/O.

What a change costs does not depend on how many points there are: screens are told four times a
second, and while thousands of devices come back every time is another sum.
"""

from collections import Counter
from collections.abc import Iterable

from signaling.watch import PeopleView, PointView, TotalsView


class Totals:
    """Adds points up.

    Args:
        views: The points as screens have them.

    """

    def __init__(self, views: Iterable[PointView] = ()) -> None:
        self._sums: Counter[str] = Counter()
        self._presence: Counter[str] = Counter()
        self._readiness: Counter[str] = Counter()
        self._reception: Counter[str] = Counter()
        self._tiles: Counter[str] = Counter()
        for view in views:
            self.add(view)

    def add(self, view: PointView) -> None:
        """Count a point."""
        self._count(view, 1)

    def remove(self, view: PointView) -> None:
        """Count a point no longer, as it was when it was added."""
        self._count(view, -1)

    @property
    def view(self) -> TotalsView:
        """The sums; what nobody has told yet is None, not zero."""
        sums = self._sums
        return TotalsView(
            points=sums["points"],
            points_reported=sums["who reported"],
            points_answered=sums["who answered"],
            people=PeopleView(
                expected=sums["expected"],
                reported=sums["reported"] if sums["who reported"] else None,
                present=sums["present"] if sums["who told present"] else None,
                excused=sums["excused"],
                guests=sums["guests"],
            ),
            presence=dict(+self._presence),
            readiness=dict(+self._readiness),
            reception=dict(+self._reception),
            tiles=dict(+self._tiles),
        )

    def _count(self, view: PointView, sign: int) -> None:
        people, sums = view.attendance, self._sums
        sums["points"] += sign
        sums["who answered"] += sign * (view.roll_answered is True)
        sums["expected"] += sign * people.expected
        sums["excused"] += sign * people.excused
        sums["guests"] += sign * people.guests
        if people.reported is not None:
            sums["who reported"] += sign
            sums["reported"] += sign * people.reported
        if people.present is not None:
            sums["who told present"] += sign
            sums["present"] += sign * people.present
        self._presence[view.presence.value] += sign
        self._readiness[view.readiness.value] += sign
        self._reception[view.reception.value] += sign
        self._tiles[view.tile.value] += sign


def totals_view(points: Iterable[PointView]) -> TotalsView:
    """Return the sums over these points."""
    return Totals(points).view
