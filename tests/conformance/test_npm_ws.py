"""An independent client, npm's ``ws``: hello, fact, ack, and what the screen sees of it."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

CLIENT = Path(__file__).parent / "ws_client.mjs"


async def test_a_device_and_a_screen_on_npm_ws_get_along_with_us(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        url = "ws" + served.url.removeprefix("http")
        credential = await served.enrol("MH-001")
        node = await asyncio.create_subprocess_exec(
            "node", str(CLIENT), url, credential, served.tokens["viewer"],
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(120):
                out, errors = await node.communicate()
        finally:
            if node.returncode is None:
                node.kill()
                await node.wait()
        assert node.returncode == 0, errors.decode()
        saw = json.loads(out)
        assert (saw["role"], saw["code"]) == ("viewer", "MH-001")
        assert (saw["acked"]["seq"], saw["acked"]["note"]) == (1, None)
        assert (saw["echoed"], saw["codes"], saw["extensions"]) == ("npm", [1000, 1000], "")
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert (point["attendance"]["reported"], point["presence"]) == (43, "left")
