"""How busy the machine is and how much room its disk has, for the report. Blocking, cheap.

The processor: Linux from /proc/stat, Windows from GetSystemTimes. What a system does not tell is
None; nothing is guessed.
"""

import ctypes
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

# A disk's room changes slowly, and asking a network drive may take long.
DISK_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Processor time since the machine started, in units of its own."""

    busy: int
    total: int


class MachineMeter:
    """Measures one machine. One for all halls of a process.

    Args:
        folder: On the disk to watch.
        period_s: Measure again only after so long; until then the last figures hold.

    """

    def __init__(self, folder: Path, period_s: float = 1.0) -> None:
        self._folder = folder
        self._period_s = period_s
        self._ticks: Ticks | None = None
        self._cpu_due = self._disk_due = 0.0
        self.cpu_ratio: float | None = None
        "Of all processors between the last two measurements; None before the second."
        self.disk_free_bytes: int | None = None
        "Room for this user; None when the disk does not say."

    def measure(self, now: float) -> None:
        """Bring the figures up to date; ``now`` in seconds of one monotonic clock."""
        if now >= self._cpu_due:
            self._cpu_due = now + self._period_s
            self._measure_cpu()
        if now >= self._disk_due:
            self._disk_due = now + DISK_S
            self._measure_disk()

    def _measure_cpu(self) -> None:
        old, self._ticks = self._ticks, read_ticks()
        if old is not None and self._ticks is not None and self._ticks.total > old.total:
            ratio = (self._ticks.busy - old.busy) / (self._ticks.total - old.total)
            self.cpu_ratio = min(1.0, max(0.0, ratio))

    def _measure_disk(self) -> None:
        try:
            self.disk_free_bytes = shutil.disk_usage(self._folder).free
        except OSError:
            self.disk_free_bytes = None


def linux_ticks(stat: str) -> Ticks:
    """Read the first line of /proc/stat (proc_stat(5)).

    Raises:
        ValueError: If it is not what the manual page says.

    """
    name, *fields = stat.partition("\n")[0].split()
    if name != "cpu" or len(fields) < 5:
        raise ValueError(f"not a line of /proc/stat: {stat[:40]!r}")
    # user nice system idle iowait irq softirq steal; guest time is part of user's.
    ticks = [int(field) for field in fields[:8]]
    total = sum(ticks)
    return Ticks(busy=total - ticks[3] - ticks[4], total=total)


if sys.platform == "win32":

    def read_ticks() -> Ticks | None:
        """Read the processor time."""
        idle, kernel, user = ctypes.c_uint64(), ctypes.c_uint64(), ctypes.c_uint64()
        call = ctypes.windll.kernel32.GetSystemTimes
        if not call(ctypes.byref(idle), ctypes.byref(kernel), ctypes.byref(user)):
            return None
        total = kernel.value + user.value  # the kernel's time includes the idle time
        return Ticks(busy=total - idle.value, total=total)

else:

    def read_ticks() -> Ticks | None:
        """Read the processor time; None where the system does not tell."""
        try:
            return linux_ticks(Path("/proc/stat").read_text())
        except (OSError, ValueError):
            return None
