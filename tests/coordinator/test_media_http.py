"""The HTTP of WHIP and WHEP on a real socket, with a fake plane."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from coordinator.media_http import MediaAction, Principal, Problem, media_routes
from signaling import whip
from signaling.media_errors import MediaError, MediaRefused, PlaneUnavailable
from signaling.media_plane import EndReason, Opened, Session

pytestmark = pytest.mark.real_io
SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


@dataclass
class FakePlane:
    """A plane that opens whatever it is asked to."""

    sessions: dict[str, Session] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    error: MediaError | None = None

    def _open(self, *asked: str) -> Opened:
        if self.error is not None:
            raise self.error
        self.asked.append(asked)
        number = str(len(self.asked))
        session = Session(
            session=number,
            secret="secret" + number,
            role="viewer",
            name=asked[1],
            who=asked[2],
            codec="H264",
            remote_ufrag="abcd",
        )
        self.sessions[session.secret] = session
        return Opened(session=session, answer="v=0 answer")

    async def publish(self, source: str, offer: str, who: str, *, takeover: bool = False) -> Opened:
        return self._open("publish", source, who, offer, str(takeover))

    async def subscribe(self, output: str, offer: str, who: str, *, device: str = "") -> Opened:
        return self._open("subscribe", output, who, offer)

    async def trickle(self, session: str, fragment: str) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(("trickle", session, fragment))

    async def end(self, session: str, reason: EndReason = EndReason.CLIENT) -> bool:
        found = [k for k, s in self.sessions.items() if s.session == session]
        for secret in found:
            del self.sessions[secret]
        return bool(found)

    async def route(self, output: str, source: str | None) -> None:
        raise NotImplementedError

    async def floor(self, source: str | None) -> None:
        raise NotImplementedError

    async def drain(self) -> None:
        raise NotImplementedError

    def find(self, secret: str) -> Session | None:
        return self.sessions.get(secret)


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
        case _:
            return Somebody()


@pytest.fixture
async def plane() -> FakePlane:
    return FakePlane()


@pytest.fixture
async def client(plane: FakePlane) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    servers = [whip.IceServer(url="stun:a"), whip.IceServer(url="stun:b")]
    app.add_routes(media_routes(plane, authorize, servers))
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
        ("/whip/studio", ("publish", "studio", "studio PC", "v=0", "False")),
        ("/whip/studio?takeover=1", ("publish", "studio", "studio PC", "v=0", "True")),
        ("/whip/studio-backup", ("publish", "studio-backup", "studio PC", "v=0", "False")),
        ("/whip/point/di-su", ("publish", "point/di-su", "studio PC", "v=0", "False")),
        ("/whep/programme", ("subscribe", "programme", "studio PC", "v=0")),
        ("/whep/return", ("subscribe", "return", "studio PC", "v=0")),
    ],
)
async def test_a_session_from_offer_to_goodbye(
    client: aiohttp.ClientSession, plane: FakePlane, path: str, asked: tuple[str, ...]
) -> None:
    async with client.post(path, data="v=0", headers=SDP) as answer:
        assert answer.status == 201
        assert answer.content_type == "application/sdp"
        assert await answer.text() == "v=0 answer"
        assert len(answer.headers.getall("Link")) == 2
        location = answer.headers["Location"]
    assert plane.asked == [asked]
    async with client.patch(location, data="a=ice-ufrag:abcd\r\n", headers=FRAGMENT) as answer:
        assert answer.status == 204
    assert plane.asked[1] == ("trickle", "1", "a=ice-ufrag:abcd\r\n")
    async with client.get(location) as answer:
        assert answer.status == 204
    async with client.delete(location) as answer:
        assert answer.status == 200
        assert await answer.read() == b""
    async with client.delete(location) as answer:
        assert answer.status == 404


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
    async with client.post("/whep/programme", data="v=0", headers=SDP) as answer:
        location = answer.headers["Location"]
    plane.error = error
    async with client.post("/whip/studio", data="v=0", headers=SDP) as answer:
        assert answer.status == status
        assert answer.headers["Retry-After"]
    async with client.patch(location, data="a=ice-ufrag:abcd", headers=FRAGMENT) as answer:
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
    monkeypatch.setattr("coordinator.media_http.READ_TIMEOUT_S", 0.1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"v=0"
        await asyncio.sleep(1)
        yield b"\r\n"

    async with client.post("/whep/programme", data=slow(), headers=SDP) as answer:
        assert answer.status == 408
