"""Reports taken in per CPU second, in one run, the same load on each server in turn.

    python -m tests.bench.ingest [--connections 450] [--rate 20] [--seconds 5] [--rounds 2]

The server's process is pinned to core 0, the clients to core 1. The coordinator has everything
on: credentials checked, schema validated, presence, reception and link judged, five walls fed.
The bare handler only decodes the same message; the OCPP central system is the field's nearest.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from coordinator.access import new_secret
from coordinator.fact import CodeIssued, DeviceEnrolled, Fact
from signaling.messages import Hello, encode
from signaling.schema import DeviceRole
from tests.harness.demo import free_port
from tests.harness.facts import planned, point
from tests.harness.server import serving

from .load import Target, close, connect, send_for
from .report import encoded

SERVER_CORE, LOAD_CORE = 0, 1
WALLS = 5
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server under load: its process, where it is, how its count is read."""

    name: str
    command: list[str]
    target: Target
    counted: Callable[[aiohttp.ClientSession], Awaitable[int]]
    walls: dict[str, str] | None = None
    "Headers of the walls to feed; None for a server without."


@dataclass(frozen=True, kw_only=True)
class Window:
    """What one measurement found."""

    taken: int
    sent: int
    cpu_s: float
    resident_kib: int


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process."""
    with open(f"/proc/{pid}/stat") as file:
        values = file.read().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / TICKS_PER_S


def resident_kib(pid: int) -> int:
    """Return the resident memory of a process."""
    with open(f"/proc/{pid}/status") as file:
        line = next(line for line in file if line.startswith("VmRSS"))
    return int(line.split()[1])


async def coordinator(folder: Path, connections: int) -> Server:
    """Prepare a data folder with a device at each point."""
    codes = [f"P-{n:04d}" for n in range(connections)]
    secrets = [new_secret("device") for _ in codes]
    facts: list[Fact] = [point(code) for code in codes]
    facts += [planned(), CodeIssued(code="c", hash="x", roles=(DeviceRole.AGENT,))]
    facts += [
        DeviceEnrolled(device=s.id, point=c, role=DeviceRole.AGENT, hash=s.hash, code="c")
        for c, s in zip(codes, secrets, strict=True)
    ]
    async with serving(folder, *facts) as served:
        viewer = served.tokens["viewer"]
    port = free_port()

    async def counted(http: aiohttp.ClientSession) -> int:
        async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
            text = await answer.text()
        return int(float(text.split("\nnhipcau_reports_total ")[1].split()[0]))

    return Server(
        name="nhipcau, everything on",
        command=["-m", "coordinator", "serve", "--data", str(folder)],
        target=Target(
            port=port,
            path=lambda _n: "/ws/agent",
            headers=lambda n: {"Authorization": f"Bearer {secrets[n].text}"},
            greeting=encode(Hello(versions=(1,), spool="bench")),
            message=encoded,
        ),
        counted=counted,
        walls={"Authorization": f"Bearer {viewer}"},
    )


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
    """Run a server on its core; yield its process id."""
    settings = {
        "NHIPCAU_SERVER__PORT": str(server.target.port),
        "NHIPCAU_MEDIA__START_RELAY": "false",
        "NHIPCAU_MEDIA__START_JUDGE": "false",
        "NHIPCAU_LOG__LEVEL": "error",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, *server.command, env=os.environ | settings
    )
    os.sched_setaffinity(process.pid, {SERVER_CORE})
    try:
        async with asyncio.timeout(60):
            while True:
                try:
                    await server.counted(http)
                    break
                except (aiohttp.ClientError, IndexError):
                    await asyncio.sleep(0.05)
        yield process.pid
    finally:
        process.kill()
        await process.wait()


async def measure(server: Server, connections: int, rate: float, seconds: float) -> Window:
    """Put one server under load."""
    async with aiohttp.ClientSession() as http, running(server, http) as pid:
        walls = []
        if server.walls is not None:
            address = f"http://127.0.0.1:{server.target.port}/ws/watch"
            for _ in range(WALLS):
                socket = await http.ws_connect(address, headers=server.walls, max_msg_size=0)
                walls.append((socket, asyncio.create_task(_look(socket))))
        clients = [await connect(server.target, n) for n in range(connections)]
        await send_for(clients, server.target.message, rate, 1.0)
        before, count = cpu_s(pid), await server.counted(http)
        began = time.monotonic()
        sent = await send_for(
            clients, lambda n: server.target.message(n + round(rate)), rate, seconds
        )
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
        await close(clients)
        for socket, looking in walls:
            looking.cancel()
            await socket.close()
        return window


async def _look(socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
    async for _frame in socket:
        pass


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
    parser.add_argument("--rate", type=float, default=20.0)
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
