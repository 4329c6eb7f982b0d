"""The screens' feed: a credential that ends ends it, and nobody makes us work by asking again."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.attack.intruder import bearer
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

RESYNC = '{"type": "watch.resync"}'


async def closing(socket: aiohttp.ClientWebSocketResponse[bool]) -> tuple[int | None, int]:
    """Read until the server closes; return its code and how many snapshots came."""
    snapshots = 0
    async with asyncio.timeout(30):
        async for message in socket:
            snapshots += '"snapshot"' in message.data[:40]
    return socket.close_code, snapshots


async def test_a_feed_ends_when_the_token_that_opened_it_expires(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        order = {"role": "viewer", "name": "màn hình", "days": 2 / 86_400}
        _status, issued = await served.call("POST", "/api/v1/tokens", order)
        headers = bearer(issued["token"])
        async with served.http.ws_connect(served.url + "/ws/watch", headers=headers) as socket:
            assert (await closing(socket))[0] == 4401
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.http.ws_connect(served.url + "/ws/watch", headers=headers)
        assert refused.value.status == 401


async def test_asking_for_everything_again_and_again_ends_the_asker_only(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        headers = bearer(served.tokens["viewer"])
        url = served.url + "/ws/watch"
        async with (
            served.http.ws_connect(url, headers=headers) as other,
            served.http.ws_connect(url, headers=headers) as socket,
        ):
            for _ in range(500):
                await socket.send_str(RESYNC)
            code, snapshots = await closing(socket)
            assert (code, snapshots <= 25) == (4400, True), snapshots
            assert (await other.receive_json())["type"] == "snapshot"
            await other.send_str(RESYNC)
            async with asyncio.timeout(20):
                while (await other.receive_json())["type"] != "snapshot":
                    pass
