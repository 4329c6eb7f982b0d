"""Sessions as a calendar file (RFC 5545): those planned, and the rule by which others are expected.

Pure: values in, text out. Times are of Asia/Ho_Chi_Minh, with its VTIMEZONE in the file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vRecur

from signaling.schema import Phase

from .state import Session

ZONE = "Asia/Ho_Chi_Minh"
ICT = timezone(timedelta(hours=7), "+07")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """When sessions are expected that nobody has planned yet."""

    rule: str
    "RRULE without its name; empty for none."
    time: str
    "HH:MM there."
    minutes: int = 150
    title: str = ""


def calendar(sessions: Iterable[Session], expected: Expectation, now_utc: str) -> bytes:
    """Return the file. A planned session takes the place of the expected one of its day."""
    made = Calendar()
    made.add("prodid", "-//Nhip Cau//nhipcau//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add_component(_zone())
    planned = list(sessions)
    for session in planned:
        made.add_component(_event(session, expected.minutes, now_utc))
    if expected.rule:
        days = {_local(session.start_utc).date() for session in planned}
        made.add_component(_series(expected, days, now_utc))
    return bytes(made.to_ical())


def check_rule(rule: str) -> None:
    """Check a recurrence rule.

    Raises:
        ValueError: Names what is wrong with it.

    """
    if rule:
        _first(rule, datetime(2026, 1, 1, tzinfo=ICT))


def _event(session: Session, minutes: int, now_utc: str) -> Event:
    start = _local(session.start_utc)
    event = Event()
    event.add("uid", f"{session.id}@nhipcau")
    event.add("dtstamp", _moment(now_utc))
    event.add("summary", session.title)
    _span(event, start, minutes)
    event.add("status", "CANCELLED" if session.phase is Phase.POSTPONED else "CONFIRMED")
    return event


def _series(expected: Expectation, but: set[date], now_utc: str) -> Event:
    hour, minute = (int(part) for part in expected.time.split(":"))
    today = _local(now_utc)
    # The first day of the rule itself: programs disagree about a start that does not fit it.
    start = _first(expected.rule, today.replace(hour=hour, minute=minute, second=0, microsecond=0))
    event = Event()
    event.add("uid", "series@nhipcau")
    event.add("dtstamp", _moment(now_utc))
    event.add("summary", f"{expected.title} (dự kiến)")
    _span(event, start, expected.minutes)
    event.add("rrule", vRecur.from_ical(expected.rule))
    event.add("status", "TENTATIVE")
    for day in sorted(but):
        moment = datetime.combine(day, start.timetz())
        event.add("exdate", moment.replace(tzinfo=None), parameters={"TZID": ZONE})
    return event


def _first(rule: str, after: datetime) -> datetime:
    """Return the first moment of a rule that is not before another.

    Raises:
        ValueError: If there is none.

    """
    found = rrulestr(rule, dtstart=after.replace(tzinfo=None)).after(
        after.replace(tzinfo=None), inc=True
    )
    if found is None:
        raise ValueError(f"{rule} never happens")
    return found.replace(tzinfo=ICT)


def _span(event: Event, start: datetime, minutes: int) -> None:
    for name, moment in (("dtstart", start), ("dtend", start + timedelta(minutes=minutes))):
        event.add(name, moment.replace(tzinfo=None), parameters={"TZID": ZONE})


def _zone() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001  # local by definition
    standard.add("tzoffsetfrom", timedelta(hours=7))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "+07")
    zone.add_component(standard)
    return zone


def _moment(utc: str) -> datetime:
    return datetime.fromisoformat(utc).astimezone(UTC).replace(microsecond=0)


def _local(utc: str) -> datetime:
    return datetime.fromisoformat(utc).astimezone(ICT).replace(microsecond=0)
