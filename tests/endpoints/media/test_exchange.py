"""The client of WHIP and WHEP against a server of ours on loopback."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from endpoints.media.exchange import MAX_RETRY_AFTER_S, Exchange, retry_after
from signaling.reception.errors import ExchangeFailed

pytestmark = pytest.mark.real_io


@dataclass
class Server:
    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    seen: list[tuple[str, str, str | None, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization")
        self.seen.append((request.method, request.path_qs, token, await request.text()))
        return self.answers.pop(0)


@asynccontextmanager
async def server(*answers: web.Response) -> AsyncIterator[tuple[Server, aiohttp.ClientSession]]:
    fake = Server(answers=list(answers))
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", fake.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as http:
            yield fake, http
    finally:
        await runner.cleanup()


async def test_an_offer_becomes_an_answer_and_its_resource_is_freed_once() -> None:
    created = web.Response(status=201, text="answer", headers={"Location": "session/7"})
    async with server(created, web.Response()) as (fake, http):
        exchange = Exchange(http, fake.url + "/whep/programme", "secret")
        assert await exchange.open("offer") == "answer"
        await exchange.close()
        await exchange.close()
    assert fake.seen == [
        ("POST", "/whep/programme", "Bearer secret", "offer"),
        ("DELETE", "/whep/session/7", "Bearer secret", ""),
    ]


async def test_without_a_location_there_is_nothing_to_free() -> None:
    async with server(web.Response(status=201, text="answer")) as (fake, http):
        exchange = Exchange(http, fake.url + "/whip/studio")
        await exchange.open("offer", takeover=True)
        await exchange.close()
    assert fake.seen == [("POST", "/whip/studio?takeover=1", None, "offer")]


@pytest.mark.parametrize(("status", "header", "wait"), [(409, "2", 2.0), (503, None, None)])
async def test_a_refusal_says_how_long_to_stay_away(
    status: int, header: str | None, wait: float | None
) -> None:
    headers = {"Retry-After": header} if header else {}
    async with server(web.Response(status=status, headers=headers)) as (fake, http):
        exchange = Exchange(http, fake.url + "/whep/programme")
        with pytest.raises(ExchangeFailed) as failed:
            await exchange.open("offer")
        assert failed.value.retry_after_s == wait


async def test_a_server_that_is_gone_is_no_surprise() -> None:
    created = web.Response(status=201, text="answer", headers={"Location": "/gone"})
    async with server(created) as (fake, http):
        exchange = Exchange(http, fake.url)
        await exchange.open("offer")
        broken = Exchange(http, "http://127.0.0.1:1/whep")
        with pytest.raises(ExchangeFailed):
            await broken.open("offer")
        broken._resource = "http://127.0.0.1:1/session"
        await broken.close()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        ("999999999999", MAX_RETRY_AFTER_S),
        ("-1", None),
        ("Sun, 22 Nov 2026 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_within_reason(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


async def test_ice_servers_are_asked_for_with_the_credential_and_may_be_none() -> None:
    told = web.Response(status=204)
    told.headers.add("Link", '<stun:a>; rel="ice-server"')
    told.headers.add("Link", '<turn:b>; rel="ice-server"; username="u"; credential="c"')
    async with server(told, web.Response(status=405)) as (fake, http):
        exchange = Exchange(http, fake.url + "/whep/programme", "secret")
        found = await exchange.ice_servers()
        assert [s.url for s in found] == ["stun:a", "turn:b"]
        assert await exchange.ice_servers() == ()
    assert fake.seen[0][:3] == ("OPTIONS", "/whep/programme", "Bearer secret")
    async with aiohttp.ClientSession() as http:
        assert await Exchange(http, "http://127.0.0.1:1/whep").ice_servers() == ()
