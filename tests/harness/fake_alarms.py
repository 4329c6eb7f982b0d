"""Nine faults at once, as a technician may meet them on a bad day."""

from typing import Any

import msgspec

from signaling.schema import Phase, Presence, Reception
from signaling.watch import AlarmView, PointView, Tile

from .fake_feed import Fleet, fleet

# What of a point, its tile, its reason, its alarm and that alarm's state; ages in seconds.
SINGLE: list[dict[str, Any]] = [
    {"code": "MH-007", "why": "frozen", "what": "no_picture", "age": 34},
    {"code": "MH-016", "why": "muted", "what": "no_sound", "age": 75},
    {
        "code": "MH-025",
        "why": "wrong_picture",
        "what": "wrong_programme",
        "priority": "high",
        "age": 12,
    },
    {"code": "MH-038", "why": "no_packets", "what": "no_programme", "age": 140},
    {
        "code": "MH-041",
        "why": "loss_high",
        "what": "link_poor",
        "family": "link",
        "priority": "low",
        "age": 310,
    },
    {"code": "MH-056", "why": "echo", "what": "help_wanted", "family": "help", "age": 95},
    {"code": "MH-063", "why": "silence", "what": "lost", "flapping": True, "age": 400},
]
OUT = "Viettel"


def bad_day(points: int = 92) -> Fleet:
    """Return a live fleet with seven single faults, one provider out, and the backup on air."""
    made = fleet(points, ill=0, phase=Phase.LIVE)
    for number, case in enumerate(SINGLE, 1):
        alarm = single(made, f"a{number}", **case)
        made.alarms[alarm.id] = alarm
        _mark(made, alarm)
    made.alarms["a1"] = msgspec.structs.replace(
        made.alarms["a1"], state="acknowledged", taken_by="t1", holder="Kỹ thuật viên Tú"
    )
    made.alarms["a5"] = msgspec.structs.replace(
        made.alarms["a5"], state="shelved", shelved_until=made.now + 600_000
    )
    made.alarms["i1"] = incident(made)
    made.alarms["a9"] = AlarmView(
        id="a9",
        state="acknowledged",
        family="studio",
        what="studio_backup",
        why="studio_backup",
        priority="low",
        raised_at=made.now - 900_000,
    )
    return made


def single(made: Fleet, id_: str, *, code: str, age: int, **changes: Any) -> AlarmView:
    """Return an alarm of one point."""
    usual = {"family": "programme", "state": "unacknowledged", "priority": "medium"}
    values: dict[str, Any] = usual | changes
    return AlarmView(id=id_, point=code, raised_at=made.now - age * 1000, **values)


def incident(made: Fleet) -> AlarmView:
    """Cut a provider: its points are lost, and are one line."""
    busy = {case["code"] for case in SINGLE}
    codes = [
        c for c, p in made.points.items() if p.provider == OUT and c not in busy and not p.main
    ]
    since = made.now - 20_000
    for code in codes:
        _change(
            made,
            code,
            tile=Tile.LOST,
            why="silence",
            since=since,
            presence=Presence.LOST,
            reception=Reception.UNKNOWN,
        )
    return AlarmView(
        id="i1",
        state="unacknowledged",
        family="programme",
        what="lost",
        why="silence",
        priority="high",
        cause="provider",
        name=OUT,
        points=tuple(codes),
        had=len(codes),
        raised_at=since,
    )


def _mark(made: Fleet, alarm: AlarmView) -> None:
    tile = Tile.LOST if alarm.what == "lost" else Tile.DEGRADED
    why = "room" if alarm.what == "help_wanted" else alarm.why
    _change(made, str(alarm.point), tile=tile, why=why, since=alarm.raised_at)


def _change(made: Fleet, code: str, **values: Any) -> PointView:
    made.points[code] = msgspec.structs.replace(made.points[code], **values)
    return made.points[code]
