"""The coordinator is killed: at random, and at the moments that matter most."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.conftest import Rounds
from tests.faults.nursery import Nursery
from tests.faults.world import Town, under_way

pytestmark = pytest.mark.real_io


async def test_killed_at_random_moments_it_loses_and_doubles_nothing(
    tmp_path: Path, town: Town, nursery: Nursery, rounds: Rounds
) -> None:
    dice = random.Random(5)
    async with under_way(town, nursery, tmp_path) as world:
        stop = asyncio.Event()
        entering = [asyncio.create_task(hall.enter_until(stop)) for hall in world.halls]
        for _kill in range(rounds(7, 500)):
            if dice.random() < 0.8:
                await world.process.until_ready()
                await asyncio.sleep(dice.uniform(0, 0.4))
            else:  # while it still replays
                await asyncio.sleep(dice.uniform(0.0, 0.2))
            await world.process.kill()
            await world.process.start()
        stop.set()
        await asyncio.gather(*entering)
        await world.process.until_ready()
    state = world.check()
    for hall in world.halls:
        newest = max(hall.entered.values())
        assert newest > 0
        counted = state.attendance["s1", hall.enrolment.point]
        assert counted.branches[0].reported == newest


@pytest.mark.parametrize(
    "moment", ["before_commit:9", "after_commit:9", "before_ack:5", "while_replaying:20"]
)
async def test_killed_at_the_moment_that_matters_it_loses_and_doubles_nothing(
    tmp_path: Path, town: Town, nursery: Nursery, moment: str
) -> None:
    """Rows written and not committed; on disk and nobody told; shown and not acked; replaying."""
    first = "" if moment.startswith("while") else moment
    async with under_way(town, nursery, tmp_path, fail=first) as world:
        stop = asyncio.Event()
        entering = [asyncio.create_task(hall.enter_until(stop)) for hall in world.halls]
        if first:
            assert await world.process.ended() < 0
        else:
            await world.process.kill()
            world.process.fail_next(moment)
            await world.process.start()
            assert await world.process.ended() < 0
        await world.restart()
        stop.set()
        await asyncio.gather(*entering)
        assert all(hall.entered for hall in world.halls)
