"""The secretary's desk in a real Chromium, on a real coordinator."""

import json
import os
from pathlib import Path

import msgspec
import pytest

from coordinator.attendance.fact import RollOpened
from coordinator.entered import Entry, enter
from coordinator.fact import Fact, PhaseEntered
from signaling.entry import KINDS, Body
from signaling.roll import GuestCounted, Home, Mark, RollCount, RollCounted, RollMarked
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.facts import planned
from tests.harness.hall import TOWN
from tests.harness.members import list_members
from tests.harness.server import Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

OPEN: tuple[Fact, ...] = (planned(), *TOWN, PhaseEntered(phase=Phase.CHECK_IN))
DONE = "document.querySelector('.deed-done')"


async def seed(served: Served, *facts: Fact) -> None:
    """Record facts of the session."""
    for fact in facts:
        await served.coordinator.runtime.change([fact], actor="test", session="s1")


async def hall(served: Served, point: str, body: Body) -> None:
    """Have a hall enter something."""
    runtime = served.coordinator.runtime
    entry = Entry(
        device=f"phone-{point}",
        point=point,
        session="s1",
        entered_utc=runtime.now_utc(),
        kind=KINDS[type(body)],
        raw="raw",
        body=body,
    )
    await seed(served, enter(runtime.state, entry)[1])


async def open_desk(chromium: Chromium, served: Served, size: tuple[int, int]) -> Page:
    page = await chromium.open(f"{served.url}/signin?next=%2Fhost", *size)
    await page.do("click", selector=".other")
    await page.do("fill", selector="#token", value=served.tokens["secretary"])
    await page.do("click", selector=".primary")
    await page.until("document.querySelector('.secretary.is-live .sums tbody tr')")
    return page


def one(present: int) -> RollCounted:
    return RollCounted(roll=1, branches=(RollCount(present=present),))


async def names(page: Page) -> list[str]:
    script = "[...document.querySelectorAll('.sums tbody th')].map(n => n.firstChild.data.trim())"
    found: list[str] = json.loads(await page.evaluate(f"JSON.stringify({script})"))
    return found


async def test_a_roll_call_from_opening_to_closing(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        page = await open_desk(chromium, served, (1366, 768))
        await page.do("click", selector=".roll-waiting .quiet")
        await page.sees("Đang điểm danh")
        await hall(served, "B", one(5))
        await page.sees("1/3 điểm cầu đã điểm danh đủ")
        await page.do("click", selector=".check input")
        await page.until("document.querySelectorAll('.sums tbody tr').length === 2")
        await page.do("click", selector=".check input")
        await hall(served, "A", GuestCounted(home=Home(point="C"), people=2))
        await page.sees("2 dự nơi khác")
        await shot(page, "secretary-laptop")
        await fits_across(page)
        await page.hold(".roll-open .hold", 1.3)
        await page.sees("Chốt lúc")
        await hall(served, "B", one(4))
        await page.sees("đã điều chỉnh")
        await page.sees("Điều chỉnh sau khi chốt: -1.")
        await page.do("click", selector=".tab:nth-child(5)")
        await page.until("document.querySelectorAll('.sums tbody tr').length === 1")
        cells = "[...document.querySelectorAll('.sums tbody td')].map(n => n.innerText)"
        row = json.loads(await page.evaluate(f"JSON.stringify({cells})"))
        assert row[1:] == ["1", "Chi bộ Công ty May (B · Công ty May)", "5", "4"]
        await shot(page, "secretary-corrections")
        await keeps_the_rules(page, served.url)
        await shot(page, "secretary-laptop-closed")


async def test_the_table_is_searched_without_marks_and_sorted_as_vietnamese_is(
    chromium: Chromium, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        page = await open_desk(chromium, served, (1366, 768))
        assert await names(page) == ["Công ty May", "Hội trường Dị Sử", "Nhà văn hóa Phố Nối"]
        await page.do("fill", selector="input[type=search]", value="di su")
        await page.until("document.querySelectorAll('.sums tbody tr').length === 2")
        await page.do("click", selector=".group button:first-child")
        await page.until("document.querySelectorAll('.sums tbody tr').length === 1")
        await page.do("click", selector=".group button:last-child")
        await page.until("document.querySelectorAll('.sums tbody tr').length === 2")


async def test_the_secretary_enters_for_a_hall_and_decides(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN, RollOpened(roll=1))
        await hall(served, "B", one(5))
        await hall(served, "A", GuestCounted(home=Home(point="B"), people=2))
        await hall(served, "C", RollCounted(roll=2, branches=(RollCount(present=1),)))
        page = await open_desk(chromium, served, (1366, 768))
        await page.do("click", selector=".sums tbody tr:last-child .link")
        await page.sees("phải dự 5")
        await page.do("fill", selector=".count-sheet input", value="4")
        await shot(page, "secretary-laptop-entry")
        await page.do("click", selector="dialog .quiet")
        await page.until(DONE)
        sheet = served.coordinator.runtime.state.registers["s1"].sheet(1, "C", "Chi bộ 1")
        assert sheet.value is not None
        assert sheet.value.present == 4
        await page.do("click", selector=".tab:nth-child(2)")
        await page.sees("vượt số phải dự 2 đồng chí")
        await shot(page, "secretary-laptop-conflict")
        await page.do("click", selector=".case .quiet")
        await page.sees("Đã quyết định: Tính cả (secretary)")
        await page.do("click", selector=".tab:nth-child(3)")
        await page.sees("lần điểm danh này chưa mở.")
        await page.do("click", selector=".case .quiet")
        await page.until("document.querySelector('.is-decided')")
        await page.do("click", selector=".tab:nth-child(4)")
        await page.sees("Tự đến, đếm số")
        await keeps_the_rules(page, served.url)


async def test_the_desk_fits_a_phone_and_its_table_the_paper_that_is_signed(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN, RollOpened(roll=1))
        await hall(served, "B", one(5))
        page = await open_desk(chromium, served, (390, 844))
        await fits_across(page)
        await shot(page, "secretary-phone")
        await keeps_the_rules(page, served.url)
        # Without the switch nobody is looked up by name.
        assert await page.evaluate("document.querySelectorAll('.tab').length") == 5
        await page.do("size", width=1123, height=794)
        paper = Path(os.environ.get("NHIPCAU_SHOTS", tmp_path)) / "secretary-paper.pdf"
        await page.do("pdf", path=str(paper))
        assert paper.read_bytes().count(b"/Type /Page\n") == 1
        await page.do("media", media="print")
        await fits_across(page)
        await shot(page, "secretary-paper")
        words = await page.text()
        for said in (
            "THƯ KÝ",
            "CHỦ TRÌ",
            "Công ty May",
            "Toàn Đảng bộ",
            "BẢNG TỔNG HỢP ĐIỂM DANH",
            "tạm tính",
        ):
            assert said in words
        for control in (
            "Nhập hộ",
            "Xuất số liệu",
            "Cần quyết định",
            "Hẹn giờ",
            "Đăng xuất",
            "Mở điểm danh",
        ):
            assert control not in words


async def test_a_roll_is_planned_on_the_schedule_and_taken_back(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        # Its times must lie ahead, or they are due at once.
        session = msgspec.structs.replace(OPEN[0], start_utc="2090-10-01T00:30:00.000Z")
        await seed(served, session, *OPEN[1:])
        page = await open_desk(chromium, served, (1366, 768))
        await page.do("click", selector=".roll-plan .link")
        await page.sees("Ngày")
        fields = "dialog input[type=time]"
        await page.do("fill", selector="label:nth-of-type(1) input[type=time]", value="23:40")
        await page.do("fill", selector="label:nth-of-type(2) input[type=time]", value="23:30")
        await page.sees("Giờ chốt phải sau giờ mở.")
        await keeps_the_rules(page, served.url)
        assert await page.evaluate(f"document.querySelectorAll('{fields}').length") == 2
        await page.do("fill", selector="label:nth-of-type(2) input[type=time]", value="23:50")
        await shot(page, "secretary-plan")
        await page.do("click", selector="dialog form .quiet")
        await page.sees("Tự mở lúc 23:40. Tự chốt lúc 23:50.")
        roll = served.coordinator.runtime.state.registers["s1"].rolls[1]
        assert (roll.opens_utc or "")[11:16] == "16:40"
        await page.do("click", selector=".roll-plan .link")
        await page.do("fill", selector="label:nth-of-type(1) input[type=time]", value="")
        await page.do("click", selector="dialog form .quiet")
        await page.sees("Tự chốt lúc 23:50.")
        assert served.coordinator.runtime.state.registers["s1"].rolls[1].opens_utc is None


async def test_a_member_is_found_shown_what_is_kept_and_deleted(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, names=True) as served:
        await seed(served, *OPEN, RollOpened(roll=1))
        refs = await list_members(served, "B", ("Nguyễn Văn An", "Phạm Thị Hòa"))
        await hall(served, "B", RollMarked(roll=1, marks={refs[1]: Mark.LATE}))
        page = await open_desk(chromium, served, (1366, 768))
        await page.do("click", selector=".tab:nth-child(6)")
        await page.do("fill", selector=".tools input[type=search]", value="pham hoa")
        await page.do("press", key="Enter")
        await page.sees("Công ty May")
        await shot(page, "secretary-members")
        await page.do("click", selector=".case .quiet")
        await page.sees("Điểm danh lần 1: Đến muộn")
        await shot(page, "secretary-extract")
        await keeps_the_rules(page, served.url)
        await page.do("click", selector=".sheet-close")
        await page.do("click", selector=".case .quiet:nth-child(2)")
        await page.sees("không lấy lại được")
        await page.do("click", selector="dialog .sheet-in > .quiet")
        await page.until("document.querySelectorAll('.case').length === 0")
        runtime = served.coordinator.runtime
        assert runtime.person(refs[1]) is None
        sheet = runtime.state.registers["s1"].sheet(1, "B", "Chi bộ Công ty May")
        assert sheet.value is not None
        assert sheet.value.present == 1
        assert len(runtime.state.readings) == 2


async def test_a_guest_nobody_knew_is_looked_up_and_credited_to_his_home(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, names=True) as served:
        await seed(served, *OPEN, RollOpened(roll=1))
        await list_members(served, "B", ("Nguyễn Văn An", "Phạm Thị Hòa"))
        async with served.agent(await served.enrol("A")) as socket:
            await socket.send_json({"type": "hello", "versions": [1], "spool": "spool-1"})
            fact = {"type": "fact.enter", "spool": "spool-1", "seq": 1, "kind": "guest.named"}
            body = {"guest": "g1", "name": "Hòa ở xưởng may", "unit": "may"}
            await socket.send_json(fact | {"entered_utc": "2026-10-04T00:45:00.000Z", "body": body})
            while (await socket.receive_json())["type"] != "fact.acked":
                pass
        page = await open_desk(chromium, served, (1366, 768))
        await page.do("click", selector=".tab:nth-child(2)")
        await page.sees("Hòa ở xưởng may")
        await page.do("fill", selector=".case input[type=search]", value="hoa")
        await page.do("press", key="Enter")
        await page.do("click", selector=".case li .quiet")
        await page.sees("Đã quyết định: B · Công ty May (secretary)")
        await shot(page, "secretary-guest")
        await keeps_the_rules(page, served.url)
        found = await served.call("GET", "/api/v1/session/attendance", role="secretary")
        [home] = [point for point in found[1]["points"] if point["code"] == "B"]
        assert home["rolls"][0]["elsewhere"] == 1
