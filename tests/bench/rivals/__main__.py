"""The comparison: every server in turn, round after round, the same load on each.

    python -m tests.bench.rivals [--viewers 92] [--seconds 4] [--rounds 2] [--only NAME]

Server on core 0, studio and halls on core 1. A window starts a server, lets all halls join,
settles, measures, and ends it; windows of different servers alternate, so that whatever
else the machine does hits them alike. CPU is the whole server process's, its reports and
idle work included, divided by the packets that reached the halls.
"""

import argparse
import asyncio
import os
import platform
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import private_net
from .aiortc_loop import AiortcLoop
from .halls import Hall, Tally, read_all
from .janus import Janus
from .ours import PlainRelay, Relay
from .server import LOAD_CORE, SERVER_CORE, Server
from .stream import bits_per_s, packets_per_s, play

SERVERS: tuple[type[Server], ...] = (Relay, PlainRelay, AiortcLoop, Janus)
SETTLE_S = 1.5
JOINS_AT_ONCE = 8


@dataclass
class Window:
    """One server under load for some seconds."""

    seconds: float
    cpu_s: float
    packets: int
    expected: int
    viewer_bytes: float
    delays_s: list[float]
    other_delays_s: list[float]
    cipher: str
    refused: int


@dataclass
class Result:
    """All windows of one server."""

    name: str
    windows: list[Window] = field(default_factory=list)
    failure: str = ""

    def us_per_packet(self) -> list[float]:
        return [1e6 * w.cpu_s / max(1, w.packets) for w in self.windows]


async def window(make: type[Server], viewers: int, seconds: float) -> Window:
    """Measure one server once."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        server, halls, stop = make(Path(folder)), list[Hall](), asyncio.Event()
        tasks = [asyncio.create_task(read_all(halls, stop))]
        try:
            await server.start()
            tally, sent = Tally(), [0]
            tasks.append(asyncio.create_task(play(await server.publish(), sent, stop)))
            await asyncio.sleep(0.5)
            before = server.usage().resident_bytes
            await join_all(server, halls, tally, viewers)
            await asyncio.sleep(SETTLE_S)
            return await measure(server, halls, tally, sent, seconds, before)
        finally:
            stop.set()
            await asyncio.gather(*tasks)
            await server.stop()
            await asyncio.gather(*(hall.close() for hall in halls))


async def join_all(server: Server, halls: list[Hall], tally: Tally, viewers: int) -> None:
    """Let all halls in, some at a time."""
    gate = asyncio.Semaphore(JOINS_AT_ONCE)

    async def join() -> None:
        hall = Hall(tally, server.halls_offer, server.options)
        halls.append(hall)
        async with gate:
            await server.join(hall)
        hall.cheapen()

    await asyncio.gather(*(join() for _ in range(viewers)))


async def measure(
    server: Server, halls: list[Hall], tally: Tally, sent: list[int], seconds: float, before: int
) -> Window:
    """Take the difference of everything over some seconds."""
    tally.delays_s.clear()
    tally.other_delays_s.clear()
    start, first, packets, played = time.monotonic(), server.usage(), tally.packets, sent[0]
    await asyncio.sleep(seconds)
    last = server.usage()
    ssl = halls[0].transport._dtls._ssl
    profile = ssl.get_selected_srtp_profile() if ssl else b""
    return Window(
        seconds=time.monotonic() - start,
        cpu_s=last.cpu_s - first.cpu_s,
        packets=tally.packets - packets,
        expected=(sent[0] - played) * len(halls),
        viewer_bytes=(last.resident_bytes - before) / len(halls),
        delays_s=list(tally.delays_s),
        other_delays_s=list(tally.other_delays_s),
        cipher=profile.decode().removeprefix("SRTP_"),
        refused=tally.refused,
    )


async def run(args: argparse.Namespace) -> list[Result]:
    """Measure all, in turn."""
    chosen = [make for make in SERVERS if args.only in make.name]
    results = [Result(make.name) for make in chosen]
    for _ in range(args.rounds):
        for make, result in zip(chosen, results, strict=True):
            if make is Janus and not (shutil.which("janus") and private_net.inside()):
                result.failure = "not installed, or no root for a private network"
                continue
            try:
                async with asyncio.timeout(args.seconds + 30):
                    result.windows.append(await window(make, args.viewers, args.seconds))
            except Exception as error:  # noqa: BLE001  (one server's failure is a figure too)
                result.failure = repr(error)
    return results


def show(results: list[Result], args: argparse.Namespace, load: float) -> None:
    """Print the table."""
    print(
        f"{args.viewers} halls, {packets_per_s():.0f} packets/s and "
        f"{bits_per_s() / 1e6:.2f} Mbps each; {args.rounds} windows of {args.seconds:g} s, in turn"
    )
    print(f"{machine()}; load average before {load:.1f}, after {os.getloadavg()[0]:.1f}")
    print(
        f"{'':14}{'us/packet':>16}{'core':>6}{'halls/core':>11}{'p50 ms':>8}{'p99 ms':>8}"
        f"{'no keys':>9}"
        f"{'lost %':>8}{'kB/hall':>9}  cipher"
    )
    for result in results:
        print(line(result))
        if result.failure:
            print(f"{'':14}a window failed: {result.failure}")
    print("halls/core is extrapolated from us/packet; delays: studio's send to hall's socket,")
    print('"no keys": p99 of all packets but those of key frames, which the studio sends in one go')


def quantile(values: list[float], share: float) -> float:
    """Return the value below which a share of all lies, NaN when there is none."""
    return sorted(values)[int(len(values) * share)] if values else float("nan")


def line(result: Result) -> str:
    """Return one server's row."""
    windows = result.windows
    if not windows:
        return f"{result.name:14}no figures"
    costs = result.us_per_packet()
    packets, expected = sum(w.packets for w in windows), sum(w.expected for w in windows)
    cost = 1e6 * sum(w.cpu_s for w in windows) / max(1, packets)
    core = sum(w.cpu_s for w in windows) / sum(w.seconds for w in windows)
    delays = [delay for w in windows for delay in w.delays_s]
    others = [delay for w in windows for delay in w.other_delays_s]
    refused = sum(w.refused for w in windows)
    return (
        f"{result.name:14}{cost:6.1f} ({min(costs):.1f}-{max(costs):.1f})".ljust(30)
        + f"{100 * core:5.0f}%{1e6 / cost / packets_per_s():11.0f}"
        f"{1e3 * quantile(delays, 0.5):8.2f}{1e3 * quantile(delays, 0.99):8.2f}"
        f"{1e3 * quantile(others, 0.99):9.2f}{100 * (1 - packets / max(1, expected)):8.2f}"
        f"{max(w.viewer_bytes for w in windows) / 1e3:9.0f}  {windows[0].cipher}"
        + (f", {refused} not authentic" if refused else "")
    )


def machine() -> str:
    """Name the machine."""
    with open("/proc/cpuinfo") as file:
        models = [text.partition(":")[2].strip() for text in file if text.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, Linux " + (
        f"{platform.release()}, server on core {SERVER_CORE}, load on core {LOAD_CORE}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=92)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="servers whose name has this")
    args = parser.parse_args()
    if not private_net.inside() and private_net.possible():
        sys.exit(private_net.run_inside("tests.bench.rivals", sys.argv[1:]))
    load = os.getloadavg()[0]
    os.sched_setaffinity(0, {LOAD_CORE})
    # The standard loop: a hall's reader cannot be replaced on uvloop.
    show(asyncio.run(run(args)), args, load)


if __name__ == "__main__":
    main()
