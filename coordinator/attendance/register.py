"""What is recorded of one session's attendance beside the check-in. Pure: data.

Split by roll call and point, so that an entry costs the same at 92 points and 32,000 members.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from signaling.roll import Others
from signaling.schema import RollStage

from ..fact_base import Ref
from .claim import Claim, Claims, Origin, say, standing
from .fact import BranchRoll, Member, RollClosed, RollMarked
from .marking import Marks, mark, tally, tally_change
from .move import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The life of one roll call."""

    roll: int
    opens_utc: str | None = None
    closes_utc: str | None = None
    opened_utc: str | None = None
    closed_utc: str | None = None
    closing: RollClosed | None = None
    "What it was frozen at."

    @property
    def stage(self) -> RollStage:
        """Where it is in its life."""
        if self.closed_utc is not None:
            return RollStage.CLOSED
        return RollStage.WAITING if self.opened_utc is None else RollStage.OPEN


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One branch at one roll call: all that was said, and what stands of it."""

    counts: Claims[BranchRoll] = ()
    marks: Marks = {}
    tallied: BranchRoll | None = None
    "What the marks come to."
    marked: Origin | None = None
    "The latest of the marks."
    value: BranchRoll | None = None
    recorded_utc: str = ""
    "Of the last entry that was taken in."
    entries: int = 0
    frozen: BranchRoll | None = None
    "What stood when the roll was closed; None: nothing did."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the secretary decided of a conflict."""

    decision: str
    actor: str
    utc: str
    reason: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An entry that came after its roll was closed, or that the centre made."""

    n: int
    utc: str
    actor: str
    roll: int
    point: str
    branch: str
    before: BranchRoll | None
    after: BranchRoll | None


@dataclass(slots=True)
class Register:
    """One session's."""

    rolls: dict[int, Roll] = field(default_factory=dict)
    sheets: dict[tuple[int, str], dict[str, Sheet]] = field(default_factory=dict)
    "By (roll, point), then by branch."
    moves: dict[str, Move] = field(default_factory=dict)
    moves_of: dict[str, set[str]] = field(default_factory=dict)
    "Keys of the moves that name a point."
    made_up: set[tuple[str, str]] = field(default_factory=set)
    "(session, key) of moves that make up for this one."
    decisions: dict[str, Decision] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    refs: set[Ref] = field(default_factory=set)
    "Everything personal that entries of this session refer to, also those that were replaced."

    def sheet(self, roll: int, point: str, branch: str) -> Sheet:
        """Return a branch's sheet; an empty one when nothing was said."""
        return self.sheets.get((roll, point), {}).get(branch, _EMPTY)

    @property
    def current_roll(self) -> int | None:
        """The roll everybody means: the open one, else the last that was closed."""
        opened = [r for r in self.rolls.values() if r.stage is not RollStage.WAITING]
        live = [r for r in opened if r.stage is RollStage.OPEN]
        last = max(live or opened, key=lambda r: r.roll, default=None)
        return None if last is None else last.roll


_EMPTY = Sheet()


def counted(sheet: Sheet, claim: Claim[BranchRoll], recorded_utc: str) -> Sheet:
    """Return the sheet after a head count."""
    counts = say(sheet.counts, claim)
    return msgspec.structs.replace(
        sheet,
        counts=counts,
        value=_standing(counts, sheet.marked, sheet.tallied),
        recorded_utc=recorded_utc,
        entries=sheet.entries + 1,
    )


def marked(
    sheet: Sheet, claim: Claim[RollMarked], members: Mapping[Ref, Member], recorded_utc: str
) -> Sheet:
    """Return the sheet after marks by names."""
    fact = claim.value
    marks = mark(sheet.marks, claim.origin, fact.others, fact.marks)
    if fact.others is Others.KEEP and sheet.tallied is not None:
        # One tap must not cost more in a larger branch.
        named = [members[ref] for ref in fact.marks if ref in members]
        tallied = tally_change(sheet.tallied, named, sheet.marks, marks)
    else:
        tallied = tally(fact.branch, members.values(), marks)
    last = sheet.marked
    if last is None or claim.origin.order > last.order:
        last = claim.origin
    return msgspec.structs.replace(
        sheet,
        marks=marks,
        tallied=tallied,
        marked=last,
        value=_standing(sheet.counts, last, tallied),
        recorded_utc=recorded_utc,
        entries=sheet.entries + 1,
    )


def _standing(
    counts: Claims[BranchRoll], names: Origin | None, tallied: BranchRoll | None
) -> BranchRoll | None:
    """Return what stands: the later of the head count and the marks.

    Marks say nothing of guests, so the head count's stay.
    """
    count = standing(counts)
    if names is None or (count is not None and names.order <= count.origin.order):
        return None if count is None else count.value
    assert tallied is not None, "marks are tallied when they are made"
    if count is None or not count.value.guests:
        return tallied
    return msgspec.structs.replace(tallied, guests=count.value.guests)
