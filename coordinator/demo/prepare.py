"""Fills the demo's data folder before anything runs: roster, session, tokens, codes."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from config.utc import format_utc

from ..cli.office import Office
from .town import roster_files

ROLES = ("admin", "host", "secretary", "technician", "viewer")
MEDIA_ROLES = {"whip": "publisher", "whep": "player"}
START_IN_S = 15 * 60.0
TITLE = "Giờ sinh hoạt toàn Đảng bộ thị xã Mỹ Hào – buổi chạy thử"
CHAIR = "Phí Văn Tuấn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the demo hands to its users and to its fleet."""

    tokens: dict[str, str]
    join_code: str
    "The session's code, for screens and phones."
    halls: list[dict[str, Any]]
    "For the fleet: code, join_code, branches, in_charge."


async def prepare(office: Office, points: int, *, fleet: bool) -> Prepared:
    """Import the town, plan its session and issue what opens doors.

    A folder that was used before keeps its roster and session; tokens and codes are new.
    """
    known = (await office.call("GET", "/api/v1/points"))["points"]
    if not known:
        for file in roster_files(points):
            query = {"filename": file.name}
            await office.call("POST", "/api/v1/roster", data=file.data, query=query)
        known = (await office.call("GET", "/api/v1/points"))["points"]
    await _plan(office)
    tokens = {role: await _token(office, role) for role in ROLES}
    tokens |= {name: await _token(office, role) for name, role in MEDIA_ROLES.items()}
    shared = await office.call("POST", "/api/v1/codes", {})
    halls = [await _hall(office, point["code"]) for point in known] if fleet else []
    return Prepared(tokens=tokens, join_code=shared["code"], halls=halls)


async def _plan(office: Office) -> None:
    sessions = (await office.call("GET", "/api/v1/sessions"))["sessions"]
    if any(session["phase"] not in ("closed", "postponed") for session in sessions):
        return
    body = {"title": TITLE, "start_utc": format_utc(time.time() + START_IN_S), "chair": CHAIR}
    await office.call("POST", "/api/v1/sessions", body)


async def _token(office: Office, role: str) -> str:
    body = {"role": role, "name": f"demo {role} {secrets.token_hex(2)}", "days": 7}
    return str((await office.call("POST", "/api/v1/tokens", body))["token"])


async def _hall(office: Office, code: str) -> dict[str, Any]:
    point = await office.call("GET", f"/api/v1/points/{code}")
    issued = await office.call("POST", "/api/v1/codes", {"point": code, "days": 7})
    return {
        "code": code,
        "join_code": issued["code"],
        "branches": [
            {"name": branch["name"], "expected": branch["expected"]} for branch in point["branches"]
        ],
        "in_charge": {"name": f"Cán bộ phụ trách {code}", "phone": ""},
    }
