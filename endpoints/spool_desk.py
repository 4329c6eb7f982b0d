"""The spool for code on an event loop: its calls run in a thread of their own.

A commit waits for the disk, 0.2 ms on a server and 100 ms on an old PC; on the loop it would hold
up packets of the programme. The thread belongs to the process, not to the spool: a fleet of
halls shares one, and facts are so rare (a person typed each) that they never queue. aiosqlite is
not used: a thread for each file, a hop for each statement, and a thread that can keep the
process from ending.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

from signaling.fact_window import FactsWanted
from signaling.messages import FactAcked, FactEnter

from .spool import Entry, Spool
from .spool_file import OpenedSpool, open_spool

T = TypeVar("T")


class SpoolDesk:
    """Awaitable calls of one spool. What it raises is what ``Spool`` raises.

    Args:
        opened: As ``open_desk`` opened it.
        executor: Of one thread, so that calls run in the order they were made.

    """

    def __init__(self, opened: OpenedSpool, executor: Executor) -> None:
        self.opened = opened
        self._spool: Spool = opened.spool
        self._executor = executor

    @property
    def spool(self) -> str:
        """Identity of the spool."""
        return self._spool.spool

    @property
    def last_seq(self) -> int:
        """Number of the newest fact, 0 for none."""
        return self._spool.last_seq

    @property
    def pending(self) -> int:
        """How many facts are not acked."""
        return self._spool.pending

    async def save(self, entry: Entry) -> FactEnter:
        """Commit an entry; when this returns it survives a power cut."""
        return await in_thread(self._executor, lambda: self._spool.save(entry))

    async def pending_after(self, wanted: FactsWanted) -> list[FactEnter]:
        """Return the facts to be sent next."""
        return await in_thread(self._executor, lambda: self._spool.pending_after(wanted))

    async def acked(self, acks: Sequence[FactAcked]) -> None:
        """Note what the coordinator recorded."""
        await in_thread(self._executor, lambda: self._spool.acked(acks))

    async def renew(self, again: Collection[int] = ()) -> None:
        """Take a new identity."""
        await in_thread(self._executor, lambda: self._spool.renew(again))

    async def purge(self, recorded_before_utc: str) -> int:
        """Delete what was acked long ago."""
        return await in_thread(self._executor, lambda: self._spool.purge(recorded_before_utc))

    async def close(self) -> None:
        """Close the file once the calls before this one are done."""
        await in_thread(self._executor, self._spool.close)


async def open_desk(path: Path, executor: Executor, *, moment: str) -> SpoolDesk:
    """Open the spool at ``path``; arguments and errors are those of ``open_spool``."""
    opened = await in_thread(executor, lambda: open_spool(path, moment))
    return SpoolDesk(opened, executor)


async def in_thread(executor: Executor, call: Callable[[], T]) -> T:
    """Run a call in the executor. A cancelled wait does not undo it."""
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(executor, call))
