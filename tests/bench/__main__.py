"""Every benchmark, one after the other, in short: ``make bench``.

    python -m tests.bench [--only NAME]

The figures are this machine's, now: each bench is headed by the load average it found, and
one above half the cores is marked as noisy. The pages in docs/decisions tell what was
measured when and with which command.
"""

import argparse
import os
import subprocess
import sys
import time

from tests.bench.rivals.__main__ import machine

BENCHES = {
    "rivals": ["--seconds", "5", "--rounds", "2"],
    "packet_transport": ["--peers", "92", "--seconds", "4"],
    "relay": ["--viewers", "92", "--seconds", "4"],
    "uplink": ["--seconds", "6"],
    "lossy": ["--seconds", "10"],
    "lean_receiver": ["--halls", "24", "--seconds", "4"],
    "agent_cost": ["--halls", "24", "--seconds", "6"],
    "ingest": ["--rounds", "1", "--seconds", "4"],
    "swarm": ["--agents", "2000", "--seconds", "5"],
    "judge": ["--seconds", "20"],
    "wall": ["--points", "300", "--seconds", "20"],
    # The rate of the large town; all of it in ten minutes: python -m tests.bench.rolls
    "rolls": ["--members", "1600", "--seconds", "30"],
    "calm": ["--minutes", "0.7", "--points", "4"],
    "fleet_cost": ["--halls", "24", "--seconds", "6"],
}
LIMIT_S = 110.0


def run(name: str, arguments: list[str]) -> bool:
    """Run one bench; tell whether it ended well and in time."""
    load = os.getloadavg()[0]
    noisy = " (noisy: something else runs here)" if load > (os.cpu_count() or 1) / 2 else ""
    command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
    print(
        f"\n== {name}: python {' '.join(command[1:])}   load average {load:.1f}{noisy}", flush=True
    )
    began = time.monotonic()
    try:
        failed = subprocess.run(command, timeout=LIMIT_S, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        failed = True
    print(f"   {'FAILED after ' if failed else ''}{time.monotonic() - began:.0f} s", flush=True)
    return not failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHES), help="run one of them")
    args = parser.parse_args()
    print(machine())
    chosen = {n: a for n, a in BENCHES.items() if args.only in (None, n)}
    passed = [run(name, arguments) for name, arguments in chosen.items()]
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
