"""A name and what goes with it, kept apart from the facts so that it can be deleted. Pure: data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody's name, telephone and membership number, kept apart from the facts."""

    name: str
    phone: str = ""
    number: str = ""
    "Of the membership card."
    unit: str = ""
    "Where a guest says he belongs."
