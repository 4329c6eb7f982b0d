"""The hall page while everything fails around it: every entry arrives exactly once.

A real Chromium keeps its profile on disk; it is reloaded, cut off the network and killed, and so
is the coordinator, at random. What the page said is kept must be in the journal once, in order.
"""

import asyncio
import contextlib
import random
import re
from pathlib import Path
from typing import Any

import pytest

from coordinator.fact import CheckedIn
from tests.faults.conftest import Rounds
from tests.faults.invariant import read
from tests.harness.chromium import Chromium, Page, PageError
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.server import TOWN, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io, pytest.mark.alone]

SETTINGS: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "hasTouch": True}
NEWEST = "document.querySelector('.last .entry-what')?.textContent ?? ''"
LOOKS = 500
# Typed and sent in one turn: a page that is loaded anew in between would send what it shows.
SEND = """(() => {
  const field = document.querySelector(".stepper-big input");
  field.value = "%d";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector(".count .primary").click();
})()"""
INTERRUPTIONS = ("offline", "reload", "coordinator", "kill", "close")


class World:
    """A page, its browser and its coordinator, each of which may end at any moment."""

    def __init__(self, folder: Path, process: CoordinatorProcess) -> None:
        self.profile = folder / "profile"
        self.process = process
        self.shown: set[int] = set()
        "Numbers that the page said are kept."
        self.typed = 0
        self._browser: Chromium | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The page that is open."""
        assert self._page is not None
        return self._page

    async def open(self, fragment: str = "") -> None:
        """Start the browser and open the page."""
        self._browser = Chromium(profile=self.profile, settings=SETTINGS)
        await self._browser.__aenter__()
        await self._open_page(fragment)

    async def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            await self._browser.kill()

    async def enter(self) -> None:
        """Type the next number and send it; remember it once the page says it is kept."""
        self.typed += 1
        number, page = self.typed, self.page
        await page.evaluate(SEND % number)
        # Looks again and again instead of waiting in the driver, which others need meanwhile.
        for _ in range(LOOKS):
            if await page.evaluate(f"({NEWEST}).includes('{number} ')"):
                self.shown.add(number)
                return
            await asyncio.sleep(0.02)

    async def interrupt(self, how: str, dice: random.Random) -> None:
        """Let something fail, sometimes in the middle of an entry."""
        entering = asyncio.create_task(self.enter())
        await asyncio.sleep(dice.choice((0.0, 0.01, 0.05, 0.1)))
        await getattr(self, f"_{how}")(dice)
        # Killed in between, an entry may have been kept or not; both are right.
        with contextlib.suppress(PageError, BrokenPipeError, ConnectionError):
            await entering

    async def _offline(self, dice: random.Random) -> None:
        await self.page.do("offline", offline=True)
        await asyncio.sleep(dice.uniform(0, 0.5))
        await self.page.do("offline", offline=False)

    async def _reload(self, _dice: random.Random) -> None:
        await self.page.do("reload")
        await self._ready()

    async def _coordinator(self, dice: random.Random) -> None:
        await self.process.kill()
        await asyncio.sleep(dice.uniform(0, 0.3))
        await self.process.start()

    async def _kill(self, _dice: random.Random) -> None:
        assert self._browser is not None
        await self._browser.kill()
        await self.open()

    async def _close(self, _dice: random.Random) -> None:
        await self.page.close()
        await self._open_page()

    async def _open_page(self, fragment: str = "") -> None:
        assert self._browser is not None
        self._page = await self._browser.open(f"{self.process.url}/hall{fragment}", wait="commit")
        if not fragment:
            await self._ready()

    async def _ready(self) -> None:
        await self.page.until("document.querySelector('.stepper-big input') !== null", 40)


async def test_five_hundred_interruptions_lose_nothing_and_double_nothing(
    tmp_path: Path, rounds: Rounds
) -> None:
    process = CoordinatorProcess(tmp_path / "data")
    async with serving(process.data, *TOWN) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {"form": "printed"})
    dice = random.Random(7)
    world = World(tmp_path, process)
    async with process:
        await process.start()
        await process.until_ready()
        try:
            await world.open(f"#code={issued['code']}&point=MH-001")
            await join(world.page)
            for n in range(rounds(15, 500)):
                how = INTERRUPTIONS[n % 5] if n < 5 else dice.choice(INTERRUPTIONS)
                await world.interrupt(how, dice)
            await world.enter()
            assert world.typed in world.shown
            await process.until_ready()
            await world.page.until("!document.body.innerText.includes('chưa gửi')", 60)
            await world.page.sees("Đã ghi nhận lúc", 60)
        finally:
            await world.close()
        assert await process.stop() == 0
    check(process.data / "journal.db", world)
    assert "Traceback" not in process.said()


async def join(page: Page) -> None:
    """Join as a phone; the worker has taken the page before anything fails."""
    await page.sees("Đúng điểm cầu này không?", 40)
    await page.do("tap", selector=".primary.role")
    await page.sees("Người phụ trách điểm cầu", 20)
    await page.do("fill", selector="input[autocomplete=name]", value="Nguyễn Thị Hường")
    await page.do("fill", selector="input[type=tel]", value="0912 345 678")
    await page.do("tap", selector=".primary")
    await page.until("navigator.serviceWorker.controller !== null", 40)


def check(journal: Path, world: World) -> None:
    """What was said to be kept is recorded once, in its order; nothing was invented."""
    rows = [row for row in read(journal) if isinstance(row.fact, CheckedIn)]
    numbers = [row.fact.branches[0].reported for row in rows if isinstance(row.fact, CheckedIn)]
    origins = [str(row.origin) for row in rows]
    assert len(set(origins)) == len(origins), "doubled"
    assert len(set(numbers)) == len(numbers), "doubled under two ids"
    assert world.shown <= set(numbers), sorted(world.shown - set(numbers))
    assert set(numbers) <= set(range(1, world.typed + 1))
    assert numbers == sorted(numbers), "out of order"
    seqs = [int(re.fullmatch(r".*/(\d+)", origin)[1]) for origin in origins]  # type: ignore[index]
    assert seqs == list(range(1, len(seqs) + 1)), "a gap"
