"""Opens a hall's spool file, and sets a damaged one aside. Blocking.

A damaged file is never written to and never deleted: it is renamed, so that what it holds can
still be saved by hand, and the hall goes on with a new one.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from .errors import SpoolUnavailable
from .spool import Spool, connect


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSpool:
    """A spool ready for use."""

    spool: Spool
    set_aside: Path | None = None
    "Where the damaged file is now that was found in its place; None when there was none."
    damage: str = ""
    "What SQLite said about it."


def open_spool(path: Path, moment: str) -> OpenedSpool:
    """Open the spool file at ``path``, making it when there is none.

    Args:
        path: Its folder must exist.
        moment: Part of the name a damaged file gets, such as ``20261101T010000Z``.

    Raises:
        SpoolBusy: If another process has it open.
        SpoolUnavailable: If the disk does not work, or a newer version wrote the file.

    """
    try:
        return OpenedSpool(spool=Spool(connect(path)))
    # SQLite quotes what it found, and Python cannot always read that.
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        damage = str(error)
    aside = _set_aside(path, moment)
    try:
        return OpenedSpool(spool=Spool(connect(path)), set_aside=aside, damage=damage)
    except sqlite3.DatabaseError as error:
        raise SpoolUnavailable(str(error)) from error


def _set_aside(path: Path, moment: str) -> Path:
    """Rename the database with its write-ahead log; return the new name."""
    aside = path.with_name(f"{path.name}.damaged-{moment}")
    try:
        for suffix in ("-wal", "-shm", "-journal", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise SpoolUnavailable(str(error)) from error
    return aside
