"""A roll call by names of one branch: marks, and what they come to. Pure: no I/O.

Each spool's marks are kept apart, so that ``claim``'s rule holds for every single member: the
higher number within a spool, the later moment between spools. What an entry says of "the
others" counts for a member like a mark made with it, unless the entry marks him otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from signaling.roll import Mark, Others

from .claim import Origin
from .fact import BranchRoll, Member

HERE = frozenset({Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY})

_OTHERS: dict[Others, Mark | None] = {
    Others.PRESENT: Mark.PRESENT,
    Others.ABSENT: Mark.ABSENT,
    Others.UNMARKED: None,
}


class SpoolMarks(msgspec.Struct, frozen=True):
    """What one spool said."""

    base: tuple[Origin, Mark | None] | None = None
    "Of all the others, and when; None: never."
    marks: Mapping[str, tuple[Origin, Mark]] = {}

    def of(self, member: str) -> tuple[Origin, Mark | None] | None:
        """Return what this spool last said of a member."""
        mark, base = self.marks.get(member), self.base
        if mark is None or (base is not None and base[0].seq > mark[0].seq):
            return base
        return mark


Marks = Mapping[tuple[str, str], SpoolMarks]
"By (device, spool)."


def mark(marks: Marks, origin: Origin, others: Others, said: Mapping[str, Mark]) -> Marks:
    """Return the marks with one more entry."""
    key = (origin.device, origin.spool)
    known = marks.get(key, SpoolMarks())
    base = known.base
    if others is not Others.KEEP and (base is None or origin.seq > base[0].seq):
        base = (origin, _OTHERS[others])
    newer = {
        member: (origin, value)
        for member, value in said.items()
        if member not in known.marks or origin.seq > known.marks[member][0].seq
    }
    return {**marks, key: SpoolMarks(base, {**known.marks, **newer})}


def mark_of(marks: Marks, member: str) -> Mark | None:
    """Return what stands of a member, None when nothing does."""
    stands: tuple[Origin, Mark | None] | None = None
    for spool in marks.values():
        word = spool.of(member)
        if word is not None and (stands is None or word[0].order > stands[0].order):
            stands = word
    return None if stands is None else stands[1]


def tally(branch: str, members: Iterable[Member], marks: Marks) -> BranchRoll:
    """Return what the marks of a branch come to; the exempt who are here count apart."""
    counter: Counter[str] = Counter()
    for member in members:
        counter.update(_counts_as(mark_of(marks, member.ref), member.exempt))
    return _count_of(branch, counter)


def tally_change(
    count: BranchRoll, members: Iterable[Member], before: Marks, after: Marks
) -> BranchRoll:
    """Return a tally after the marks of these members changed, and of nobody else."""
    change: dict[str, int] = {}
    for member in members:
        for name in _counts_as(mark_of(before, member.ref), member.exempt):
            change[name] = change.get(name, 0) - 1
        for name in _counts_as(mark_of(after, member.ref), member.exempt):
            change[name] = change.get(name, 0) + 1
    moved = {name: getattr(count, name) + by for name, by in change.items()}
    return msgspec.structs.replace(count, **moved)


_COUNTS: dict[Mark | None, tuple[str, ...]] = {
    Mark.PRESENT: ("present",),
    Mark.LATE: ("present", "late"),
    Mark.LEFT_EARLY: ("present", "left_early"),
    Mark.EXCUSED: ("excused",),
}


def _counts_as(value: Mark | None, exempt: bool) -> tuple[str, ...]:
    """Return in which numbers a member counts."""
    if exempt:
        return ("exempt",) if value in HERE else ()
    return _COUNTS.get(value, ())


def _count_of(branch: str, counter: "Counter[str]") -> BranchRoll:
    return BranchRoll(
        branch=branch,
        present=counter["present"],
        excused=counter["excused"],
        exempt=counter["exempt"],
        late=counter["late"],
        left_early=counter["left_early"],
    )
