"""What the machine itself does meanwhile: a bare write to the same disk, a bare sleep.

A figure measured beside others says little without it: where a thread that only sleeps wakes half
a second late, or a bare ``fsync`` takes that long, no coordinator can be faster.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_S = 0.05


@dataclass(slots=True)
class Control:
    """Looks twenty times a second, in a thread of its own, until the context ends.

    Args:
        folder: On the disk in question.

    """

    folder: Path
    looks: list[tuple[float, float, float]] = field(default_factory=list)
    "When (monotonic), how late the sleep ended, how long the write took; seconds."
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, name="control", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def slow_seconds(self, limit_s: float) -> set[int]:
        """Return the seconds (monotonic) in or beside which the machine was slower than this."""
        slow = {int(at) for at, late_s, write_s in self.looks if max(late_s, write_s) > limit_s}
        return {second + near for second in slow for near in (-1, 0, 1)}

    def report(self) -> str:
        """Return both, as half and the slowest hundredth of the looks had it."""
        lates = sorted(late_s for _at, late_s, _write_s in self.looks)
        writes = sorted(write_s for _at, _late_s, write_s in self.looks)
        words = [
            f"{what} p50 {1000 * values[len(values) // 2]:.1f} ms, "
            f"p99 {1000 * values[int(0.99 * len(values))]:.1f} ms, max {1000 * values[-1]:.0f} ms"
            for what, values in (("a sleep late by", lates), ("a bare fsync", writes))
        ]
        return "; ".join(words)

    def _look(self) -> None:
        with (self.folder / "control").open("wb") as file:
            while not self._ended.is_set():
                began = time.monotonic()
                time.sleep(EVERY_S)
                woke = time.monotonic()
                file.seek(0)
                file.write(os.urandom(4096))
                file.flush()
                os.fsync(file.fileno())
                self.looks.append((woke, woke - began - EVERY_S, time.monotonic() - woke))
