"""A technician acts from a phone: every order against a real agent and a real hall page."""

from pathlib import Path

import pytest

from tests.browser.conftest import Shot, fits_across
from tests.browser.conftest import shot as shot
from tests.demo.test_hall_screen import children_know_nothing_of_pictures
from tests.harness.chromium import Chromium, Page, PageError
from tests.harness.demo import RunningDemo, running_demo
from tests.harness.projector import FLAGS, HALL, enter_roster, open_screen

__all__ = ["children_know_nothing_of_pictures"]
pytestmark = [pytest.mark.real_io, pytest.mark.demo, pytest.mark.browser]

FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
STREAM = "document.querySelector('video').srcObject.id"
"Another after each rejoining."
DEEDS = "[...document.querySelectorAll('.deed')]"
CHANGE = "Đổi hình, tiếng gửi đi"


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
    # Not by the pointer: what is above may grow while it travels.
    await wall.evaluate(f"{DEEDS}.find((e) => e.innerText.trim() === '{button}').click()")
    newest = "(document.querySelector('.tasks .task')?.innerText ?? '')"
    try:
        await wall.until(f"{newest}.startsWith('{line}: {end}')", 30)
    except PageError as error:
        raise AssertionError(f"{button}: {await wall.evaluate(newest)}") from error


async def ask_agent(wall: Page, demo: RunningDemo) -> None:
    """Give every order to a hall with an agent and no phone."""
    points = await demo.until(
        lambda ps: all(p["reception"] in ("playing", "verified") for p in ps.values()), 60
    )
    [code] = points.keys() - {HALL}
    await look_at(wall, code)
    await wall.sees("Đang gửi hình nét.")
    for action in ("Nối lại chương trình", "Khởi động lại phần nhận"):
        await order(wall, action, action)
    await order(wall, "Chỉ tiếng", CHANGE)
    await wall.sees("Đang gửi tiếng, không gửi hình. Theo lựa chọn của trung tâm.", 20)
    await order(wall, "Hình nhẹ", CHANGE)
    await wall.sees("Đang gửi hình nhẹ. Theo lựa chọn của trung tâm.", 20)
    await order(wall, "Tự động", CHANGE)
    await wall.do("click", selector=".deed:has-text('Hỏi hội trường')")
    await wall.sees("không có thiết bị nào của điểm cầu làm được việc này đang kết nối.")


async def ask_projector(wall: Page, screen: Page) -> int:
    """Have the hall's page fetch the programme anew, then be sent sound alone."""
    streams = [await screen.evaluate(STREAM)]
    for action in ("Nối lại chương trình", "Khởi động lại phần nhận"):
        await order(wall, action, action)
        streams.append(await screen.evaluate(STREAM))
    assert len(set(streams)) == 3
    await order(wall, "Chỉ tiếng", CHANGE)
    await wall.sees("Đang gửi tiếng, không gửi hình.", 20)
    return int(await screen.evaluate(FRAMES))


async def ask_operator(wall: Page, phone: Page, screen: Page) -> None:
    """Write to the operator's phone and ask it what the hall sees."""
    await wall.do("fill", selector="label:has-text('Tin nhắn') input", value="Mở loa to hơn")
    await order(wall, "Nhắn điện thoại", "Nhắn điện thoại")
    await phone.sees("Mở loa to hơn")
    assert "Mở loa" not in await screen.text(), "nothing of it on the projector"
    await phone.do("press", key="Escape")
    await order(wall, "Hỏi hội trường", "Hỏi hội trường", "đang làm")
    await phone.sees("Hội trường có thấy hình, nghe rõ tiếng không?")
    await wall.do("click", selector=".preflight-again button")
    await wall.sees("Điểm cầu đã kiểm tra xong.", 40)
    assert "Nhận thử chương trình" not in await wall.text(), "no picture by choice is no failure"


async def knows_bandwidth(demo: RunningDemo) -> bool:
    """Tell whether the projector's page has said what its line carried."""
    point = await demo.get(f"/api/v1/points/{HALL}", "technician")
    findings = [f for device in point["preflight"] for f in device["findings"]]
    return any(f["check"] == "bandwidth" for f in findings)


async def call_for_help(phone: Page) -> None:
    await phone.do("click", selector="nav button:nth-of-type(3)")
    await phone.do("click", selector=".faults .secondary")


async def take_and_resolve(wall: Page) -> None:
    """Take the hall's call for help, and say that it is done."""
    help_wanted = ".detail-alarm:has-text('Hội trường gọi hỗ trợ')"
    await wall.until("document.querySelector('.detail-alarm')", 40)
    await wall.do("click", selector=f"{help_wanted} .deed:has-text('Nhận xử lý')")
    await wall.sees("Thôi xử lý", 20)
    await wall.do("click", selector=f"{help_wanted} .deed:has-text('Đã khắc phục')")
    await wall.until("!document.body.innerText.includes('Thôi xử lý')", 20)


async def test_every_act_reaches_a_real_agent_and_a_real_hall_page_and_says_what_became_of_it(
    tmp_path: Path, shot: Shot
) -> None:
    demo_of_one = running_demo(tmp_path, "--points", "1", "--lab")
    async with demo_of_one as demo, Chromium(*FLAGS) as chromium:
        await enter_roster(demo)
        screen, phone = await open_screen(chromium, demo), await open_phone(chromium, demo)
        token = demo.access["tokens"]["technician"]
        wall = await chromium.open(f"{demo.url}/signin#token={token}&next=/wall", 390, 844)
        await wall.until("document.querySelector('.is-live')", 20)
        await demo.enter("rehearsal")
        await call_for_help(phone)
        await ask_agent(wall, demo)
        await look_at(wall, HALL)
        frames, stream = await ask_projector(wall, screen), await screen.evaluate(STREAM)
        await ask_operator(wall, phone, screen)
        await shot(wall, "acting-phone")
        await fits_across(wall)
        assert await screen.evaluate(STREAM) == stream, "sound alone is no fault: it stays"
        assert await screen.evaluate(FRAMES) <= frames + 2
        await order(wall, "Tự động", CHANGE)
        await screen.until(f"{FRAMES} > {frames} + 10", 20)
        await take_and_resolve(wall)
        assert await knows_bandwidth(demo), "by ticket, of the page's own accord"
