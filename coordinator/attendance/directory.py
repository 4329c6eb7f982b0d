"""Keeps the index that guests are looked up in, made anew when the members change."""

from collections.abc import Sequence

from signaling.roll import GuestNamed

from ..fact import PointEntered, PointWithdrawn
from ..runtime import Runtime
from ..state import Recorded
from .fact import BranchListed, PersonForgotten
from .match import Match, MemberIndex, index, listing


class Directory:
    """Everybody whose name is kept."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._index: MemberIndex | None = None
        runtime.listen(self._hear)

    def find(self, guest: GuestNamed) -> Match | None:
        """Return whom a guest is, None where no names are kept."""
        if not self._runtime.state.members:
            return None
        if self._index is None:
            self._index = self._made()
        return self._index.find(guest.number, guest.name or "", guest.unit)

    def _made(self) -> MemberIndex:
        state = self._runtime.state
        units = {code: (point.name, point.unit, code) for code, point in state.points.items()}
        return index(listing(state.members, units, self._runtime.people))

    def _hear(self, rows: Sequence[Recorded]) -> None:
        changes = (BranchListed, PersonForgotten, PointEntered, PointWithdrawn)
        if any(isinstance(row.fact, changes) for row in rows):
            self._index = None
