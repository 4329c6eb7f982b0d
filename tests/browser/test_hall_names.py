"""Roll calls by names on the hall page: a real Chromium with touch, a real coordinator."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from coordinator.attendance.fact import RollOpened
from coordinator.fact import Fact, PhaseEntered
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_hall import COUNT_TAPS, PHONE, issue, name_person
from tests.harness.chromium import Chromium, Page
from tests.harness.facts import planned
from tests.harness.members import list_members
from tests.harness.server import TOWN, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

NAMES = (
    "Nguyễn Văn Ân",
    "Trần Thị Ánh",
    "Đỗ Văn An",
    "Phạm Thị Ngọc Bích Liên Hoa Nguyễn Trần Thanh Tuyền",
    "Lê Văn Đạt",
    "Vũ Thị Dung",
)
SHOWN = "[...document.querySelectorAll('.name-who')].map(n => n.firstChild.data.trim())"
HELD = """new Promise((done) => {
  const open = indexedDB.open("nhipcau-hall", 1);
  open.onsuccess = () => {
    const ask = open.result.transaction("held").objectStore("held").get("names");
    ask.onsuccess = () => done(ask.result === undefined ? "wiped" : "kept");
  };
})"""


async def record(served: Served, *facts: Fact) -> None:
    await served.coordinator.runtime.change(facts, actor="test", session="s1")


async def phone_of(chromium: Chromium, served: Served, point: str, **settings: Any) -> Page:
    """Join as the phone of a point; more than one may be open."""
    code = await issue(served)
    page = await chromium.open(f"{served.url}/hall#code={code}&point={point}", **(PHONE | settings))
    await page.sees("Đúng điểm cầu này không?")
    await page.do("tap", selector=".primary.role")
    await name_person(page)
    await page.sees("Đã nối với trung tâm")
    return page


def marks(served: Served, roll: int = 1, point: str = "MH-001") -> tuple[int, ...]:
    """Return present, excused, late and exempt, as they stand."""
    sheet = served.coordinator.runtime.state.registers["s1"].sheet(roll, point, f"Chi bộ {point}")
    assert sheet.value is not None
    return sheet.value.present, sheet.value.excused, sheet.value.late, sheet.value.exempt


def row(name: str) -> str:
    """Return the selector of a member's row."""
    return f".name-row:has(.name-who:text('{name}'))"


async def test_a_roll_is_called_by_names_without_a_line_and_recorded_once(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN, names=True) as served:
        await list_members(served, "MH-001", NAMES, exempt_last=True)
        await record(served, PhaseEntered(phase=Phase.CHECK_IN))
        page = await phone_of(chromium, served, "MH-001", width=360, height=740)
        await record(served, RollOpened(roll=1))
        await page.sees("Có mặt 0/5")
        assert await page.evaluate(SHOWN) == [
            "Đỗ Văn An",
            "Trần Thị Ánh",
            "Nguyễn Văn Ân",
            "Vũ Thị Dung",
            "Lê Văn Đạt",
            NAMES[3],
        ]
        await page.do("fill", selector=".names input[type=search]", value="tran anh")
        await page.until(f"{SHOWN}.length === 1")
        await page.do("tap", selector=".name-more")
        await page.do("tap", selector=".name-row .chips button:nth-child(4)")
        await page.sees("Vắng có lý do · đã ghi nhận")
        await page.do("fill", selector=".names input[type=search]", value="")
        await page.until("navigator.serviceWorker.controller !== null")
        await page.do("offline", offline=True)
        await served.coordinator.gateway.close()
        await page.sees("Chưa nối được với trung tâm")
        await page.do("tap", selector=row("Lê Văn Đạt") + " .name-tap")
        await page.sees("đã lưu trên máy")
        await page.do("tap", selector=row("Lê Văn Đạt") + " .name-tap")
        await page.do("tap", selector=".names .primary")
        await page.sees("3 mục chưa gửi")
        await page.do("reload")
        await page.sees("Có mặt 3/5")
        await shot(page, "hall-names-offline")
        await page.do("offline", offline=False)
        await page.until("document.querySelectorAll('.name-stage.is-recorded').length === 6", 20)
        assert marks(served) == (3, 1, 0, 0)
        await fits_across(page)
        await page.sees("đã ghi nhận 3/50 đồng chí")
        await page.evaluate("document.querySelector('.names .field').scrollIntoView()")
        await shot(page, "hall-names")
        await keeps_the_rules(page, served.url, expect="DISCONNECTED|Error in connection")
        # 200 % zoom of this phone.
        await page.do("size", width=180, height=370)
        await fits_across(page)
        await shot(page, "hall-names-zoom")
        rows = recorded(served)
        assert rows.count("roll.marked") == 4
        assert 1 <= rows.count("names.read") <= 3
        # No name has left the tables that can be emptied.
        assert not [b for b in bodies(served) if "Nguyễn Văn" in b or "Ánh" in b]


def recorded(served: Served) -> list[str]:
    with sqlite3.connect(served.folder.journal) as database:
        return [kind for (kind,) in database.execute("SELECT kind FROM journal")]


def bodies(served: Served) -> list[str]:
    with sqlite3.connect(served.folder.journal) as database:
        return [body for (body,) in database.execute("SELECT body FROM journal")]


async def conflicts(served: Served) -> list[dict[str, Any]]:
    """Return what the secretary has to decide."""
    path = "/api/v1/session/conflicts"
    _status, answer = await served.call("GET", path, role="secretary")
    found: list[dict[str, Any]] = answer["conflicts"]
    return found


async def sums_of(served: Served, point: str, roll: int = 1) -> dict[str, Any]:
    """Return what the centre counts of a point."""
    path = "/api/v1/session/attendance"
    _status, answer = await served.call("GET", path, role="secretary")
    [found] = [one for one in answer["points"] if one["code"] == point]
    sums: dict[str, Any] = found["rolls"][roll - 1]
    return sums


SEND = ".guests > .transfer:last-child"


async def test_a_member_is_sent_confirmed_and_a_second_seat_is_the_secretarys_question(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN, names=True) as served:
        await list_members(served, "MH-001", NAMES[:3])
        await list_members(served, "MH-002", ("Hoàng Văn Bách",))
        await record(served, PhaseEntered(phase=Phase.CHECK_IN), RollOpened(roll=1))
        home = await phone_of(chromium, served, "MH-001")
        host = await phone_of(chromium, served, "MH-002")
        # The home announces one of its own, by name.
        await home.do("tap", selector=".guests > summary")
        await home.do("fill", selector=f"{SEND} .field input", value="mh-002")
        await home.do("tap", selector=f"{SEND} .choices button")
        await home.do("fill", selector=f"{SEND} > .field input[type=search]", value="anh tran")
        await home.do("tap", selector=f"{SEND} .choices button")
        await home.sees("Trần Thị Ánh")
        await fits_across(home)
        await shot(home, "hall-transfer-home")
        await home.do("tap", selector=f"{SEND} > .secondary")
        await home.sees("1 đồng chí sang Hội trường MH-002")
        await home.sees("Nơi đến chưa xác nhận")
        # The host confirms; neither the name nor a list is shown to it.
        await host.do("tap", selector=".guests > summary")
        await host.sees("Hội trường MH-001 báo 1 đồng chí sang dự ở đây")
        assert "Ánh" not in await host.text()
        await host.do("tap", selector=".guests > .transfer .secondary")
        await host.sees("Điểm cầu này đã xác nhận 1 đồng chí đến")
        await home.sees("Nơi đến đã xác nhận 1")
        await shot(host, "hall-transfer-host")
        sums = await sums_of(served, "MH-001")
        assert (sums["attended"], sums["elsewhere"]) == (1, 1)
        assert (await sums_of(served, "MH-002"))["guests"] == 1
        # A card number finds who is already counted: nobody but the secretary is asked.
        await host.do("fill", selector=".guest-name .field:nth-of-type(1) input", value="MH-001.1")
        await host.do("tap", selector=".guest-name .secondary")
        await host.sees("đã được tính ở nơi khác; thư ký sẽ quyết định")
        await host.do("fill", selector=".guest-name .field:nth-of-type(2) input", value="Ai Đó")
        await host.do("tap", selector=".guest-name .secondary")
        await host.sees("Không tìm thấy đồng chí này; thư ký sẽ tìm.")
        assert {one["kind"] for one in await conflicts(served)} == {"twice", "guest"}
        assert (await sums_of(served, "MH-001"))["attended"] == 1
        await fits_across(host)
        for page in (home, host):
            await keeps_the_rules(page, served.url)
            # 200 % zoom.
            await page.do("size", width=195, height=422)
            await fits_across(page)


async def test_walk_ins_by_count_reasons_and_leaving_early_are_recorded(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, planned("s0", "Giờ sinh hoạt quý III"), *TOWN) as served:
        runtime = served.coordinator.runtime
        for phase in (Phase.CHECK_IN, Phase.CLOSED):
            await runtime.change([PhaseEntered(phase=phase)], actor="test", session="s0")
        await record(served, PhaseEntered(phase=Phase.CHECK_IN), RollOpened(roll=1))
        page = await phone_of(chromium, served, "MH-001", width=360, height=740)
        await page.sees("Điểm danh lần 1")
        await page.do("fill", selector=".stepper-big input", value="44")
        await page.do("tap", selector=".branch > .link")
        await page.do("fill", selector=".more > .stepper:nth-of-type(1) input", value="5")
        await page.do("tap", selector=".excuses summary")
        await page.do("fill", selector=".excuses .stepper:nth-of-type(3) input", value="3")
        for figure, value in (("Miễn sinh hoạt vẫn đến", 1), ("Đến muộn", 2), ("Về sớm", 4)):
            await page.do("fill", selector=f"input[aria-label='{figure}']", value=str(value))
        await fits_across(page)
        await page.evaluate("document.querySelector('.excuses').scrollIntoView()")
        await shot(page, "hall-reasons")
        await page.do("tap", selector=".count .primary")
        await page.sees("Đã ghi nhận lúc")
        # Three walked in from another point, to make up for last quarter.
        await page.do("tap", selector=".guests > summary")
        walk_in = ".guests > .transfer:nth-of-type(1)"
        await page.do("fill", selector=f"{walk_in} .field input", value="mh 002")
        await page.do("tap", selector=f"{walk_in} .choices button")
        await page.do("fill", selector=f"{walk_in} .stepper input", value="3")
        await page.do("select", selector=f"{walk_in} select", value="s0")
        await page.do("tap", selector=f"{walk_in} > .secondary")
        await page.sees("Khách đến dự: 3")
        await page.until("document.querySelector('.last .entry-recorded')")
        sums = await sums_of(served, "MH-001")
        assert sums["excuses"] == {"shift": 3}
        counts = (sums["attended"], sums["excused"], sums["exempt"], sums["late"])
        assert (*counts, sums["left_early"], sums["guests"]) == (44, 5, 1, 2, 4, 3)
        _status, before = await served.call(
            "GET", "/api/v1/session/attendance?session=s0", role="secretary"
        )
        assert sum(point["check_in"]["made_up"] for point in before["points"]) == 3
        # What was said comes back, so that a correction loses nothing of it.
        await page.do("reload")
        await page.until("document.querySelector(\"input[aria-label='Về sớm']\")?.value === '4'")
        await keeps_the_rules(page, served.url)


async def test_one_tap_records_a_full_hall_and_names_are_wiped_when_the_session_is_over(
    chromium: Chromium, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN, names=True) as served:
        await list_members(served, "MH-001", NAMES, exempt_last=True)
        await record(served, PhaseEntered(phase=Phase.CHECK_IN), RollOpened(roll=1))
        page = await phone_of(chromium, served, "MH-001")
        await page.sees("Có mặt 0/5")
        await page.evaluate(COUNT_TAPS)
        await page.do("tap", selector=".names .primary")
        await page.sees("Có mặt 5/5")
        await page.sees("Đã ghi nhận lúc")
        assert marks(served) == (5, 0, 0, 0)
        assert await page.evaluate("window.taps") == 1
        await record(served, PhaseEntered(phase=Phase.LIVE))
        await page.sees("Đang truyền trực tiếp")
        assert await page.evaluate(HELD) == "kept"
        await record(served, PhaseEntered(phase=Phase.CLOSED))
        await page.until(f"({HELD}).then((is) => is === 'wiped')")
        assert "Trần Thị Ánh" not in await page.text()
