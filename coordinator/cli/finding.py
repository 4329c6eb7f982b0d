"""One thing that ``nhipcau check`` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was seen. ``key`` names its sentence in the catalogue; a bad one says what to do."""

    key: str
    good: bool
    places: dict[str, object]
