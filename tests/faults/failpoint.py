"""Makes a child fail where a test wants it to: ``arm("after_commit:3")``.

The product has no such hooks: each point wraps one of its functions in the process that is
about to be sacrificed. The number is which call fails, or how long it takes, in seconds.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

from coordinator import backup, connection, journal
from coordinator.chain import Chain
from coordinator.state import Recorded
from signaling.messages import FactAcked, Message


def arm(what: str) -> None:
    """Have it fail; nothing for an empty text."""
    if what:
        name, _, number = what.partition(":")
        POINTS[name](float(number or 1))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _countdown(number: float) -> Callable[[], None]:
    left = [int(number)]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            _die()

    return count


def _before_commit(number: float) -> None:
    """Inside the transaction, its rows written."""
    insert, count = journal.SqliteJournal._insert, _countdown(number)

    def doomed(self: journal.SqliteJournal, entry: journal.Entry) -> None:
        insert(self, entry)
        count()

    journal.SqliteJournal._insert = doomed  # type: ignore[method-assign]


def _after_commit(number: float) -> None:
    """On the disk, and nobody has been told."""
    resolve, count = journal._resolve, _countdown(number)

    def doomed(batch: journal.Batch, error: Exception | None) -> None:
        count()
        resolve(batch, error)

    journal._resolve = doomed


def _before_ack(number: float) -> None:
    """Shown to everybody, but not acked."""
    send, count = connection.Connection.send, _countdown(number)

    def doomed(self: connection.Connection, message: Message) -> None:
        if isinstance(message, FactAcked):
            count()
        send(self, message)

    connection.Connection.send = doomed  # type: ignore[method-assign]


def _while_replaying(number: float) -> None:
    recorded, count = journal._recorded, _countdown(number)

    def doomed(head: Sequence[Any], body: object, hash_: object, chain: Chain) -> Recorded:
        count()
        return recorded(head, body, hash_, chain)

    journal._recorded = doomed


def _in_backup(_number: float) -> None:
    """The copy is written, but has not got its name."""
    backup._replace = lambda partial, target: _die()


def _slow_commit(seconds: float) -> None:
    """As a disk does that is worn out, or serves others."""
    commit = journal.SqliteJournal._commit

    def slow(self: journal.SqliteJournal, batch: journal.Batch) -> None:
        time.sleep(seconds)
        commit(self, batch)

    journal.SqliteJournal._commit = slow  # type: ignore[method-assign]


def _blocked_loop(seconds: float) -> None:
    """On SIGUSR1 the thread of the event loop does nothing for so long."""
    signal.signal(signal.SIGUSR1, lambda *_: time.sleep(seconds))


def _full_disk(size: float) -> None:
    """No file grows beyond so many bytes: what a full disk is to one process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))


POINTS: dict[str, Callable[[float], None]] = {
    "before_commit": _before_commit,
    "after_commit": _after_commit,
    "before_ack": _before_ack,
    "while_replaying": _while_replaying,
    "in_backup": _in_backup,
    "slow_commit": _slow_commit,
    "blocked_loop": _blocked_loop,
    "full_disk": _full_disk,
}
