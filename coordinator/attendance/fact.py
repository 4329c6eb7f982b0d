"""The facts of who is here: check-in, roll calls, transfers, guests, names. Pure: no I/O.

All numbers are absolute. Which of two entries stands is decided by ``claim``, never by the
order in which they came, so the journal may hold them in any.
"""

from typing import ClassVar

import msgspec

from signaling.roll import Excuse, Mark, Others, RollNumber
from signaling.schema import Code, Ident, People, Utc

from ..fact_base import EnteredFact, Fact, Ref

# --- check-in -----------------------------------------------------------------------


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of a branch beside who is here."""

    branch: str
    excused: People = 0
    guests: People = 0
    exempt: People = 0
    "Exempt, and here all the same."
    late: People = 0
    left_early: People = 0
    excuses: dict[Excuse, People] = {}


class BranchAttendance(Counted, frozen=True, kw_only=True):
    """Head count of one branch at the check-in."""

    reported: People


class CheckedIn(EnteredFact, frozen=True, kw_only=True):
    """The hall said who is in charge and how many came; a later one replaces it."""

    KIND = "point.checked_in"
    # 2 counts the exempt, the late and the reasons: an older version must not read past them.
    V: ClassVar[int] = 2
    branches: tuple[BranchAttendance, ...]
    in_charge: Ref | None = None
    note: Ref | None = None


# --- roll calls ---------------------------------------------------------------------


class RollPlanned(Fact, frozen=True, kw_only=True):
    """A roll call opens and closes by itself at these moments; None: somebody does it."""

    KIND = "roll.planned"
    roll: RollNumber
    opens_utc: Utc | None = None
    closes_utc: Utc | None = None


class RollOpened(Fact, frozen=True, kw_only=True):
    """Halls are asked who is here."""

    KIND = "roll.opened"
    roll: RollNumber


class RollClosed(Fact, frozen=True, kw_only=True):
    """The roll call is over; its numbers are frozen, what comes later is a correction."""

    KIND = "roll.closed"
    roll: RollNumber
    name: str = ""
    "Who closed it, as the token is called; empty for the schedule."
    expected: People
    attended: People
    "Present in their own hall or another."
    excused: People
    guests: People
    points: People
    "That answered."


class BranchRoll(Counted, frozen=True, kw_only=True):
    """Head count of one branch at a roll call."""

    present: People


class RollCounted(EnteredFact, frozen=True, kw_only=True):
    """The hall said how many are here."""

    KIND = "roll.counted"
    roll: RollNumber
    branches: tuple[BranchRoll, ...]
    note: Ref | None = None


class RollMarked(EnteredFact, frozen=True, kw_only=True):
    """The hall said who of one branch is here."""

    KIND = "roll.marked"
    roll: RollNumber
    branch: str
    others: Others = Others.KEEP
    marks: dict[Ref, Mark] = {}


# --- members elsewhere --------------------------------------------------------------


class TransferAnnounced(EnteredFact, frozen=True, kw_only=True):
    """The home sends members of a branch to another point; 0 people: not any more."""

    KIND = "transfer.announced"
    transfer: Ident
    branch: str
    to: Code
    people: People
    members: tuple[Ref, ...] = ()
    makes_up: Ident | None = None
    note: Ref | None = None


class TransferConfirmed(EnteredFact, frozen=True, kw_only=True):
    """The receiving hall said how many of them came."""

    KIND = "transfer.confirmed"
    transfer: Ident
    people: People


class GuestCounted(EnteredFact, frozen=True, kw_only=True):
    """So many walked in from one home."""

    KIND = "guest.counted"
    home: Code | None = None
    "None for people from outside the roster."
    branch: str = ""
    "Empty when only the unit is known."
    unit: Ref | None = None
    "In words, of people from outside."
    unit_key: str = ""
    "What two spellings of that unit share, hashed."
    people: People
    makes_up: Ident | None = None


class GuestNamed(EnteredFact, frozen=True, kw_only=True):
    """Somebody walked in and said who he is; ``member`` when we found him."""

    KIND = "guest.named"
    guest: Ident
    who: Ref | None = None
    member: Ref | None = None
    gone: bool = False
    makes_up: Ident | None = None


class GuestMatched(Fact, frozen=True, kw_only=True):
    """The secretary said where a guest belongs to: a member, a branch, or nowhere here."""

    KIND = "guest.matched"
    guest: Ident
    member: Ref | None = None
    home: Code | None = None
    branch: str = ""


class ConflictResolved(Fact, frozen=True, kw_only=True):
    """The secretary decided what counts."""

    KIND = "conflict.resolved"
    conflict: str
    "As ``conflict`` names it."
    decision: str
    reason: Ref | None = None


# --- the secretary's desk -----------------------------------------------------------


class EntrySettled(Fact, frozen=True, kw_only=True):
    """The secretary dealt with an entry that had no effect."""

    KIND = "entry.settled"
    n: People
    "Row of the ``entry.kept``."
    how: Ref | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member without a name: that is in the ``person`` table."""

    ref: Ref
    exempt: bool = False


class BranchListed(Fact, frozen=True, kw_only=True):
    """These are the members of a branch, where the deployment allows names."""

    KIND = "branch.listed"
    point: Code
    branch: str
    members: tuple[Member, ...]


class NamesRead(Fact, frozen=True, kw_only=True):
    """Somebody was shown names. Who: the row's actor."""

    KIND = "names.read"
    what: str
    "Stable code: roll_list, guest, kept_entry, search, extract."
    point: Code | None = None
    people: People


class PersonForgotten(Fact, frozen=True, kw_only=True):
    """Names, telephones or texts were deleted; what refers to them stays."""

    KIND = "person.forgotten"
    refs: tuple[Ref, ...]
    why: str
    "Stable code: asked, retention, unlisted (the roster does not name them any more)."


ATTENDANCE_FACTS: tuple[type[Fact], ...] = (
    CheckedIn,
    RollPlanned,
    RollOpened,
    RollClosed,
    RollCounted,
    RollMarked,
    TransferAnnounced,
    TransferConfirmed,
    GuestCounted,
    GuestNamed,
    GuestMatched,
    ConflictResolved,
    EntrySettled,
    BranchListed,
    NamesRead,
    PersonForgotten,
)
