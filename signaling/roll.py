"""What a hall enters about who is there: roll calls, transfers, guests. Pure: no I/O.

Bodies of ``fact.enter`` (ENTRIES.md). Every number is absolute: a later entry
replaces an earlier one of the same branch, transfer or home; nothing is ever a difference.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from .schema import Code, Ident, Name, People, Text, Wire

RollNumber = Annotated[int, msgspec.Meta(ge=1, le=9)]
"Which roll call of the session; the first is 1."

BranchName = Annotated[str, msgspec.Meta(max_length=200)]
"A branch as the welcome named it; empty where the point hosts only one."

UnitName = Annotated[str, msgspec.Meta(max_length=200)]
MAX_BRANCHES = 200
MAX_MEMBERS = 1_000
"In one entry: a branch is far smaller."


class Excuse(StrEnum):
    """Why somebody is absent with leave."""

    SICK = "sick"
    WORK = "work"
    SHIFT = "shift"
    STUDY = "study"
    FAMILY = "family"
    OTHER = "other"


# JSON Schema says nothing of a mapping's keys by itself.
_BY_EXCUSE = msgspec.Meta(extra_json_schema={"propertyNames": {"enum": [*Excuse]}})
Excuses = Annotated[dict[Excuse, People], _BY_EXCUSE]
"How many are absent for which reason."


class Mark(StrEnum):
    """What a roll call by names says of one member."""

    PRESENT = "present"
    LATE = "late"
    "Present, came late."
    LEFT_EARLY = "left_early"
    "Was present, has left."
    EXCUSED = "excused"
    ABSENT = "absent"


class Others(StrEnum):
    """What a roll call by names says of the members it does not mark."""

    KEEP = "keep"
    "Nothing: what was said of them before stands."
    PRESENT = "present"
    ABSENT = "absent"
    UNMARKED = "unmarked"
    "Whatever was said of them before is taken back."


class HeadCount(Wire, frozen=True, kw_only=True):
    """What is counted of a branch beside who is here."""

    excused: People = 0
    exempt: People = 0
    "Members who are exempt and came all the same; not among those who are here."
    guests: People = 0
    "Members of other units who sit here."
    late: People = 0
    "Of those here: came late."
    left_early: People = 0
    "Of those here: have left."
    excuses: Excuses = {}
    "Why, where it was asked; together at most ``excused``."


class RollCount(HeadCount, frozen=True, kw_only=True):
    """Head count of one branch at one roll call."""

    branch: BranchName = ""
    present: People
    "Members of the branch who are expected and here."


class RollCounted(Wire, frozen=True, kw_only=True):
    """Body of ``roll.counted``: how many are here, by branch."""

    roll: RollNumber
    branches: Annotated[tuple[RollCount, ...], msgspec.Meta(min_length=1, max_length=MAX_BRANCHES)]
    note: Text = ""
    "A word, asked for when more are present than expected."


class RollMarked(Wire, frozen=True, kw_only=True):
    """Body of ``roll.marked``: who of one branch is here, by name."""

    roll: RollNumber
    branch: BranchName = ""
    others: Others = Others.KEEP
    "``present`` makes this entry mean: everybody but those marked otherwise."
    marks: Annotated[dict[Ident, Mark], msgspec.Meta(max_length=MAX_MEMBERS)] = {}
    "By the member's reference; a name never stands here."


class TransferAnnounced(Wire, frozen=True, kw_only=True):
    """Body of ``transfer.announced``: the home sends members of a branch to another hall."""

    transfer: Ident
    "Drawn by the device, 128 random bits; an entry with the same one replaces this."
    branch: BranchName = ""
    to: Code
    "The point that receives them."
    people: People
    "0 takes the transfer back."
    members: Annotated[tuple[Ident, ...], msgspec.Meta(max_length=MAX_MEMBERS)] = ()
    "Who, where names are allowed; then ``people`` is their number."
    makes_up: Ident | None = None
    "The earlier session they missed and make up for; None: they attend this one."
    note: Text = ""


class TransferConfirmed(Wire, frozen=True, kw_only=True):
    """Body of ``transfer.confirmed``: the receiving hall says how many of them came."""

    transfer: Ident
    people: People


class Home(Wire, frozen=True, kw_only=True):
    """Where guests belong to, as well as the hall knows it."""

    point: Code | None = None
    "Their own point; None for people from outside this roster."
    branch: BranchName = ""
    "Empty when only the unit is known."
    unit: UnitName = ""
    "In words, when there is no point."


class GuestCounted(Wire, frozen=True, kw_only=True):
    """Body of ``guest.counted``: how many walked in from one home. Absolute for that home."""

    home: Home
    people: People
    makes_up: Ident | None = None


class GuestNamed(Wire, frozen=True, kw_only=True):
    """Body of ``guest.named``: somebody walked in and said who he is.

    The coordinator looks him up; the hall never gets a list. Stored apart, deletable.
    """

    guest: Ident
    "Drawn by the device, 128 random bits; an entry with the same one replaces this."
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    "Of the membership card."
    name: Name | None = None
    unit: UnitName = ""
    gone: bool = False
    "True takes the entry back."
    makes_up: Ident | None = None


Body = RollCounted | RollMarked | TransferAnnounced | TransferConfirmed | GuestCounted | GuestNamed

BODIES: dict[str, type[Body]] = {
    "roll.counted": RollCounted,
    "roll.marked": RollMarked,
    "transfer.announced": TransferAnnounced,
    "transfer.confirmed": TransferConfirmed,
    "guest.counted": GuestCounted,
    "guest.named": GuestNamed,
}
"By the kind of the fact."
