"""The central machine burns: a spare one with an older copy serves under the same name."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.__main__ import app
from coordinator.backup import copies
from tests.faults.hall import BusyHall, busy_halls
from tests.faults.invariant import check_entries, read
from tests.faults.nursery import Nursery
from tests.faults.world import Doomed, Town

pytestmark = pytest.mark.real_io

HALLS = 3


async def acked(halls: list[BusyHall]) -> None:
    async with asyncio.timeout(60):
        await asyncio.gather(*(hall.until_acked() for hall in halls))


async def test_an_older_copy_serves_and_the_halls_refill_it(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    data, spare, spools = tmp_path / "data", tmp_path / "spare", tmp_path / "spools"
    spools.mkdir()
    town.moved(data)
    process = Doomed(nursery, data)
    async with process, busy_halls(spools, town.agents(HALLS, process.url)) as halls:
        await process.start()
        for people in (10, 11):
            for hall in halls:
                await hall.enter(people)
        await acked(halls)
        made = await asyncio.to_thread(CliRunner().invoke, app, ["backup", "--data", str(data)])
        assert made.exit_code == 0, made.output
        for hall in halls:
            await hall.enter(12)
        await acked(halls)
        await process.kill()

        copy = copies(data / "backup")[0]
        command = ["restore", str(copy), "--data", str(spare)]
        restored = await asyncio.to_thread(CliRunner().invoke, app, command)
        assert restored.exit_code == 0, restored.output
        for hall in halls:
            await hall.enter(13)
        async with Doomed(nursery, spare, port=process.port) as replacement:
            await replacement.start()
            await acked(halls)
            assert await replacement.stop() == 0
        rows = read(spare / "journal.db")
        state = check_entries(rows, halls)
    entered = [row for row in rows if row.fact.KIND == "point.checked_in"]
    assert len(entered) == HALLS * 4, "12 was acked by the lost machine and came again"
    for hall in halls:
        assert state.attendance["s1", hall.enrolment.point].branches[0].reported == 13
