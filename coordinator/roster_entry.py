"""Between a roster as an office keeps it and the points of the journal. Pure: values only.

Names and telephones become references on the way in; a person who did not change keeps the
reference, so that an unchanged point causes no fact.
"""

from collections.abc import Callable, Mapping

from config.roster.change import RosterChange, compare
from config.roster.members import MembersReading
from config.roster.point import BranchRow, PointRow
from config.roster.point import Person as RosterPerson
from config.roster.reading import Reading
from config.roster.recount import compare_members

from .fact import Branch, PointEntered, Ref
from .person import Person
from .state import State

AddPerson = Callable[[str, str], Ref]


def compare_with(
    state: State, people: Mapping[Ref, Person], reading: Reading | MembersReading
) -> RosterChange:
    """Return what importing would do to the points of the journal."""
    current = [point_row(point, people) for point in state.points.values()]
    if isinstance(reading, MembersReading):
        return compare_members(current, reading)
    retired = [point_row(point, people) for point in state.withdrawn.values()]
    used = [*state.points, *state.withdrawn]
    return compare(current, used, reading, retired=retired)


def entered(
    state: State, people: Mapping[Ref, Person], change: RosterChange, add: AddPerson
) -> list[PointEntered]:
    """Return the facts of the points that are new or changed.

    Args:
        state: What the journal says now.
        people: Everybody known.
        change: From ``compare_with`` on the same state.
        add: Keeps a person and returns the new reference.

    """
    rows = [*change.added, *(changed.after for changed in change.changed)]
    return [_point(row, state.points.get(str(row.code)), people, add) for row in rows]


def point_row(point: PointEntered, people: Mapping[Ref, Person]) -> PointRow:
    """Return a point of the journal as a roster has it; deleted names are empty."""
    return PointRow(
        code=point.code,
        name=point.name,
        unit=point.unit,
        kind=point.kind,
        provider=point.provider,
        place=point.place,
        main=point.main,
        contact=_named(point.contact, people),
        deputy=_named(point.deputy, people),
        committee=tuple(_named(ref, people).name for ref in point.committee),
        branches=tuple(
            BranchRow(name=b.name, members=b.members, exempt=b.exempt) for b in point.branches
        ),
    )


def _point(
    row: PointRow, before: PointEntered | None, people: Mapping[Ref, Person], add: AddPerson
) -> PointEntered:
    known = [before.contact, before.deputy, *before.committee] if before else []

    def ref(name: str, phone: str) -> Ref | None:
        if not name and not phone:
            return None
        same = Person(name=name, phone=phone)
        kept = next((r for r in known if r is not None and people.get(r) == same), None)
        return kept or add(name, phone)

    committee = [ref(name, "") for name in row.committee]
    return PointEntered(
        code=str(row.code),
        name=row.name,
        unit=row.unit,
        kind=row.kind,
        provider=row.provider,
        place=row.place,
        main=row.main,
        branches=tuple(
            Branch(name=b.name, members=b.members, exempt=b.exempt) for b in row.branches
        ),
        contact=ref(row.contact.name, row.contact.phone),
        deputy=ref(row.deputy.name, row.deputy.phone),
        committee=tuple(r for r in committee if r is not None),
    )


def _named(ref: Ref | None, people: Mapping[Ref, Person]) -> RosterPerson:
    person = people.get(ref) if ref is not None else None
    return RosterPerson(name=person.name, phone=person.phone) if person else RosterPerson()
