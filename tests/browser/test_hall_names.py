"""Roll calls by names on the hall page: a real Chromium with touch, a real coordinator."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from coordinator.attendance.fact import RollOpened
from coordinator.fact import Fact, PhaseEntered
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_hall import PHONE, issue, name_person
from tests.harness.chromium import Chromium, Page
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
        assert marks(served) == (3, 1, 0, 1)
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
