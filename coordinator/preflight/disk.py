"""How much room the coordinator's disk has. Blocking, cheap: asked at most every few seconds."""

import shutil
import time
from pathlib import Path

from .board import Machine

KEPT_S = 10.0


class DiskMeter:
    """Measures the disk under the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._due = 0.0
        self._machine = Machine()

    def measure(self) -> Machine:
        """Return what was measured within the last ten seconds."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + KEPT_S
            self._machine = Machine(disk_free_bytes=self._free())
        return self._machine

    def _free(self) -> int | None:
        try:
            return shutil.disk_usage(self._folder).free
        except OSError:
            return None
