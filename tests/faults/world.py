"""A session under way: a coordinator that may be killed, halls that enter facts, a wall.

``under_way`` is what every fault happens to; when its body ends, the invariants are checked.
"""

import asyncio
import contextlib
import resource
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from coordinator.state import State
from endpoints.enrolment import Enrolment
from signaling.backoff import BackoffLimits
from tests.faults.hall import QUICK, BusyHall, busy_halls, enrolled
from tests.faults.invariant import (
    PATIENCE_S,
    Author,
    check_entries,
    check_wall,
    nothing_left,
    open_files,
    read,
)
from tests.faults.nursery import Child, Nursery
from tests.faults.wall import Wall
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.facts import planned, point
from tests.harness.server import serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A data folder that nobody serves yet: points, a planned session, an agent for each point."""

    data: Path
    enrolments: tuple[Enrolment, ...]
    tokens: dict[str, str]

    def moved(self, data: Path) -> None:
        """Copy the folder."""
        shutil.copytree(self.data, data, ignore=shutil.ignore_patterns("lock", "*.sock"))

    def agents(self, count: int, url: str) -> list[Enrolment]:
        """Return the first agents, told where the coordinator is."""
        return [replace(e, server=url) for e in self.enrolments[:count]]


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def founded(data: Path, points: int) -> Town:
    """Make a town."""
    codes = [f"MH-{n:03}" for n in range(points)]
    facts = [point(code, main=code == "MH-000") for code in codes]
    async with serving(data, *facts, planned(main_point="MH-000")) as served:
        enrolments = tuple(await enrolled(served, *codes, url="http://127.0.0.1:1"))
        return Town(data=data, enrolments=enrolments, tokens=served.tokens)


class Doomed(CoordinatorProcess):
    """A coordinator forked by the nursery, with a point of failure for its next life."""

    def __init__(
        self,
        nursery: Nursery,
        data: Path,
        settings: dict[str, str] | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(data, port, settings, spawn=self._fork)
        self._nursery = nursery
        self._fail = ""

    def fail_next(self, what: str) -> None:
        """Have ``failpoint`` arm this when it is started next, once."""
        self._fail = what

    def limit_files(self, size: int) -> None:
        """Let no file of it grow beyond this many bytes: what a full disk is to it."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def as_users_do(self) -> None:
        """Start it by exec from now on."""
        self._spawn = None

    def _fork(self, argv: Sequence[str], environ: dict[str, str], stderr: Path) -> Child:
        fail, self._fail = self._fail, ""
        return self._nursery.spawn("coordinator", argv, environ, stderr, fail)


@dataclass(kw_only=True)
class World:
    """What a fault happens to."""

    town: Town
    process: "Doomed"
    wall: Wall
    halls: list[BusyHall]
    others: list[Author] = field(default_factory=list)
    "Halls of the test's own, such as those in processes of their own."

    @property
    def journal(self) -> Path:
        """Of the coordinator."""
        return self.process.data / "journal.db"

    async def restart(self, **environ: str) -> None:
        """Start the coordinator, and return when it serves."""
        await self.process.start(**environ)
        await self.process.until_ready()

    async def all_acked(self) -> None:
        """Return when everything the halls entered has been acked."""
        async with asyncio.timeout(60):
            await asyncio.gather(*(hall.until_acked() for hall in self.halls))

    async def settled(self) -> None:
        """Return when all is acked and the wall shows the fold of the journal."""
        await self.all_acked()
        await check_wall(self.wall, self.journal)

    def check(self) -> State:
        """See that the journal holds what was promised; return its fold."""
        return check_entries(read(self.journal), [*self.halls, *self.others])


@contextlib.asynccontextmanager
async def under_way(
    town: Town,
    nursery: Nursery,
    folder: Path,
    *,
    halls: int = 3,
    url: str = "",
    fail: str = "",
    settings: dict[str, str] | None = None,
    limits: BackoffLimits = QUICK,
) -> AsyncIterator[World]:
    """Serve a copy of a town with so many halls; at the end everything must hold.

    Args:
        town: Copied.
        nursery: Starts the coordinator.
        folder: For all that is written.
        halls: How many of the town's agents run in this process.
        url: Where they find the coordinator; empty: directly.
        fail: What ``failpoint`` arms in the first life of the coordinator.
        settings: More of the coordinator's environment.
        limits: How patient the halls are.

    """
    data, spools = folder / "data", folder / "spools"
    spools.mkdir(parents=True)
    town.moved(data)
    process = Doomed(nursery, data, settings)
    process.fail_next(fail)
    async with nothing_left(), process:
        await process.start()
        await process.until_ready()
        before = open_files(process.pid)
        enrolments = town.agents(halls, url or process.url)
        async with Wall(process.url, town.tokens["technician"]) as wall:
            async with busy_halls(spools, enrolments, limits) as running:
                world = World(town=town, process=process, wall=wall, halls=running)
                yield world
                await world.settled()
        await _let_go(process.pid, before)
        assert await process.stop() == 0, process.said()
        world.check()
    assert "Traceback" not in process.said(), process.said()


async def _let_go(pid: int, before: Counter[str]) -> None:
    """See that a coordinator holds nothing more open than before anybody came."""
    left = open_files(pid) - before
    try:
        async with asyncio.timeout(PATIENCE_S):
            while left["socket"] > 0 or sum(left.values()) > 2:
                await asyncio.sleep(0.05)
                left = open_files(pid) - before
    except TimeoutError as error:
        raise AssertionError(f"the coordinator keeps open: {left}") from error
