"""What the demo costs: ``python -m tests.bench.demo [--points 92] [--seconds 30]``.

Starts it as its users do, waits until every hall has checked in, then takes the CPU time of each
process over some seconds, and the event loop's lag from the coordinator's own histogram.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.harness.demo import RunningDemo, running_demo

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process and its children that still live."""
    total = 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(folder.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / TICKS_PER_S
    return total


async def lag_buckets(demo: RunningDemo) -> dict[float, float]:
    """Return the cumulative histogram of the loop's lag, by upper bound in seconds."""
    async with demo.http.get(demo.url + "/metrics") as answer:
        lines = (await answer.text()).splitlines()
    found = {}
    for line in lines:
        if line.startswith("nhipcau_loop_lag_seconds_bucket"):
            bound = line.split('le="')[1].split('"')[0]
            found[float(bound.replace("+Inf", "inf"))] = float(line.rsplit(" ", 1)[1])
    return found


def quantile_bound(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """Return the bucket's bound below which so large a share of the new observations lies."""
    grown = {bound: after[bound] - before.get(bound, 0.0) for bound in after}
    total = grown[float("inf")]
    return min(bound for bound, count in grown.items() if count >= share * total)


def checked_in(points: dict[str, dict[str, Any]]) -> bool:
    """Return whether every point has given its head count."""
    return all(p["attendance"]["reported"] is not None for p in points.values())


async def measure(points: int, seconds: float) -> None:
    """Run once and print."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with running_demo(Path(folder), "--points", str(points)) as demo:
            ready_s = time.monotonic() - began
            for phase in ("rehearsal", "check_in"):
                await demo.enter(phase)
            await demo.until(checked_in, 240)
            checked_in_s = time.monotonic() - began
            await demo.enter("live")
            pids = {name: pid for name, pid in demo.access["pids"].items() if pid}
            before = {name: cpu_s(pid) for name, pid in pids.items()}
            lag = await lag_buckets(demo)
            await asyncio.sleep(seconds)
            used = {name: cpu_s(pid) - before[name] for name, pid in pids.items()}
            p99_s = quantile_bound(lag, await lag_buckets(demo), 0.99)
    print(f"{points} points, load average {os.getloadavg()[0]:.1f}")
    print(f"ready after {ready_s:.1f} s, all checked in after {checked_in_s:.0f} s")
    for name, cpu in used.items():
        print(f"  {name:12} {100 * cpu / seconds:5.1f} % of a core")
    print(f"  {'together':12} {100 * sum(used.values()) / seconds:5.1f} % of a core")
    if points:
        print(f"  fleet: {1000 * used['fleet'] / seconds / points:.1f} ms CPU per hall-second")
    print(f"coordinator's loop lag p99: at most {1000 * p99_s:.0f} ms")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=92)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    asyncio.run(measure(options.points, options.seconds))


if __name__ == "__main__":
    main()
