import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.errors import CommitFailed, JournalDamaged, JournalLocked, JournalUnavailable
from coordinator.fact import PointWithdrawn
from coordinator.journal import DataLock, Entry, SqliteJournal, open_to_write
from coordinator.person import Person
from coordinator.state import Recorded

pytestmark = pytest.mark.real_io


def row(n: int, code: str = "A", origin: str | None = None) -> Recorded:
    fact = PointWithdrawn(code=code)
    utc = "2026-10-04T00:00:00.000Z"
    return Recorded(n=n, session="s1", utc=utc, actor="test", origin=origin, fact=fact)


def opened(path: Path) -> SqliteJournal:
    journal = SqliteJournal(path, "boot")
    list(journal.read())
    journal.start()
    return journal


async def test_what_was_appended_is_read_again_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    futures = [journal.append(Entry(rows=(row(n),))) for n in range(1, 201)]
    await asyncio.gather(*futures)
    await journal.append(
        Entry(rows=(row(201),), people={"p": Person(name="Lan")}, notes={"n": "chú ý"})
    )
    journal.close()
    journal = SqliteJournal(path, "boot2")
    assert [r.n for r in journal.read()] == list(range(1, 202))
    assert journal.people() == {"p": Person(name="Lan")}
    assert journal.notes() == {"n": "chú ý"}
    journal.close()
    journal.close()


async def test_commits_are_synchronous_and_write_ahead(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal.db")
    db = journal._db
    assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    journal.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal SET body = replace(body, 'A', 'B') WHERE n = 2",
        "UPDATE journal SET actor = 'somebody' WHERE n = 2",
        "UPDATE journal SET utc = '2026-10-04T00:00:01.000Z' WHERE n = 2",
        "UPDATE journal SET session = NULL WHERE n = 2",
        "DELETE FROM journal WHERE n = 2",
        "UPDATE journal SET hash = x'00' WHERE n = 3",
    ],
)
async def test_whatever_is_changed_afterwards_is_found(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    await journal.append(Entry(rows=(row(1), row(2), row(3))))
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute(sql)
    db.close()
    journal = SqliteJournal(path, "boot")
    with pytest.raises(JournalDamaged, match=r"row [23]"):
        list(journal.read())
    journal.close()


async def test_emptying_the_personal_tables_leaves_the_chain_valid(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    await journal.append(Entry(rows=(row(1),), people={"p": Person(name="Lan")}))
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM person")
    db.close()
    journal = SqliteJournal(path, "boot")
    assert len(list(journal.read())) == 1
    journal.close()


async def test_after_a_failed_commit_nothing_is_written_any_more(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    await journal.append(Entry(rows=(row(1, origin="d/s/1"),)))
    with pytest.raises(CommitFailed):
        await journal.append(Entry(rows=(row(2, origin="d/s/1"),)))
    for n in (2, 3):  # The chain has moved on, so that only the failure stops row 3.
        with pytest.raises(CommitFailed):
            await journal.append(Entry(rows=(row(n),)))
    journal.close()
    journal = SqliteJournal(path, "boot")
    assert [r.n for r in journal.read()] == [1]
    journal.close()


async def test_whatever_the_writing_thread_stumbles_over_is_told_to_who_waits(
    tmp_path: Path,
) -> None:
    """A thread that just ended would leave everybody waiting, and nobody warned."""
    journal = opened(tmp_path / "journal.db")
    too_large = Recorded(
        n=2**70, session=None, utc="", actor="", origin=None, fact=PointWithdrawn(code="A")
    )
    journal._chain.n = too_large.n - 1
    with pytest.raises(CommitFailed, match="OverflowError"):
        await journal.append(Entry(rows=(too_large,)))
    with pytest.raises(CommitFailed, match="OverflowError"):
        await journal.append(Entry(rows=(row(1),)))
    journal.close()


def test_a_folder_that_cannot_be_written_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()
    with pytest.raises(JournalUnavailable):
        DataLock(tmp_path).take()
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(JournalUnavailable):
        open_to_write(tmp_path / "journal.db")


async def test_a_row_out_of_order_is_our_own_fault_and_fails(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal.db")
    with pytest.raises(CommitFailed, match="cannot follow"):
        await journal.append(Entry(rows=(row(7),)))
    journal.close()


def test_one_process_owns_the_data_folder(tmp_path: Path) -> None:
    first, second = DataLock(tmp_path), DataLock(tmp_path)
    first.take()
    with pytest.raises(JournalLocked, match=str(os.getpid())):
        second.take()
    first.free()
    first.free()
    second.take()
    second.free()


WRITER = """
import asyncio, sys
from pathlib import Path
from coordinator.journal import Entry
from tests.coordinator.test_journal import opened, row

async def main():
    journal, n = opened(Path(sys.argv[1])), 0
    while True:
        n += 1
        await journal.append(Entry(rows=(row(n),)))
        print(n, flush=True)

asyncio.run(main())
"""


def test_what_was_acked_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for attempt in range(5):
        path.unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        acked = 0
        while acked < 50 * (attempt + 1):
            acked = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        acked = int((process.stdout.read().splitlines() or [str(acked)])[-1] or acked)
        process.wait()
        process.stdout.close()
        journal = SqliteJournal(path, "boot")
        rows = [r.n for r in journal.read()]
        journal.close()
        assert rows == list(range(1, len(rows) + 1))
        assert len(rows) >= acked
