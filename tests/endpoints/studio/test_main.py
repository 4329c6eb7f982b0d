"""The command as its users start it."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from endpoints.studio.__main__ import arguments
from tests.signaling.peers import until
from tests.signaling.relay.rig import rig

pytestmark = pytest.mark.real_io


async def test_the_command_publishes_with_its_token_until_it_is_told_to_stop(
    tmp_path: Path,
) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    async with rig() as there:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "endpoints.studio", "--server", there.url + "/",
            "--token-file", str(token), "--loopback", "--codec", "vp8",
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            await until(lambda: there.on_air() == "studio", 15)
        finally:
            process.terminate()
            _out, err = await process.communicate()
        await until(lambda: there.on_air() != "studio")
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert (process.returncode, events) == (0, ["studio.publishing"])


@pytest.mark.parametrize(
    "wrong",
    [["--width", "300"], ["--height", "182"], ["--fps", "0"], ["--codec", "av1"], []],
)
def test_what_cannot_be_published_is_told_at_once(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--server", "http://x", *wrong] if wrong else [])
