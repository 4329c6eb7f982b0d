"""What a hall's reception costs: CPU of N halls in one process, per hall and second.

    python -m tests.bench.lean_receiver [--halls 46] [--seconds 10] [--asyncio] [--profile]

The programme is the real one: the studio's film (320x180@15, 200 kbps, a key frame every
2 s, Opus) by WHIP into a relay, by WHEP to every hall, all of it in another process; this
one has the halls only. The modes follow each other in the same sessions; each hall's
statistics are taken once a second, as an agent does.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog

from endpoints.media.exchange import Exchange
from signaling.backoff import Backoff
from signaling.ice_path import TransportOptions
from signaling.reception.receiver import ProgrammeReceiver
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding
from signaling.stats import MediaStats
from tests.signaling.peers import until

OPTIONS = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True, silence_s=30)
ROTATION = 5
LARGE = ("--width", "1280", "--height", "720", "--fps", "30", "--kbps", "2500")


@dataclass
class Span:
    """One measurement."""

    name: str
    cpu_s: float
    seconds: float
    packets: int
    sounds: int
    "Of the packets, those of sound: 50 a second were sent to each hall."
    decoded: int
    lag_s: float
    "The longest the event loop kept a timer of 5 ms waiting."


async def source(large: bool) -> None:
    """Be the other process: relay and HTTP, the studio's below; the address goes to stdout."""
    from tests.signaling.relay.rig import rig

    async with rig() as there:
        studio = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "endpoints.studio", "--server", there.url, "--loopback",
            *(LARGE if large else ()),
        )  # fmt: skip
        await until(lambda: there.on_air() == "studio", 30)
        print(there.url, flush=True)
        before, started = (time.process_time(), cpu_of(studio.pid)), time.perf_counter()
        await asyncio.to_thread(sys.stdin.read)
        seconds = time.perf_counter() - started
        relay = (time.process_time() - before[0]) / seconds
        film = (cpu_of(studio.pid) - before[1]) / seconds
        print(f"  relay and HTTP {100 * relay:.1f} %, studio {100 * film:.1f} % of a core")
        studio.terminate()
        await studio.wait()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Halls:
    """All the halls of this process."""

    def __init__(self, count: int, url: str, http: aiohttp.ClientSession, thumbnails: bool) -> None:
        ticker = Ticker()
        self.shown = 0

        def show(timestamp: int, thumbnail: object) -> None:
            self.shown += 1

        def make(decoding: Decoding) -> MediaSession:
            exchange = Exchange(http, url + "/whep/programme")
            return MediaSession(
                exchange,
                ticker,
                decoding=decoding,
                on_frame=show if thumbnails else None,
                options=OPTIONS,
            )

        self.receivers = [
            ProgrammeReceiver(make, Backoff(random.random), Decoding.NONE) for _ in range(count)
        ]

    def stats(self) -> list[MediaStats]:
        now = asyncio.get_running_loop().time()
        return [receiver.stats(now) for receiver in self.receivers]

    async def wait(self) -> None:
        """Return when every hall receives."""
        await until(lambda: all(stats.video is not None for stats in self.stats()), 30)

    def decode(self, decoding: Decoding, halls: int) -> None:
        """Have the first ``halls`` decode so, the rest key frames (or nothing at all)."""
        rest = Decoding.NONE if decoding is Decoding.NONE else Decoding.KEY_FRAMES
        for index, receiver in enumerate(self.receivers):
            receiver.set_decoding(decoding if index < halls else rest)

    async def measure(self, name: str, seconds: float) -> Span:
        """Measure a span in which each hall's statistics are taken every second."""
        await asyncio.sleep(2.5)
        before, cpu, started = self._totals(), time.process_time(), time.perf_counter()
        lag_s, stats_at = 0.0, started
        while (now := time.perf_counter()) - started < seconds:
            await asyncio.sleep(0.005)
            lag_s = max(lag_s, time.perf_counter() - now - 0.005)
            if now >= stats_at:
                stats_at += 1.0
                self.stats()
        span_s, used_s = time.perf_counter() - started, time.process_time() - cpu
        after = self._totals()
        packets, sounds, decoded = (new - old for new, old in zip(after, before, strict=True))
        return Span(name, used_s, span_s, packets, sounds, decoded, lag_s)

    def _totals(self) -> tuple[int, int, int]:
        packets = sounds = decoded = 0
        for stats in self.stats():
            assert stats.video is not None
            assert stats.audio is not None
            packets += stats.video.packets_received + stats.audio.packets_received
            sounds += stats.audio.packets_received
            decoded += stats.video.frames_decoded
        return packets, sounds, decoded


async def bench(args: argparse.Namespace) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.lean_receiver", "--source", *sys.argv[1:],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    url = (await child.stdout.readline()).decode().strip()
    tasks = []
    try:
        async with aiohttp.ClientSession() as http:
            halls = Halls(args.halls, url, http, args.thumbnails)
            cpu, started = time.process_time(), time.perf_counter()
            tasks = [asyncio.create_task(receiver.run()) for receiver in halls.receivers]
            await halls.wait()
            joined_s, used_s = time.perf_counter() - started, time.process_time() - cpu
            print(
                f"{'asyncio' if args.asyncio else 'uvloop'}, {args.halls} halls, joined in "
                f"{joined_s:.1f} s, {1000 * used_s / args.halls:.0f} ms CPU each, "
                f"load average {os.getloadavg()[0]:.1f}"
            )
            await spans(args, halls)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        child.stdin.close()
        print((await child.stdout.read()).decode(), end="")
        await child.wait()


async def spans(args: argparse.Namespace, halls: Halls) -> None:
    modes = [
        ("nothing decoded", Decoding.NONE, args.halls),
        ("key frames", Decoding.KEY_FRAMES, args.halls),
        (f"{ROTATION} all, rest key frames", Decoding.ALL, ROTATION),
        ("all decode all", Decoding.ALL, args.halls),
    ]
    for name, decoding, count in modes[args.first :]:
        halls.decode(decoding, count)
        profile = cProfile.Profile()
        if args.profile:
            profile.enable()
        show(await halls.measure(name, args.seconds), args.halls)
        if args.profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def show(span: Span, halls: int) -> None:
    hall_seconds = halls * span.seconds
    per_packet_us = 1e6 * span.cpu_s / span.packets
    # Halls that were not given the CPU did less work than they should: not a figure.
    starved = abs(span.sounds / hall_seconds - 50) > 1
    print(
        f"  {span.name:26} {1000 * span.cpu_s / hall_seconds:6.2f} ms CPU per hall and second, "
        f"{span.packets / hall_seconds:5.1f} packets, {span.decoded / hall_seconds:5.2f} pictures "
        f"decoded, {per_packet_us:5.1f} us a packet, lag <= {1000 * span.lag_s:.0f} ms"
        + ("  STARVED, no figure" if starved else "")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--halls", type=int, default=46)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--asyncio", action="store_true", help="the standard loop, as on Windows")
    parser.add_argument("--large", action="store_true", help="a studio of 720p30, 2.5 Mbps")
    parser.add_argument("--thumbnails", action="store_true", help="of each decoded picture")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--first", type=int, default=0, help="begin with this mode, 0..3")
    parser.add_argument("--source", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    # The source's first line on stdout is its address.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    work = source(args.large) if args.source else bench(args)
    if args.asyncio:
        asyncio.run(work)
    else:
        import uvloop

        uvloop.run(work)


if __name__ == "__main__":
    main()
