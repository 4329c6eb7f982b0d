"""Several workers share one machine; a test that times it has it to itself.

    turn = Turn(folder)
    with turn.among_others(): ...
    with turn.alone(): ...

Whoever wants to be alone waits for those who run, and whoever comes after him waits for him.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turn:
    """A lock that many share or one holds, between processes.

    Args:
        folder: The same for all of them.

    """

    def __init__(self, folder: Path) -> None:
        self._gate, self._room = folder / "gate.lock", folder / "room.lock"

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Run beside others who do not mind."""
        with _locked(self._room, fcntl.LOCK_SH, after=self._gate):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Run while nobody else does."""
        with _locked(self._room, fcntl.LOCK_EX, after=self._gate):
            yield


@contextmanager
def _locked(path: Path, how: int, *, after: Path) -> Iterator[None]:
    """Hold a file's lock; who waits for it stands in the gate, so that nobody overtakes him."""
    with path.open("a") as room:
        with after.open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(room, how)
        yield
