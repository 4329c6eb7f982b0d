"""What a machine keeps to be a device of its point: the file of its credential. Blocking.

The file is readable by its owner only (mode 0600; on Windows the user's profile folder is) and
is replaced whole, so a power cut leaves the old one or the new one.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path
from typing import TypeVar

import msgspec
import platformdirs

from signaling.schema import Wire

from .errors import ConfigInvalid, NotEnrolled

W = TypeVar("W", bound=Wire)

ENROLMENT_FILE = "enrolment.json"
JOINING_FILE = "joining.json"
SPOOL_FILE = "spool.db"


class Enrolment(Wire, frozen=True, kw_only=True):
    """A device's place: which server, which point, and the secret that proves it."""

    server: str
    device: str
    credential: str
    point: str
    "Code of the point."
    point_name: str

    def __repr__(self) -> str:
        """Without the secret: this ends up in logs and tracebacks."""
        return f"Enrolment(server={self.server!r}, device={self.device!r}, point={self.point!r})"


class Joining(Wire, frozen=True, kw_only=True):
    """An attempt to join whose answer has not come yet."""

    code: str
    key: str
    "Idempotency-Key: with it the server gives the same answer to a second attempt."

    def __repr__(self) -> str:
        """Without the secrets."""
        return "Joining()"


def default_folder() -> Path:
    """Return the data folder of this user's agent (XDG, or %LOCALAPPDATA%)."""
    return platformdirs.user_data_path("nhipcau-agent", appauthor=False)


def make_folder(folder: Path) -> Path:
    """Make the data folder, for its owner only, unless it is there; return it.

    Raises:
        ConfigInvalid: If it cannot be made.

    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigInvalid(str(error)) from error
    return folder


def load_enrolment(folder: Path) -> Enrolment:
    """Read the credential.

    Raises:
        NotEnrolled: If there is none.
        ConfigInvalid: If the file cannot be read or is damaged.

    """
    found = _load(folder / ENROLMENT_FILE, Enrolment)
    if found is None:
        raise NotEnrolled(str(folder))
    return found


def store_enrolment(folder: Path, enrolment: Enrolment) -> None:
    """Write the credential and forget the attempt that brought it."""
    _store(folder / ENROLMENT_FILE, enrolment)
    (folder / JOINING_FILE).unlink(missing_ok=True)


def joining_key(folder: Path, code: str) -> str:
    """Return the key of the attempt to join with this code, the same until it succeeded.

    It is on disk before the code is sent: should the answer be lost, or the power fail, the next
    attempt is the same one to the server, and a code for single use is not lost with it.
    """
    joining = _load(folder / JOINING_FILE, Joining)
    if joining is None or joining.code != code:
        joining = Joining(code=code, key=secrets.token_urlsafe(16))
        _store(folder / JOINING_FILE, joining)
    return joining.key


def _load(path: Path, type_: type[W]) -> W | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=type_)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeError) as error:
        raise ConfigInvalid(f"{path.name}: {error}") from error


def _store(path: Path, content: Wire) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(msgspec.json.encode(content))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise ConfigInvalid(f"{path.name}: {error}") from error


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; Windows has no such call."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
