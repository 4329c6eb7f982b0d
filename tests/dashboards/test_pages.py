"""The routes of pages and static files, by a real client."""

import gzip
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from dashboards.pages import HERE, MIME, PAGES, page_routes, static_assets

# What a page may lead to beside its files.
OTHER_PAGES = ("/hall/plain",)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(page_routes())
    async with TestClient(TestServer(app), auto_decompress=False) as made:
        yield made


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_html_behind_a_strict_policy(client: Client, name: str) -> None:
    answer = await client.get(f"/{name}", headers={"Accept-Encoding": "identity"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "connect-src 'self'", "object-src 'none'"):
        assert rule in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert '<html lang="vi">' in await answer.text()


@pytest.mark.parametrize("name", PAGES)
async def test_only_pages_that_publish_may_ask_for_a_camera(client: Client, name: str) -> None:
    policy = (await client.get(f"/{name}")).headers["Permissions-Policy"]
    allowed = "(self)" if name in ("host", "hall") else "()"
    for device in ("camera", "microphone", "display-capture"):
        assert f"{device}={allowed}" in policy


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_asks_for_exists_and_nothing_is_inline(name: str) -> None:
    html = (HERE / name / "index.html").read_text()
    asked = re.findall(r'(?:href|src)="([^"]+)"', html)
    assert asked
    static = [path for path in asked if path not in OTHER_PAGES]
    assert all(path.removeprefix("/static/") in static_assets() for path in static)
    assert not re.search(r"<style|<script(?![^>]*src=)|style=|\son\w+=", html)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("wall/wall.js", "text/javascript; charset=utf-8"),
        ("vendor/preact.js", "text/javascript; charset=utf-8"),
        ("shared/base.css", "text/css; charset=utf-8"),
        ("locale/vi.json", "application/json; charset=utf-8"),
        ("shared/icon.svg", "image/svg+xml"),
        ("vendor/fonts/vietnamese-400.woff2", "font/woff2"),
    ],
)
async def test_a_file_has_its_type_and_is_asked_for_anew(
    client: Client, path: str, kind: str
) -> None:
    answer = await client.get(f"/static/{path}", headers={"Accept-Encoding": "identity"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert await answer.read() == static_assets()[path].body
    if not path.startswith("locale/"):
        assert await answer.read() == (HERE / path).read_bytes()


async def test_the_words_of_the_pages_come_with_those_they_share_with_agents(
    client: Client,
) -> None:
    plain = {"Accept-Encoding": "identity"}
    answer = await client.get("/static/locale/vi.json", headers=plain)
    words = await answer.json(encoding="utf-8")
    assert words["preflight.verdict.ok"] == "Đạt"
    assert words["readiness.ready"] == "Sẵn sàng"


async def test_an_unchanged_file_is_not_sent_twice(client: Client) -> None:
    first = await client.get("/static/wall/wall.js")
    again = await client.get(
        "/static/wall/wall.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304
    assert await again.read() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    changed = await client.get("/static/wall/wall.js", headers={"If-None-Match": '"an-older-one"'})
    assert changed.status == 200


async def test_text_travels_packed_under_a_tag_of_its_own(client: Client) -> None:
    packed = await client.get("/static/wall/wall.js", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/static/wall/wall.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await packed.read()) == await plain.read()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    ["nothing.js", "../pages.py", "pages.py", "wall/../pages.py", "wall/%2e%2e/pages.py",
     "wall/", "wall", "wall/index.html", "shared/wire.d.ts", "vendor/refresh", "vendor/README.md"],
)  # fmt: skip
async def test_what_is_not_meant_for_browsers_does_not_exist(client: Client, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status == 404


async def test_head_is_answered(client: Client) -> None:
    assert (await client.head("/wall")).status == 200


def test_every_served_file_has_a_known_type() -> None:
    for path in static_assets():
        assert f".{path.rpartition('.')[2]}" in MIME
