"""Finding a member by card number, or by name and unit, without showing a list. Pure: no I/O.

People type names as they hear them: marks may be missing or stand on the other vowel, titles may
precede. An exact name wins over one without marks; a unit only narrows. Fewer than one or more
than one is nobody: the secretary decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from config.roster.text import name_key, people, search_key

from ..fact_base import Ref


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


Refs = dict[str, set[Ref]]
"By a key."


@dataclass(slots=True)
class MemberIndex:
    """Everybody, by number, by name and by the words of the name; kept up member by member."""

    listed: dict[Ref, Listed] = field(default_factory=dict)
    by_number: Refs = field(default_factory=dict)
    by_name: Refs = field(default_factory=dict)
    by_folded: Refs = field(default_factory=dict)
    by_word: Refs = field(default_factory=dict)

    def add(self, member: Listed) -> None:
        """Enter a member, in the place of what was known of him."""
        self.remove(member.ref)
        self.listed[member.ref] = member
        for refs, key in self._keys(member):
            refs.setdefault(key, set()).add(member.ref)

    def remove(self, ref: Ref) -> None:
        """Forget a member; nothing when he is not there."""
        member = self.listed.pop(ref, None)
        for refs, key in self._keys(member) if member is not None else ():
            refs[key].discard(ref)
            if not refs[key]:
                del refs[key]

    def find(self, number: str, name: str, unit: str) -> Match:
        """Return whom a number, or a name and a unit, fits."""
        found = self.by_number.get(number_key(number), set())
        if not found and name:
            typed = _name(name)
            found = self.by_name.get(name_key(typed)) or self.by_folded.get(
                search_key(typed), set()
            )
            found = self._within(found, unit)
        if not found:
            return Match(member=None, remark="not_found")
        if len(found) > 1:
            return Match(member=None, remark="ambiguous")
        return Match(member=next(iter(found)), remark=None)

    def search(self, text: str) -> list[Ref]:
        """Return, by name, the members whose number was typed, or the beginnings of words of
        whose name: marks may be missing, the order is any, and "anh" is not Thanh."""
        found = set(self.by_number.get(number_key(text), ()))
        parts = [self._beginning(part) for part in search_key(text).split()]
        if parts:
            found |= set.intersection(*parts)
        return sorted(found, key=lambda ref: (search_key(self.listed[ref].name), ref))

    def _beginning(self, part: str) -> set[Ref]:
        # Of 32,000 members, a few hundred words: names share them.
        return {ref for word, refs in self.by_word.items() if word.startswith(part) for ref in refs}

    def _keys(self, member: Listed) -> list[tuple[Refs, str]]:
        typed = _name(member.name)
        folded, number = search_key(typed), number_key(member.number)
        keys = [(self.by_name, name_key(typed)), (self.by_folded, folded)]
        keys += [(self.by_word, word) for word in set(folded.split())]
        return [*keys, (self.by_number, number)] if number else keys

    def _within(self, found: set[Ref], unit: str) -> set[Ref]:
        """Return those of a unit; all of them when the unit says nothing or fits nobody."""
        asked = search_key(unit)
        if not asked or len(found) <= 1:
            return found
        fits = {
            ref
            for ref in found
            if any(_alike(asked, search_key(place)) for place in self.listed[ref].places)
        }
        return fits or found


def index(listed: Iterable[Listed]) -> MemberIndex:
    """Return the index of members."""
    made = MemberIndex()
    for member in listed:
        made.add(member)
    return made


def number_key(number: str) -> str:
    """Return what two spellings of one card number share: its letters and digits."""
    return "".join(char for char in number.casefold() if char.isalnum())


def _name(text: str) -> str:
    """Return a typed name without what stands before it ("đ/c")."""
    named = people(text)
    return named[0] if named else text


def _alike(asked: str, place: str) -> bool:
    return bool(place) and (asked == place or f" {asked} " in f" {place} "
                            or f" {place} " in f" {asked} ")  # fmt: skip
