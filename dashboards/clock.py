"""Times as people in Vietnam read them: UTC+7, without summer time since 1975. Pure: no I/O."""

from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def hour(moment_s: float) -> str:
    """Return the time of day, e.g. 07:45."""
    return datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM).strftime("%H:%M")


def day(moment_s: float) -> str:
    """Return the day, e.g. 04/10/2026."""
    return datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM).strftime("%d/%m/%Y")
