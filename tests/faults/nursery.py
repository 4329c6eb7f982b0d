"""A process that starts others by forking itself, everything imported: a life costs 0.1 s, not 2.

Hundreds of kills need hundreds of starts. What runs in a child is the product's own ``main``,
after ``failpoint`` has armed what the test wants to fail there. ``python -m tests.faults.nursery``
is the program, ``Nursery`` the handle of it; they speak JSON lines over a pipe.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self


class Child:
    """A process that the nursery started and waits for. As ``asyncio.subprocess.Process``."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Return its exit status when it has ended; below zero for a signal."""
        if self.returncode is None:
            await _readable(os.pidfd_open(self.pid))
            if self.returncode is None:
                self.returncode = self._nursery.status_of(self.pid)
        return self.returncode


class Nursery:
    """The handle. Use as a context manager; whatever still lives is killed at its end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Threads of a numerical library would not live on in the children.
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )

    def __enter__(self) -> Self:
        self._hear()
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def spawn(
        self,
        program: str,
        argv: Sequence[str],
        environ: Mapping[str, str],
        stderr: Path,
        fail: str = "",
    ) -> Child:
        """Start ``coordinator`` or ``hall`` and return at once.

        Args:
            program: Which.
            argv: What follows its name.
            environ: More of an environment.
            stderr: The file its error stream is added to.
            fail: What ``failpoint.arm`` is told.

        """
        wanted = {"program": program, "argv": list(argv), "environ": dict(environ)}
        told = self._ask({"do": "spawn", **wanted, "stderr": str(stderr), "fail": fail})
        return Child(self, told["pid"])

    def status_of(self, pid: int) -> int:
        """Return the exit status of a child that has ended."""
        return int(self._ask({"do": "wait", "pid": pid})["status"])

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


async def _readable(descriptor: int) -> None:
    """Return when a descriptor can be read, and close it."""
    loop, seen = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, seen.set)
    try:
        await seen.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _run(question: dict[str, Any]) -> None:
    """Become the program; never returns to the nursery."""
    from tests.faults import failpoint

    errors = os.open(question["stderr"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDWR)
    for target, source in ((0, nothing), (1, nothing), (2, errors)):
        os.dup2(source, target)
    os.closerange(3, 64)
    os.environ.update(question["environ"])
    random.seed()
    failpoint.arm(question["fail"])
    sys.argv = [question["program"], *question["argv"]]
    if question["program"] == "coordinator":
        from coordinator.__main__ import main
    else:
        from tests.faults.hall_child import main
    main()


def _spawn(question: dict[str, Any]) -> int:
    pid = os.fork()
    if pid != 0:
        return pid
    status = 1
    try:
        _run(question)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    # The edge of a process: what it dies of is said where others look for it.
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _serve() -> None:
    living: set[int] = set()
    _say({"ready": True})
    for line in sys.stdin:
        question = json.loads(line)
        if question["do"] == "spawn":
            living.add(pid := _spawn(question))
            _say({"pid": pid})
        else:
            _pid, status = os.waitpid(question["pid"], 0)
            living.discard(question["pid"])
            _say({"status": os.waitstatus_to_exitcode(status)})
    for pid in living:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import tests.faults.failpoint
    import tests.faults.hall_child  # noqa: F401

    _serve()
