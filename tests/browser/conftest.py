"""Fixtures of the browser tests: one Chromium a test, and what every page must keep to."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.harness.chromium import Chromium, Page

Shot = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
async def chromium() -> AsyncIterator[Chromium]:
    async with Chromium() as running:
        yield running


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    """Keep a picture of a page; ``NHIPCAU_SHOTS`` names a folder to look at them later."""
    folder = Path(os.environ.get("NHIPCAU_SHOTS", tmp_path))

    async def take(page: Page, name: str) -> None:
        path = folder / f"{name}.png"
        await page.do("screenshot", path=str(path), full=False)
        assert path.stat().st_size > 5_000, "an empty picture"

    return take


async def keeps_the_rules(page: Page, base: str, *, expect: str | None = None) -> None:
    """No serious fault for assistive technology, no foreign request, no error in the log.

    ``expect`` is a pattern of faults that belong to the test, as of a socket that was cut.
    """
    serious = [v for v in await page.do("axe") if v["impact"] in ("serious", "critical")]
    assert not serious, serious
    host = base.removeprefix("http://")
    for url in await page.do("requests"):
        assert url.startswith((f"http://{host}/", f"ws://{host}/")), f"foreign: {url}"
    faults = [f for f in await page.do("faults") if not (expect and re.search(expect, f))]
    assert not faults, faults


async def fits_across(page: Page) -> None:
    """Nothing scrolls sideways."""
    width, inner = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= inner, f"{width} px wide on a screen of {inner}"
