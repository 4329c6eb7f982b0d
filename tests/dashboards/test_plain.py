"""The hall's forms without scripts, by a client that runs none, against a real coordinator."""

import re
from pathlib import Path

import aiohttp
import pytest

from dashboards.plain_form import BadForm, proof, read_form
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

CREDENTIAL = "ncd_1_secret"
FORM = {"spool": "s" * 32, "proof": proof(CREDENTIAL, "s" * 32), "present0": "48"}


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


async def post(served: Served, path: str, data: dict[str, str], **headers: str) -> tuple[int, str]:
    """Post a form as a browser does, following where it leads."""
    origin = {"Origin": served.url} | headers
    async with served.http.post(served.url + path, data=data, headers=origin) as answer:
        return answer.status, await answer.text()


async def joined(served: Served) -> str:
    """Join MH-001 by the forms; return the page that counts."""
    _status, issued = await served.call("POST", "/api/v1/codes", {})
    _status, page = await post(served, "/hall/plain/code", {"code": issued["code"]})
    assert "Hội trường MH-001" in page
    status, page = await post(served, "/hall/plain/join", fields(page) | {"point": "MH-001"})
    assert status == 200
    return page


async def reported(served: Served) -> int | None:
    _status, point = await served.call("GET", "/api/v1/points/MH-001")
    found: int | None = point["attendance"]["reported"]
    return found


async def test_a_browser_without_scripts_joins_and_counts(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await joined(served)
        typed = {"roll": "0", "present0": "47", "excused0": "1", "name": "Lan <b>", "phone": "0912"}
        status, after = await post(served, "/hall/plain", fields(page) | typed)
        assert (status, await reported(served)) == (200, 47)
        assert "Đã ghi nhận lúc" in after


async def test_the_same_form_sent_twice_is_one_entry_and_a_changed_one_corrects(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        form = fields(await joined(served)) | {"present0": "47"}
        for _ in range(2):
            await post(served, "/hall/plain", form)
        await post(served, "/hall/plain", form | {"present0": "48"})
        state = served.coordinator.runtime.state
        assert await reported(served) == 48
        assert sum(len(receipts.by_seq) for receipts in state.receipts.values()) == 2
        assert state.attendance["s1", "MH-001"].corrections == 1


async def test_another_site_cannot_send_the_form(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        form = fields(await joined(served)) | {"present0": "3"}
        status, _page = await post(served, "/hall/plain", form, Origin="http://evil.example")
        assert (status, await reported(served)) == (403, None)
        status, page = await post(served, "/hall/plain", form | {"proof": "0" * 32})
        assert (status, await reported(served)) == (422, None)
        assert "Biểu mẫu này đã cũ" in page


async def test_what_is_no_number_is_said_so_and_nothing_is_lost(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        form = fields(await joined(served)) | {"present0": "bốn mươi", "note": "Mưa to"}
        status, page = await post(served, "/hall/plain", form)
        assert status == 422
        assert "Có ô không phải là số" in page
        assert "Mưa to" in page
        assert "bốn mươi" in page


async def test_a_wrong_code_is_said_to_be_wrong(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        status, page = await post(served, "/hall/plain/code", {"code": "<script>"})
        assert status == 403
        assert "Mã này không đúng" in page
        assert "<script" not in page


async def test_the_cookie_is_for_http_and_this_site_alone(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await joined(served)
        [cookie] = [c for c in served.http.cookie_jar if c.key == "nhipcau-hall"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        async with aiohttp.ClientSession() as stranger:
            answer = await stranger.get(served.url + "/hall/plain")
            assert "Vào điểm cầu" in await answer.text()
            assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"proof": ""}, "foreign_form"),
        ({"spool": ""}, "foreign_form"),
        ({"present0": "-1"}, "bad_number"),
        ({"present0": "1000001"}, "bad_number"),
        ({"present0": "99999999"}, "bad_number"),
        ({"present0": "٤٨"}, "bad_number"),
        ({"roll": "10"}, "bad_number"),
    ],
)
def test_a_form_that_cannot_be_an_entry_is_refused(typed: dict[str, str], code: str) -> None:
    with pytest.raises(BadForm) as refused:
        read_form(FORM | typed, ("Chi bộ 1",), CREDENTIAL)
    assert refused.value.code == code


def test_the_same_numbers_have_the_same_identity_and_others_another() -> None:
    first = read_form(FORM, ("Chi bộ 1",), CREDENTIAL)
    assert first == read_form(FORM, ("Chi bộ 1",), CREDENTIAL)
    assert first.spool != read_form(FORM | {"present0": "47"}, ("Chi bộ 1",), CREDENTIAL).spool
    roll = read_form(FORM | {"roll": "2"}, ("Chi bộ 1",), CREDENTIAL)
    assert (first.kind, roll.kind) == ("point.checked_in", "roll.counted")
    assert b'"roll":2' in roll.body
    assert len(first.spool) <= 64
