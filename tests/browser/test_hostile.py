"""Names that would like to be code, in every text that reaches wall and console: text they stay."""

from typing import Any

import msgspec
import pytest

from signaling.schema import Phase, Presence
from signaling.watch import PointView, SessionView, Tile
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_feed import FakeCoordinator, Fleet, fleet

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

HOSTILE = (
    "<img src=x onerror=\"window.hit='img'\"><script>window.hit='script'</script>"
    "'\"><svg onload=window.hit='svg'>${window.hit='template'}{{7*7}}javascript:window.hit=1"
    "\u202egnp.\u0000</style></title><iframe src=/host></iframe>"
)
# Where those would be, had they become elements.
GROWN = """[...document.querySelectorAll('img, iframe, script:not([src]), [onerror], [onload]')]
  .filter((e) => !(e.tagName === 'SCRIPT' && e.type === 'importmap')).map((e) => e.outerHTML)"""


def hostile(value: Any) -> Any:
    """Return a view with every free text hostile; what the schema calls a choice stays."""
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(type(value)):
        content = getattr(value, field.name)
        if type(content) is str and field.name != "code":
            changes[field.name] = HOSTILE
        elif content and isinstance(content, tuple) and all(type(x) is str for x in content):
            changes[field.name] = (HOSTILE,) * len(content)
    return msgspec.structs.replace(value, **changes)


def town() -> Fleet:
    made = fleet(12, ill=8, phase=Phase.CHECK_IN)
    made.points = {code: hostile(view) for code, view in made.points.items()}
    lost: dict[str, Any] = {"tile": Tile.LOST, "presence": Presence.LOST}
    first = next(iter(made.points))
    made.points[first] = msgspec.structs.replace(made.points[first], **lost)
    names = {"title": HOSTILE, "chair": HOSTILE}
    known = {f.name for f in msgspec.structs.fields(SessionView)}
    made.session = msgspec.structs.replace(
        made.session, **{name: text for name, text in names.items() if name in known}
    )
    assert all(isinstance(view, PointView) for view in made.points.values())
    return made


async def look_around(page: Page) -> None:
    """Open what can be opened: a tile's detail, the search, the help."""
    await page.evaluate(
        """(() => {
            const many = document.querySelectorAll('.tile, .row, summary, [aria-haspopup]');
            for (const e of many) e.click();
            return true;
        })()"""
    )


@pytest.mark.parametrize(("name", "ready"), [("wall", ".wall.is-live"), ("host", ".host")])
async def test_no_text_of_the_feed_becomes_code(chromium: Chromium, name: str, ready: str) -> None:
    async with FakeCoordinator(town()) as feed:
        page = await chromium.open(f"{feed.base}/{name}", 1366, 768)
        await page.until(f"document.querySelector('{ready}')")
        await page.until("document.body.innerText.includes('onerror')")
        for _ in range(2):
            assert await page.evaluate("window.hit ?? null") is None
            assert await page.evaluate(GROWN) == []
            await look_around(page)
        refused = [f for f in await page.do("faults") if "Content Security Policy" in f]
        assert refused == [], "nothing even tried"
