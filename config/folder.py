"""The data folder: everything a deployment must back up, and where its sockets are.

Unix socket paths over 107 bytes fail, so sockets live in a short run directory of their own,
recorded in the data folder so that every process of the deployment finds them.
"""

import os
import shutil
import tempfile
from pathlib import Path

RUN_FILE = "run_dir"
MAX_SOCKET_PATH = 100
DISK_LOW_BYTES = 500_000_000
"A session writes some tens of megabytes; less than this leaves no room for a log that runs away."


class DataFolder:
    """Names of what lies in the data folder.

    Args:
        path: Created with mode 0700 when it is not there.

    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def journal(self) -> Path:
        """The journal of facts."""
        return self.path / "journal.db"

    @property
    def access(self) -> Path:
        """``access.json`` of a demo: addresses, processes, tokens."""
        return self.path / "access.json"

    @property
    def backup(self) -> Path:
        """Where copies of the journal go unless the settings say otherwise."""
        return self.path / "backup"

    @property
    def logs(self) -> Path:
        """Folder of the log files."""
        folder = self.path / "log"
        folder.mkdir(exist_ok=True)
        return folder

    def disk_low(self) -> bool:
        """Return whether its disk is about to be full."""
        return shutil.disk_usage(self.path).free < DISK_LOW_BYTES

    def run_dir(self) -> Path:
        """Return the run directory; made and recorded at the first call.

        ``$RUNTIME_DIRECTORY`` (systemd's) is taken when it is set.
        """
        given = os.environ.get("RUNTIME_DIRECTORY")
        if given:
            self._record(Path(given))
            return Path(given)
        record = self.path / RUN_FILE
        if record.exists():
            known = Path(record.read_text().strip())
            if known.is_dir():
                return known
        made = Path(tempfile.mkdtemp(prefix="nhipcau-", dir=_short_base()))
        self._record(made)
        return made

    def admin_socket(self) -> Path:
        """The socket of whoever owns the machine."""
        return self.run_dir() / "admin.sock"

    def _record(self, run_dir: Path) -> None:
        temporary = self.path / f".{RUN_FILE}.{os.getpid()}"
        temporary.write_text(f"{run_dir}\n")
        temporary.replace(self.path / RUN_FILE)


def _short_base() -> str:
    """Return a folder whose sockets have short paths."""
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    short = len(base) < MAX_SOCKET_PATH - 40 and os.access(base or "/nowhere", os.W_OK)
    return base if short else "/tmp"
