"""A name and a telephone, kept apart from the facts so that they can be deleted. Pure: data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody's name and telephone, kept apart from the facts."""

    name: str
    phone: str = ""
