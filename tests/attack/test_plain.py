"""The plain forms, which no script guards: markup is text, foreign forms are nobody's."""

from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import msgspec
import pytest

from tests.attack.intruder import bearer
from tests.harness.facts import planned, point
from tests.harness.server import Served, serving

pytestmark = pytest.mark.real_io

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;"
CODES = "/hall/plain/code"


async def post(
    served: Served, path: str, fields: dict[str, str], **headers: str
) -> tuple[int, str]:
    """Send a form as a browser that follows nothing; return the status and the page."""
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        async with http.post(
            served.url + path, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            page = await answer.text()
            return answer.status, page + "\n" + "\n".join(answer.headers.getall("Set-Cookie", []))


async def test_names_of_halls_and_what_was_typed_are_text(tmp_path: Path) -> None:
    hall = msgspec.structs.replace(point("MH-001"), name=HOSTILE)
    async with serving(tmp_path, hall, planned()) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {})
        status, page = await post(served, CODES, {"code": issued["code"]})
        assert (status, page.count("MH-001") > 0) == (200, True)
        joining = {"code": issued["code"], "point": "MH-001"}
        _status, answer = await post(served, "/hall/plain/join", joining)
        cookie = answer.splitlines()[-1].partition(";")[0]
        typed = {"name": HOSTILE, "note": HOSTILE, "present0": HOSTILE, "roll": HOSTILE}
        _status, counting = await post(served, "/hall/plain", typed, Cookie=cookie)
        for text in (page, counting):
            assert "alert(1)" in text
            assert grown(text) == set()


def grown(page: str) -> set[str]:
    """Return what in a page a hostile text would have become: elements and handlers."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            found.update({tag} & {"script", "img", "iframe", "svg"})
            found.update(name for name, _ in attributes if name.startswith("on"))

    Reader().feed(page)
    return found


async def test_no_other_site_joins_or_enters_for_a_browser(tmp_path: Path) -> None:
    async with serving(tmp_path, point("MH-001"), planned()) as served:
        _status, issued = await served.call("POST", "/api/v1/codes", {})
        joining = {"code": issued["code"], "point": "MH-001"}
        for origin in ("http://evil.example", "null", served.url.replace("http", "https")):
            status, page = await post(served, "/hall/plain/join", joining, Origin=origin)
            assert (status, "Set-Cookie" in page or "ncd_" in page) == (403, False)
        status, answer = await post(served, "/hall/plain/join", joining, Origin=served.url)
        assert status == 303
        cookie = answer.splitlines()[-1].partition(";")[0]
        facts = served.coordinator.runtime.facts
        typed = {"present0": "5", "roll": "0", "spool": "a" * 32, "proof": "b" * 64}
        for headers in ({"Origin": "http://evil.example"}, {}):
            status, _page = await post(served, "/hall/plain", typed, Cookie=cookie, **headers)
            assert status in (403, 422), "the form's proof is missing"
        assert served.coordinator.runtime.facts == facts


@pytest.mark.parametrize("days", ["", "0", "401", "-1", "1e2", "٣", "0000019", "1" * 5000])
async def test_sheets_are_printed_for_a_number_of_days_only(tmp_path: Path, days: str) -> None:
    async with serving(tmp_path, point("MH-001"), planned()) as served:
        facts = served.coordinator.runtime.facts
        admin = bearer(served.tokens["admin"])
        assert (await post(served, "/hall/sheets", {"days": days}, **admin))[0] == 422
        assert served.coordinator.runtime.facts == facts
