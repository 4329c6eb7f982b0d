"""The one owner of the state: decides, folds, commits, then publishes. The shell of ``fold``.

Everything here runs on one event loop. A change is folded at once, so that the next decision
sees it, and shown and acked only when it is on disk. If a commit fails, nothing that was folded
since may ever be shown: ``on_fatal`` must end the process, and the next one replays.
"""

import asyncio
import gc
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from config.roster.members import MemberRow
from config.utc import format_utc

from .errors import CommitFailed
from .fact import Fact, Ref
from .fold import evolve, replay
from .journal import Entry, Journal
from .person import Person
from .state import Recorded, State

log = structlog.get_logger(__name__)

Listener = Callable[[Sequence[Recorded]], None]


@dataclass(kw_only=True)
class Personal:
    """Personal data gathered on the way to a commit; what the facts hold are its refs."""

    people: dict[Ref, Person] = field(default_factory=dict)
    notes: dict[Ref, str] = field(default_factory=dict)
    forgotten: tuple[Ref, ...] = ()
    "What this change deletes."

    def add_person(self, name: str, phone: str = "") -> Ref:
        """Keep a person and return the reference."""
        ref = secrets.token_urlsafe(12)
        self.people[ref] = Person(name=name, phone=phone)
        return ref

    def add_guest(self, name: str, number: str, unit: str) -> Ref:
        """Keep a guest as he introduced himself and return the reference."""
        ref = secrets.token_urlsafe(12)
        self.people[ref] = Person(name=name, number=number, unit=unit)
        return ref

    def add_member(self, row: MemberRow) -> Ref:
        """Keep a member of a list and return the reference."""
        ref = secrets.token_urlsafe(12)
        self.people[ref] = Person(name=row.name, number=row.number)
        return ref

    def add_note(self, text: str) -> Ref:
        """Keep a free text and return the reference."""
        ref = secrets.token_urlsafe(12)
        self.notes[ref] = text
        return ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that is on disk."""

    rows: tuple[Recorded, ...]
    recorded_utc: str


class Runtime:
    """Holds the state and its journal.

    Args:
        journal: Not read yet; it is replayed here.
        boot: Identity of this life of the coordinator; the epoch of every screen.
        on_fatal: Called once when a commit failed. Must end the process.

    """

    def __init__(self, journal: Journal, boot: str, on_fatal: Callable[[], None]) -> None:
        self.boot = boot
        self._journal = journal
        self._on_fatal = on_fatal
        self._listeners: list[Listener] = []
        self._last: asyncio.Future[None] | None = None
        self._n = self._committed_n = 0
        with _uncollected():
            self.state: State = replay(self._rows())
        self._committed_n = self._n
        self.people = journal.people()
        self.notes = journal.notes()

    @property
    def facts(self) -> int:
        """How many facts the journal holds."""
        return self._n

    @property
    def waiting(self) -> int:
        """How many facts are not on disk yet."""
        return self._n - self._committed_n

    def listen(self, listener: Listener) -> None:
        """Have ``listener`` called with every commit's rows, in order, once they are on disk.

        It must not block and must not raise.
        """
        self._listeners.append(listener)

    def person(self, ref: Ref | None) -> Person | None:
        """Return a person's data, None when there is none or it was deleted."""
        return None if ref is None else self.people.get(ref)

    async def change(
        self,
        facts: Sequence[Fact],
        *,
        actor: str,
        session: str | None = None,
        origin: str | None = None,
        personal: Personal | None = None,
    ) -> Done:
        """Fold the facts, and return when they are on disk.

        Raises:
            CommitFailed: The process is about to end.

        """
        entry, future = self._fold(facts, actor, session, origin, personal or Personal())
        if future is not None:
            await asyncio.shield(future)
        recorded_utc = entry.rows[-1].utc if entry.rows else self.now_utc()
        return Done(rows=entry.rows, recorded_utc=recorded_utc)

    def record(
        self,
        facts: Sequence[Fact],
        *,
        actor: str,
        session: str | None = None,
        personal: Personal | None = None,
    ) -> None:
        """Fold verdicts of our own machines. Nobody waits for them; listeners hear of them."""
        self._fold(facts, actor, session, None, personal or Personal())

    async def settled(self) -> None:
        """Return when everything folded so far is on disk, so that it may be shown."""
        if self._last is not None:
            await asyncio.shield(self._last)

    def now_utc(self) -> str:
        """Return the present instant as the journal writes it."""
        return format_utc(time.time())

    def _rows(self) -> Iterator[Recorded]:
        """Yield the journal's rows and keep the number of the last one."""
        for row in self._journal.read():
            self._n = row.n
            yield row

    def _fold(
        self,
        facts: Sequence[Fact],
        actor: str,
        session: str | None,
        origin: str | None,
        personal: Personal,
    ) -> tuple[Entry, "asyncio.Future[None] | None"]:
        utc = self.now_utc()
        rows = tuple(
            Recorded(n=self._n + i, session=session, utc=utc, actor=actor, origin=origin, fact=fact)
            for i, fact in enumerate(facts, 1)
        )
        entry = Entry(
            rows=rows,
            people=personal.people,
            notes=personal.notes,
            forgotten=personal.forgotten,
        )
        if not rows:
            return entry, None
        self._n += len(rows)
        self.people |= personal.people
        self.notes |= personal.notes
        for ref in personal.forgotten:
            self.people.pop(ref, None)
            self.notes.pop(ref, None)
        for row in rows:
            evolve(self.state, row)
        self._last = self._journal.append(entry)
        self._last.add_done_callback(lambda future: self._committed(future, rows))
        return entry, self._last

    def _committed(self, future: "asyncio.Future[None]", rows: tuple[Recorded, ...]) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, CommitFailed):
            try:
                log.critical("journal.commit_failed", error=str(error))
            finally:  # The disk that is full may be the log's, too.
                self._on_fatal()
            return
        self._committed_n = rows[-1].n
        for listener in self._listeners:
            listener(rows)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no collection run: a replay makes no garbage in cycles, and walking all it made again
    and again cost a fifth of its time (measured 2026-11, 64,000 entries)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
