"""A disk whose power can be cut at any moment, as a virtual file system of SQLite.

Everything SQLite writes, truncates and syncs is recorded in order, with marks of when somebody
was told that a commit is durable. ``image`` then builds what is left on the disk when the power
fails after so many operations: all that was synced, and of the rest a random part, the last
write torn at a sector. What a program promised before that moment must be in the image.

SQLite itself is tested this way (sqlite.org/testing.html). Python's ``sqlite3`` cannot load a
virtual file system, hence apsw; the statements and pragmas are the product's own.
"""

import contextlib
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import apsw

SECTOR = 512

Operation = tuple[str, str, int, bytes]
"What (write, truncate, sync, delete, mark), which file, offset or size or mark, data."


class Disk(apsw.VFS):
    """Records what SQLite does to the files of one folder.

    Args:
        name: Of the virtual file system; one at a time.

    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.operations: list[Operation] = []
        self.fails: dict[str, type[apsw.Error]] = {}
        "What goes wrong from now on: an error by operation."
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":
        """Open a file whose changes are recorded."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _File(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file."""
        super().xDelete(filename, syncdir)
        self.record("delete", filename)

    def record(self, what: str, path: str, number: int = 0, data: bytes = b"") -> None:
        """Note an operation."""
        self.operations.append((what, Path(path).name, number, data))

    def refuse(self, what: str) -> None:
        """Fail an operation that is set to fail.

        Raises:
            apsw.Error: The one that was set.

        """
        error = self.fails.get(what)
        if error is not None:
            raise error(f"{what} fails")

    def mark(self, number: int) -> None:
        """Note that somebody was told that everything up to ``number`` is durable."""
        self.record("mark", "", number)

    def connect(self, path: Path) -> "Database":
        """Open a database on this disk."""
        return Database(apsw.Connection(str(path), vfs=self.name))

    def image(self, until: int, folder: Path, dice: random.Random) -> int:
        """Write what is left after a cut before operation ``until``; return the last mark."""
        files, marked = _after(self.operations[:until], dice)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return marked


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str, name: Any, flags: list[int]) -> None:
        self._disk, self._path_ = disk, path
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.refuse("write")
        super().xWrite(data, offset)
        self._disk.record("write", self._path_, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._disk.record("truncate", self._path_, newsize)

    def xSync(self, flags: int) -> None:
        self._disk.refuse("sync")
        super().xSync(flags)
        self._disk.record("sync", self._path_)


def _after(operations: Sequence[Operation], dice: random.Random) -> tuple[dict[str, bytes], int]:
    durable: dict[str, bytearray] = {}
    pending: dict[str, list[Operation]] = {}
    marked = 0
    for operation in operations:
        what, name, number, _data = operation
        if what == "mark":
            marked = number
        elif what == "delete":
            durable.pop(name, None)
            pending.pop(name, None)
        elif what == "sync":
            content = durable.setdefault(name, bytearray())
            for done in pending.pop(name, []):
                _apply(content, done)
        else:
            pending.setdefault(name, []).append(operation)
    for name, waiting in pending.items():
        content = durable.setdefault(name, bytearray())
        for lucky in _survivors(waiting, dice):
            _apply(content, lucky)
    return {name: bytes(content) for name, content in durable.items()}, marked


def _survivors(waiting: Sequence[Operation], dice: random.Random) -> Iterable[Operation]:
    """Pick what of the unsynced reached the disk; the last of it torn."""
    kept = [operation for operation in waiting if dice.random() < 0.5]
    if kept and kept[-1][0] == "write":
        what, name, offset, data = kept[-1]
        whole = dice.randrange(0, len(data) + 1, SECTOR)
        kept[-1] = (what, name, offset, data[:whole])
    return kept


def _apply(content: bytearray, operation: Operation) -> None:
    what, _name, number, data = operation
    if what == "truncate":
        del content[number:]
        content.extend(bytes(number - len(content)))
        return
    if len(content) < number:
        content.extend(bytes(number - len(content)))
    content[number : number + len(data)] = data


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        translated = sqlite3.OperationalError(str(error))
        translated.sqlite_errorcode = getattr(error, "extendedresult", sqlite3.SQLITE_IOERR)
        raise translated from error


class Database:
    """What the product uses of ``sqlite3.Connection``, on a recorded disk."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        # A virtual file system has no shared memory: the log's index stays in ours.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> apsw.Cursor:
        """Run one statement; an error is what ``sqlite3`` would raise."""
        with _translated():
            return self._connection.execute(sql, tuple(values))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> apsw.Cursor:
        """Run one statement for each row."""
        return self._connection.executemany(sql, rows)

    def executescript(self, sql: str) -> apsw.Cursor:
        """Run several statements."""
        return self._connection.execute(sql)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection.in_transaction:
            with _translated():
                self._connection.execute("COMMIT" if kind is None else "ROLLBACK")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def as_sqlite(self) -> sqlite3.Connection:
        """Return this as what the product's signatures name."""
        return cast(sqlite3.Connection, self)
