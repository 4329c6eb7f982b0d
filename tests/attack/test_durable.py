"""Nothing is acked that is not on disk: neither the first of a fact nor its repeat."""

import asyncio

import msgspec

from coordinator.entry import EntryDesk
from coordinator.journal import Entry
from coordinator.runtime import Runtime
from signaling.messages import FactEnter
from tests.harness.facts import planned, point
from tests.harness.memory_journal import MemoryJournal


class HeldJournal(MemoryJournal):
    """Commits when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[tuple[Entry, asyncio.Future[None]]] = []
        self.holds = False

    def append(self, entry: Entry) -> "asyncio.Future[None]":
        if not self.holds:
            return super().append(entry)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held.append((entry, future))
        return future

    def commit(self) -> None:
        """Let everything that waits be on disk."""
        for entry, future in self.held:
            self._commit(entry, future)
        self.held.clear()


async def test_neither_a_fact_nor_its_repeat_is_acked_before_the_commit() -> None:
    journal = HeldJournal()
    runtime = Runtime(journal, "boot", lambda: None)
    await runtime.change([point("A"), planned()], actor="t")
    journal.holds = True
    fact = FactEnter(
        spool="s",
        seq=1,
        entered_utc="2026-10-04T00:45:00.000Z",
        kind="point.checked_in",
        body=msgspec.Raw(b'{"branches":[{"reported":4}]}'),
    )
    desk = EntryDesk(runtime)
    first, repeat = (asyncio.create_task(desk.record("d1", "A", fact)) for _ in range(2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(journal.held) == 1, "written once"
    assert not first.done()
    assert not repeat.done()
    journal.commit()
    assert (await first) == (await repeat)
    assert (await first).note is None
