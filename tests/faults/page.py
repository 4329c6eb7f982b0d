"""docs/faults.md: the table, the times, the long runs.

python -m tests.faults.page --write       writes it
python -m tests.faults.page --measure     runs the tests that measure; holds us to the aims
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests.faults.table import FAULTS, Fault, place_of, rows

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "faults.md"
FIGURES = HERE / "figures.json"
MEASURING = ("tests/faults/test_presence.py", "tests/faults/test_restart.py")

AIMS = {
    "restart.serving": 2.0,
    "restart.serving, CPU of the coordinator": 2.0,
    "restart.92 halls back": 5.0,
    "restart.92 halls back, CPU of the coordinator": 5.0,
}
"Seconds. Those of presence are in the tests themselves."

HEAD = """# Faults, and what holds

Written by `python -m tests.faults.page --write` from [the table](../tests/faults/table.py); a test
sees that they agree. {count} faults are provoked for real, in `make test` in their short version,
in `make soak` in their long one. After each, [the same holds](../tests/faults/invariant.py): acked
facts are in the journal once, by their author and for his point; its hash chain is whole; a wall
(`/ws/watch`) shows the fold of the journal; no task, thread, child process or open file is left,
here or in the coordinator.

Wall clocks are set by Debian's libfaketime; lines are cut in a proxy of our own; disks fail through
a virtual file system of SQLite's or RLIMIT_FSIZE; processes are forked from
[one that has imported everything](../tests/faults/nursery.py), so that five hundred lives fit into
minutes.
"""

COLUMNS = """
| fault | provoked by | what must hold | test |
|---|---|---|---|
"""

TIMES = """
## Times

`python -m tests.faults.page --measure`, one run, seconds; 2 shared cores, November 2026. A
hall reports each second, so late (6 s) and lost (15 s) are shown up to a second earlier after a
fault begins, and up to 0.25 s later for the feed.

| what happened | late | lost | back | |
|---|---|---|---|---|
"""

RESTART = """
| after `kill -9` of the coordinator | aim | measured |
|---|---|---|
"""

SOAK = """
## Long runs

`make soak`, 2 shared cores, November 2026:

"""


def page(figures: dict[str, float]) -> str:
    """Return docs/faults.md."""
    text = HEAD.format(count=len(rows()))
    for title, group in FAULTS.items():
        text += f"\n## {title}\n" + COLUMNS + "".join(map(_row, group))
    text += TIMES + _presence(figures) + RESTART
    for name, aim in AIMS.items():
        text += f"| {name.partition('.')[2]} | {aim:g} s | {figures[name]:.2f} s |\n"
    text += (
        f"\nMeasured at a load of {figures['restart.load']:.1f} by other work on the two cores.\n"
    )
    return text + SOAK + (HERE / "soak.md").read_text()


def _row(fault: Fault) -> str:
    path, _, name = place_of(fault).partition("::")
    where = f"[{Path(path).name}](../{path} '{name}')"
    return f"| {fault.what} | {fault.provoked} | {fault.holds} | {where} |\n"


def _presence(figures: dict[str, float]) -> str:
    """Return a row for each way of falling silent that was measured."""
    found: dict[str, dict[str, float]] = {}
    for key, seconds in sorted(figures.items()):
        kind, name, *when = key.split(".")
        if kind == "presence":
            found.setdefault(name, {})[when[0]] = seconds
    text = ""
    for name, at in found.items():
        cells = [f"{at.pop(key):.1f}" if key in at else "" for key in ("late", "lost", "back")]
        rest = ", ".join(f"{key} {seconds:.1f}" for key, seconds in at.items())
        text += f"| {name} | {' | '.join(cells)} | {rest} |\n"
    return text


def figures() -> dict[str, float]:
    """Return what was measured last."""
    found: dict[str, float] = json.loads(FIGURES.read_text())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew docs/faults.md")
    parser.add_argument("--measure", action="store_true", help="renew its figures first")
    args = parser.parse_args()
    if args.measure:
        command = [sys.executable, "-m", "pytest", "-q", *MEASURING, "--figures", str(FIGURES)]
        subprocess.run(command, check=True)
    found = figures()
    if args.write or args.measure:
        PAGE.write_text(page(found))
    missed = {name: found[name] for name, aim in AIMS.items() if found[name] > aim}
    if missed:
        sys.exit(f"missed: {missed}")


if __name__ == "__main__":
    main()
