"""A hall's projector in a real Chromium, with the demo's studio and relay."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Shot, keeps_the_rules
from tests.browser.conftest import shot as shot
from tests.harness.chromium import Chromium, Page
from tests.harness.demo import RunningDemo, running_demo
from tests.harness.projector import FLAGS, HALL, enter_roster, open_screen

pytestmark = [pytest.mark.real_io, pytest.mark.demo, pytest.mark.browser]


@pytest.fixture(autouse=True)
def children_know_nothing_of_pictures(shot: Shot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NHIPCAU_SHOTS", raising=False)


async def do(page: Page, what: str) -> None:
    await page.evaluate(f"void (document.querySelector('video').{what})")


async def reasons(demo: RunningDemo, *wanted: str) -> None:
    await demo.until(lambda ps: ps[HALL]["reasons"] == [*wanted], 40)


async def reception(demo: RunningDemo, *wanted: str) -> dict[str, Any]:
    points = await demo.until(lambda ps: HALL in ps and ps[HALL]["reception"] in wanted, 40)
    return points[HALL]


async def test_a_screen_plays_the_programme_proves_it_names_its_faults_and_comes_back_by_itself(
    tmp_path: Path, shot: Shot
) -> None:
    async with running_demo(tmp_path, "--points", "1") as demo, Chromium(*FLAGS) as chromium:
        await enter_roster(demo)
        page = await open_screen(chromium, demo)
        await page.until("document.querySelector('video')?.videoWidth > 0", 30)
        seen = await reception(demo, "playing", "verified")
        assert seen["presence"] == "online"
        await page.until("document.querySelector('.screen-bar') === null", 20)
        assert (await page.text()).strip() == "", "nothing but the programme"
        await shot(page, "hall-screen")
        await keeps_the_rules(page, demo.url)
        await do(page, "muted = true")
        await reasons(demo, "muted")
        assert (await demo.points())[HALL]["tile"] == "degraded", "before the session, too"
        await do(page, "muted = false")
        await demo.enter("rehearsal")
        await reception(demo, "verified")
        await do(page, "pause()")
        await reasons(demo, "paused")
        await do(page, "play()")
        demo.kill("relay")
        await reception(demo, "none", "connected", "unknown", "receiving")
        await reception(demo, "playing", "verified")
        before = await page.evaluate("document.querySelector('video').currentTime")
        await page.until(f"document.querySelector('video').currentTime > {before} + 1", 30)
        demo.kill("coordinator")
        await page.evaluate("new Promise((done) => setTimeout(done, 1500))")
        assert (await page.text()).strip() == ""
        await demo.until(lambda ps: ps[HALL]["presence"] == "online", 60)


async def test_a_screen_is_silent_until_somebody_touches_it_and_says_so(tmp_path: Path) -> None:
    browser = Chromium(*FLAGS, profile=tmp_path / "profile")
    async with running_demo(tmp_path, "--points", "1") as demo, browser as chromium:
        await enter_roster(demo)
        first = await open_screen(chromium, demo)
        await first.until("document.querySelector('video')?.videoWidth > 0", 30)
        await first.close()
        await reception(demo, "none")
        # A page that nobody touched, as after the PC was switched on in the morning. Asking the
        # page anything counts as a touch (the driver evaluates with a user's gesture), so the
        # coordinator tells when its programme has arrived.
        page = await chromium.open(f"{demo.url}/hall", 1280, 720)
        await reception(demo, "receiving")
        await page.sees("để mở tiếng", 30)
        assert await page.evaluate("document.querySelector('video').muted")
        await page.do("press", key="Enter")
        await page.until("document.querySelector('video').muted === false", 10)
        await page.until("document.querySelector('.screen-sound') === null", 10)
