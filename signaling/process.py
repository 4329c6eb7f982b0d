"""A process that is nobody's child: its lock, its log, its socket's path, its loop.

Shell. The relay and the judge live longer than whoever started them, and there must be one of
each: a second server on a live unix socket would steal it silently.
"""

import asyncio
import fcntl
import logging.handlers
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from config.log import configure_log

# sun_path of Linux, its final zero excluded.
MAX_SOCKET_PATH_BYTES = 107
LOG_BYTES = 5_000_000


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
