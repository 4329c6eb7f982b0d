"""Copies of a journal that is being written, and the way back from one."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from coordinator.backup import back_up, copies, prune, restore, verify
from coordinator.backup_desk import BEFORE_START_S, CALM_S, copy_due
from coordinator.errors import JournalDamaged
from coordinator.fact import PhaseEntered
from coordinator.journal import Entry
from signaling.schema import Phase
from tests.coordinator.test_journal import opened, row
from tests.harness.facts import START_S, Chronicle, planned
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

UTC = "2026-10-04T00:00:00.000Z"


async def written(path: Path, rows: int) -> None:
    journal = opened(path)
    await journal.append(Entry(rows=tuple(row(n) for n in range(1, rows + 1))))
    journal.close()


def beside(path: Path) -> list[Path]:
    return list(path.parent.iterdir())


async def test_a_copy_made_while_the_journal_is_written_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = opened(path)
    n, rows_seen = 0, []
    for copy in range(5):
        making = asyncio.create_task(
            asyncio.to_thread(back_up, path, tmp_path / "copies", f"2026-10-04T00:0{copy}:00.000Z")
        )
        while not making.done():
            n += 1
            await journal.append(Entry(rows=(row(n),)))
        rows_seen.append((await making).rows)
    journal.close()
    assert rows_seen == sorted(rows_seen)
    assert 0 <= rows_seen[0] <= rows_seen[-1] <= n
    assert verify(path).rows == n
    newest, *_older = copies(tmp_path / "copies")
    assert len(copies(tmp_path / "copies")) == 5
    assert (verify(newest).rows, newest.stat().st_mode & 0o777) == (rows_seen[-1], 0o600)


async def test_a_copy_of_the_same_rows_has_the_same_hash(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    await written(path, 3)
    assert back_up(path, tmp_path / "copies", UTC).hash == verify(path).hash


def flipped(path: Path) -> None:
    """Change one letter of one body, as a bad disk does."""
    content = bytearray(path.read_bytes())
    content[content.rindex(b'"code":"A"') + 8] = ord("B")
    path.write_bytes(content)


def rewritten(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE journal SET actor = 'somebody' WHERE n = 2")
    db.close()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flipped, rewritten, emptied])
async def test_a_damaged_copy_is_named_and_never_restored(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "journal.db"
    await written(path, 3)
    copy = back_up(path, tmp_path / "copies", UTC).path
    damage(copy)
    before = path.read_bytes()
    with pytest.raises(JournalDamaged):
        restore(copy, path, UTC)
    assert path.read_bytes() == before
    assert not {p.name for p in beside(path)} & {"journal.partial"}
    assert not [p for p in beside(path) if "replaced" in p.name]


async def test_a_damaged_journal_leaves_no_copy_behind(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    await written(path, 3)
    rewritten(path)
    with pytest.raises(JournalDamaged, match="row 2"):
        back_up(path, tmp_path / "copies", UTC)
    assert list((tmp_path / "copies").iterdir()) == []


async def test_restoring_keeps_what_was_there_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    await written(path, 3)
    copy = back_up(path, tmp_path / "copies", UTC).path
    path.unlink()
    await written(path, 7)
    assert restore(copy, path, UTC).rows == 3
    [aside] = [p for p in beside(path) if "replaced" in p.name and p.suffix == ".db"]
    assert verify(aside).rows == 7


async def test_only_the_newest_copies_stay(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    await written(path, 1)
    for minute in range(4):
        back_up(path, tmp_path / "copies", f"2026-10-04T00:0{minute}:00.000Z")
    prune(tmp_path / "copies", 2)
    names = [p.name for p in copies(tmp_path / "copies")]
    assert names == ["journal-2026-10-04T000300000Z.db", "journal-2026-10-04T000200000Z.db"]


@pytest.mark.parametrize(
    ("phase", "now_after_start_s", "last_before_now_s", "due_in_s"),
    [
        (Phase.PLANNED, -10 * 86_400, 3600, CALM_S - 3600),
        (Phase.PLANNED, -BEFORE_START_S - 1800, 3600, 1800),
        (Phase.PLANNED, -BEFORE_START_S + 60, 3600, 600 - 3600),
        (Phase.REHEARSAL, -10 * 86_400, 200, 400),
        (Phase.LIVE, 600, 200, 400),
        (Phase.CLOSED, 9_000, 200, CALM_S - 200),
    ],
)
def test_copies_are_frequent_around_a_session_and_rare_otherwise(
    phase: Phase, now_after_start_s: float, last_before_now_s: float, due_in_s: float
) -> None:
    state = Chronicle(planned(), PhaseEntered(phase=phase)).state
    now_s = START_S + 3600 + now_after_start_s
    due = copy_due(state, now_s - last_before_now_s, 600.0, now_s)
    assert due - now_s == pytest.approx(due_in_s)


async def test_a_copy_is_made_at_every_change_of_phase_and_on_demand(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        desk = served.coordinator.context.backup
        running = asyncio.create_task(desk.run())
        status, made = await served.call("POST", "/api/v1/backups")
        assert status == 201
        assert verify(Path(made["file"])).rows == made["rows"] > 0
        assert (await served.call("POST", "/api/v1/backups", role="technician"))[0] == 403
        body = {"phase": "rehearsal"}
        assert (await served.call("POST", "/api/v1/session/phase", body))[0] == 200
        async with asyncio.timeout(20):
            while desk.last is None or desk.last.rows <= made["rows"]:
                desk.attempted.clear()
                await desk.attempted.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("in the way")
    async with serving(tmp_path, *TOWN) as served:
        status, problem = await served.call("POST", "/api/v1/backups")
        assert (status, problem["code"]) == (500, "backup_failed")
        desk = served.coordinator.context.backup
        running = asyncio.create_task(desk.run())
        async with asyncio.timeout(5):
            await desk.attempted.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert desk.failed
        assert desk.made_s == 0.0
