"""A point of the roster and the branches it hosts. Pure: data and sums."""

import msgspec

from .text import name_key


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to call; empty where the roster says nothing."""

    name: str = ""
    phone: str = ""


class BranchRow(msgspec.Struct, frozen=True, kw_only=True):
    """One branch (chi bộ) and its people."""

    name: str
    members: int
    "All of them, the exempt included."
    exempt: int = 0
    "Excused from sessions for good (miễn sinh hoạt); at most ``members``."

    @property
    def expected(self) -> int:
        """Return how many are to come."""
        return self.members - self.exempt


class PointRow(msgspec.Struct, frozen=True, kw_only=True):
    """One bridge point."""

    code: str | None
    "Immutable and never reused; None until one is made."
    name: str
    unit: str = ""
    "The Party organisation it belongs to; empty where the file has no such column."
    kind: str = ""
    "As the office calls it: phường, xã, cơ quan, …"
    provider: str = ""
    "Whose line the hall uses."
    place: str = ""
    main: bool = False
    "The central point (điểm cầu chính, trung tâm)."
    contact: Person = Person()
    deputy: Person = Person()
    committee: tuple[str, ...] = ()
    "Committee members assigned to sit in (cấp ủy viên dự)."
    branches: tuple[BranchRow, ...] = ()

    @property
    def members(self) -> int:
        """Return how many members its branches have together."""
        return sum(branch.members for branch in self.branches)

    @property
    def exempt(self) -> int:
        """Return how many of them are exempt."""
        return sum(branch.exempt for branch in self.branches)

    @property
    def expected(self) -> int:
        """Return how many are to come."""
        return self.members - self.exempt

    @property
    def key(self) -> tuple[str, str]:
        """Return what identifies the point where it has no code: its name and unit."""
        return name_key(self.name), name_key(self.unit)


def code_key(code: str) -> str:
    """Return what two spellings of one code share: mh-001 is MH-001."""
    return code.casefold()
