"""Slow and many connections: closed in time, bounded by address, and nobody else is hurt."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from coordinator.api import route
from coordinator.api.middleware import problems, safe_headers
from coordinator.api.route import SECURE
from coordinator.crowd import Crowd
from coordinator.door import DOOR, HEAD_S, Door, GuardedSite
from tests.attack.intruder import HELLO
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

SHORT_S = 0.2
GENEROUS_S = 20.0


class Everybody(Crowd):
    """Counts this machine as well: in tests everybody comes from it."""

    def _exempt(self, address: str) -> bool:
        return False


@asynccontextmanager
async def served(*, most: int = 100, head_s: float = SHORT_S) -> AsyncIterator[tuple[int, Door]]:
    """Serve one address behind a door; yield the port and the door."""

    async def hello(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(2 * SHORT_S)  # Longer than a head may take.
        return web.Response(body=await request.read())

    app = web.Application(middlewares=[safe_headers, problems])
    app[DOOR], app[SECURE] = Door(Everybody(most=most), head_s), False
    app.router.add_route("*", "/", hello)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await GuardedSite(runner, app[DOOR], ("127.0.0.1", 0)).start()
    try:
        yield runner.addresses[0][1], app[DOOR]
    finally:
        await runner.cleanup()


async def _gone(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the connection ended."""
    async with asyncio.timeout(GENEROUS_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    "said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nX: " + b"a" * 4000]
)
async def test_whoever_does_not_finish_a_head_is_dropped(said: bytes) -> None:
    async with served() as (port, door):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        assert await _gone(reader) == b""
        writer.close()
        assert door.waiting == 0


async def test_a_head_that_drips_gains_no_time_by_dripping() -> None:
    async with served() as (port, _door):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(GENEROUS_S):
            while reader.exception() is None and not reader.at_eof():
                await _drip(writer)
        writer.close()


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"G")
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    await asyncio.sleep(SHORT_S / 5)


async def test_a_request_that_is_in_time_takes_as_long_as_it_takes() -> None:
    async with served() as (port, door), aiohttp.ClientSession() as http:
        for _ in range(2):
            async with http.post(f"http://127.0.0.1:{port}/", data=b"x" * 100_000) as answer:
                assert (answer.status, len(await answer.read())) == (200, 100_000)
        assert door.waiting == 0


async def test_an_address_that_has_enough_connections_gets_no_more() -> None:
    async with served(most=3, head_s=GENEROUS_S) as (port, door):
        first = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await _gone(reader) == b"", "dropped without a word"
        writer.close()
        assert door.waiting == 3
        first[0][1].close()
        await first[0][1].wait_closed()
        await asyncio.sleep(0)
        async with aiohttp.ClientSession() as http:
            async with http.get(f"http://127.0.0.1:{port}/") as answer:
                assert answer.status == 200
        for _reader, writer in first[1:]:
            writer.close()


async def test_the_real_coordinator_has_a_door_and_its_devices_go_through(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as it:
        door = it.coordinator.app[DOOR]
        assert door._head_s == HEAD_S == 10.0
        port = int(it.url.rpartition(":")[2])
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(50)]
        async with it.agent(await it.enrol("MH-001")) as socket:
            await socket.send_json(HELLO)
            assert (await socket.receive_json())["type"] == "welcome"
            assert door.waiting == 50, "fifty idle ones keep nobody out, and are counted"
        for _reader, writer in idle:
            writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (route.BODY_S, route.SLOWEST_BYTES_PER_S) == (30.0, 64 * 1024)
    monkeypatch.setattr(route, "BODY_S", SHORT_S)
    monkeypatch.setattr(route, "SLOWEST_BYTES_PER_S", 2**30)
    async with serving(tmp_path, *TOWN) as it:
        port = int(it.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = "POST /api/v1/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        before = time.monotonic()
        async with asyncio.timeout(GENEROUS_S):
            assert b" 408 " in await reader.readline()
        assert time.monotonic() - before >= SHORT_S
        # aiohttp goes on reading for ten seconds, so that the answer is not lost.
        writer.write(b" " * 99)
        writer.write_eof()
        await _gone(reader)
        writer.close()
