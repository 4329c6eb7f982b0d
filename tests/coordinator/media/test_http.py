"""The HTTP of WHIP and WHEP on a real socket, with a fake plane."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from coordinator.media.http import MediaAction, Principal, Problem, media_routes
from signaling.ice_server import IceServer
from signaling.media_errors import MediaError, MediaRefused, PlaneUnavailable
from tests.harness.fake_plane import PUBLISH, WATCH, FakePlane

pytestmark = pytest.mark.real_io
SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


@dataclass
class Somebody:
    who: str = "studio PC"
    device: str = ""


async def authorize(request: web.Request, action: MediaAction) -> Principal | Problem:
    match request.headers.get("Authorization"):
        case None:
            return Problem(401, "no_token", "a bearer is needed")
        case "Bearer hall" if action.verb == "publish":
            return Problem(403, "not_allowed", "halls do not publish")
        case "Bearer hall":
            return Somebody("hall")
        case _:
            return Somebody()


@pytest.fixture
async def plane() -> FakePlane:
    return FakePlane()


@pytest.fixture
async def client(plane: FakePlane) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    servers = [IceServer(url="stun:a"), IceServer(url="turn:b", username="u", credential="c")]
    app.add_routes(media_routes(plane, authorize, lambda who: servers))
    runner = web.AppRunner(app, lingering_time=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    headers = {"Authorization": "Bearer studio"}
    async with aiohttp.ClientSession(base, headers=headers) as session:
        yield session
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/whip/studio", ("publish", "studio", "studio PC", "False")),
        ("/whip/studio?takeover=1", ("publish", "studio", "studio PC", "True")),
        ("/whip/studio-backup", ("publish", "studio-backup", "studio PC", "False")),
        ("/whip/point/di-su", ("publish", "point/di-su", "studio PC", "False")),
        ("/whep/programme", ("subscribe", "programme", "studio PC")),
        ("/whep/return", ("subscribe", "return", "studio PC")),
    ],
)
async def test_a_session_from_offer_to_goodbye(
    client: aiohttp.ClientSession, plane: FakePlane, path: str, asked: tuple[str, ...]
) -> None:
    offer = PUBLISH if path.startswith("/whip") else WATCH
    async with client.post(path, data=offer, headers=SDP) as answer:
        assert answer.status == 201
        assert answer.content_type == "application/sdp"
        assert (await answer.text()).startswith("v=0\r\n")
        assert len(answer.headers.getall("Link")) == 2
        location = answer.headers["Location"]
    assert plane.asked == [asked]
    async with client.patch(location, data="a=ice-ufrag:peer\r\n", headers=FRAGMENT) as answer:
        assert answer.status == 204
    assert plane.asked[1][0::2] == ("trickle", "a=ice-ufrag:peer\r\n")
    async with client.get(location) as answer:
        assert answer.status == 204
    async with client.delete(location) as answer:
        assert answer.status == 200
        assert await answer.read() == b""
    async with client.delete(location) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize(("bearer", "status"), [(None, 401), ("hall", 403)])
async def test_a_sessions_url_alone_neither_changes_nor_ends_it(
    client: aiohttp.ClientSession,
    plane: FakePlane,
    method: str,
    bearer: str | None,
    status: int,
) -> None:
    async with client.post("/whep/programme", data=WATCH, headers=SDP) as answer:
        location = answer.url.join(URL(answer.headers["Location"]))
    shown = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with (
        aiohttp.ClientSession(headers=shown | FRAGMENT) as other,
        other.request(method, location, data="a=ice-ufrag:peer\r\n") as answer,
    ):
        assert answer.status == status
    assert [asked[0] for asked in plane.asked] == ["subscribe"]
    assert len(plane.sessions) == 1


async def test_who_said_goodbye_by_dtls_first_still_gets_its_200(
    client: aiohttp.ClientSession, plane: FakePlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator.media.http.MAX_REMEMBERED", 2)
    locations = []
    for _ in range(3):
        async with client.post("/whep/programme", data=WATCH, headers=SDP) as answer:
            locations.append(answer.headers["Location"])
    plane.sessions.clear()
    statuses = []
    for location in [*locations, locations[1]]:
        async with client.delete(location) as answer:
            statuses.append(answer.status)
    # The oldest is forgotten, and what was deleted is gone.
    assert statuses == [404, 200, 200, 404]
    async with client.patch(locations[2], data="a=ice-ufrag:peer", headers=FRAGMENT) as answer:
        assert answer.status == 404


async def test_only_who_is_let_in_is_told_of_turn(client: aiohttp.ClientSession) -> None:
    async with client.options("/whep/programme") as answer:
        assert len(answer.headers.getall("Link")) == 2
    asks = {"Access-Control-Request-Method": "POST"}
    async with client.options("/whep/programme", headers=asks) as preflight:
        assert "Link" not in preflight.headers
    async with aiohttp.ClientSession() as nobody, nobody.options(answer.url) as answer:
        assert answer.status == 204
        assert "Link" not in answer.headers


async def test_who_is_not_let_in_is_told_how_to_be(client: aiohttp.ClientSession) -> None:
    async with client.post(
        "/whip/studio", data="v=0", headers=SDP | {"Authorization": "Bearer hall"}
    ) as answer:
        assert answer.status == 403
    base = str(client._base_url).rstrip("/") + "/"
    async with (
        aiohttp.ClientSession() as nobody,
        nobody.post(base + "whep/programme", data="v=0", headers=SDP) as answer,
    ):
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert (await answer.json(content_type=None))["code"] == "no_token"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    async with (
        aiohttp.ClientSession() as nobody,
        nobody.options(base + "whep/programme") as answer,
    ):
        assert answer.status == 204
        assert answer.headers["Accept-Post"] == "application/sdp"


@pytest.mark.parametrize(
    ("error", "status"),
    [(MediaRefused("occupied", "taken"), 409), (PlaneUnavailable("away"), 503)],
)
async def test_what_the_plane_refuses_is_answered(
    client: aiohttp.ClientSession, plane: FakePlane, error: MediaError, status: int
) -> None:
    async with client.post("/whep/programme", data=WATCH, headers=SDP) as answer:
        location = answer.headers["Location"]
    plane.error = error
    async with client.post("/whip/studio", data=PUBLISH, headers=SDP) as answer:
        assert answer.status == status
        assert answer.headers["Retry-After"]
    async with client.patch(location, data="a=ice-ufrag:peer", headers=FRAGMENT) as answer:
        assert answer.status == status


async def test_wrong_type_and_too_long_a_body_are_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/whep/programme", data="{}", headers={"Content-Type": "a/b"}) as answer:
        assert answer.status == 415
    async with client.post("/whep/programme", data="v" * 300_000, headers=SDP) as answer:
        assert answer.status == 413
    async with client.put("/whep/programme", data="v=0", headers=SDP) as answer:
        assert answer.status == 405


async def test_a_body_that_never_ends_is_not_waited_for(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator.media.http.READ_TIMEOUT_S", 0.1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"v=0"
        await asyncio.sleep(1)
        yield b"\r\n"

    async with client.post("/whep/programme", data=slow(), headers=SDP) as answer:
        assert answer.status == 408
