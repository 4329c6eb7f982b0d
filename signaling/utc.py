"""The one way wall-clock time is written on the wire: ``schema.Utc``. Pure: no I/O."""

from datetime import UTC, datetime


def utc_text(unix_s: float) -> str:
    """Write seconds since 1970 as RFC 3339 with milliseconds and ``Z``."""
    text = datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def unix_seconds(utc: str) -> float:
    """Read what ``utc_text`` wrote; seconds since 1970.

    Raises:
        ValueError: If no such moment exists (the schema allows a 31 February).

    """
    return datetime.fromisoformat(utc).timestamp()
