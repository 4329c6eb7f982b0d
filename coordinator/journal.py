"""The append-only journal: SQLite, committed before anything is acked or shown.

One thread owns the one connection that writes. What is appended while a commit runs is
committed together by the next one, so that the cost of ``synchronous=FULL`` is shared. Rows are
chained by hash from row one. A failed commit is final: the process must exit and replay.

Not here: what the facts mean (``fold``), or who may cause them.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from .chain import Chain, Head
from .errors import CommitFailed, JournalDamaged, JournalLocked, JournalUnavailable
from .fact import Ref, decode_fact, encode_fact
from .person import Person
from .state import Recorded

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    n INTEGER PRIMARY KEY,
    session TEXT,
    kind TEXT NOT NULL,
    v INTEGER NOT NULL,
    utc TEXT NOT NULL,
    boot TEXT NOT NULL,
    actor TEXT NOT NULL,
    origin TEXT UNIQUE,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS person (
    ref TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS note (ref TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What belongs into one commit: rows, and the personal data they refer to."""

    rows: tuple[Recorded, ...]
    "In order; ``n`` is assigned by the runtime and must follow the last row."
    people: dict[Ref, Person] = field(default_factory=dict)
    notes: dict[Ref, str] = field(default_factory=dict)
    forgotten: tuple[Ref, ...] = ()
    "Deleted from both tables by this commit."


THE_DISKS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
)
"Primary result codes that say nothing against the file. Everything else does."

Batch = list[tuple[Entry, "asyncio.Future[None]"]]


class Journal(Protocol):
    """Where facts are kept. The seam behind which several coordinators will stand."""

    def append(self, entry: Entry) -> "asyncio.Future[None]":
        """Return a future that is done when the entry is on disk."""

    def read(self) -> Iterator[Recorded]:
        """Yield every row in order, its hash checked."""

    def people(self) -> dict[Ref, Person]:
        """Return everybody's name and telephone."""

    def notes(self) -> dict[Ref, str]:
        """Return every free text."""


class DataLock:
    """The data folder's lock: one process writes. Freed by the kernel when it dies."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            JournalLocked: If another process holds it; the text names its process.
            JournalUnavailable: If the disk does not let us write our name into it.

        """
        try:
            self._take()
        except OSError as error:
            raise JournalUnavailable(f"{self._path}: {error.strerror or error}") from error

    def _take(self) -> None:
        # Not truncated on opening: the holder's process id must stay readable.
        file = open(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+")  # noqa: SIM115
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip()
            file.close()
            raise JournalLocked(f"{self._path.parent} is in use by process {holder}") from error
        self._file = file
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError:
            self.free()
            raise

    def free(self) -> None:
        """Free the lock. Calling it twice is safe."""
        file, self._file = self._file, None
        if file is not None:
            # On a full disk closing tells once more that our name was not taken.
            with contextlib.suppress(OSError):
                file.close()


class SqliteJournal:
    """The journal of one coordinator in ``journal.db`` of its data folder.

    Open it on the loop that will append.

    Args:
        path: Of the database.
        boot: Marks every row written by this process.
        db: The connection that writes; None to open one.

    """

    def __init__(self, path: Path, boot: str, db: sqlite3.Connection | None = None) -> None:
        self._path = path
        self._boot = boot
        self._db = open_to_write(path) if db is None else db
        self._chain = Chain()
        self._queue: queue.SimpleQueue[tuple[Entry, asyncio.Future[None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread: threading.Thread | None = None
        self._failed: CommitFailed | None = None

    def read(self) -> Iterator[Recorded]:
        """Yield every row in order and check the chain. Read to the end before appending.

        Raises:
            JournalDamaged: At the first row that is missing, changed or unreadable.

        """
        return read_rows(self._db, self._chain)

    def people(self) -> dict[Ref, Person]:
        """Return everybody's name and telephone."""
        rows = _read_texts(self._db, "person", "ref, name, phone, number, unit")
        return {
            ref: Person(name=name, phone=phone, number=number, unit=unit)
            for ref, name, phone, number, unit in rows
        }

    def notes(self) -> dict[Ref, str]:
        """Return every free text."""
        return {ref: text for ref, text in _read_texts(self._db, "note", "ref, text")}

    def start(self) -> None:
        """Start the writing thread. The journal must have been read to its end."""
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._thread.start()

    def append(self, entry: Entry) -> asyncio.Future[None]:
        """Return a future that is done when the entry is on disk.

        Its exception is ``CommitFailed`` when it could not be written; nothing appended
        after it will be written either.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put((entry, future))
        return future

    def close(self) -> None:
        """Write what was appended, then let go of the file. Calling it twice is safe."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._db.close()

    def _write_all(self) -> None:
        """Run on the writing thread until None comes."""
        while (first := self._queue.get()) is not None:
            batch: Batch = [first]
            last = False
            while not self._queue.empty() and len(batch) < 500:
                item = self._queue.get()
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: Batch) -> None:
        try:
            if self._failed is not None:
                raise self._failed
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for entry, _future in batch:
                    self._insert(entry)
        # The edge of the thread: whatever goes wrong here, somebody waits to be told. A thread
        # that just ended would leave a coordinator that takes everything and acks nothing.
        except Exception as error:  # noqa: BLE001
            what = f"{self._path.name}: {type(error).__name__}: {error}"
            self._failed = self._failed or CommitFailed(what)
            _resolve(batch, self._failed)
            return
        _resolve(batch, None)

    def _insert(self, entry: Entry) -> None:
        db = self._db
        for ref, person in entry.people.items():
            columns = (ref, person.name, person.phone, person.number, person.unit)
            db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)", columns)
        for ref, text in entry.notes.items():
            db.execute("INSERT INTO note VALUES (?, ?)", (ref, text))
        for ref in entry.forgotten:
            db.execute("DELETE FROM person WHERE ref = ?", (ref,))
            db.execute("DELETE FROM note WHERE ref = ?", (ref,))
        for row in entry.rows:
            if row.n != self._chain.n + 1:
                raise CommitFailed(f"row {row.n} cannot follow row {self._chain.n}")
            body = encode_fact(row.fact)
            kind, v = row.fact.KIND, row.fact.V
            head: Head = (
                row.n, row.session, kind, v, row.utc, self._boot, row.actor, row.origin
            )  # fmt: skip
            values = (*head, body.decode(), self._chain.append(head, body))
            db.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?,?,?)", values)


def read_rows(db: sqlite3.Connection, chain: Chain) -> Iterator[Recorded]:
    """Yield every row in order, and follow the chain with them.

    The pages are looked at first: a damaged list of free ones says nothing of the rows, but
    whoever writes on by it overwrites them. 50,000 rows: 0.05 s for it, 0.5 s for the chain.

    Raises:
        JournalDamaged: If a page is damaged; at the first row that is missing, changed or
            unreadable.

    """
    columns = "n, session, kind, v, utc, boot, actor, origin, body, hash"
    try:
        [[verdict]] = db.execute("PRAGMA integrity_check(1)").fetchall()
        if verdict != "ok":
            raise JournalDamaged(verdict)
        for *head, body, hash_ in db.execute(f"SELECT {columns} FROM journal ORDER BY n"):  # noqa: S608
            yield _recorded(head, body, hash_, chain)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise JournalDamaged(f"after row {chain.n}: {error}") from error


def _read_texts(db: sqlite3.Connection, table: str, columns: str) -> Iterator[list[str]]:
    """Yield rows of texts. These tables are in no chain: a damaged letter ends no session."""
    cast = ", ".join(f"CAST({name} AS BLOB)" for name in columns.split(", "))
    for row in db.execute(f"SELECT {cast} FROM {table}"):  # noqa: S608
        yield [bytes(value).decode(errors="replace") for value in row]


def _recorded(head: Sequence[Any], body: object, hash_: object, chain: Chain) -> Recorded:
    """Return a row as it was written. A damaged page can hold values of any type."""
    n, session, kind, v, utc, boot, actor, origin = head
    if not isinstance(body, str) or not isinstance(hash_, bytes):
        raise JournalDamaged(f"row {n} is not what was written: its values are of other types")
    text = body.encode()
    chain.check((n, session, kind, v, utc, boot, actor, origin), text, hash_)
    fact = decode_fact(kind, v, text)
    return Recorded(n=n, session=session, utc=utc, actor=actor, origin=origin, fact=fact)


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a journal that another process may be writing. It cannot be changed through this.

    Raises:
        JournalDamaged: If there is no database at ``path``.

    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        # A reader that checkpoints beside the writer can corrupt the file (SQLite < 3.51.3).
        db.execute("PRAGMA wal_autocheckpoint=0")
        db.execute("SELECT count(*) FROM journal").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise JournalDamaged(f"{path}: {error}") from error
    return db


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a journal as the one connection that writes it; made when there is none.

    Raises:
        JournalDamaged: If there is something else at ``path``.
        JournalUnavailable: If the disk does not let us: it is full, say, or read-only.

    """
    try:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise JournalUnavailable(f"{path}: {error}") from error
    try:
        return prepare(db)
    # SQLite quotes what it found, and Python cannot always read that.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        db.close()
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in THE_DISKS:
            raise JournalUnavailable(f"{path}: {error}") from error
        raise JournalDamaged(f"{path}: {error}") from error


def prepare(db: sqlite3.Connection) -> sqlite3.Connection:
    """Set what makes a commit durable, and see that the tables are there."""
    db.execute("PRAGMA journal_mode=WAL")
    # NORMAL loses acked commits on power loss (reference: 230 of 300 simulated cuts).
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA busy_timeout=5000")
    # Deleted names must be gone from the file, not only from the table.
    db.execute("PRAGMA secure_delete=ON")
    db.executescript(SCHEMA)
    _add_columns(db)
    return db


def _add_columns(db: sqlite3.Connection) -> None:
    """Give the table of an older version the columns it lacks."""
    known = {name for _i, name, *_rest in db.execute("PRAGMA table_info(person)")}
    for name in ("number", "unit"):
        if name not in known:
            db.execute(f"ALTER TABLE person ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")


def _resolve(batch: Batch, error: Exception | None) -> None:
    """Finish the futures of a batch from the writing thread, in order."""

    def finish() -> None:
        for _entry, future in batch:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

    try:
        batch[0][1].get_loop().call_soon_threadsafe(finish)
    except RuntimeError:
        # The loop is closed: nobody waits any more, and what is on disk is on disk.
        return
