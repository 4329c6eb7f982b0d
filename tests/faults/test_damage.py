"""Bits that rot: in the journal, in its copies, in a hall's spool."""

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.__main__ import app
from coordinator.backup import copies, verify
from coordinator.errors import JournalDamaged
from coordinator.journal import Entry, SqliteJournal
from coordinator.person import Person
from coordinator.state import Recorded
from endpoints.spool import Entry as SpoolEntry
from endpoints.spool_file import open_spool
from tests.coordinator.test_journal import opened, row
from tests.faults.conftest import Rounds
from tests.faults.hall_child import HallChild
from tests.faults.nursery import Nursery
from tests.faults.world import Town, under_way

pytestmark = pytest.mark.real_io

UTC = "2026-10-04T00:45:00.000Z"


async def kept(path: Path) -> list[Recorded]:
    """Write a journal with rows, people, long notes, and pages that are free again."""
    journal = opened(path)
    for n in range(1, 41):
        people = {f"p{n}": Person(name=f"Nguyễn Thị Hợp {n}")}
        notes = {f"n{n}": "ý kiến " * 150}
        gone = tuple(f"n{k}" for k in range(1, 31)) if n == 40 else ()
        await journal.append(Entry(rows=(row(n),), people=people, notes=notes, forgotten=gone))
    journal.close()
    whole = SqliteJournal(path, "look")
    rows = list(whole.read())
    whole.close()
    return rows


def served(path: Path) -> list[Recorded] | None:
    """Return what a coordinator would start with; None when it refuses to."""
    journal = None
    try:
        journal = SqliteJournal(path, "boot")
        rows = list(journal.read())
        journal.people(), journal.notes()
    except JournalDamaged:
        return None
    finally:
        if journal is not None:
            journal.close()
    return rows


def verified(path: Path) -> bool:
    try:
        verify(path)
    except JournalDamaged:
        return False
    return True


def flipped(whole: bytes, dice: random.Random) -> bytes:
    """Return the bytes with one of them, or a few dozen in a row, changed."""
    size = dice.choice((1, 1, 64))
    at = dice.randrange(len(whole) - size)
    return whole[:at] + dice.randbytes(size) + whole[at + size :]


async def test_serve_and_verify_agree_about_every_damaged_byte(
    tmp_path: Path, rounds: Rounds
) -> None:
    """Either both refuse it, or both take it and nothing that was recorded has changed."""
    before = await kept(tmp_path / "journal.db")
    whole = (tmp_path / "journal.db").read_bytes()
    with contextlib.closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        [[free]] = db.execute("PRAGMA freelist_count").fetchall()
    assert free > 5, "there are free pages to be damaged"
    dice, refused = random.Random(9), 0
    count = rounds(150, 3_000)
    for n in range(count):
        damaged = flipped(whole, dice)
        for name in ("looked-at", "served"):
            (tmp_path / name).write_bytes(damaged)
        rows, sound = served(tmp_path / "served"), verified(tmp_path / "looked-at")
        assert (rows is not None) == sound, n
        assert rows in (None, before), n
        refused += rows is None
    assert refused > 2, "the damage was felt"


def test_a_hall_starts_whatever_has_become_of_its_spool(tmp_path: Path, rounds: Rounds) -> None:
    """With the file it had, or with a new one beside it."""
    path = tmp_path / "spool.db"
    spool = open_spool(path, "t").spool
    for n in range(30):
        body = b'{"note":"%s"}' % (b"x" * 200 * (n % 5))
        spool.save(SpoolEntry(kind="point.checked_in", body=body, entered_utc=UTC))
    spool.close()
    whole, dice, aside = path.read_bytes(), random.Random(6), 0
    for n in range(rounds(150, 3_000)):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / "spool.db").write_bytes(flipped(whole, dice))
        found = open_spool(folder / "spool.db", "t")
        aside += found.set_aside is not None
        saved = found.spool.save(SpoolEntry(kind="a.b", body=b"{}", entered_utc=UTC))
        assert saved.seq >= 1
        found.spool.close()
        shutil.rmtree(folder)
    assert aside > 10, "the damage was felt"


async def test_what_writes_on_by_a_damaged_list_of_free_pages_is_stopped_before(
    tmp_path: Path,
) -> None:
    await kept(tmp_path / "journal.db")
    data = bytearray((tmp_path / "journal.db").read_bytes())
    page_size, trunk = int.from_bytes(data[16:18], "big"), int.from_bytes(data[32:36], "big")
    # The first free page that it names is now the journal's own first page.
    at = (trunk - 1) * page_size + 8
    data[at : at + 4] = (2).to_bytes(4, "big")
    (tmp_path / "journal.db").write_bytes(data)
    assert not verified(tmp_path / "journal.db")
    assert served(tmp_path / "journal.db") is None


async def test_copies_made_while_halls_enter_facts_are_whole_and_one_serves(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path) as world:
        stop = asyncio.Event()
        entering = [asyncio.create_task(hall.enter_until(stop)) for hall in world.halls]
        data = world.process.data
        for _ in range(3):
            made = await asyncio.to_thread(CliRunner().invoke, app, ["backup", "--data", str(data)])
            assert made.exit_code == 0, made.output
        found = copies(data / "backup")
        assert len(found) >= 3
        assert all(verified(copy) for copy in found)
        # The machine dies, and goes on from the copy with what it has of its disk.
        await world.process.kill()
        restored = await asyncio.to_thread(
            CliRunner().invoke, app, ["restore", str(found[0]), "--data", str(data)]
        )
        assert restored.exit_code == 0, restored.output
        await world.restart()
        stop.set()
        await asyncio.gather(*entering)


async def test_killed_while_it_makes_a_copy_it_leaves_no_half_one(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path) as world:
        for hall in world.halls:
            await hall.enter(3)
        folder = world.process.data / "backup"
        await world.process.kill()
        for copy in copies(folder):
            copy.unlink()
        world.process.fail_next("in_backup")
        await world.process.start()  # It makes a copy at once, since there is none.
        assert await world.process.ended() < 0
        assert copies(folder) == []
        await world.restart()
        async with asyncio.timeout(60):
            while not copies(folder):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert verified(copies(folder)[0])


def tear(path: Path) -> None:
    """Lose the second half, as a file system does that wrote the length first."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = random.Random(1).randbytes(4096)
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [tear, scribble, empty])
async def test_a_hall_whose_spool_is_damaged_goes_on_with_a_new_one(
    tmp_path: Path, town: Town, nursery: Nursery, damage: Callable[[Path], None]
) -> None:
    """What was acked is at the coordinator; the damaged file is set aside whole."""
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, world.process.url)
        with tempfile.TemporaryDirectory(prefix="nc-") as place:
            spool = Path(place) / "spool.db"
            async with HallChild(nursery, enrolment, Path(place)) as hall:
                world.others.append(hall)
                await hall.start()
                await hall.enter(1)
                await hall.until_acked()
                await hall.stop()
                damage(spool)
                await hall.start()
                await hall.enter(2)
                await hall.until_acked()
            aside = [name for name in os.listdir(place) if ".damaged-" in name]
            assert len(aside) == (0 if damage is empty else 1)
    assert len(hall.acked) == 2


async def test_an_agent_killed_while_somebody_types_keeps_what_it_said_was_saved(
    tmp_path: Path, town: Town, nursery: Nursery, rounds: Rounds
) -> None:
    dice = random.Random(4)
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, world.process.url)
        with tempfile.TemporaryDirectory(prefix="nc-") as place:
            async with HallChild(nursery, enrolment, Path(place)) as hall:
                world.others.append(hall)
                people = 0
                for _ in range(rounds(6, 100)):
                    await hall.start()
                    for _ in range(5):
                        people += 1
                        hall.type(people)
                    await asyncio.sleep(dice.uniform(0, 0.1))
                    await hall.kill()
                await hall.start()
                await hall.until_acked()
                await hall.enter(people + 1)
                await hall.until_acked()
                assert hall.entered


async def test_a_spool_copied_to_a_second_machine_gives_no_number_out_twice(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    """The image of a disk, restored on two PCs: both are heard, nothing is overwritten."""
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [one] = town.agents(1, world.process.url)
        with contextlib.ExitStack() as stack:
            places = [
                Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc-")))
                for _ in range(2)
            ]
            async with HallChild(nursery, one, places[0]) as first:
                world.others.append(first)
                await first.start()
                await first.enter(1)
                await first.until_acked()
                await first.kill()
                shutil.copy(places[0] / "spool.db", places[1] / "spool.db")
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(places[0] / "spool.db-wal", places[1] / "spool.db-wal")
                await first.start()
                await first.enter(2)
                await first.until_acked()
                await first.kill()
                async with HallChild(nursery, one, places[1]) as second:
                    world.others.append(second)
                    await second.start()
                    # Its numbers were given out: it takes a new identity, and greets again.
                    await second.until(lambda: second.connections == 2)
                    await second.enter(3)
                    await second.until_acked()
    assert sorted(first.entered.values()) == [1, 2]
    assert list(second.entered.values()) == [3]
