"""The central machine burns: a spare one with an older copy serves under the same name."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.__main__ import app
from coordinator.backup import copies
from tests.faults.hall import busy_halls, enrolled
from tests.faults.invariant import check_entries, read
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

POINTS = ("MH-000", "MH-001", "MH-002")


async def test_an_older_copy_serves_and_the_halls_refill_it(tmp_path: Path) -> None:
    data, spare, spools = tmp_path / "data", tmp_path / "spare", tmp_path / "spools"
    spools.mkdir()
    process = CoordinatorProcess(data)
    async with serving(data, *TOWN) as served:
        enrolments = await enrolled(served, *POINTS, url=process.url)
    async with process, busy_halls(spools, enrolments) as halls:
        await process.start()
        for people in (10, 11):
            for hall in halls:
                await hall.enter(people)
        async with asyncio.timeout(30):
            await asyncio.gather(*(hall.until_acked() for hall in halls))
        made = await asyncio.to_thread(CliRunner().invoke, app, ["backup", "--data", str(data)])
        assert made.exit_code == 0, made.output
        for hall in halls:
            await hall.enter(12)
        async with asyncio.timeout(30):
            await asyncio.gather(*(hall.until_acked() for hall in halls))
        await process.kill()

        copy = copies(data / "backup")[0]
        command = ["restore", str(copy), "--data", str(spare)]
        restored = await asyncio.to_thread(CliRunner().invoke, app, command)
        assert restored.exit_code == 0, restored.output
        for hall in halls:
            await hall.enter(13)
        async with CoordinatorProcess(spare, process.port) as replacement:
            await replacement.start()
            async with asyncio.timeout(30):
                await asyncio.gather(*(hall.until_acked() for hall in halls))
            assert await replacement.stop() == 0
        rows = read(spare / "journal.db")
        state = check_entries(rows, halls)
    entered = [row for row in rows if row.fact.KIND == "point.checked_in"]
    assert len(entered) == len(POINTS) * 4, "12 was acked by the lost machine and came again"
    for point in POINTS:
        assert state.attendance["s1", point].branches[0].reported == 13
