"""Every way a hall can fall silent at once, on one server: what the wall shows of each, and when.

Late at 6 s, lost at 15 s, back as soon as it speaks; and nobody is accused whose line is only bad.
"""

import asyncio
import contextlib
import random
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.thresholds import PresenceLimits
from coordinator.fact import PresenceChanged
from tests.faults.clock import WallClock
from tests.faults.figure import Figures
from tests.faults.hall import BusyHall, busy_halls
from tests.faults.hall_child import HallChild
from tests.faults.invariant import read
from tests.faults.line import Line, LossyTcp
from tests.faults.nursery import Nursery
from tests.faults.world import Town, World, under_way

pytestmark = pytest.mark.real_io

LIMITS = PresenceLimits()
REPORT_S = 1.0
SLACK_S = 4.0
"For a machine that does much else; the measured figures are in docs/faults.md."
LASTS_S = LIMITS.lost_s + 2.5
"How long the faults last."
AWAY_S = 3 * 3600
"By how much the wall clock of a laptop has moved when its lid is opened."
SILENT = ["late", "lost", "online"]


@dataclass(kw_only=True)
class Victim:
    """One hall, behind a line of its own, here or in a process of its own."""

    line: Line
    hall: BusyHall | HallChild
    clock: WallClock

    @property
    def child(self) -> HallChild:
        """The process."""
        assert isinstance(self.hall, HallChild)
        return self.hall

    @property
    def guest(self) -> BusyHall:
        """The hall in this process."""
        assert isinstance(self.hall, BusyHall)
        return self.hall


Act = Callable[[Victim], Coroutine[None, None, None]]


async def nothing(_victim: Victim) -> None:
    """Leave it alone."""


async def forget_it(victim: Victim) -> None:
    victim.line.swallow()


async def unplug(victim: Victim) -> None:
    victim.line.dead = True
    victim.line.swallow()


async def plug_in(victim: Victim) -> None:
    victim.line.dead = False
    victim.line.reset()


async def reset(victim: Victim) -> None:
    victim.line.reset()


async def flap(victim: Victim) -> None:
    for _ in range(8):
        victim.line.reset()
        await asyncio.sleep(LASTS_S / 8)


async def freeze(victim: Victim) -> None:
    victim.child.send_signal(signal.SIGSTOP)


async def thaw(victim: Victim) -> None:
    victim.child.send_signal(signal.SIGCONT)


async def shut_the_lid(victim: Victim) -> None:
    victim.child.send_signal(signal.SIGSTOP)
    victim.line.swallow()


async def open_the_lid(victim: Victim) -> None:
    victim.clock.set(AWAY_S)
    victim.child.send_signal(signal.SIGCONT)
    victim.line.reset()


async def kill(victim: Victim) -> None:
    await victim.child.kill()


async def start_again(victim: Victim) -> None:
    await victim.child.start()


async def leave(victim: Victim) -> None:
    victim.guest.agent.stop("switched off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One row: what happens to a hall, and what the wall shows of it."""

    name: str
    begin: Act = nothing
    end: Act = nothing
    shown: list[str]
    or_shown: list[str] | None = None
    "What may be shown as well: when its pings tell an agent depends on when it sent one."
    own_process: bool = False
    real_clock: bool = True
    "False: its clock can be set."


ROWS = (
    Silence(name="well", shown=[]),
    Silence(name="lossy", shown=[]),
    Silence(name="reset", begin=reset, shown=[]),
    Silence(name="flapping", begin=flap, shown=[]),
    Silence(name="half open", begin=forget_it, shown=SILENT, or_shown=["late", "online"]),
    Silence(name="unplugged", begin=unplug, end=plug_in, shown=SILENT),
    Silence(name="leaving", begin=leave, shown=["left"]),
    Silence(name="frozen", begin=freeze, end=thaw, shown=SILENT, own_process=True),
    Silence(name="killed", begin=kill, end=start_again, shown=SILENT, own_process=True),
    Silence(
        name="asleep",
        begin=shut_the_lid,
        end=open_the_lid,
        shown=SILENT,
        own_process=True,
        real_clock=False,
    ),
)


@contextlib.asynccontextmanager
async def victims(world: World, nursery: Nursery, folder: Path) -> AsyncIterator[dict[str, Victim]]:
    """Connect a hall for each row; return when the wall shows all of them."""
    dice, made = random.Random(5), dict[str, Victim]()
    async with contextlib.AsyncExitStack() as stack:
        for row, enrolment in zip(ROWS, world.town.agents(len(ROWS), ""), strict=True):
            line = await stack.enter_async_context(Line(world.process.port))
            if row.name == "lossy":
                line.lossy = lambda: LossyTcp(0.15, 0.05, dice.random)
            mine = replace(enrolment, server=line.url)
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc-")))
            clock = WallClock(folder / f"{row.name}.clock")
            hall: BusyHall | HallChild
            if row.own_process:
                hall = await stack.enter_async_context(HallChild(nursery, mine, place))
                await hall.start(None if row.real_clock else clock.environ)
            else:
                [hall] = await stack.enter_async_context(busy_halls(place, [mine]))
            world.others.append(hall)
            made[row.name] = Victim(line=line, hall=hall, clock=clock)
        points = [victim.hall.enrolment.point for victim in made.values()]
        await world.wall.until_shown("online", *points)
        yield made


@pytest.mark.alone
async def test_whoever_falls_silent_is_late_then_lost_and_nobody_else_is(
    tmp_path: Path, town: Town, nursery: Nursery, figures: Figures
) -> None:
    loop = asyncio.get_running_loop()
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        async with victims(world, nursery, tmp_path) as halls:
            for n, victim in enumerate(halls.values()):
                await victim.hall.enter(100 + n)
            # Whoever leaves on purpose does not come back to hear of it.
            await halls["leaving"].hall.until_acked()
            began = loop.time()
            faults = [asyncio.create_task(row.begin(halls[row.name])) for row in ROWS]
            await asyncio.sleep(LASTS_S)
            await asyncio.gather(*faults)
            ended = loop.time()
            for row in ROWS:
                await row.end(halls[row.name])
            for n, row in enumerate(ROWS):
                if row.name != "leaving":
                    await halls[row.name].hall.enter(200 + n)
            back = [v.hall.enrolment.point for name, v in halls.items() if name != "leaving"]
            await world.wall.until_shown("online", *back)
            for row in ROWS:
                victim = halls[row.name]
                await victim.hall.until_acked()
                point = victim.hall.enrolment.point
                seen = [s for s in world.wall.seen[point] if s.at >= began]
                assert [s.presence for s in seen] in (row.shown, row.or_shown), row.name
                check_times(row, {s.presence: s.at - began for s in seen}, ended - began, figures)


def check_times(row: Silence, at: dict[str, float], ended: float, figures: Figures) -> None:
    """See that verdicts came when they are due; keep when. Seconds since the fault began."""
    for presence, limit in (("late", LIMITS.late_s), ("lost", LIMITS.lost_s)):
        if presence in at:
            assert limit - REPORT_S - 0.1 <= at[presence] <= limit + SLACK_S, (row.name, presence)
            figures.note(f"presence.{row.name}.{presence}", at[presence])
    if "left" in at:
        assert at["left"] < SLACK_S
        figures.note(f"presence.{row.name}.left", at["left"])
    if "online" in at and row.end is not nothing:
        figures.note(f"presence.{row.name}.back", at["online"] - ended)
    elif "online" in at:
        figures.note(f"presence.{row.name}.noticed by the agent", at["online"])


async def test_a_coordinator_that_was_frozen_accuses_nobody_of_its_own_silence(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    """A virtual machine that was paused, a disk that took the machine's breath away."""
    async with under_way(town, nursery, tmp_path) as world:
        await world.wall.until_shown("online", *(h.enrolment.point for h in world.halls))
        before = len(read(world.journal))
        world.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(LIMITS.late_s + 2.5)
        world.process.send_signal(signal.SIGCONT)
        for hall in world.halls:
            await hall.enter(7)
        await world.settled()
        since = read(world.journal)[before:]
    accused = [row.fact for row in since if isinstance(row.fact, PresenceChanged)]
    assert accused == []
