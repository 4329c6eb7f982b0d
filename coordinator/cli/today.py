"""``nhipcau check --today``: gathers what ``morning`` judges. A shell."""

import subprocess
import time
from pathlib import Path
from typing import Any

from config.folder import DataFolder
from config.settings import Settings

from ..backup import copies, verify
from ..errors import JournalDamaged
from .finding import Finding
from .morning import Morning, Planned, findings
from .office import Office
from .screen import Terminal

ASK_S = 5.0


def look_today(terminal: Terminal, settings: Settings) -> list[Finding]:
    """Look at what today's session rests on."""
    folder = terminal.folder(settings)
    about: dict[str, Any] = {
        "copy_age_h": _copy_age_h(settings, folder),
        "synchronized": clock_synchronized(),
        "uplink_mbps": settings.media.uplink_mbps,
    }
    try:
        about["rows"] = verify(folder.journal).rows if folder.journal.exists() else 0
    except JournalDamaged as error:
        # Whoever opened it now would be turned away: nobody is asked the rest.
        return list(findings(Morning(damage=str(error), **about), time.time()))
    return list(findings(Morning(**about, **terminal.run(_ask)), time.time()))


def clock_synchronized() -> bool | None:
    """Return whether the system's clock follows a time server; None when nobody says."""
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


async def _ask(office: Office) -> dict[str, Any]:
    users = (await office.call("GET", "/api/v1/users"))["users"]
    sessions = (await office.call("GET", "/api/v1/sessions"))["sessions"]
    points = (await office.call("GET", "/api/v1/points"))["points"]
    devices = (await office.call("GET", "/api/v1/devices"))["devices"]
    admins = (u["login"] for u in users if u["role"] == "admin" and u["has_password"])
    return {
        "admin": next(admins, ""),
        "sessions": tuple(
            Planned(title=s["title"], start_utc=s["start_utc"], phase=s["phase"]) for s in sessions
        ),
        "points": {p["code"]: p["attendance"]["expected"] for p in points},
        "joined": frozenset(d["point"] for d in devices if not d["revoked"]),
    }


def _copy_age_h(settings: Settings, folder: DataFolder) -> float | None:
    place = Path(settings.backup.folder) if settings.backup.folder else folder.backup
    newest = next(iter(copies(place)), None)
    return None if newest is None else max(0.0, time.time() - newest.stat().st_mtime) / 3600
