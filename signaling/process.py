"""A process that is nobody's child: its lock, its log, its socket's path, its loop.

Shell. The relay and the judge live longer than whoever started them, and there must be one of
each: a second server on a live unix socket would steal it silently.
"""

import asyncio
import fcntl
import logging.handlers
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol, TypeVar

from config.log import configure_log

# sun_path of Linux, its final zero excluded.
MAX_SOCKET_PATH_BYTES = 107
LOG_BYTES = 5_000_000
ANSWER_S = 2.0
LOOK_S = 0.05
# Another holds the lock already: nothing is wrong with the system.
EXIT_RUNNING = 3

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, None]]


class AlreadyRunning(Exception):
    """Another process holds this run directory."""


class SocketPathTooLong(Exception):
    """The kernel takes no longer path; choose a shorter run directory."""


def check_socket_path(path: Path) -> None:
    """See that a path can be a unix socket.

    Raises:
        SocketPathTooLong: If it cannot.

    """
    length = len(os.fsencode(path))
    if length > MAX_SOCKET_PATH_BYTES:
        raise SocketPathTooLong(f"{path}: {length} bytes, the limit is {MAX_SOCKET_PATH_BYTES}")


class Place(Protocol):
    """Where a process has its socket, its lock and its log."""

    @property
    def run_dir(self) -> Path:
        """Return the folder of socket and lock, for the owner alone."""

    @property
    def socket_path(self) -> Path:
        """Return where its socket is."""

    @property
    def lock_path(self) -> Path:
        """Return the file whose lock is the right to be this process."""

    @property
    def log_path(self) -> Path:
        """Return where its log goes."""


class RunLock:
    """The exclusive right to a name in a run directory, held until released or the process ends.

    Args:
        path: Of the lock's file.

    """

    def __init__(self, path: Path) -> None:
        self._file = open(path, "a+")  # noqa: SIM115  (held for the process's life)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise AlreadyRunning(f"another process holds {path}") from error

    def release(self) -> None:
        """Give it back. Calling it twice is safe."""
        self._file.close()


async def first_line(path: Path) -> bytes:
    """Return the first line whoever serves a socket says; empty when nobody is there."""
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return b""


async def tell_to_go(path: Path, line: bytes, within_s: float) -> bool:
    """Send a line that ends whoever serves a socket; return whether it went within seconds."""
    try:
        _reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return True
    writer.write(line)
    try:
        async with asyncio.timeout(within_s):
            while await first_line(path):  # noqa: ASYNC110  (a process, not a task)
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        return False
    finally:
        writer.close()
    return True


async def wait_for(ask: Callable[[], Awaitable[T | None]], within_s: float) -> T | None:
    """Ask until there is an answer; None when there was none within seconds."""
    try:
        async with asyncio.timeout(within_s):
            while (answer := await ask()) is None:  # noqa: ASYNC110  (likewise)
                await asyncio.sleep(LOOK_S)
            return answer
    except TimeoutError:
        return None


def stand_alone(
    place: Place, work: Callable[[], Coroutine[Any, Any, None]], *, detach: bool
) -> None:
    """Be the one process of a place until the work ends; exits where one is there already."""
    place.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.log_path.parent.mkdir(parents=True, exist_ok=True)
    if detach:
        leave_parent(place.log_path)
    try:
        check_socket_path(place.socket_path)
        lock = RunLock(place.lock_path)
    except AlreadyRunning as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_RUNNING)
    except SocketPathTooLong as error:
        sys.exit(str(error))
    start_log(place.log_path)
    try:
        run(work())
    finally:
        lock.release()


def leave_parent(log: Path) -> None:
    """Go on as a process without parent, terminal or inherited pipes."""
    if os.fork():
        os._exit(0)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    words = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    for number, target in ((0, nothing), (1, words), (2, words)):
        os.dup2(target, number)


def start_log(path: Path) -> None:
    """Write the log to a file of our own, of bounded size."""
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=3)
    configure_log(handler=handler)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where there is one: a third of the CPU per packet received."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)
