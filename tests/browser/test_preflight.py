"""What a point found of itself, on the wall's detail, in a real Chromium."""

from typing import Any

import msgspec
import pytest

from config.utc import format_utc
from signaling.preflight import Check, Verdict
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_feed import FakeCoordinator, fleet

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

CODE = "MH-012"
SIZES = {"fhd": (1920, 1080), "phone": (390, 844)}


def finding(
    feed: FakeCoordinator, check: Check, verdict: Verdict = Verdict.OK, **changes: Any
) -> dict[str, Any]:
    plain = {"why": "", "figure": None, "unit": "", "limit": None, "evidence": "", "fresh": True}
    age_s = 90 if changes.get("fresh", True) else 3_900
    measured_utc = format_utc(feed.now / 1000 - age_s)
    return {"check": check, "verdict": verdict, "measured_utc": measured_utc} | plain | changes


def agent(feed: FakeCoordinator) -> dict[str, Any]:
    """Return what a hall with a few faults found."""
    fail, warn = Verdict.FAIL, Verdict.WARN
    findings = [
        finding(feed, Check.MICROPHONE, fail, why="clipping", figure=0.54, unit="ratio",
                limit=0.02, evidence="USB Audio Device (C-Media); -2 dBFS"),
        finding(feed, Check.CLOCK_OFFSET, fail, why="off", figure=90249.4, unit="ms",
                limit=60000.0, fresh=False),
        finding(feed, Check.DISK, warn, why="low", figure=9e8, unit="bytes", limit=2e9),
        finding(feed, Check.UDP, figure=21.0, unit="ms"),
        finding(feed, Check.BANDWIDTH, figure=1480.0, unit="kbps", limit=1200.0),
        finding(feed, Check.SOUND_ECHO, figure=-31.0, unit="db", limit=-10.0),
        finding(feed, Check.CAMERA, Verdict.SKIPPED, why="no_device"),
    ]  # fmt: skip
    utc = format_utc(feed.now / 1000 - 60)
    return {
        "device": "d1", "role": "agent", "utc": utc, "testing": True, "findings": findings
    }  # fmt: skip


async def opened(chromium: Chromium, feed: FakeCoordinator, size: str = "fhd") -> Page:
    page = await chromium.open(f"{feed.base}/wall", *SIZES[size])
    await page.until("document.querySelector('.wall.is-live')")
    tile = f"[data-code={CODE}]" if size == "fhd" else ".row-open"
    await page.do("click", selector=tile)
    await page.until("document.querySelector('.preflight')")
    return page


@pytest.mark.parametrize("size", SIZES)
async def test_a_point_shows_what_it_found_and_the_one_thing_to_do(
    chromium: Chromium, shot: Shot, size: str
) -> None:
    async with FakeCoordinator(fleet(20)) as feed:
        feed.role = "technician"
        feed.preflights = dict.fromkeys(feed.fleet.points, [agent(feed)])
        page = await opened(chromium, feed, size)
        for words in (
            "Máy trạm",
            "Micro quá to, tiếng bị vỡ: giảm âm lượng micro.",
            "54,0 %",
            "ngưỡng 2,0 %",
            "USB Audio Device",
            "90 s",
            "đã quá 60 phút",
            "0,9 GB",
            "đang đo băng thông",
            "3/7 mục đạt",
        ):
            await page.sees(words)
        assert "Đường UDP" not in await page.text(), "what is well is folded away"
        await fits_across(page)
        await keeps_the_rules(page, feed.base)
        await page.evaluate("document.querySelector('.preflight').scrollIntoView()")
        await shot(page, f"wall-{size}-preflight")
        await page.do("click", selector=".preflight summary")
        await page.sees("1.480 kbit/s")
        await page.sees("Không có thiết bị này.")


async def test_the_table_is_renewed_when_the_point_looks_again(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(20)) as feed:
        page = await opened(chromium, feed)
        await page.sees("Điểm cầu này chưa kiểm tra lần nào.")
        feed.preflights[CODE] = [agent(feed)]
        point = feed.fleet.points[CODE]
        await feed.set_point(msgspec.structs.replace(point, preflight_at=feed.now))
        await page.sees("Micro quá to, tiếng bị vỡ: giảm âm lượng micro.")


async def test_an_order_to_look_again_shows_what_becomes_of_it(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(20)) as feed:
        feed.role = "technician"
        page = await opened(chromium, feed)
        await page.do("click", selector=".preflight-again button")
        await page.sees("Đã gửi lệnh, chờ điểm cầu nhận.")
        assert feed.orders[0]["action"] == "run_preflight"
        feed.orders[0]["state"] = "begun"
        await page.sees("Điểm cầu đang kiểm tra…")
        feed.orders[0]["state"] = "done"
        await page.sees("Điểm cầu đã kiểm tra xong.")


async def test_a_sound_in_the_hall_is_asked_for_twice(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(20)) as feed:
        feed.role = "technician"
        page = await opened(chromium, feed)
        await page.do("click", selector=".preflight-again button:nth-of-type(2)")
        await page.sees("Hội trường sẽ nghe tiếng – bấm lần nữa")
        assert feed.orders == []
        await page.do("click", selector=".preflight-again button:nth-of-type(2)")
        await page.sees("Đã gửi lệnh, chờ điểm cầu nhận.")
        assert feed.orders[0]["action"] == "test_sound"
        feed.orders[0] |= {"state": "refused", "why": "not_now"}
        await page.sees("Đang phát chương trình: không thử loa lúc này.")


async def test_a_refused_order_says_why_and_viewers_have_no_buttons(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(20)) as feed:
        feed.role, feed.refuse_orders = "technician", "no_device"
        page = await opened(chromium, feed)
        await page.do("click", selector=".preflight-again button")
        await page.sees("Không có thiết bị nào của điểm cầu đang kết nối.")
        await page.close()
        feed.role = "viewer"
        page = await opened(chromium, feed)
        await page.sees("Điểm cầu này chưa kiểm tra lần nào.")
        assert not await page.evaluate("document.querySelector('.preflight-again')")
