"""A technician acts from a phone: every order against a real agent and a real hall page."""

from pathlib import Path

import pytest

from tests.browser.conftest import Shot, fits_across
from tests.browser.conftest import shot as shot
from tests.demo.test_console import sign_in
from tests.demo.test_hall_screen import (
    FLAGS,
    HALL,
    children_know_nothing_of_pictures,
    enter_roster,
    open_screen,
    reception,
)
from tests.harness.chromium import Chromium, Page
from tests.harness.demo import RunningDemo, running_demo

__all__ = ["children_know_nothing_of_pictures"]
pytestmark = [pytest.mark.real_io, pytest.mark.demo, pytest.mark.browser]

FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
STREAM = "document.querySelector('video').srcObject.id"
"Another after each rejoining."


async def open_phone(chromium: Chromium, demo: RunningDemo) -> Page:
    code = demo.access["join_code"]
    page = await chromium.open(f"{demo.url}/hall#code={code}&point={HALL}", 390, 844)
    await page.sees("Đúng điểm cầu này không?")
    await page.do("click", selector=".primary.role")
    await page.sees("Người phụ trách điểm cầu")
    await page.do("fill", selector="input[autocomplete=name]", value="Nguyễn Thị Hường")
    await page.do("fill", selector="input[type=tel]", value="0912 345 678")
    await page.do("click", selector=".primary")
    await page.sees("Đã nối với trung tâm")
    return page


async def look_at(wall: Page, code: str) -> None:
    """Open a point's details on the technician's phone."""
    await wall.do("press", key="Escape")
    await wall.do("fill", selector="#search", value=code)
    await wall.until("document.querySelectorAll('.worst .row').length === 1")
    await wall.do("click", selector=".worst .row-open")
    await wall.sees("Hình và tiếng gửi tới điểm cầu")


async def order(wall: Page, button: str, line: str, end: str = "đã xong") -> None:
    """Press a button, and wait for how its order ends."""
    await wall.do("click", selector=f".deed:has-text('{button}')")
    newest = "(document.querySelector('.tasks .task')?.innerText ?? '')"
    await wall.until(f"{newest}.startsWith('{line}: {end}')", 30)


async def test_every_order_is_carried_out_by_a_real_agent(tmp_path: Path) -> None:
    async with running_demo(tmp_path, "--points", "1", "--lab") as demo, Chromium() as chromium:
        [code] = await demo.until(
            lambda ps: all(p["reception"] in ("playing", "verified") for p in ps.values()), 60
        )
        wall = await sign_in(chromium, demo, "technician", "wall")
        await look_at(wall, code)
        await wall.sees("Đang gửi hình nét.")
        await order(wall, "Nối lại chương trình", "Nối lại chương trình")
        await order(wall, "Khởi động lại phần nhận", "Khởi động lại phần nhận")
        await wall.do("click", selector=".preflight-again button")
        await wall.sees("Điểm cầu đã kiểm tra xong.", 40)
        await order(wall, "Chỉ tiếng", "Đổi hình, tiếng gửi đi")
        await wall.sees("Đang gửi tiếng, không gửi hình. Theo lựa chọn của trung tâm.", 20)
        await order(
            wall, "Hình nhẹ", "Đổi hình, tiếng gửi đi", "bị từ chối (chương trình đang phát"
        )
        await order(wall, "Tự động", "Đổi hình, tiếng gửi đi")
        await wall.sees("Đang gửi hình nét.", 20)
        await wall.do("click", selector=".deed:has-text('Hỏi hội trường')")
        await wall.sees("không có thiết bị nào của điểm cầu làm được việc này đang kết nối.")


async def test_every_order_is_carried_out_by_a_real_hall_page(tmp_path: Path, shot: Shot) -> None:
    async with running_demo(tmp_path, "--points", "0") as demo, Chromium(*FLAGS) as chromium:
        await enter_roster(demo)
        await demo.enter("rehearsal")
        screen, phone = await open_screen(chromium, demo), await open_phone(chromium, demo)
        wall = await chromium.open(
            f"{demo.url}/signin#token={demo.access['tokens']['technician']}&next=/wall", 390, 844
        )
        await wall.until("document.querySelector('.is-live')", 20)
        await reception(demo, "playing", "verified")
        await look_at(wall, HALL)
        streams = [await screen.evaluate(STREAM)]
        for action in ("Nối lại chương trình", "Khởi động lại phần nhận"):
            await order(wall, action, action)
            streams.append(await screen.evaluate(STREAM))
        assert len(set(streams)) == 3

        await order(wall, "Chỉ tiếng", "Đổi hình, tiếng gửi đi")
        await wall.sees("Đang gửi tiếng, không gửi hình.", 20)
        frames = await screen.evaluate(FRAMES)
        await wall.do("fill", selector=".deeds-words input", value="Mở loa to hơn")
        await order(wall, "Nhắn điện thoại", "Nhắn điện thoại")
        await phone.sees("Mở loa to hơn")
        assert "Mở loa" not in await screen.text(), "nothing of it on the projector"
        await phone.do("press", key="Escape")
        await wall.do("click", selector=".deed:has-text('Hỏi hội trường')")
        await phone.sees("Hội trường có thấy hình, nghe rõ tiếng không?")
        await wall.sees("Hỏi hội trường: đang làm", 20)
        await shot(wall, "acting-phone")
        await fits_across(wall)
        await wall.do("click", selector=".preflight-again button")
        await wall.sees("Điểm cầu đã kiểm tra xong.", 40)
        assert await screen.evaluate(STREAM) == streams[-1], "sound alone is no fault: it stays"
        assert await screen.evaluate(FRAMES) <= frames + 2
        await order(wall, "Tự động", "Đổi hình, tiếng gửi đi")
        await screen.until(f"{FRAMES} > {frames} + 10", 20)

        await phone.do("click", selector="nav button:nth-of-type(3)")
        await phone.do("click", selector=".faults .secondary")
        await wall.do("press", key="Escape")
        await wall.until("document.querySelector('[data-alarm]')", 40)
        await wall.do("click", selector="[data-alarm] .row-open")
        await wall.do("click", selector=".deed:has-text('Nhận xử lý')")
        await wall.sees("Thôi xử lý", 20)
        await wall.do("click", selector=".deed:has-text('Đã khắc phục')")
        await wall.until("document.querySelector('.detail-alarm') === null", 20)
