"""Finding a member by card number, or by name and unit, without showing a list. Pure: no I/O.

People type names as they hear them: marks may be missing or stand on the other vowel, titles may
precede. An exact name wins over one without marks; a unit only narrows. Fewer than one or more
than one is nobody: the secretary decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.roster.text import name_key, people, search_key

from ..fact_base import Ref
from ..person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whom it fits."""

    member: Ref | None
    remark: str | None
    "None when somebody was found, else ``not_found`` or ``ambiguous``."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A member as he can be looked up."""

    ref: Ref
    number: str
    name: str
    places: tuple[str, ...]
    "Branch, point and unit, as people may call where he belongs."


@dataclass(slots=True)
class MemberIndex:
    """Everybody, by number and by name."""

    by_number: dict[str, list[Listed]] = field(default_factory=dict)
    by_name: dict[str, list[Listed]] = field(default_factory=dict)
    by_folded: dict[str, list[Listed]] = field(default_factory=dict)

    def find(self, number: str, name: str, unit: str) -> Match:
        """Return whom a number, or a name and a unit, fits."""
        found = self.by_number.get(number_key(number), []) if number_key(number) else []
        if not found and name:
            typed = _name(name)
            found = self.by_name.get(name_key(typed)) or self.by_folded.get(search_key(typed), [])
            found = _within(found, unit)
        if not found:
            return Match(member=None, remark="not_found")
        if len(found) > 1:
            return Match(member=None, remark="ambiguous")
        return Match(member=found[0].ref, remark=None)


def index(listed: Iterable[Listed]) -> MemberIndex:
    """Return the index of members."""
    made = MemberIndex()
    for member in listed:
        if number_key(member.number):
            made.by_number.setdefault(number_key(member.number), []).append(member)
        typed = _name(member.name)
        made.by_name.setdefault(name_key(typed), []).append(member)
        made.by_folded.setdefault(search_key(typed), []).append(member)
    return made


def listing(
    members: Mapping[tuple[str, str], Iterable[Ref]],
    units: Mapping[str, tuple[str, ...]],
    people_by_ref: Mapping[Ref, Person],
) -> Iterable[Listed]:
    """Yield every member whose name is still kept.

    Args:
        members: References by (point, branch).
        units: What else people call a point: its name, its unit, its code.
        people_by_ref: Names and numbers.

    """
    for (point, branch), refs in members.items():
        places = (branch, *units.get(point, ()))
        for ref in refs:
            person = people_by_ref.get(ref)
            if person is not None:
                yield Listed(ref=ref, number=person.number, name=person.name, places=places)


def number_key(number: str) -> str:
    """Return what two spellings of one card number share: its letters and digits."""
    return "".join(char for char in number.casefold() if char.isalnum())


def _name(text: str) -> str:
    """Return a typed name without what stands before it ("đ/c")."""
    named = people(text)
    return named[0] if named else text


def _within(found: list[Listed], unit: str) -> list[Listed]:
    """Return those of a unit; all of them when the unit says nothing or fits nobody."""
    asked = search_key(unit)
    if not asked or len(found) <= 1:
        return found
    fits = [m for m in found if any(_alike(asked, search_key(place)) for place in m.places)]
    return fits or found


def _alike(asked: str, place: str) -> bool:
    return bool(place) and (asked == place or f" {asked} " in f" {place} "
                            or f" {place} " in f" {asked} ")  # fmt: skip
