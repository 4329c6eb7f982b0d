"""Copies of the journal while it is being written, and the way back from one.

A copy is consistent (SQLite's backup API, one read transaction), checked row by row before it
gets its name, and on disk before it is said to exist. Restoring puts a copy in the place of
the journal; what the halls entered since comes back from their spools by itself
(PROTOCOL.md section 5, rule 7).

Not here: when copies are made (``backup_desk``).
"""

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from .chain import Chain
from .errors import JournalDamaged
from .journal import open_to_read, read_rows

PREFIX, SUFFIX = "journal-", ".db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What is in a journal whose chain is whole."""

    path: Path
    rows: int
    last_utc: str
    "Of the last row; empty for none."
    hash: str
    "Of the last row, hex: two copies with the same one are the same."
    bytes: int


def verify(path: Path) -> Verified:
    """Read a journal from its first row to its last; it may be in use.

    Raises:
        JournalDamaged: Names the first row that is not what was written.

    """
    chain, last_utc = Chain(), ""
    with contextlib.closing(open_to_read(path)) as db:
        for row in read_rows(db, chain):
            last_utc = row.utc
    size = path.stat().st_size
    return Verified(path=path, rows=chain.n, last_utc=last_utc, hash=chain.hash.hex(), bytes=size)


def back_up(journal: Path, folder: Path, utc: str) -> Verified:
    """Copy a journal into ``folder`` under a name that holds the instant ``utc``.

    Safe while a coordinator writes it. Blocks; run it beside the event loop.

    Raises:
        JournalDamaged: If the copy is not whole; it is removed, earlier copies stay.
        OSError: If the folder cannot be written.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{PREFIX}{utc.replace(':', '').replace('.', '')}{SUFFIX}"
    partial = target.with_suffix(".partial")
    try:
        _copy(journal, partial)
        verify(partial)
        _replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return verify(target)


def copies(folder: Path) -> list[Path]:
    """Return the copies in a folder, the newest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"), reverse=True)


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest ``keep`` copies."""
    for old in copies(folder)[keep:]:
        old.unlink()


def restore(copy: Path, journal: Path, utc: str) -> Verified:
    """Put a copy in the place of the journal; what was there is kept beside it.

    The caller holds the data folder's lock.

    Raises:
        JournalDamaged: If the copy is not whole; nothing is changed.
        OSError: If the folder cannot be written; nothing is changed.

    """
    verify(copy)
    partial = journal.with_suffix(".partial")
    try:
        _copy(copy, partial)
        _set_aside(journal, utc)
        _replace(partial, journal)
    finally:
        partial.unlink(missing_ok=True)
    return verify(journal)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    # Names and telephones are in it: for its owner only, from the first byte.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        contextlib.closing(open_to_read(source)) as reader,
        contextlib.closing(sqlite3.connect(target)) as writer,
    ):
        try:
            reader.backup(writer)
            # The copy is one file, not three.
            writer.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise JournalDamaged(f"{source.name}: {error}") from error


def _set_aside(journal: Path, utc: str) -> None:
    """Move the journal away, with what belongs to it."""
    stamp = utc.replace(":", "").replace(".", "")
    for suffix in ("", "-wal", "-shm"):
        old = journal.with_name(journal.name + suffix)
        if old.exists():
            old.replace(journal.with_name(f"{journal.stem}-replaced-{stamp}.db{suffix}"))


def _replace(partial: Path, target: Path) -> None:
    """Give a file its name so that a power cut leaves the old one or the new one."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
