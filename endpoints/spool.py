"""What a hall entered, on its own disk until the coordinator has it. Blocking SQLite.

A fact is committed here, with ``synchronous=FULL``, before anybody is told "đã lưu trên máy"
(WAL with NORMAL loses acked commits when the power fails: 230 of 300 simulated cuts, FULL none).
It is numbered in the same transaction, without gaps, and never dropped: only what has been acked,
is older than ``KEEP_ACKED_S`` by the coordinator's clock and is not among the last
``KEEP_ACKED_FACTS`` is deleted. Acked facts are kept that long because the coordinator may be
restored from an older copy; its ``have_through`` then lies behind us and they are sent again.

The file has an identity, 128 random bits born with it. When the coordinator knows facts of this
identity which we do not (the file was restored from a copy, so numbers would be given out
twice), ``renew`` takes a new identity and numbers whatever is not acked anew.

One connection, locked exclusively: SQLite before 3.51.3 can corrupt a WAL that two connections
write, and a second agent on the same folder is a mistake to be told. ``spool_desk`` brings this
class to the event loop.
"""

import contextlib
import re
import secrets
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from signaling.errors import BadMessage
from signaling.fact_window import FactsWanted
from signaling.messages import FactAcked, FactEnter, decode_from_device, encode

from .errors import FactInvalid, SpoolBusy, SpoolUnavailable

KEEP_ACKED_S = 72 * 3600.0
KEEP_ACKED_FACTS = 1_000
SCHEMA_VERSION = 1
THE_DISKS = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
)
"Primary result codes that say nothing against the file. Everything else does."

SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS identity (
    n INTEGER PRIMARY KEY,
    spool TEXT NOT NULL UNIQUE,
    last_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS fact (
    id INTEGER PRIMARY KEY,
    spool TEXT NOT NULL,
    seq INTEGER NOT NULL,
    session TEXT,
    entered_utc TEXT NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    recorded_utc TEXT,
    note TEXT,
    UNIQUE (spool, seq)
) STRICT;
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_IDENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
COLUMNS = (
    "SELECT n, spool, last_seq FROM identity LIMIT 0",
    "SELECT id, spool, seq, session, entered_utc, kind, body, recorded_utc, note FROM fact LIMIT 0",
)
"What a sound file has: a damaged letter in its schema is no damage to SQLite."
PENDING = """
SELECT seq, session, entered_utc, kind, body FROM fact
WHERE spool = ? AND seq > ? AND seq <= ? AND (recorded_utc IS NULL OR seq > ?)
ORDER BY seq LIMIT ?
"""
PURGE = """
DELETE FROM fact WHERE recorded_utc < ?
AND id NOT IN (SELECT id FROM fact ORDER BY id DESC LIMIT ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody entered, before it has a number."""

    kind: str
    body: bytes
    "JSON."
    entered_utc: str
    session: str | None = None


class Spool:
    """One spool file. Use from one thread at a time; ``open_spool`` makes it.

    Raises:
        SpoolUnavailable: From every method, when the disk does not work. The file is as it
            was before the call.
        sqlite3.DatabaseError: On opening, if what the file says of itself cannot be.

    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.spool, self.last_seq = self._read_identity()
        self.pending: int = self._value("SELECT count(*) FROM fact WHERE recorded_utc IS NULL")
        "How many facts the coordinator has not acked."

    def save(self, entry: Entry) -> FactEnter:
        """Commit an entry and return it as the message that will be sent.

        Raises:
            FactInvalid: If no coordinator could read it; nothing was saved.

        """
        fact = FactEnter(
            spool=self.spool,
            seq=self.last_seq + 1,
            session=entry.session,
            entered_utc=entry.entered_utc,
            kind=entry.kind,
            body=msgspec.Raw(entry.body),
        )
        _check(fact)
        with self._transaction():
            self._insert(fact)
            self._set_last_seq(fact.seq)
        self.last_seq, self.pending = fact.seq, self.pending + 1
        return fact

    def pending_after(self, wanted: FactsWanted) -> list[FactEnter]:
        """Return the facts to be sent next, the oldest first."""
        with _translated():
            rows = self._database.execute(
                PENDING,
                (self.spool, wanted.after, wanted.through, wanted.have_through, wanted.limit),
            ).fetchall()
        return [
            FactEnter(
                spool=self.spool,
                seq=seq,
                session=session,
                entered_utc=entered_utc,
                kind=kind,
                body=msgspec.Raw(body),
            )
            for seq, session, entered_utc, kind, body in rows
        ]

    def acked(self, acks: Sequence[FactAcked]) -> None:
        """Note that the coordinator recorded these, when, and with which note."""
        with self._transaction():
            for ack in acks:
                self._database.execute(
                    "UPDATE fact SET recorded_utc = ?, note = ? WHERE spool = ? AND seq = ?",
                    (ack.recorded_utc, ack.note, ack.spool, ack.seq),
                )
            pending = self._value("SELECT count(*) FROM fact WHERE recorded_utc IS NULL")
        self.pending = pending

    def renew(self, again: Collection[int] = ()) -> None:
        """Take a new identity; whatever is not acked, and ``again``, is numbered from 1 anew.

        What was acked stays under the old identity until it is purged.
        """
        spool = new_identity()
        with self._transaction():
            rows = self._database.execute(
                "SELECT id, seq, recorded_utc FROM fact WHERE spool = ? ORDER BY seq", (self.spool,)
            ).fetchall()
            moved = [row for row, seq, recorded in rows if recorded is None or seq in again]
            for number, row in enumerate(moved, start=1):
                self._database.execute(
                    "UPDATE fact SET spool = ?, seq = ?, recorded_utc = NULL, note = NULL"
                    " WHERE id = ?",
                    (spool, number, row),
                )
            self._database.execute(
                "INSERT INTO identity (spool, last_seq) VALUES (?, ?)", (spool, len(moved))
            )
        self.spool, self.last_seq, self.pending = spool, len(moved), len(moved)

    def purge(self, recorded_before_utc: str) -> int:
        """Delete facts acked before this moment, but not the last ones; return how many."""
        with self._transaction():
            return self._database.execute(PURGE, (recorded_before_utc, KEEP_ACKED_FACTS)).rowcount

    def close(self) -> None:
        """Close the file. Calling it twice is safe."""
        self._database.close()

    def _insert(self, fact: FactEnter) -> None:
        self._database.execute(
            "INSERT INTO fact (spool, seq, session, entered_utc, kind, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (fact.spool, fact.seq, fact.session, fact.entered_utc, fact.kind, bytes(fact.body)),
        )

    def _set_last_seq(self, seq: int) -> None:
        self._database.execute(
            "UPDATE identity SET last_seq = ? WHERE spool = ?", (seq, self.spool)
        )

    def _read_identity(self) -> tuple[str, int]:
        newest = "SELECT spool, last_seq FROM identity ORDER BY n DESC LIMIT 1"
        with self._transaction():
            row = self._database.execute(newest).fetchone()
            if row is None:
                row = (new_identity(), 0)
                self._database.execute("INSERT INTO identity (spool, last_seq) VALUES (?, ?)", row)
        spool, last_seq = row
        newest = self._value("SELECT coalesce(max(seq), 0) FROM fact WHERE spool = ?", (spool,))
        if not _IDENT.fullmatch(spool) or last_seq < newest:
            raise sqlite3.DatabaseError(f"no identity: {spool!r} at {last_seq}, {newest} facts")
        return spool, last_seq

    def _value(self, query: str, values: Sequence[str] = ()) -> Any:
        with _translated():
            return self._database.execute(query, values).fetchone()[0]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _translated():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._roll_back()
                raise
            try:
                self._database.execute("COMMIT")
            except sqlite3.Error:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # After some errors (a full disk) SQLite has rolled back by itself.
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")


def _check(fact: FactEnter) -> None:
    """See that the message can be read: one that cannot would be resent for ever."""
    try:
        decode_from_device(encode(fact))
    except BadMessage as error:
        raise FactInvalid(str(error)) from error


def new_identity() -> str:
    """Return 128 random bits as an ``Ident``."""
    return secrets.token_urlsafe(16)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SpoolUnavailable(str(error)) from error


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for one writer and see that it is sound.

    Raises:
        SpoolBusy: If another process has it open.
        SpoolUnavailable: If it cannot be opened, or a newer version wrote it.
        sqlite3.DatabaseError: If it is not a sound database.

    """
    try:
        database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise SpoolUnavailable(str(error)) from error
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def prepare(database: sqlite3.Connection) -> None:
    """Set what makes a commit durable, and see that the file is sound. Raises as ``connect``."""
    try:
        # Exclusive before the first access: then no shared-memory file is ever made.
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise SpoolUnavailable(f"written by a newer version ({version})")
        verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        database.executescript(SCHEMA)
        for columns in COLUMNS:
            database.execute(columns)
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise SpoolBusy(str(error)) from error
        if code in THE_DISKS:
            raise SpoolUnavailable(str(error)) from error
        raise sqlite3.DatabaseError(str(error)) from error
