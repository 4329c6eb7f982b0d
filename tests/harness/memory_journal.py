"""A journal without a disk, for tests on virtual time. Its commits take one turn of the loop."""

import asyncio
from collections.abc import Iterator

from coordinator.journal import Entry
from coordinator.person import Person
from coordinator.state import Recorded


class MemoryJournal:
    """Keeps rows in a list. ``fail`` makes every later commit fail with this error."""

    def __init__(self) -> None:
        self.rows: list[Recorded] = []
        self.fail: Exception | None = None

    def read(self) -> Iterator[Recorded]:
        return iter(list(self.rows))

    def people(self) -> dict[str, Person]:
        return {}

    def notes(self) -> dict[str, str]:
        return {}

    def append(self, entry: Entry) -> "asyncio.Future[None]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        loop.call_soon(self._commit, entry, future)
        return future

    def _commit(self, entry: Entry, future: "asyncio.Future[None]") -> None:
        if self.fail is not None:
            future.set_exception(self.fail)
            return
        self.rows.extend(entry.rows)
        future.set_result(None)
