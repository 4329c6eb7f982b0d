"""The whole system as its users start it: ``nhipcau demo`` in processes of its own."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

START_TIMEOUT_S = 60.0
LOOK_EVERY_S = 0.1
STOP_TIMEOUT_S = 30.0


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class RunningDemo:
    """A running demo, seen from outside."""

    def __init__(self, data: Path, port: int, http: aiohttp.ClientSession) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{port}"
        self.http = http

    @property
    def access(self) -> dict[str, Any]:
        """What the demo tells others."""
        found: dict[str, Any] = json.loads((self.data / "access.json").read_text())
        return found

    async def get(self, path: str, role: str = "viewer") -> Any:
        """Read from the API; None while the coordinator is away."""
        headers = {"Authorization": f"Bearer {self.access['tokens'][role]}"}
        try:
            async with self.http.get(self.url + path, headers=headers) as answer:
                return await answer.json() if answer.status == 200 else None
        except aiohttp.ClientError:
            return None

    async def enter(self, phase: str) -> None:
        """Move the session on, as the host."""
        headers = {"Authorization": f"Bearer {self.access['tokens']['host']}"}
        body = {"phase": phase, "reason": "thử"}
        url = self.url + "/api/v1/session/phase"
        async with self.http.post(url, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def points(self) -> dict[str, dict[str, Any]]:
        """Return every point by its code; empty while the coordinator is away."""
        answer = await self.get("/api/v1/points")
        return {point["code"]: point for point in answer["points"]} if answer else {}

    async def until(
        self, true: Callable[[dict[str, dict[str, Any]]], bool], seconds: float
    ) -> dict[str, dict[str, Any]]:
        """Look at the points until something is true of them.

        Raises:
            AssertionError: If it did not come true in time; says how the points stand.

        """
        points: dict[str, dict[str, Any]] = {}
        try:
            async with asyncio.timeout(seconds):
                while not (points and true(points)):
                    await asyncio.sleep(LOOK_EVERY_S)
                    points = await self.points()
        except TimeoutError as error:
            stand = {c: (p["presence"], p["reception"], p["why"]) for c, p in points.items()}
            raise AssertionError(f"not within {seconds} s: {stand}") from error
        return points

    def kill(self, name: str) -> None:
        """Kill a process as a power cut would."""
        os.kill(self.access["pids"][name], signal.SIGKILL)

    def log_errors(self) -> list[str]:
        """Return every line of the logs that tells of an error."""
        found = []
        for path in sorted((self.data / "log").glob("*.log")):
            for line in path.read_text().splitlines():
                if any(
                    mark in line
                    for mark in ('"level": "error"', '"critical"', " ERROR ", "Traceback")
                ):
                    found.append(f"{path.name}: {line[:300]}")
        return found


@asynccontextmanager
async def running_demo(data: Path, *options: str) -> AsyncIterator[RunningDemo]:
    """Start a demo, wait until it is ready, and see that it leaves nothing behind."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "coordinator",
        "demo",
        "--data",
        str(data),
        "--port",
        str(port),
    ]
    output = (data / "demo.out").open("wb")
    process = await asyncio.create_subprocess_exec(
        *command, *options, stdout=output, stderr=output, start_new_session=True
    )
    async with aiohttp.ClientSession() as http:
        demo = RunningDemo(data, port, http)
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not (data / "access.json").exists() or not await demo.get("/api/v1/session"):
                    assert process.returncode is None, (data / "demo.out").read_text()
                    await asyncio.sleep(LOOK_EVERY_S)
            yield demo
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await process.wait()
            finally:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    await process.wait()
                output.close()
    left = _processes_of(data)
    assert not left, f"the demo left running: {left}"


def _processes_of(data: Path) -> list[str]:
    """Return the command lines that still name the demo's data folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(data) in line:
            found.append(line)
    return found
