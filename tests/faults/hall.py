"""Halls that enter facts without pause and remember what they were promised."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from endpoints.agent import Agent, Hall
from endpoints.enrolment import Enrolment
from endpoints.machine import MachineMeter
from endpoints.notice import FactsRecorded, Notice
from endpoints.spool_desk import SpoolDesk, open_desk
from signaling.backoff import Backoff, BackoffLimits
from signaling.entry import BranchCount, CheckIn
from tests.faults.invariant import FactKey
from tests.harness.server import Served

# The waits of tests are short, but the rule is the product's.
QUICK = BackoffLimits(base_s=0.05, cap_s=0.3)
ACKED_WITHIN_S = 120.0
"A hang is told as what it is."
BACKLOG = 30
"Facts not acked beyond which nobody types on: a device sends 15 a second in the long run."


class BusyHall:
    """The agent of one hall, and its memory of what it entered and what was acked."""

    def __init__(
        self,
        enrolment: Enrolment,
        desk: SpoolDesk,
        folder: Path,
        limits: BackoffLimits = QUICK,
    ) -> None:
        self.enrolment = enrolment
        self.desk = desk
        self.entered: dict[FactKey, int] = {}
        "The head count of every fact that was said to be saved."
        self.acked: set[FactKey] = set()
        self.unsure: set[int] = set()
        "Nothing: this hall does not die."
        self._told = asyncio.Event()
        self.agent = Agent(
            Hall(
                enrolment=enrolment,
                desk=desk,
                receiver=None,
                meter=MachineMeter(folder),
                backoff=Backoff(random.random, limits),
                notify=self._note,
            )
        )

    async def enter(self, people: int) -> None:
        """Enter a head count; it is on the hall's disk when this returns."""
        fact = await self.agent.enter(CheckIn(branches=(BranchCount(reported=people),)))
        self.entered[self.enrolment.device, fact.spool, fact.seq] = people

    async def until_acked(self) -> None:
        """Return when everything entered has been acked."""
        async with asyncio.timeout(ACKED_WITHIN_S):
            while self.acked != set(self.entered):
                self._told.clear()
                await self._told.wait()

    async def enter_until(self, stop: asyncio.Event, every_s: float = 0.02) -> None:
        """Enter one number after the other, as long as the centre keeps up."""
        people = 0
        while not stop.is_set():
            if len(self.entered) - len(self.acked) < BACKLOG:
                people += 1
                await self.enter(people)
            await asyncio.sleep(every_s)

    def _note(self, notice: Notice) -> None:
        if isinstance(notice, FactsRecorded):
            device = self.enrolment.device
            self.acked |= {(device, ack.spool, ack.seq) for ack in notice.acks}
            self._told.set()


async def enrolled(served: Served, *points: str, url: str) -> list[Enrolment]:
    """Enrol one agent for each point; they will find the coordinator at ``url``."""
    found = []
    for point in points:
        credential = await served.enrol(point)
        device = credential.split("_")[1]
        found.append(
            Enrolment(
                server=url, device=device, credential=credential, point=point, point_name=point
            )
        )
    return found


@contextlib.asynccontextmanager
async def busy_halls(
    folder: Path, enrolments: list[Enrolment], limits: BackoffLimits = QUICK
) -> AsyncIterator[list[BusyHall]]:
    """Run the agents; each has a spool file in ``folder``."""
    with ThreadPoolExecutor(1) as executor:
        halls = []
        for enrolment in enrolments:
            desk = await open_desk(folder / f"{enrolment.point}.db", executor, moment="t")
            halls.append(BusyHall(enrolment, desk, folder, limits))
        running = [asyncio.create_task(hall.agent.run()) for hall in halls]
        try:
            yield halls
        finally:
            for hall in halls:
                hall.agent.stop("test over")
            async with asyncio.timeout(20):
                await asyncio.gather(*running)
            for hall in halls:
                await hall.desk.close()
