"""A hall beside the demo's fleet: its projector is a page in a real Chromium."""

from coordinator.demo.town import roster_files
from tests.harness.chromium import Chromium, Page
from tests.harness.demo import RunningDemo

LOOPBACK = "--allow-loopback-in-peer-connection"
FLAGS = (LOOPBACK, "--disable-features=WebRtcHideLocalIpsWithMdns")
HALL = "MH-900"
NAME = "Nhà văn hóa thôn Ngọc Lãng"


async def enter_roster(demo: RunningDemo, *codes: str) -> None:
    """Add halls that the fleet knows nothing of, ``HALL`` by default, to a demo's town."""
    [town] = roster_files(len(await demo.points()))
    rows = "".join(f"{code},{NAME} {code},Chi bộ,thôn,44,,,\n" for code in codes or (HALL,))
    headers = {
        "Authorization": f"Bearer {demo.access['tokens']['admin']}",
        "Content-Type": "text/csv",
    }
    url = f"{demo.url}/api/v1/roster?filename=points.csv"
    async with demo.http.post(url, data=town.data + rows.encode(), headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def open_screen(chromium: Chromium, demo: RunningDemo, script: str = "") -> Page:
    """Open the projector's page of ``HALL``, as its operator does; its sound is unlocked."""
    code = demo.access["join_code"]
    url = f"{demo.url}/hall#code={code}&point={HALL}"
    page = await chromium.open(url, 1280, 720, script=script)
    await page.sees("Đúng điểm cầu này không?")
    await page.do("click", selector=".secondary.role")
    return page
