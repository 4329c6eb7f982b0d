"""The power fails at any moment: what was promised is there, and what is there is whole."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.fold import replay
from coordinator.journal import Entry, SqliteJournal, prepare
from coordinator.person import Person
from endpoints import spool
from endpoints.spool_file import open_spool
from signaling.fact_window import FactsWanted
from tests.coordinator.test_journal import row
from tests.faults.conftest import Rounds
from tests.faults.power import Disk

pytestmark = pytest.mark.real_io


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Disk]:
    disk = Disk(f"cut-{request.node.name}")
    yield disk
    disk.unregister()


async def test_no_acked_row_of_the_journal_is_lost(
    tmp_path: Path, disk: Disk, rounds: Rounds
) -> None:
    database = prepare(disk.connect(tmp_path / "journal.db").as_sqlite())
    journal = SqliteJournal(tmp_path / "journal.db", "boot", database)
    list(journal.read())
    journal.start()
    n = 0
    for batch in (1, 3, 1, 20, 1, 1, 7, 60, 1, 2) * 12:
        futures = []
        for _ in range(batch):
            n += 1
            person = {f"p{n}": Person(name="Nguyễn Thị Hợp " * 8)}
            futures.append(journal.append(Entry(rows=(row(n),), people=person)))
        await asyncio.gather(*futures)
        disk.mark(n)
    journal.close()
    dice = random.Random(7)
    lost = []
    for cut in range(rounds(200, 1_000)):
        folder = tmp_path / f"image-{cut}"
        folder.mkdir()
        marked = disk.image(dice.randrange(len(disk.operations) + 1), folder, dice)
        found = SqliteJournal(folder / "journal.db", "after")
        rows = list(found.read())
        people = found.people()
        found.close()
        assert len(people) == len(rows), "a row and its person are committed together"
        assert replay(rows).points == {}
        if len(rows) < marked:
            lost.append((cut, len(rows), marked))
    assert lost == []


def test_nothing_a_hall_was_told_is_saved_is_lost(
    tmp_path: Path, disk: Disk, rounds: Rounds
) -> None:
    database = disk.connect(tmp_path / "spool.db").as_sqlite()
    spool.prepare(database)
    kept = spool.Spool(database)
    entry = spool.Entry(
        kind="point.checked_in", body=b'{"note":"' + b"x" * 700 + b'"}', entered_utc=UTC
    )
    for _ in range(150):
        disk.mark(kept.save(entry).seq)
    kept.close()
    dice = random.Random(11)
    for cut in range(rounds(200, 1_000)):
        folder = tmp_path / f"image-{cut}"
        folder.mkdir()
        marked = disk.image(dice.randrange(len(disk.operations) + 1), folder, dice)
        opened = open_spool(folder / "spool.db", "t")
        facts = opened.spool.pending_after(
            FactsWanted(after=0, through=1_000, have_through=0, limit=1_000)
        )
        opened.spool.close()
        assert [fact.seq for fact in facts] == list(range(1, len(facts) + 1))
        assert len(facts) >= marked, cut
        assert opened.set_aside is None or marked == 0


UTC = "2026-10-04T00:45:00.000Z"


def test_the_disk_forgets_what_was_never_synced(tmp_path: Path, disk: Disk) -> None:
    """Without this the tests above would prove nothing: NORMAL loses acked commits."""
    database = disk.connect(tmp_path / "journal.db")
    prepare(database.as_sqlite())
    database.execute("PRAGMA synchronous=NORMAL")
    for n in range(1, 100):
        database.execute("INSERT INTO note VALUES (?, 'x')", (str(n),))
        disk.mark(n)
    database.close()
    dice, lost = random.Random(3), 0
    for cut in range(60):
        folder = tmp_path / f"image-{cut}"
        folder.mkdir()
        marked = disk.image(dice.randrange(len(disk.operations) + 1), folder, dice)
        found = SqliteJournal(folder / "journal.db", "after")
        lost += len(found.notes()) < marked
        found.close()
    assert lost > 10
