"""What a whole fleet costs, media and all: CPU of its workers, per hall and second.

    python -m tests.bench.fleet_cost [--halls 92] [--seconds 20]

The fleet is ``nhipcau-agent fleet`` as the demo starts it: two worker processes, five halls at a
time decode everything, the rest key frames. Relay, studio (320x180@15 by WHIP) and the fake
coordinator are in another process.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from config.log import configure_log
from coordinator.media.http import MediaAction, Principal, Problem, media_routes
from endpoints.media.exchange import Exchange
from endpoints.studio.encoder import PictureFormat
from endpoints.studio.publisher import StudioPublisher
from signaling.schema import Decoding
from tests.harness.fake_coordinator import FakeCoordinator, JoinCode
from tests.signaling.relay.rig import LOOPBACK, Somebody, rig

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


async def let_in(request: web.Request, action: MediaAction) -> Principal | Problem:
    return Somebody(action.name)


async def source(halls: int) -> None:
    """Be the other process: answer each line with what was counted since the last."""
    async with rig() as there, FakeCoordinator(media_routes(there.plane, let_in)) as fake:
        for n in range(halls):
            fake.codes[f"CODE-{n}"] = JoinCode(point=f"MH-{n:03d}")
        exchange = Exchange(there.http, there.url + "/whip/studio")
        publisher = StudioPublisher(exchange, PictureFormat(), LOOPBACK)
        task = asyncio.create_task(publisher.run())
        print(fake.url, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(counted(fake)), flush=True)
            fake.reports.clear()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def counted(fake: FakeCoordinator) -> dict[str, float]:
    """Sum up what the halls reported."""
    packets = pictures = 0
    whole: list[int] = []
    for reports in fake.reports.values():
        media = [report.media for report in reports if report.media and report.media.video]
        if len(media) < 2 or (first := media[0].video) is None or (last := media[-1].video) is None:
            continue
        packets += last.packets_received - first.packets_received
        pictures += last.frames_decoded - first.frames_decoded
        whole.append(sum(m.decoding is Decoding.ALL for m in media))
    return {
        "receiving": len(whole),
        "packets": packets,
        "pictures": pictures,
        "had_their_turn": sum(1 for turns in whole if turns),
    }


@contextlib.asynccontextmanager
async def child(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def ask(process: asyncio.subprocess.Process) -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    answer: dict[str, float] = json.loads(await process.stdout.readline())
    return answer


async def bench(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with child("tests.bench.fleet_cost", "--source", "--halls", str(args.halls)) as other:
            assert other.stdout is not None
            url = (await other.stdout.readline()).decode().strip()
            config = Path(folder) / "fleet.json"
            config.write_text(json.dumps(plan(args.halls, url, folder)))
            async with child("endpoints", "fleet", "--config", str(config)) as fleet:
                while (await ask(other))["receiving"] < args.halls * 0.9:  # noqa: ASYNC110
                    await asyncio.sleep(2.0)
                await asyncio.sleep(3.0)
                await measure(args, other, fleet)


async def measure(
    args: argparse.Namespace,
    other: asyncio.subprocess.Process,
    fleet: asyncio.subprocess.Process,
) -> None:
    await ask(other)
    cpu, began = cpu_s(fleet.pid), time.perf_counter()
    await asyncio.sleep(args.seconds)
    used, span = cpu_s(fleet.pid) - cpu, time.perf_counter() - began
    figures = await ask(other)
    hall_seconds = figures["receiving"] * span
    print(
        f"{figures['receiving']:.0f} halls, {span:.0f} s: "
        f"{1000 * used / hall_seconds:.2f} ms CPU per hall and second, "
        f"{100 * used / span:.0f} % of a core in all; "
        f"{figures['packets'] / hall_seconds:.1f} packets of the picture and "
        f"{figures['pictures'] / hall_seconds:.2f} pictures decoded per hall and second; "
        f"{figures['had_their_turn']:.0f} halls had their turn"
    )


def plan(halls: int, url: str, folder: str) -> dict[str, object]:
    """Everybody on time and undisturbed within a second of the run's length."""
    return {
        "server": url,
        "data": f"{folder}/data",
        "auto_seconds": 30,
        "rotation": {"size": 5, "turn_s": 10},
        "halls": [
            {
                "code": f"MH-{n:03d}",
                "join_code": f"CODE-{n}",
                "branches": [{"name": "Chi bộ 1", "expected": 76}],
            }
            for n in range(halls)
        ],
    }


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and its living children, seconds."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = 0
    for each in pids:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--halls", type=int, default=92)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--source", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.source:
        import uvloop

        configure_log()  # to stderr: our answers go to stdout
        uvloop.run(source(args.halls))
    else:
        asyncio.run(bench(args))


if __name__ == "__main__":
    main()
