"""Is everything there for today's session? Facts in, findings out. Pure: no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from config.utc import parse_utc
from signaling.relay.settings import UPLINK_SHARE

from .finding import Finding

ICT = timezone(timedelta(hours=7))
OVER = ("closed", "postponed")
MAX_COPY_AGE_H = 25.0
"A copy is made every day, and every ten minutes around a session."
MIN_HALL_MBPS = 0.3
"What a small picture and sound need; about 0.9 make a good one (docs/decisions/0011)."
NAMED = 5
"So many points are named; the wall shows all."


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A session of the list."""

    title: str
    start_utc: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What was found on the machine."""

    sessions: tuple[Planned, ...] = ()
    points: dict[str, int] | None = None
    "Members expected, by point; None when nobody could be asked."
    joined: frozenset[str] = frozenset()
    "Points of which a device has joined."
    admin: str = ""
    "An administrator with a password."
    copy_age_h: float | None = None
    "None: there is no copy."
    rows: int | None = None
    "Of the journal; None when it is damaged."
    damage: str = ""
    synchronized: bool | None = None
    "Whether the clock follows a time server; None when nobody says."
    uplink_mbps: float = 0.0


def findings(morning: Morning, now_s: float) -> Iterator[Finding]:
    """Yield what there is to say, in the order in which it is mended."""
    yield _journal(morning)
    yield _copy(morning)
    yield _clock(morning)
    if morning.points is None:
        return
    yield _found(morning.admin != "", "today.admin", login=morning.admin)
    yield _session(morning, now_s)
    yield from _roster(morning, morning.points)


def _journal(morning: Morning) -> Finding:
    whole = morning.rows is not None
    return _found(whole, "today.journal", rows=morning.rows, text=morning.damage)


def _copy(morning: Morning) -> Finding:
    if morning.copy_age_h is None:
        return Finding(key="today.copy_none", good=False, places={})
    good = morning.copy_age_h <= MAX_COPY_AGE_H
    return _found(good, "today.copy", hours=f"{morning.copy_age_h:.1f}")


def _clock(morning: Morning) -> Finding:
    if morning.synchronized is None:
        return Finding(key="today.clock_unknown", good=False, places={})
    return _found(morning.synchronized, "today.clock")


def _session(morning: Morning, now_s: float) -> Finding:
    today = datetime.fromtimestamp(now_s, UTC).astimezone(ICT).date()
    coming = [s for s in morning.sessions if s.phase not in OVER]
    here = next((s for s in coming if _start(s).date() == today), None)
    if here is not None:
        clock = _start(here).strftime("%H:%M")
        return _found(True, "today.session", title=here.title, clock=clock)
    after = sorted(s.start_utc for s in coming if _start(s).date() > today)
    day = datetime.fromtimestamp(parse_utc(after[0]), ICT).strftime("%d/%m/%Y") if after else "–"
    return _found(False, "today.session", next=day)


def _roster(morning: Morning, points: dict[str, int]) -> Iterator[Finding]:
    people = sum(points.values())
    empty = [code for code, expected in points.items() if expected == 0]
    if not points:
        yield Finding(key="today.roster_none", good=False, places={})
        return
    yield _found(not empty, "today.roster", points=len(points), people=people, codes=_some(empty))
    out = [code for code in points if code not in morning.joined]
    yield _found(
        not out, "today.joined", joined=len(points) - len(out), points=len(points), codes=_some(out)
    )
    each = morning.uplink_mbps * UPLINK_SHARE / len(points)
    yield _found(
        each >= MIN_HALL_MBPS, "today.uplink", mbps=f"{morning.uplink_mbps:g}", each=f"{each:.2f}"
    )


def _start(session: Planned) -> datetime:
    return datetime.fromtimestamp(parse_utc(session.start_utc), ICT)


def _found(good: bool, key: str, **places: object) -> Finding:
    return Finding(key=key if good else f"{key}_bad", good=good, places=places)


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:NAMED])
    return f"{shown}, …" if len(codes) > NAMED else shown
