"""What a hall's agent costs without its media: CPU per hall and second of one process.

    python -m tests.bench.agent_cost [--halls 46] [--seconds 20] [--asyncio] [--profile]

The halls are the fleet's, with spools on disk and reports each second, connected to the fake
coordinator in another process. Media statistics are made up but full, so that reports have their
real size. Facts are entered once by each hall before the measured span, as in a session.
"""

import argparse
import asyncio
import contextlib
import cProfile
import pstats
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from endpoints.agent import Agent, Hall
from endpoints.enrolment import Enrolment
from endpoints.machine import MachineMeter
from endpoints.notice import FactsRecorded, Notice
from endpoints.spool_desk import open_desk
from signaling.backoff import Backoff
from signaling.entry import BranchCount, CheckIn
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats
from tests.harness.fake_coordinator import FakeCoordinator


class Figures:
    """Stands for a receiver: full statistics, no packets."""

    async def run(self) -> None:
        await asyncio.Event().wait()

    def stats(self, now: float) -> MediaStats:
        count = int(now * 100)
        return MediaStats(
            connected=True,
            decoding=Decoding.KEY_FRAMES,
            current_round_trip_time=0.0213,
            last_packet_age=0.0041,
            video=InboundVideo(
                packets_received=count,
                packets_lost=12,
                jitter=0.00312,
                bytes_received=count * 1100,
                frames_received=count // 4,
                frames_decoded=count // 200,
                key_frames_decoded=count // 200,
                frame_width=1280,
                frame_height=720,
                total_decode_time=1.25,
            ),
            audio=InboundAudio(
                packets_received=count, bytes_received=count * 80, total_audio_energy=4.2
            ),
        )

    def set_decoding(self, decoding: Decoding) -> None:
        pass

    async def rejoin(self) -> None:
        raise NotImplementedError

    async def joined(self) -> None:
        raise NotImplementedError


async def source() -> None:
    """Be the other process."""
    async with FakeCoordinator() as coordinator:
        coordinator.credentials = {f"secret-{n}": f"d{n}" for n in range(10_000)}
        print(coordinator.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextlib.asynccontextmanager
async def elsewhere() -> AsyncIterator[str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.agent_cost", "--source",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        yield (await child.stdout.readline()).decode().strip()
    finally:
        child.stdin.close()
        await child.wait()


async def agent(number: int, url: str, folder: Path, kit: tuple[ThreadPoolExecutor, MachineMeter],
                recorded: asyncio.Queue[int]) -> Agent:  # fmt: skip
    executor, meter = kit

    def note(notice: Notice) -> None:
        if isinstance(notice, FactsRecorded):
            recorded.put_nowait(number)

    return Agent(
        Hall(
            enrolment=Enrolment(
                server=url,
                device=f"d{number}",
                credential=f"secret-{number}",
                point=f"MH-{number}",
                point_name="x",
            ),
            desk=await open_desk(folder / f"{number}.db", executor, moment="t"),
            receiver=Figures(),
            meter=meter,
            backoff=Backoff(random.random),
            notify=note,
        )
    )


async def bench(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as executor:
        folder = Path(name)
        kit = executor, MachineMeter(folder)
        recorded: asyncio.Queue[int] = asyncio.Queue()
        async with elsewhere() as url:
            agents = [await agent(n, url, folder, kit, recorded) for n in range(args.halls)]
            began = time.process_time()
            tasks = [asyncio.create_task(each.run()) for each in agents]
            for each in agents:
                await each.enter(CheckIn(branches=(BranchCount(reported=44),)))
            for _ in agents:
                await recorded.get()
            joined_ms = 1000 * (time.process_time() - began) / args.halls
            print(f"connected and checked in: {joined_ms:.2f} ms CPU a hall")
            await asyncio.sleep(2.0)
            await measure(args)
            for each in agents:
                each.stop()
            await asyncio.gather(*tasks)


async def measure(args: argparse.Namespace) -> None:
    profile = cProfile.Profile()
    if args.profile:
        profile.enable()
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.sleep(args.seconds)
    used, span = time.process_time() - cpu, time.perf_counter() - began
    if args.profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    cost_ms = 1000 * used / (args.halls * span)
    loop = "asyncio" if args.asyncio else "uvloop"
    print(f"{loop}, {args.halls} halls, {span:.0f} s: {cost_ms:.3f} ms CPU per hall and second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--halls", type=int, default=46)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--asyncio", action="store_true", help="the standard loop, as on Windows")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--source", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    work = source() if args.source else bench(args)
    if args.asyncio:
        asyncio.run(work)
    else:
        import uvloop

        uvloop.run(work)


if __name__ == "__main__":
    main()
