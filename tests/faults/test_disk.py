"""The disk is full, slow, read-only or broken, at the coordinator and in a hall."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import apsw
import pytest

from coordinator.app import EXIT_COMMIT_FAILED
from coordinator.errors import CommitFailed
from coordinator.journal import Entry, SqliteJournal, open_to_read, prepare
from coordinator.runtime import Runtime
from coordinator.state import Recorded
from endpoints import spool
from endpoints.errors import SpoolUnavailable
from tests.coordinator.test_journal import opened, row
from tests.faults.hall_child import HallChild
from tests.faults.invariant import read
from tests.faults.nursery import Nursery
from tests.faults.power import Disk
from tests.faults.world import Town, under_way
from tests.harness.facts import point

pytestmark = pytest.mark.real_io

PAGE = 4096
SLOW_S = 0.4
UTC = "2026-10-04T00:45:00.000Z"
BROKEN = [
    ("sync", apsw.IOError),
    ("write", apsw.IOError),
    ("write", apsw.FullError),
    ("write", apsw.ReadOnlyError),
]


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Disk]:
    disk = Disk(f"broken-{request.node.name}")
    yield disk
    disk.unregister()


async def test_a_full_disk_acks_nothing_and_all_goes_on_when_there_is_room(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    """Also the disk that its log goes to: what cannot be said must not keep it alive."""
    async with under_way(town, nursery, tmp_path) as world:
        for hall in world.halls:
            await hall.enter(10)
        await world.all_acked()
        world.process.limit_files(1)
        for hall in world.halls:
            await hall.enter(11)
        assert await world.process.ended() == EXIT_COMMIT_FAILED
        before = len(read(world.journal))
        # The service manager starts it again and again; it never serves what it cannot keep.
        for _ in range(2):
            world.process.fail_next("full_disk:1")
            await world.process.start()
            assert await world.process.ended() == EXIT_COMMIT_FAILED
        assert len(read(world.journal)) == before
        assert all(len(hall.acked) == 1 for hall in world.halls)
        await world.restart()


async def test_a_slow_disk_delays_acks_and_nothing_else(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path, fail=f"slow_commit:{SLOW_S}") as world:
        points = [hall.enrolment.point for hall in world.halls]
        await world.wall.until_shown("online", *points)
        await asyncio.gather(*(hall.enter(n) for hall in world.halls for n in range(2)))
        waits = []
        async with aiohttp.ClientSession() as http:
            while not all(len(hall.acked) == 2 for hall in world.halls):
                began = time.monotonic()
                async with http.get(world.process.url + "/livez") as answer:
                    assert answer.status == 200
                waits.append(time.monotonic() - began)
                await asyncio.sleep(0.05)
        assert sorted(waits)[len(waits) // 2] < SLOW_S / 2, "the loop waits for the disk"
        since = [world.wall.seen[code][-1].presence for code in points]
        assert set(since) == {"online"}


@pytest.mark.parametrize(("what", "error"), BROKEN)
async def test_what_the_disk_did_not_take_is_neither_acked_nor_shown(
    tmp_path: Path, disk: Disk, what: str, error: type[apsw.Error]
) -> None:
    database = prepare(disk.connect(tmp_path / "journal.db").as_sqlite())
    journal = SqliteJournal(tmp_path / "journal.db", "boot", database)
    ended: list[str] = []
    shown: list[Recorded] = []
    runtime = Runtime(journal, "boot", lambda: ended.append("ended"))
    runtime.listen(shown.extend)
    journal.start()
    await runtime.change([point("A")], actor="test")
    disk.fails[what] = error
    with pytest.raises(CommitFailed):
        await runtime.change([point("B")], actor="test")
    disk.fails.clear()
    with pytest.raises(CommitFailed):  # The disk works again, but nobody knows what is on it.
        await runtime.change([point("C")], actor="test")
    journal.close()
    assert ended[:1] == ["ended"]
    assert [row.fact for row in shown] == [point("A")]


@pytest.mark.parametrize(("what", "error"), BROKEN)
def test_a_hall_is_told_that_its_disk_did_not_take_it(
    tmp_path: Path, disk: Disk, what: str, error: type[apsw.Error]
) -> None:
    database = disk.connect(tmp_path / "spool.db").as_sqlite()
    spool.prepare(database)
    kept = spool.Spool(database)
    entry = spool.Entry(kind="point.checked_in", body=b'{"branches":[]}', entered_utc=UTC)
    assert kept.save(entry).seq == 1
    disk.fails[what] = error
    with pytest.raises(SpoolUnavailable):
        kept.save(entry)
    disk.fails.clear()
    assert kept.save(entry).seq == 2, "no gap, and no number twice"
    assert kept.pending == 2
    kept.close()


async def test_a_hall_with_a_full_disk_says_so_and_sends_what_it_has(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, world.process.url)
        with tempfile.TemporaryDirectory(prefix="nc-") as place:
            async with HallChild(nursery, enrolment, Path(place)) as hall:
                world.others.append(hall)
                await hall.start()
                await hall.enter(1)
                await hall.until_acked()
                hall.limit_files(0)
                await hall.enter(2)
                assert len(hall.refused) == 1
                await world.wall.until_shown("online", enrolment.point)
                hall.limit_files(1 << 30)
                await hall.enter(3)
                await hall.until_acked()
                assert sorted(hall.entered.values()) == [1, 3]


async def test_a_reader_that_stays_does_not_hold_up_those_who_write(tmp_path: Path) -> None:
    """A copy that takes long, a forgotten shell: the log grows, and no further afterwards."""
    path = tmp_path / "journal.db"
    journal = opened(path)
    log = path.with_name("journal.db-wal")

    async def write(first: int, count: int) -> int:
        for n in range(first, first + count):
            note = {f"n{n}": "x" * PAGE * 8}
            await journal.append(Entry(rows=(row(n),), notes=note))
        return log.stat().st_size

    with contextlib.closing(open_to_read(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal").fetchone()
        held = await write(1, 300)
        assert held > 2_000 * PAGE, "the log was not held"
    assert await write(301, 300) < held * 1.1
    journal.close()
    assert len(read(path)) == 600
