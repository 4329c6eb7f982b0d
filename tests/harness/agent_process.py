"""A hall's agent as it really runs: a process of its own, joined with a code, beside a demo."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.harness.demo import RunningDemo

COMMAND = (sys.executable, "-m", "endpoints")
ENDS_S = 10.0


class AgentProcess:
    """One agent; ``start`` and ``lose_power`` may follow each other often."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def enrol(self, demo: RunningDemo, code: str) -> None:
        """Join a point as its operator does, with a one-time code."""
        headers = {"Authorization": f"Bearer {demo.access['tokens']['admin']}"}
        async with demo.http.post(
            f"{demo.url}/api/v1/codes", json={"point": code, "days": 1}, headers=headers
        ) as answer:
            joining = (await answer.json())["code"]
        words = ("enrol", "--server", demo.url, "--code", joining, "--data", str(self._folder))
        await self._run(*words, "--insecure-http")
        assert await self._wait() == 0, (self._folder / "agent.out").read_text()

    async def start(self) -> None:
        """Switch the machine on."""
        await self._run("run", "--data", str(self._folder), "--insecure-http")

    def hold(self) -> None:
        """Let the line go dead: nothing is said or heard any more, and nobody hangs up."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let the line be there again."""
        os.kill(self.pid, signal.SIGCONT)

    async def end(self) -> None:
        """Kill it, whatever it does. Calling it twice is safe."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _run(self, *words: str) -> None:
        with (self._folder / "agent.out").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, *words, stdout=output, stderr=output
            )

    async def _wait(self) -> int:
        assert self._process is not None
        async with asyncio.timeout(ENDS_S):
            return await self._process.wait()


@asynccontextmanager
async def agent_of(demo: RunningDemo, code: str) -> AsyncIterator[AgentProcess]:
    """Have an agent run in a hall of the roster that nobody plays yet."""
    folder = demo.data / "agents" / code
    folder.mkdir(parents=True)
    agent = AgentProcess(folder)
    try:
        await agent.enrol(demo, code)
        await agent.start()
        yield agent
    finally:
        await agent.end()
