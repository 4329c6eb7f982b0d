"""The coordinator is killed at random moments while halls enter facts."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.conftest import Rounds
from tests.faults.hall import BusyHall, busy_halls, enrolled
from tests.faults.invariant import check_entries, read
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

POINTS = ("MH-000", "MH-001", "MH-002")


async def enter_until(stop: asyncio.Event, hall: BusyHall) -> None:
    people = 0
    while not stop.is_set():
        people += 1
        await hall.enter(people)
        await asyncio.sleep(0.02)


async def test_killed_at_random_moments_it_loses_and_doubles_nothing(
    tmp_path: Path, rounds: Rounds
) -> None:
    data, spools = tmp_path / "data", tmp_path / "spools"
    spools.mkdir()
    process = CoordinatorProcess(data)
    async with serving(data, *TOWN) as served:
        enrolments = await enrolled(served, *POINTS, url=process.url)
    dice = random.Random(5)
    async with process, busy_halls(spools, enrolments) as halls:
        stop = asyncio.Event()
        entering = [asyncio.create_task(enter_until(stop, hall)) for hall in halls]
        for _kill in range(rounds(8, 500)):
            await process.start()
            if dice.random() < 0.8:
                await process.until_ready()
                await asyncio.sleep(dice.uniform(0, 0.4))
            else:  # while it still replays
                await asyncio.sleep(dice.uniform(0.2, 1.0))
            await process.kill()
        stop.set()
        await asyncio.gather(*entering)
        await process.start()
        await process.until_ready()
        async with asyncio.timeout(60):
            await asyncio.gather(*(hall.until_acked() for hall in halls))
        assert await process.stop() == 0
        state = check_entries(read(data / "journal.db"), halls)
    for hall in halls:
        newest = max(hall.entered.values())
        assert newest > 0
        counted = state.attendance["s1", hall.enrolment.point]
        assert counted.branches[0].reported == newest
    assert "Traceback" not in process.said()
