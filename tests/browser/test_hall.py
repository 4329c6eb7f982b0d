"""The hall page in a real Chromium at phone size, against a real coordinator."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from coordinator.fact import Branch, PhaseEntered
from signaling.messages import (
    BranchRecorded,
    HallRecorded,
    Message,
    OrderGive,
    RollLine,
    RollRecorded,
    RollState,
)
from signaling.schema import Phase, RollStage
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.server import TOWN, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

COUNT_TAPS = "void (window.taps = 0, addEventListener('pointerup', () => window.taps++, true))"
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
        await page.evaluate(COUNT_TAPS)
        await page.sees("Đã nối với trung tâm")
        await fits_across(page)
        await shot(page, "hall-count")
        # Fifty are expected; two are not there. No key is pressed.
        for button in (".stepper-big button:first-of-type",) * 2:
            await page.do("tap", selector=button)
        await page.do("tap", selector=".count .primary")
        await page.sees("Đã ghi nhận lúc")
        assert (await attendance(served))["reported"] == 48
        assert await page.evaluate("window.taps") == 3
        await page.sees("đã ghi nhận 48/50 đồng chí")
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
    with sqlite3.connect(served.folder.journal) as database:
        return [row[0] for row in database.execute("SELECT kind FROM journal ORDER BY n")]


def device_of(served: Served) -> str:
    """Return the phone that is connected."""
    [device] = served.coordinator.gateway.devices_of("MH-001")
    return device


def told(served: Served, *messages: Message) -> None:
    """Let the centre say something to the phone."""
    for message in messages:
        assert served.coordinator.gateway.send_to(device_of(served), message)


ROLLS = RollState(
    session="s1",
    rolls=(
        RollLine(roll=1, stage=RollStage.CLOSED),
        RollLine(roll=2, stage=RollStage.OPEN),
    ),
)
LONG = "Chi bộ Tổ dân phố Nguyễn Xá – Nhân Hòa, Đảng bộ phường Bần Yên Nhân"


def recorded(*branches: BranchRecorded) -> HallRecorded:
    return HallRecorded(session="s1", recorded_utc="2026-10-04T00:45:00.000Z", branches=branches)


async def test_an_open_roll_call_is_asked_for_and_what_the_centre_holds_is_shown(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    town = msgspec.structs.replace(
        TOWN[1],
        name="Nhà văn hóa tổ dân phố Nguyễn Xá và khu dân cư số 12, phường Nhân Hòa",
        branches=(Branch(name=LONG, members=52), Branch(name="Chi bộ Quân sự", members=8)),
    )
    async with serving(tmp_path, TOWN[0], town, *TOWN[2:]) as served:
        page = await phone(chromium, served, width=360, height=740)
        await page.sees("Đã nối với trung tâm")
        one = RollRecorded(roll=1, present=48)
        told(
            served,
            ROLLS,
            recorded(
                BranchRecorded(branch=LONG, expected=52, reported=48, rolls=(one,)),
                BranchRecorded(branch="Chi bộ Quân sự", expected=8, reported=8, rolls=()),
            ),
        )
        await page.sees("đã ghi nhận 48/60 đồng chí")
        await page.sees("Điểm danh lần 2")
        await page.sees("Phải có mặt: 52 · vắng 4")
        await page.do("tap", selector=".stepper-big button:last-child")
        await page.sees("Phải có mặt: 52 · vắng 3")
        await page.sees("Cộng các chi bộ: có mặt 57/60")
        await fits_across(page)
        await shot(page, "hall-roll")
        await page.do("tap", selector=".chips button:nth-child(2)")
        await page.sees("được ghi là đính chính")
        await keeps_the_rules(page, served.url)
        # 200 % zoom of a small phone.
        await page.do("size", width=195, height=420)
        await fits_across(page)
        await shot(page, "hall-zoom")


async def test_the_centre_asks_and_tells_and_a_fault_takes_one_tap(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        answers: list[tuple[str, str]] = []
        page = await phone(chromium, served)
        await page.sees("Đã nối với trung tâm")
        served.coordinator.gateway.on_answer = lambda _device, answer: answers.append(
            (answer.id, answer.outcome.value)
        )
        told(served, OrderGive(id="o1", action="ask_room"))
        await page.sees("Hội trường có thấy hình, nghe rõ tiếng không?")
        await shot(page, "hall-ask")
        for choice in (1, 2):
            await page.do("tap", selector=f".choice:nth-of-type({choice}) button:first-child")
        await page.do("tap", selector=".ask .primary")
        await page.sees("Hội trường: thấy hình – Có; nghe rõ – Có")
        told(served, OrderGive(id="o2", action="show_message", text="Tăng âm lượng giúp nhé"))
        await page.sees("Tăng âm lượng giúp nhé")
        await keeps_the_rules(page, served.url)
        await page.do("tap", selector=".sheet-close")
        told(served, OrderGive(id="o3", action="rejoin_media"))
        await page.do("tap", selector=".places button:nth-child(3)")
        await page.do("tap", selector=".faults button:nth-child(2)")
        await page.sees("Đã báo: Không có tiếng")
        await shot(page, "hall-fault")
        await keeps_the_rules(page, served.url)
        await page.do("tap", selector=".places button:nth-child(4)")
        await page.sees("Báo sự cố: Không có tiếng")
        await page.until("document.querySelectorAll('.entry-recorded').length === 2")
        await shot(page, "hall-log")
        await keeps_the_rules(page, served.url)
        kinds = rows_of(served)
        assert (kinds.count("room.answered"), kinds.count("fault.reported")) == (1, 1)
        assert answers == [("o1", "begun"), ("o1", "done"), ("o2", "done"), ("o3", "refused")]


async def test_inside_zalo_the_page_says_how_to_leave_it(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 10) Chrome/109.0 Mobile Safari/537.36 Zalo android/12"
    async with serving(tmp_path, *TOWN) as served:
        page = await chromium.open(f"{served.url}/hall", **PHONE, userAgent=agent)
        await page.sees("Hãy mở trang này bằng Chrome hoặc Safari")
        await page.sees("đang mở bên trong Zalo")
        await shot(page, "hall-zalo")
        await keeps_the_rules(page, served.url)
        await page.do("tap", selector=".link")
        await page.sees("Vào điểm cầu")


async def test_a_revoked_phone_joins_again_and_keeps_what_it_could_not_send(
    chromium: Chromium, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served)
        await page.sees("Đã nối với trung tâm")
        path = f"/api/v1/devices/{device_of(served)}/revocation"
        await served.call("POST", path, {"reason": "mất máy"})
        await page.sees("Trung tâm đã thu hồi quyền của máy này")
        await page.do("fill", selector=".stepper-big input", value="41")
        await page.do("tap", selector=".count .primary")
        await page.sees("Đã lưu trên máy")
        await page.do("tap", selector=".card-bad .primary")
        await page.sees("Vào điểm cầu")
        await page.do("fill", selector="#code", value=await issue(served, "typed"))
        await page.do("tap", selector=".primary")
        await page.do("tap", selector=".choices li:nth-child(2) button")
        await page.do("tap", selector=".primary.role")
        await page.sees("Đã ghi nhận lúc", 20)
        assert (await attendance(served))["reported"] == 41


async def test_the_sheets_are_one_page_a_point(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        token = served.tokens["technician"]
        page = await chromium.open(
            f"{served.url}/signin#token={token}&next=/hall/sheets", 900, 1200
        )
        await page.sees("Phiếu điểm cầu", 20)
        await page.do("fill", selector="input[name=days]", value="7")
        await page.do("click", selector="button")
        await page.sees("Mã ngắn:")
        assert await page.evaluate("document.querySelectorAll('.sheet-a4 svg').length") == 3
        await shot(page, "hall-sheet")
        await keeps_the_rules(page, served.url)


async def test_the_plain_forms_look_like_the_page_and_are_accessible(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await chromium.open(f"{served.url}/hall/plain", **PHONE)
        await page.do("fill", selector="#code", value=await issue(served, "typed"))
        await page.do("tap", selector=".primary")
        # The tap is done before the page it leads to is there.
        await page.until("document.querySelector('#point') !== null")
        await page.evaluate("void (document.querySelector('#point').value = 'MH-001')")
        await page.do("tap", selector=".primary")
        await page.sees("Hội trường MH-001")
        await page.do("fill", selector="input[name=present0]", value="46")
        await shot(page, "hall-plain")
        await fits_across(page)
        await keeps_the_rules(page, served.url)
        await page.do("tap", selector=".primary")
        await page.sees("Đã ghi nhận lúc")
        assert (await attendance(served))["reported"] == 46


async def test_without_scripts_a_hall_joins_checks_in_and_counts(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN, rolls=3) as served:
        await served.coordinator.runtime.change(
            [PhaseEntered(phase=Phase.CHECK_IN)], actor="test", session="s1"
        )
        page = await chromium.open(f"{served.url}/hall", **PHONE, javaScriptEnabled=False)
        await page.do("tap", selector="noscript a")
        await page.sees("Mã vào")
        await page.do("fill", selector="#code", value=await issue(served, "typed"))
        await page.do("tap", selector=".primary")
        await page.sees("Chọn điểm cầu")
        await page.do("select", selector="#point", value="MH-001")
        await page.do("tap", selector=".primary")
        await page.sees("Hội trường MH-001")
        await page.do("fill", selector="input[name=present0]", value="46")
        await page.do("tap", selector=".primary")
        await page.sees("Đã ghi nhận lúc")
        assert (await attendance(served))["reported"] == 46
        # As many roll calls as are set; the open one is chosen already.
        served_rolls = "[...document.querySelectorAll('#roll option')].length"
        assert await page.evaluate(served_rolls) == 4
        await served.call("POST", "/api/v1/session/rolls/3/open", {}, role="secretary")
        await page.do("reload")
        await page.do("fill", selector="input[name=present0]", value="bốn mươi")
        await page.do("tap", selector=".primary")
        await page.sees("Có ô không phải là số")
        await page.do("fill", selector="input[name=present0]", value="51")
        await page.do("tap", selector=".primary")
        await page.sees("Nhiều hơn số phải có mặt")
        assert (await attendance(served))["present"] == 51
        await page.do("size", width=360, height=740)
        await fits_across(page)
        await shot(page, "hall-plain-no-script")


async def test_a_transfer_is_announced_and_its_receipt_comes_back(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served)
        await page.sees("Đã nối với trung tâm")
        await page.do("tap", selector=".guests summary")
        send = ".guests > .transfer:last-child"
        await page.do("fill", selector=f"{send} input[type=search]", value="hoi truong mh-002")
        await page.do("tap", selector=f"{send} .choices button")
        await page.do("tap", selector=f"{send} .stepper button:last-child")
        await page.do("tap", selector=f"{send} .secondary")
        await page.sees("2 đồng chí sang Hội trường MH-002")
        await page.sees("Nơi đến chưa xác nhận")
        await fits_across(page)
        await shot(page, "hall-guests")
        await keeps_the_rules(page, served.url)
        assert rows_of(served).count("transfer.announced") == 1
