"""A process the demo keeps: its own log file, started again within a second when it dies.

What a service manager would do. The child dies with us even when we are killed.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

RESTART_S = 0.2
QUICK_DEATH_S = 2.0
"A child that lived shorter than this is started again more slowly each time."
LONGEST_PAUSE_S = 1.0
STOP_TIMEOUT_S = 8.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class Child:
    """One kept process.

    Args:
        name: For the log and ``access.json``.
        command: What to run.
        log_file: Where its output goes.
        environ: Variables laid over ours.
        keep: Whether to start it again when it dies.
        on_start: Called with the child after each start.

    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log_file: Path,
        *,
        environ: Mapping[str, str] | None = None,
        keep: bool = True,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.starts = 0
        self._command = list(command)
        self._log_file = log_file
        self._environ = {**os.environ, **(environ or {})}
        self._keep = keep
        self._on_start = on_start
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Its process id, None while it does not run."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start the process."""
        with self._log_file.open("ab") as file:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self._environ,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.starts += 1
        self._on_start()

    async def run(self) -> None:
        """Keep the started process until ``stop``; return when it ended and is not kept."""
        loop, pause = asyncio.get_running_loop(), RESTART_S
        while self._process is not None:
            began = loop.time()
            status = await self._process.wait()
            if self._stopping or not self._keep:
                return
            log.warning("demo.child_died", child=self.name, status=status)
            quick = loop.time() - began < QUICK_DEATH_S
            pause = min(LONGEST_PAUSE_S, pause * 2) if quick else RESTART_S
            await asyncio.sleep(pause)
            if not self._stopping:
                await self.start()

    async def stop(self) -> None:
        """End the process: asked first, then forced. Calling it twice is safe."""
        self._stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            log.error("demo.child_hangs", child=self.name)
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    """Run between fork and exec: the kernel kills the child when its parent dies."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
