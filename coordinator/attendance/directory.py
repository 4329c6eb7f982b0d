"""Keeps the index that guests and members are looked up in. Carries; the rules: ``match``.

Folding a name costs 0.05 ms, all of 32,000 nearly two seconds (measured 2026-11): so it is done a
few at a time beside the entries, after a start and after an import, and whoever asks before it is
ready waits for the rest.
"""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice

from signaling.roll import GuestNamed

from ..fact import PointEntered
from ..fact_base import Ref
from ..runtime import Runtime
from ..state import Recorded
from .fact import BranchListed, PersonForgotten
from .match import Listed, Match, MemberIndex

AT_ONCE = 64
PAUSE_S = 0.01


class Directory:
    """Everybody whose name is kept."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._loop = asyncio.get_running_loop()
        self._index = MemberIndex()
        self._waiting: dict[Ref, None] = {}
        "In the order they came."
        self._timer: asyncio.TimerHandle | None = None
        self._await(runtime.state.home_of)
        runtime.listen(self._hear)

    def find(self, guest: GuestNamed) -> Match | None:
        """Return whom a guest is, None where no names are kept."""
        if not self._runtime.state.members:
            return None
        self._enter(len(self._waiting))
        return self._index.find(guest.number, guest.name or "", guest.unit)

    def search(self, text: str) -> list[Ref]:
        """Return whom a part of a name, or a number, fits."""
        self._enter(len(self._waiting))
        return self._index.search(text)

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hear(self, rows: Sequence[Recorded]) -> None:
        state = self._runtime.state
        for row in rows:
            match row.fact:
                case BranchListed(members=members):
                    self._await(member.ref for member in members)
                case PointEntered(code=code):
                    here = (listed for (at, _b), listed in state.members.items() if at == code)
                    self._await(ref for listed in here for ref in listed)
                case PersonForgotten(refs=refs):
                    for ref in refs:
                        self._index.remove(ref)
                case _:
                    pass

    def _await(self, refs: Iterable[Ref]) -> None:
        self._waiting |= dict.fromkeys(refs)
        if self._waiting and self._timer is None:
            self._timer = self._loop.call_later(PAUSE_S, self._go_on)

    def _go_on(self) -> None:
        self._timer = None
        self._enter(AT_ONCE)
        self._await(())

    def _enter(self, count: int) -> None:
        """Enter so many of those who wait."""
        for ref in list(islice(self._waiting, count)):
            del self._waiting[ref]
            member = self._listed(ref)
            if member is not None:
                self._index.add(member)

    def _listed(self, ref: Ref) -> Listed | None:
        """Return a member as he can be looked up, None when his name is not kept any more."""
        person, home = self._runtime.people.get(ref), self._runtime.state.home_of.get(ref)
        if person is None or home is None:
            return None
        point = self._runtime.state.points.get(home[0])
        units = (point.name, point.unit, point.code) if point is not None else ()
        places = (home[1], *units)
        return Listed(ref=ref, number=person.number, name=person.name, places=places)
