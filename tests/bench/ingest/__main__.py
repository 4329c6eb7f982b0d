"""Reports taken in per CPU second, in one run, the same load on each server in turn.

    python -m tests.bench.ingest [--connections 450] [--rate 10] [--seconds 5] [--rounds 2]

The server's process is pinned to core 0, the clients to core 1. The coordinator has everything
on: credentials checked, schema validated, a live session with its alarms, presence, reception
and link judged, every report shown to a judge whose verdict comes back, five walls fed with
figures that change. The bare handler only decodes the same message; the OCPP central system is
the field's nearest. At the end every point must be *verified*, else the figure says nothing.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from config.folder import DataFolder
from config.settings import Settings
from coordinator.app import judge_settings
from signaling.messages import Hello, encode
from tests.harness.demo import free_port

from .load import Target, close, connect, send_for
from .process import COORDINATOR, LOAD_CORE, SERVER_CORE, cpu_s, pinned, resident_kib
from .report import encoded
from .town import prepare

WALLS = 5
WARM_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server under load: its process, where it is, how its count is read."""

    name: str
    command: list[str]
    target: Target
    counted: Callable[[aiohttp.ClientSession], Awaitable[int]]
    walls: dict[str, str] | None = None
    "Headers of the walls to feed; None for a server without."
    judge: str | None = None
    "Where it looks for its judge; None for a server without."


@dataclass(frozen=True, kw_only=True)
class Window:
    """What one measurement found."""

    taken: int
    sent: int
    cpu_s: float
    resident_kib: int


async def coordinator(folder: Path, connections: int) -> Server:
    """Prepare a data folder with a device at each point."""
    town, port = await prepare(folder, connections), free_port()
    judge = judge_settings(Settings(data=str(folder)), DataFolder(folder)).socket_path

    async def counted(http: aiohttp.ClientSession) -> int:
        return int(await metric(http, port, "nhipcau_reports_total"))

    return Server(
        name="nhipcau, everything on",
        command=["-m", "coordinator", "serve", "--data", str(folder)],
        target=Target(
            port=port,
            path=lambda _n: "/ws/agent",
            headers=town.credential,
            greeting=encode(Hello(versions=(1,), spool="bench")),
            message=encoded,
        ),
        counted=counted,
        walls={"Authorization": f"Bearer {town.viewer}"},
        judge=str(judge),
    )


async def metric(http: aiohttp.ClientSession, port: int, name: str) -> float:
    """Return one figure of the coordinator's."""
    async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        text = await answer.text()
    return float(text.split(f"\n{name} ")[1].split()[0])


def counting(port: int) -> Callable[[aiohttp.ClientSession], Awaitable[int]]:
    """Return what reads the count of a server that answers it."""

    async def counted(http: aiohttp.ClientSession) -> int:
        async with http.get(f"http://127.0.0.1:{port}/count") as answer:
            return int(await answer.text())

    return counted


def bare() -> Server:
    port = free_port()
    return Server(
        name="bare aiohttp + uvloop",
        command=["-m", "tests.bench.ingest.bare", str(port)],
        target=Target(
            port=port,
            path=lambda _n: "/ws",
            headers=lambda _n: {},
            greeting=None,
            message=encoded,
        ),
        counted=counting(port),
    )


def ocpp() -> Server:
    port = free_port()
    value = {"timestamp": "2026-11-01T01:00:00Z"}
    samples = [{"value": float(n), "measurand": "Voltage"} for n in range(25)]
    payload = {"evseId": 1, "meterValue": [value | {"sampledValue": samples}]}
    return Server(
        name="ocpp package's central system",
        command=["-m", "tests.bench.ingest.ocpp_central", str(port)],
        target=Target(
            port=port,
            path=lambda n: f"/CP-{n}",
            headers=lambda _n: {"Sec-WebSocket-Protocol": "ocpp2.0.1"},
            greeting=None,
            message=lambda n: json.dumps([2, str(n), "MeterValues", payload]).encode(),
        ),
        counted=counting(port),
    )


@asynccontextmanager
async def running(server: Server, http: aiohttp.ClientSession) -> AsyncIterator[int]:
    """Run a server on its core, and its judge on ours; yield its process id."""
    settings = COORDINATOR | {"NHIPCAU_SERVER__PORT": str(server.target.port)}
    async with AsyncExitStack() as stack:
        if server.judge is not None:
            judge = ["-m", "tests.bench.ingest.judge", server.judge]
            await stack.enter_async_context(pinned(judge, {}, LOAD_CORE))
        process = await stack.enter_async_context(pinned(server.command, settings, SERVER_CORE))
        async with asyncio.timeout(60):
            while True:
                try:
                    await server.counted(http)
                    break
                except (aiohttp.ClientError, IndexError):
                    await asyncio.sleep(0.05)
        yield process.pid


async def measure(server: Server, connections: int, rate: float, seconds: float) -> Window:
    """Put one server under load."""
    async with aiohttp.ClientSession() as http, running(server, http) as pid:
        walls = [await Wall.open(server, http) for _ in range(WALLS if server.walls else 0)]
        clients = [await connect(server.target, n) for n in range(connections)]
        # The judge's proofs need some seconds; from then on nothing is new.
        message = server.target.message
        await send_for(clients, message, rate, WARM_S)
        before, count = cpu_s(pid), await server.counted(http)
        shown = sum(wall.bytes for wall in walls)
        began = time.monotonic()
        sent = await send_for(clients, lambda n: message(n + round(rate * WARM_S)), rate, seconds)
        behind = time.monotonic() - began
        taken = await _settled(server, http, count + sent)
        window = Window(
            taken=taken - count,
            sent=sent,
            cpu_s=cpu_s(pid) - before,
            resident_kib=resident_kib(pid),
        )
        if behind > seconds * 1.3:
            print(f"   the clients were behind: {behind:.1f} s for {seconds:.1f}", flush=True)
        if server.walls is not None:
            await _check(server, http, connections)
            print(f"   walls were sent {sum(w.bytes for w in walls) - shown:,} bytes", flush=True)
        await close(clients)
        for wall in walls:
            await wall.close()
        return window


async def _check(server: Server, http: aiohttp.ClientSession, points: int) -> None:
    """See that everything was on: nothing was shed, the judge's proof reached every point."""
    if await metric(http, server.target.port, "nhipcau_load_shed") != 0:
        raise SystemExit("the server was overloaded and shed work: take a lower --rate")
    name = 'nhipcau_points{axis="reception",value="verified"}'
    verified = await metric(http, server.target.port, name)
    if verified != points:
        raise SystemExit(f"only {verified:.0f} of {points} points are verified")


class Wall:
    """A screen that takes what it is sent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.bytes = 0
        self._socket = socket
        self._looking = asyncio.create_task(self._look())

    @classmethod
    async def open(cls, server: Server, http: aiohttp.ClientSession) -> "Wall":
        """Connect a screen."""
        address = f"http://127.0.0.1:{server.target.port}/ws/watch"
        return cls(await http.ws_connect(address, headers=server.walls, max_msg_size=0))

    async def close(self) -> None:
        """Turn it off."""
        self._looking.cancel()
        await self._socket.close()

    async def _look(self) -> None:
        async for frame in self._socket:
            self.bytes += len(frame.data)


async def _settled(server: Server, http: aiohttp.ClientSession, expected: int) -> int:
    """Return the count once all that was sent is in, or nothing more comes."""
    taken, still = await server.counted(http), 0
    while taken < expected and still < 10:
        await asyncio.sleep(0.1)
        now = await server.counted(http)
        still = still + 1 if now == taken else 0
        taken = now
    return taken


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=450)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    best: dict[str, float] = {}
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory(prefix="nc") as folder:
            servers = [await coordinator(Path(folder) / "data", args.connections), bare(), ocpp()]
            for server in servers:
                rate = args.rate if "ocpp" not in server.name else min(args.rate, 3.0)
                window = await measure(server, args.connections, rate, args.seconds)
                figure = window.taken / window.cpu_s
                best[server.name] = max(best.get(server.name, 0.0), figure)
                print(
                    f"{server.name:32} {figure:9,.0f} reports per CPU second"
                    f"   {window.taken:,} of {window.sent:,} at {rate:g}/s x {args.connections}"
                    f"   {window.cpu_s:.2f} s CPU   {window.resident_kib // 1024} MiB",
                    flush=True,
                )
    ours, least, peer = best.values()
    print(f"{ours / least:.2f} of bare (aim 0.50), {ours / peer:.1f} x ocpp (aim 10)")


if __name__ == "__main__":
    asyncio.run(main())
