"""The roll call on the wall and the console, in a real Chromium, on a real coordinator."""

from pathlib import Path

import msgspec
import pytest

from coordinator.fact import PhaseEntered
from coordinator.runtime import Personal
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_secretary import hall, one
from tests.harness.chromium import Chromium, Page
from tests.harness.facts import planned
from tests.harness.hall import TOWN
from tests.harness.server import Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]


async def open_as(
    chromium: Chromium, served: Served, role: str, path: str, size: tuple[int, int]
) -> Page:
    page = await chromium.open(
        f"{served.url}/signin#token={served.tokens[role]}&next={path}", *size
    )
    await page.until("document.querySelector('.is-live')")
    return page


async def test_the_roll_is_called_counted_and_frozen_before_everybody(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path) as served:
        personal = Personal()
        contact = personal.add_person("Nguyễn Văn Hải", "0912 345 678")
        silent = msgspec.structs.replace(TOWN[0], contact=contact)
        town = (planned(), silent, *TOWN[1:])
        runtime = served.coordinator.runtime
        await runtime.change(town, actor="test", session="s1", personal=personal)
        await runtime.change([PhaseEntered(phase=Phase.CHECK_IN)], actor="test", session="s1")
        host = await open_as(chromium, served, "host", "/host", (1366, 768))
        wall = await open_as(chromium, served, "technician", "/wall", (1920, 1080))
        await host.do("click", selector="#tab-rolls")
        await host.sees("Chưa mở lần điểm danh nào.")
        await host.do("click", selector=".roll-calls > .quiet")
        await host.sees("3 điểm cầu chưa trả lời – gọi:")
        await hall(served, "B", one(5))
        await host.sees("2 điểm cầu chưa trả lời – gọi:")
        await host.sees("Mức 100 %: cần 28, còn thiếu 23")
        await host.sees("Mức 90 %: cần 26, còn thiếu 21")
        await host.sees("0912 345 678")
        await shot(host, "host-rolls")
        await keeps_the_rules(host, served.url)
        # On the wall the people's counter is the roll's while it is called, and R shows it all.
        await wall.sees("1/3 điểm cầu đã trả lời")
        await wall.do("press", key="r")
        await wall.sees("Có mặt 5/28 đồng chí (17,9 %) tại 1/3 điểm cầu")
        assert (
            await wall.evaluate("document.querySelector('.roll-silent .dial').getAttribute('href')")
            == "tel:0912345678"
        )
        await shot(wall, "wall-rolls")
        await fits_across(wall)
        await keeps_the_rules(wall, served.url)
        await host.hold(".roll-calls .hold", 1.3)
        await host.sees("host: 5 đồng chí.")
        await wall.sees("host: 5 đồng chí.")
        # What comes later is a correction: the frozen number stands.
        await hall(served, "B", one(4))
        await wall.until("document.querySelector('.roll-have b').innerText === '5'")
        await host.sees("Mở điểm danh lần 2")
        await host.do("size", width=390, height=844)
        await fits_across(host)
