"""What people at a hall enter: the bodies of ``fact.enter``, by kind, ENTRIES.md. Pure: no I/O.

A body holds absolute values: a later one of the same kind replaces what it names. Names,
telephones and notes are set apart by the coordinator before the fact is written.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from .roll import BODIES as ROLL_BODIES
from .roll import (
    GuestCounted,
    GuestNamed,
    HeadCount,
    RollCounted,
    RollMarked,
    TransferAnnounced,
    TransferConfirmed,
)
from .schema import Name, People, Phone, Text, Wire


class PersonEntry(Wire, frozen=True, kw_only=True):
    """A person as an operator typed them. Stored apart from the journal, deletable."""

    name: Name
    phone: Phone = ""


class BranchCount(HeadCount, frozen=True, kw_only=True):
    """Head count of one branch at this point; absolute, a later one replaces it."""

    branch: str = ""
    "Name of the branch as the welcome gave it; empty when the point hosts only one."
    reported: People
    "Members of the branch who are expected and here."


class CheckIn(Wire, frozen=True, kw_only=True):
    """Body of ``point.checked_in``: who is in charge and how many came, by branch."""

    in_charge: PersonEntry | None = None
    branches: Annotated[tuple[BranchCount, ...], msgspec.Meta(min_length=1, max_length=200)]
    note: Text = ""


class Answer(StrEnum):
    """What somebody in the hall says when asked."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class RoomAnswer(Wire, frozen=True, kw_only=True):
    """Body of ``room.answered``: does the hall see the programme, and hear it clearly?"""

    picture: Answer
    sound: Answer
    note: Text = ""


class FaultKind(StrEnum):
    """What a hall reports in one tap."""

    NO_PICTURE = "no_picture"
    FROZEN = "frozen"
    NO_SOUND = "no_sound"
    BAD_SOUND = "bad_sound"
    ECHO = "echo"
    POWER = "power"
    NETWORK = "network"
    OTHER = "other"


class FaultReport(Wire, frozen=True, kw_only=True):
    """Body of ``fault.reported``: somebody in the hall asks for help."""

    what: FaultKind
    note: Text = ""


Body = (
    CheckIn
    | RoomAnswer
    | FaultReport
    | RollCounted
    | RollMarked
    | TransferAnnounced
    | TransferConfirmed
    | GuestCounted
    | GuestNamed
)

FACT_CHECKED_IN = "point.checked_in"
FACT_ROOM_ANSWERED = "room.answered"
FACT_FAULT_REPORTED = "fault.reported"

BODIES: dict[str, type[Body]] = {
    FACT_CHECKED_IN: CheckIn,
    FACT_ROOM_ANSWERED: RoomAnswer,
    FACT_FAULT_REPORTED: FaultReport,
    **ROLL_BODIES,
}
KINDS: dict[type[Body], str] = {body: kind for kind, body in BODIES.items()}
