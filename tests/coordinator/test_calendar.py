"""The calendar file, read back by a library that did not write it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject

from coordinator.calendar import ZONE, Expectation, calendar, check_rule
from coordinator.state import Session
from signaling.schema import Phase

NOW = "2026-11-22T03:00:00.000Z"
QUARTERLY = Expectation(
    rule="FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1SU",
    time="07:30",
    minutes=150,
    title="Giờ sinh hoạt toàn Đảng bộ",
)


def session(id_: str, start_utc: str, phase: Phase = Phase.PLANNED) -> Session:
    return Session(id=id_, title="Giờ sinh hoạt quý I; chuyên đề, giải đáp", start_utc=start_utc,
                   phase=phase)  # fmt: skip


def read(*sessions: Session, expected: Expectation = QUARTERLY) -> Any:
    return vobject.readOne(calendar(sessions, expected, NOW).decode())


def test_sessions_are_expected_on_the_first_sunday_of_each_quarter() -> None:
    series = next(e for e in read().vevent_list if e.uid.value == "series@nhipcau")
    days = list(series.getrruleset(addRDate=True)[:5])
    assert [day.replace(tzinfo=None) for day in days] == [
        datetime(2027, 1, 3, 7, 30),  # noqa: DTZ001  # the calendar's own time
        datetime(2027, 4, 4, 7, 30),  # noqa: DTZ001
        datetime(2027, 7, 4, 7, 30),  # noqa: DTZ001
        datetime(2027, 10, 3, 7, 30),  # noqa: DTZ001
        datetime(2028, 1, 2, 7, 30),  # noqa: DTZ001
    ]
    assert all(day.utcoffset() == timedelta(hours=7) for day in days)
    assert series.status.value == "TENTATIVE"


def test_a_planned_session_takes_the_place_of_the_expected_one() -> None:
    made = read(session("q1", "2027-01-03T01:00:00.000Z"))
    planned, series = made.vevent_list
    assert planned.summary.value == "Giờ sinh hoạt quý I; chuyên đề, giải đáp"
    assert planned.dtstart.value.replace(tzinfo=None) == datetime(2027, 1, 3, 8, 0)  # noqa: DTZ001
    assert planned.dtend.value - planned.dtstart.value == timedelta(minutes=150)
    first = series.exdate.value[0]
    assert first.date().isoformat() == "2027-01-03"


def test_a_postponed_session_is_cancelled_and_no_rule_expects_nothing() -> None:
    made = read(
        session("q1", "2027-01-03T01:00:00.000Z", Phase.POSTPONED),
        expected=Expectation(rule="", time="07:30"),
    )
    [event] = made.vevent_list
    assert event.status.value == "CANCELLED"


def test_the_file_brings_its_time_zone() -> None:
    text = calendar([], QUARTERLY, NOW).decode()
    assert "BEGIN:VTIMEZONE" in text
    assert f"TZID:{ZONE}" in text
    assert f"DTSTART;TZID={ZONE}:20270103T073000" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.parametrize(
    "rule", ["FREQ=NEVER", "every sunday", "FREQ=YEARLY;UNTIL=20010101T000000"]
)
def test_a_rule_that_cannot_be_is_named(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_rule(rule)
    check_rule("")
    check_rule(QUARTERLY.rule)
