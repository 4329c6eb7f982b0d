"""What a connection costs: no compression, and room for everybody who comes at once."""

import contextlib
import socket
from pathlib import Path

import pytest

from tests.attack.intruder import bearer
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

CROWD = 600


@pytest.mark.parametrize("path", ["/ws/agent", "/ws/watch"])
async def test_no_line_is_compressed_even_when_asked(tmp_path: Path, path: str) -> None:
    """A compressor costs 100 KiB a connection, and its output tells of what was compressed."""
    async with serving(tmp_path, *TOWN) as served:
        secret = await served.enrol("MH-001") if "agent" in path else served.tokens["viewer"]
        async with served.http.ws_connect(
            served.url + path, headers=bearer(secret), compress=15
        ) as ws:
            assert ws.compress == 0


async def test_a_crowd_that_comes_at_once_finds_room_to_wait(tmp_path: Path) -> None:
    """While the loop is busy the kernel keeps who knocks: without room a hall waits seconds."""
    async with serving(tmp_path, *TOWN) as served:
        host, port = served.url.removeprefix("http://").split(":")
        with contextlib.ExitStack() as held:
            # Nothing is awaited here, so nobody is let in meanwhile.
            for _ in range(CROWD):
                guest = held.enter_context(socket.create_connection((host, int(port)), timeout=2))
                assert guest.getpeername()[1] == int(port)
