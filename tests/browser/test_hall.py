"""The hall page in a real Chromium at phone size, against a real coordinator."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.server import TOWN, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

PHONE: dict[str, Any] = {"width": 390, "height": 844, "hasTouch": True, "isMobile": True}


async def issue(served: Served, form: str = "printed") -> str:
    """Issue the session's code."""
    _status, issued = await served.call("POST", "/api/v1/codes", {"form": form})
    return str(issued["code"])


async def phone(chromium: Chromium, served: Served, point: str = "MH-001", **settings: Any) -> Page:
    """Join as a phone from the sheet's QR address; the person in charge is entered."""
    code = await issue(served)
    page = await chromium.open(f"{served.url}/hall#code={code}&point={point}", **(PHONE | settings))
    await page.sees("Đúng điểm cầu này không?")
    await page.do("tap", selector=".primary.role")
    await name_person(page)
    return page


async def name_person(page: Page) -> None:
    await page.sees("Người phụ trách điểm cầu")
    await page.do("fill", selector="input[autocomplete=name]", value="Nguyễn Thị Hường")
    await page.do("fill", selector="input[type=tel]", value="0912 345 678")
    await page.do("tap", selector=".primary")
    await page.sees("Báo số đảng viên có mặt")


async def attendance(served: Served, code: str = "MH-001") -> dict[str, Any]:
    """Return what the API says of a point's people."""
    _status, point = await served.call("GET", f"/api/v1/points/{code}")
    found: dict[str, Any] = point["attendance"]
    return found


async def test_from_the_sheet_to_a_recorded_count_in_three_taps(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served)  # confirming was one tap, naming another
        await page.sees("Đã nối với trung tâm")
        await fits_across(page)
        await shot(page, "hall-count")
        await page.do("fill", selector=".stepper-big input", value="48")
        await page.do("tap", selector=".count .primary")
        await page.sees("Đã ghi nhận lúc")
        assert (await attendance(served))["reported"] == 48
        await shot(page, "hall-recorded")
        await keeps_the_rules(page, served.url)
        assert "code=" not in await page.evaluate("location.href")


async def test_a_typed_code_leads_through_the_search_without_marks(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await chromium.open(f"{served.url}/hall", **PHONE)
        await page.sees("Vào điểm cầu")
        await page.do("fill", selector="#code", value="SAISAISAI")
        await page.do("tap", selector=".primary")
        await page.sees("Mã này không đúng")
        await page.do("fill", selector="#code", value=(await issue(served, "typed")).lower())
        await page.do("tap", selector=".primary")
        await page.sees("Đây là điểm cầu nào?")
        await page.do("fill", selector="#find", value="hoi truong mh-002")
        await page.sees("Tìm thấy 1 điểm cầu")
        await shot(page, "hall-find")
        await page.do("tap", selector=".choices button")
        await page.sees("Hội trường MH-002")
        await keeps_the_rules(page, served.url, expect="404")


async def test_without_a_network_everything_is_kept_and_sent_once_later(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served)
        await page.until("navigator.serviceWorker.controller !== null")
        await page.do("offline", offline=True)
        await served.coordinator.gateway.close()
        await page.sees("Chưa nối được với trung tâm")
        await page.do("fill", selector=".stepper-big input", value="44")
        await page.do("tap", selector=".count .primary")
        await page.sees("Đã lưu trên máy")
        await page.sees("1 mục chưa gửi")
        await page.do("reload")
        await page.sees("Đã lưu trên máy")
        await shot(page, "hall-offline")
        await fits_across(page)
        assert (await attendance(served))["reported"] is None
        await page.do("offline", offline=False)
        await page.sees("Đã ghi nhận lúc", 20)
        assert (await attendance(served))["reported"] == 44
        rows = [r for r in rows_of(served) if r == "point.checked_in"]
        assert len(rows) == 1


def rows_of(served: Served) -> list[str]:
    """Return the kinds of all rows of the journal."""
    import sqlite3

    with sqlite3.connect(served.folder.journal) as database:
        return [row[0] for row in database.execute("SELECT kind FROM journal ORDER BY n")]


def quoted(text: str) -> str:
    return json.dumps(text)
