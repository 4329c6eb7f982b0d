"""Wall clocks that jump by hours, at the coordinator and in a hall; loops that stand still."""

import asyncio
import signal
import tempfile
from pathlib import Path

import pytest

from config.utc import parse_utc
from coordinator.fact import CheckedIn, PresenceChanged
from tests.faults.clock import WallClock
from tests.faults.hall_child import HallChild
from tests.faults.invariant import read
from tests.faults.nursery import Nursery
from tests.faults.world import Town, under_way

pytestmark = pytest.mark.real_io

HOUR_S = 3600


async def test_a_coordinator_whose_clock_is_set_loses_nobody_and_ends_nothing(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    clock = WallClock(tmp_path / "clock")
    async with under_way(town, nursery, tmp_path) as world:
        await world.process.stop()
        world.process.as_users_do()
        await world.restart(**clock.environ)
        points = [hall.enrolment.point for hall in world.halls]
        await world.wall.until_shown("online", *points)
        before = len(read(world.journal))
        for n, hours in enumerate((5, -12, 0)):
            clock.set(hours * HOUR_S)
            for hall in world.halls:
                await hall.enter(n)
            await world.all_acked()
        await world.settled()
        since = read(world.journal)[before:]
    assert [row for row in since if isinstance(row.fact, PresenceChanged)] == []
    utcs = [parse_utc(row.utc) for row in since if isinstance(row.fact, CheckedIn)]
    assert max(utcs) - min(utcs) > 16 * HOUR_S, "the clock was not set"


async def test_a_hall_whose_clock_is_set_is_counted_as_it_spoke(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    """Within one spool the number decides what is newer, not the clock."""
    clock = WallClock(tmp_path / "clock")
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, world.process.url)
        with tempfile.TemporaryDirectory(prefix="nc-") as place:
            async with HallChild(nursery, enrolment, Path(place)) as hall:
                world.others.append(hall)
                await hall.start(clock.environ)
                for n, hours in enumerate((0, 5, -12)):
                    clock.set(hours * HOUR_S)
                    await hall.enter(n)
                await hall.until_acked()
                assert hall.connections == 1
    state = world.check()
    assert state.attendance["s1", enrolment.point].branches[0].reported == 2


async def test_a_blocked_event_loop_accuses_nobody(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path, fail="blocked_loop:3") as world:
        await world.wall.until_shown("online", *(h.enrolment.point for h in world.halls))
        before = len(read(world.journal))
        world.process.send_signal(signal.SIGUSR1)
        await asyncio.gather(*(hall.enter(5) for hall in world.halls))
        await world.settled()
        since = read(world.journal)[before:]
    assert [row for row in since if isinstance(row.fact, PresenceChanged)] == []
