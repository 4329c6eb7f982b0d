"""Texts are heard where they are read. Fails when an aiohttp no longer lets us."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from coordinator.device_socket import DeviceSocket

pytestmark = pytest.mark.real_io

Talk = Callable[[DeviceSocket], Awaitable[None]]


@asynccontextmanager
async def line(talk: Talk) -> AsyncIterator[aiohttp.ClientWebSocketResponse[bool]]:
    """Serve one socket with ``talk``; yield the client's end."""

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = DeviceSocket()
        await socket.prepare(request)
        await talk(socket)
        return socket

    app = web.Application()
    app.add_routes([web.get("/", serve)])
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as http, asyncio.timeout(20):
            port = runner.addresses[0][1]
            async with http.ws_connect(f"http://127.0.0.1:{port}/") as socket:
                yield socket
    finally:
        await runner.cleanup()


async def test_a_text_is_heard_while_nobody_receives() -> None:
    heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def talk(socket: DeviceSocket) -> None:
        def hear(text: str) -> bool:
            heard.set_result(text)
            return True

        socket.hear(hear)
        await heard  # The conversation's task never asks for a message.

    async with line(talk) as socket:
        await socket.send_str("xin chào")
        assert await heard == "xin chào"


async def test_what_is_declined_is_received_in_order() -> None:
    taken: list[str] = []
    left: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def hear(text: str) -> bool:
        if text.startswith("report"):
            taken.append(text)
            return True
        return False

    async def talk(socket: DeviceSocket) -> None:
        socket.hear(hear)
        left.set_result([await socket.receive_str() for _ in range(3)])

    async with line(talk) as socket:
        for text in ("fact 1", "report 1", "fact 2", "report 2", "fact 3"):
            await socket.send_str(text)
        assert await left == ["fact 1", "fact 2", "fact 3"]
        assert taken == ["report 1", "report 2"]


async def test_every_frame_is_a_sign_of_life_a_pong_too() -> None:
    times: asyncio.Future[tuple[float, float]] = asyncio.get_running_loop().create_future()

    async def talk(socket: DeviceSocket) -> None:
        before = socket.heard_at
        await socket.ping()
        await socket.receive_str()
        times.set_result((before, socket.heard_at))

    async with line(talk) as socket:
        await socket.ping()
        await socket.send_str("end")
        before, after = await times
        assert after > before
