"""A coordinator in a process of its own, as ``nhipcau serve`` starts it, to be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

import aiohttp

from tests.harness.demo import free_port

START_TIMEOUT_S = 60.0


class Process(Protocol):
    """A process, whoever started it."""

    @property
    def pid(self) -> int:
        """Its id."""

    @property
    def returncode(self) -> int | None:
        """Its exit status; None while it runs."""

    def send_signal(self, number: int) -> None:
        """Send it a signal."""

    async def wait(self) -> int:
        """Return its exit status when it has ended."""


Spawn = Callable[[Sequence[str], dict[str, str], Path], Process]
"Starts a coordinator: its arguments, more of an environment, and where it says what is wrong."


class CoordinatorProcess:
    """Starts, kills and starts again one coordinator on one data folder and one port.

    Args:
        data: Its data folder; what it serves was put there before.
        port: None for one that is free.
        settings: More of its environment, e.g. ``NHIPCAU_PRIVACY__NAMES``.
        spawn: Starts it; None: as its users do.

    """

    def __init__(
        self,
        data: Path,
        port: int | None = None,
        settings: dict[str, str] | None = None,
        spawn: Spawn | None = None,
    ) -> None:
        self._spawn = spawn
        self._settings = settings or {}
        self.data = data
        self.port = free_port() if port is None else port
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        """Start nothing yet."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """See that it is gone."""
        if self._process is not None:
            await self._end(signal.SIGKILL)

    async def start(self, **environ: str) -> None:
        """Start it, with more of an environment; it may take a moment until it serves."""
        settings = {
            "NHIPCAU_SERVER__PORT": str(self.port),
            "NHIPCAU_MEDIA__START_RELAY": "false",
            "NHIPCAU_MEDIA__START_JUDGE": "false",
            "NHIPCAU_LOG__LEVEL": "warning",
        }
        argv, more = ["serve", "--data", str(self.data)], settings | self._settings | environ
        said = self.data / "stderr.txt"
        if self._spawn is not None:
            self._process = self._spawn(argv, more, said)
            return
        with said.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "coordinator", *argv,
                env=os.environ | more,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=errors,
            )  # fmt: skip

    async def until_ready(self) -> None:
        """Return when it serves.

        Raises:
            AssertionError: If it ended instead; with what it said.

        """
        assert self._process is not None
        async with aiohttp.ClientSession() as http, asyncio.timeout(START_TIMEOUT_S):
            while not await _answers(http, self.url):
                assert self._process.returncode is None, self.said()
                await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        """Its process id, while it runs."""
        assert self._process is not None
        return self._process.pid

    def send_signal(self, number: int) -> None:
        """Freeze it, thaw it."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end; return its exit status."""
        return await self._end(signal.SIGTERM)

    async def ended(self) -> int:
        """Return its exit status when it ends by itself."""
        assert self._process is not None
        async with asyncio.timeout(START_TIMEOUT_S):
            return await self._process.wait()

    def said(self) -> str:
        """Return what it wrote to its error stream."""
        return (self.data / "stderr.txt").read_text()

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        assert process is not None
        if process.returncode is None:
            process.send_signal(number)
        async with asyncio.timeout(30):
            return await process.wait()


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url + "/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
