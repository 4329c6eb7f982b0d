"""A server's process: pinned to a core, its CPU time and its memory read from outside."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

SERVER_CORE, LOAD_CORE = 0, 1
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


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


@asynccontextmanager
async def pinned(
    command: Sequence[str], environment: Mapping[str, str], core: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python with these arguments on one core; kill it at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=os.environ | dict(environment)
    )
    os.sched_setaffinity(process.pid, {core})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


COORDINATOR = {
    "NHIPCAU_MEDIA__START_RELAY": "false",
    "NHIPCAU_MEDIA__START_JUDGE": "false",
    "NHIPCAU_LOG__LEVEL": "error",
}
"Settings of a coordinator under load: the judge is the stand-in, which answers as often."
