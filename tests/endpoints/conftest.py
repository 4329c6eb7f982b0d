"""A fake coordinator and agents of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from endpoints.agent import Agent, Ending, Hall
from endpoints.enrolment import Enrolment
from endpoints.machine import MachineMeter
from endpoints.notice import Notice
from endpoints.receiver import Receiver
from endpoints.spool_desk import SpoolDesk, open_desk
from signaling.backoff import Backoff, BackoffLimits
from signaling.entry import BranchCount, CheckIn
from tests.harness.fake_coordinator import FakeCoordinator

# The waits of tests are short, but the rule is the product's.
QUICK = BackoffLimits(base_s=0.05, cap_s=0.2)


def head_count(reported: int) -> CheckIn:
    return CheckIn(branches=(BranchCount(reported=reported),))


@dataclass(slots=True)
class Bench:
    """What agents of a test share."""

    folder: Path
    executor: ThreadPoolExecutor
    notices: list[Notice] = field(default_factory=list)

    async def desk(self, name: str = "spool.db") -> SpoolDesk:
        return await open_desk(self.folder / name, self.executor, moment="t")

    def hall(
        self, coordinator: FakeCoordinator, desk: SpoolDesk, receiver: Receiver | None = None
    ) -> Hall:
        return Hall(
            enrolment=Enrolment(
                server=coordinator.url,
                device="d1",
                credential="secret-1",
                point="MH-001",
                point_name="Phường Dị Sử",
            ),
            desk=desk,
            receiver=receiver,
            meter=MachineMeter(self.folder),
            backoff=Backoff(lambda: 0.5, QUICK),
            notify=self.notices.append,
        )

    def told(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    async def until_told(self, kind: type[Notice], count: int = 1) -> None:
        async with asyncio.timeout(10):
            while len(self.told(kind)) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ThreadPoolExecutor(1) as executor:
        yield Bench(tmp_path, executor)


@pytest.fixture
async def coordinator() -> AsyncIterator[FakeCoordinator]:
    async with FakeCoordinator() as fake:
        yield fake


@contextlib.asynccontextmanager
async def running(agent: Agent) -> AsyncIterator[asyncio.Task[Ending]]:
    """Run an agent and stop it politely at the end."""
    task = asyncio.create_task(agent.run())
    try:
        yield task
    finally:
        agent.stop("test over")
        async with asyncio.timeout(10):
            await task
