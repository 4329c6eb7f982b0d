"""A wall clock that can be set at any moment, for one process: Debian's libfaketime.

Only the wall clock: the monotonic one goes on, as it does when somebody sets the time.
"""

from pathlib import Path


class WallClock:
    """A clock and the environment that makes a new process read it.

    Args:
        file: Where its offset stands.

    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    @property
    def environ(self) -> dict[str, str]:
        """For the process, which must be started by exec."""
        [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, offset_s: int) -> None:
        """Have the process believe that it is this much later; below zero: earlier."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset_s:+d}s\n")
        fresh.replace(self._file)
