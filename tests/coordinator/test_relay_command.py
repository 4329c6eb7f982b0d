"""``nhipcau relay``: what a service manager starts is the relay the coordinator would adopt."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from config.folder import DataFolder
from config.settings import load
from coordinator.app import relay_settings
from signaling.relay.launch import ask_hello, matches

pytestmark = pytest.mark.real_io
CONFIG = '[media]\naddress = "127.0.0.1"\nloopback = true\nstart_relay = false\n'


async def test_the_command_becomes_the_relay_with_the_operators_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory(prefix="nc") as name:
        run_dir, data, config = Path(name) / "run", Path(name) / "data", Path(name) / "n.toml"
        run_dir.mkdir()
        config.write_text(CONFIG)
        monkeypatch.setenv("RUNTIME_DIRECTORY", str(run_dir))
        wanted = relay_settings(load(config, {}), DataFolder(data))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "coordinator",
            "--config", str(config), "relay", "--data", str(data),
        )  # fmt: skip
        try:
            async with asyncio.timeout(30):
                while (hello := await ask_hello(wanted.socket_path)) is None:
                    assert process.returncode is None
                    await asyncio.sleep(0.05)
            assert hello.pid == process.pid
            assert matches(hello, wanted)
        finally:
            os.kill(process.pid, signal.SIGTERM)
            assert await process.wait() == 0
