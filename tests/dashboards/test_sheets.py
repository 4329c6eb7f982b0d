"""The sheets of the halls: who may print them, and that their codes open the door."""

import re
from pathlib import Path

import pytest

from config.words import Words
from dashboards.markup import document, el
from dashboards.pages import HERE, static_assets
from dashboards.sheet_page import Door, Sheet, address, sheets_page
from dashboards.shell import shell_files
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

DOOR = Door(
    base="https://cau.example.vn",
    printed="ABCD-EFGH",
    typed="K7PM-2Q9X",
    hotline="0221 3123 456",
    title="Giờ sinh hoạt quý IV",
    until="04/10/2026",
)


def test_a_sheet_says_everything_a_hall_needs() -> None:
    sheet = Sheet(code="MH-001", name="Nhà văn hóa <thôn>", unit="Đảng bộ xã Hòa Phong")
    page = sheets_page(Words(HERE / "locale", "vi"), DOOR, [sheet, sheet]).decode()
    for words in ("Nhà văn hóa &lt;thôn&gt;", "MH-001", "K7PM-2Q9X", "0221 3123 456", "<svg"):
        assert words in page, words
    assert page.count('class="sheet-a4"') == 2
    assert "ABCD" not in page, "the long code is in the QR code alone"


def test_the_qr_code_holds_an_address_whose_secret_no_server_sees() -> None:
    assert address(DOOR, "MH-001") == "https://cau.example.vn/hall#code=ABCD-EFGH&point=MH-001"


def test_text_cannot_become_markup() -> None:
    page = document('a"b', "vi", (), el("p", "<script>", el("b", "&"), "tail<"), None).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;<b>&amp;</b>tail&lt;" in page


async def test_only_who_may_admit_prints_and_the_codes_open(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        answer = await served.http.get(served.url + "/hall/sheets", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/signin?next=/hall/sheets")
        page = ""
        for role, status in (("viewer", 403), ("host", 403), ("technician", 200)):
            headers = {"Authorization": f"Bearer {served.tokens[role]}"}
            data = {"days": "2"}
            url = served.url + "/hall/sheets"
            async with served.http.post(url, data=data, headers=headers) as answer:
                assert answer.status == status
                page = await answer.text()
        [typed] = set(re.findall(r"<b>(\w{4}-\w{4})</b>", page))
        status, found = await served.call("POST", "/api/v1/join/points", {"code": typed}, None)
        assert [p["code"] for p in found["points"]] == ["MH-000", "MH-001", "MH-002"]


@pytest.mark.parametrize("days", ["0", "-1", "401", "x", ""])
async def test_codes_hold_for_a_sensible_time(tmp_path: Path, days: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = {"Authorization": f"Bearer {served.tokens['admin']}"}
        url = served.url + "/hall/sheets"
        async with served.http.post(url, data={"days": days}, headers=headers) as answer:
            assert answer.status == 422


def test_a_page_without_a_network_has_all_that_it_loads() -> None:
    assets = static_assets()
    texts = {path: a.body.decode() for path, a in assets.items() if path.endswith((".js", ".css"))}
    html = (HERE / "hall" / "index.html").read_text()
    files = shell_files("/hall", html, texts, ("vi",))
    assert files[0] == "/hall"
    known = {path.removeprefix("/static/") for path in files[1:]}
    assert known <= set(assets)
    hall = {p for p in assets if p.startswith("hall/") and p.endswith(".js")} - {"hall/sw.js"}
    assert hall <= known, hall - known
    assert {"vendor/signals-core.js", "vendor/fonts/vietnamese-400.woff2"} <= known
    assert "shared/live.js" not in known, "what only a comment names is not loaded"
