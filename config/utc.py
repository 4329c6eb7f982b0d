"""Instants as text: RFC 3339 in UTC with milliseconds. Pure: no clock, only its arithmetic."""

from datetime import UTC, datetime


def format_utc(seconds: float) -> str:
    """Return seconds since 1970 as ``2026-11-22T07:45:00.000Z``, rounded down to milliseconds."""
    moment = datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_utc(text: str) -> float:
    """Return seconds since 1970.

    Raises:
        ValueError: If the text is not an instant with a zone.

    """
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return moment.timestamp()
