"""What a page of another site can make a browser do: nothing."""

from pathlib import Path

import aiohttp
import pytest

from coordinator.api.route import COOKIE, SECURE_COOKIE
from coordinator.app import ROUTES
from tests.attack.intruder import ask, bearer, cookie_of
from tests.attack.test_matrix import concrete
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

# {host} is ours with its port, {name} without.
FOREIGN = [
    None,
    "",
    "null",
    "{host}",
    "https://{host}",
    "ftp://{host}",
    "HTTP://{host}",
    "http://{host}/",
    "http://{host}.evil.example",
    "http://evil.example",
    "http://sub.{host}",
    "http://{name}",
    "http://{name}:1",
    "http://{host}@evil.example",
    "http://evil.example#{host}",
    "x http://{host}",
    "http://{host} http://evil.example",
    "file://",
    "chrome-extension://{host}",
]


def named(served: Served, origin: str | None) -> dict[str, str]:
    """Return the header of an origin, filled in."""
    if origin is None:
        return {}
    host = served.url.removeprefix("http://")
    return {"Origin": origin.format(host=host, name=host.partition(":")[0])}


async def test_no_other_site_changes_anything_by_a_cookie(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        cookie = {"Cookie": await cookie_of(served, "host")}
        body = {"phase": "rehearsal"}
        for origin in FOREIGN:
            headers = cookie | named(served, origin)
            answer = await ask(served, "POST", "/api/v1/session/phase", headers=headers, body=body)
            assert (answer.status, answer.code) == (403, "bad_origin"), origin
        ours = cookie | {"Origin": served.url}
        answer = await ask(served, "POST", "/api/v1/session/phase", headers=ours, body=body)
        assert answer.status == 200


async def test_no_other_site_watches_by_a_cookie(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        cookie = {"Cookie": await cookie_of(served, "viewer")}
        for origin in FOREIGN:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await served.http.ws_connect(
                    served.url + "/ws/watch", headers=cookie | named(served, origin)
                )
            assert refused.value.status == 403, origin
        ours = cookie | {"Origin": served.url}
        async with served.http.ws_connect(served.url + "/ws/watch", headers=ours) as socket:
            assert (await socket.receive_json())["type"] == "snapshot"


@pytest.mark.parametrize("origin", ["http://evil.example", None, "null"])
async def test_whatever_changes_something_asks_where_the_cookie_comes_from(
    tmp_path: Path, origin: str | None
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = {"Cookie": await cookie_of(served, "admin")} | named(served, origin)
        for route in ROUTES:
            if route.method == "GET" or route.action is None:
                continue
            answer = await ask(served, route.method, concrete(route.path), headers=headers, body={})
            assert (answer.status, answer.code) == (403, "bad_origin"), route.path


async def test_no_other_site_signs_anybody_out(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        cookie = {"Cookie": await cookie_of(served, "host")}
        for origin in ("http://evil.example", "https://{host}", None):
            headers = cookie | named(served, origin)
            answer = await ask(served, "POST", "/api/v1/signout", headers=headers)
            assert (answer.status, answer.code) == (403, "bad_origin"), origin
        assert (await ask(served, "GET", "/api/v1/me", headers=cookie)).status == 200
        ours = cookie | {"Origin": served.url}
        assert (await ask(served, "POST", "/api/v1/signout", headers=ours)).status == 204
        assert (await ask(served, "GET", "/api/v1/me", headers=cookie)).status == 401


async def test_a_wrong_bearer_does_not_fall_back_to_the_cookie(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        cookie = {"Cookie": await cookie_of(served, "admin")}
        for wrong in ("nct_0_0", "", "x"):
            answer = await ask(served, "GET", "/api/v1/me", headers=cookie | bearer(wrong))
            assert answer.status == 401, wrong
        viewer = cookie | bearer(served.tokens["viewer"])
        answer = await ask(served, "GET", "/api/v1/users", headers=viewer)
        assert answer.status == 403, "the bearer is who asks, not the cookie beside it"


async def test_only_the_cookie_that_a_neighbour_cannot_set_counts_under_https(
    tmp_path: Path,
) -> None:
    for public_url, good, bad in (
        ("", COOKIE, SECURE_COOKIE),
        ("https://cau.example.vn", SECURE_COOKIE, COOKIE),
    ):
        folder = tmp_path / good
        async with serving(folder, *TOWN, public_url=public_url) as served:
            name, _, value = (await cookie_of(served, "host")).partition("=")
            assert name == good
            for key, expected in ((good, 200), (bad, 401)):
                answer = await ask(
                    served, "GET", "/api/v1/me", headers={"Cookie": f"{key}={value}"}
                )
                assert answer.status == expected, key


async def test_under_https_the_cookie_is_secure_and_the_browser_is_told_to_stay(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN, public_url="https://cau.example.vn") as served:
        body = {"token": served.tokens["host"]}
        async with served.http.post(served.url + "/api/v1/signin", json=body) as answer:
            [cookie] = answer.headers.getall("Set-Cookie")
            assert cookie.startswith("__Host-nhipcau=ncs_")
            for flag in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
                assert flag in cookie.split("; ")
            assert "Domain" not in cookie
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        async with served.http.get(served.url + "/wall") as answer:
            assert "Strict-Transport-Security" in answer.headers
    async with serving(tmp_path) as served, served.http.get(served.url + "/wall") as answer:
        assert "Strict-Transport-Security" not in answer.headers, "plain http on localhost"


async def test_no_answer_lets_another_site_read_it(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = {"Cookie": await cookie_of(served, "admin"), "Origin": "http://evil.example"}
        for method in ("GET", "OPTIONS", "HEAD"):
            for path in ("/api/v1/session", "/api/v1/points", "/metrics", "/wall"):
                async with served.http.request(
                    method, served.url + path, headers=headers
                ) as answer:
                    assert not [n for n in answer.headers if n.lower().startswith("access-control")]


@pytest.mark.parametrize("page", ["wall", "host", "hall", "signin"])
async def test_every_page_is_closed_to_foreign_code_and_frames(tmp_path: Path, page: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.http.get(f"{served.url}/{page}") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'self'; ")
            for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
                assert rule in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
