"""What can be wrong, how grave it is, and when it is an alarm at all: one table. Pure: no I/O.

An alarm asks somebody to act (ISA-18.2), so every type has an action text on the screens
(``alarm_action.<type>``) and what needs no action has no row here. A new reason of reception
needs one row of ``BY_REASON``; a new kind of fault one row of ``TYPES``.
"""

from dataclasses import dataclass
from enum import StrEnum

from signaling.schema import Phase


class Family(StrEnum):
    """Faults of one family on one point are one alarm, whatever face they show."""

    PROGRAMME = "programme"
    "Whether the hall is there and sees and hears."
    LINK = "link"
    ROOM = "room"
    "The operator contradicts the machine."
    HELP = "help"
    "The operator asked for help."
    IDENTITY = "identity"
    "Two machines say that they are the same."
    DISK = "disk"
    LOAD = "load"
    RELAY = "relay"
    STUDIO = "studio"
    UPLINK = "uplink"


class Priority(StrEnum):
    """Three, and no more: people do not tell more apart (EEMUA 191)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlarmType(StrEnum):
    """What is wrong."""

    LOST = "lost"
    LEFT = "left"
    NOT_JOINED = "not_joined"
    NO_REPORT = "no_report"
    "Its equipment speaks, but says nothing of the programme."
    NO_PROGRAMME = "no_programme"
    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"
    WRONG_PROGRAMME = "wrong_programme"
    LINK_POOR = "link_poor"
    ROOM_CONTRADICTS = "room_contradicts"
    HELP_WANTED = "help_wanted"
    TWO_MACHINES = "two_machines"
    RELAY_LOST = "relay_lost"
    STUDIO_LOST = "studio_lost"
    STUDIO_BACKUP = "studio_backup"
    UPLINK_FULL = "uplink_full"
    DISK_LOW = "disk_low"
    OVERLOADED = "overloaded"


RUNNING = (Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE)
LIVE = (Phase.LIVE,)
ALWAYS = tuple(Phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One type. Delays in seconds."""

    family: Family
    priority: Priority = Priority.MEDIUM
    "While live; before that it is low, because halls are still setting up."
    on_s: float = 1.0
    "The fault must last so long before it is an alarm."
    off_s: float = 10.0
    "And be gone so long before it is over."
    phases: tuple[Phase, ...] = RUNNING
    "In the others it is suppressed."
    of_centre: bool = False
    "The centre's own: equally grave in every phase."


TYPES: dict[AlarmType, Row] = {
    # Presence has waited 15 s already.
    AlarmType.LOST: Row(family=Family.PROGRAMME, on_s=0.0),
    AlarmType.LEFT: Row(family=Family.PROGRAMME, on_s=5.0, phases=LIVE),
    AlarmType.NOT_JOINED: Row(family=Family.PROGRAMME, on_s=60.0, phases=LIVE),
    AlarmType.NO_REPORT: Row(family=Family.PROGRAMME, on_s=30.0),
    AlarmType.NO_PROGRAMME: Row(family=Family.PROGRAMME),
    AlarmType.NO_PICTURE: Row(family=Family.PROGRAMME),
    AlarmType.NO_SOUND: Row(family=Family.PROGRAMME),
    AlarmType.WRONG_PROGRAMME: Row(family=Family.PROGRAMME, priority=Priority.HIGH),
    # Hysteresis has done the waiting: three of five to worsen, ten seconds to improve.
    AlarmType.LINK_POOR: Row(family=Family.LINK, priority=Priority.LOW, on_s=5.0),
    AlarmType.ROOM_CONTRADICTS: Row(family=Family.ROOM, on_s=0.0),
    AlarmType.HELP_WANTED: Row(family=Family.HELP, on_s=0.0),
    AlarmType.TWO_MACHINES: Row(family=Family.IDENTITY, on_s=0.0),
    AlarmType.RELAY_LOST: Row(
        family=Family.RELAY, priority=Priority.HIGH, on_s=4.0, off_s=5.0, of_centre=True
    ),
    AlarmType.STUDIO_LOST: Row(
        family=Family.STUDIO, priority=Priority.HIGH, on_s=3.0, off_s=5.0, of_centre=True
    ),
    AlarmType.STUDIO_BACKUP: Row(
        family=Family.STUDIO, priority=Priority.LOW, on_s=5.0, of_centre=True
    ),
    AlarmType.UPLINK_FULL: Row(family=Family.UPLINK, on_s=10.0, of_centre=True),
    AlarmType.DISK_LOW: Row(
        family=Family.DISK, priority=Priority.HIGH, phases=ALWAYS, of_centre=True
    ),
    # Shedding has done the waiting.
    AlarmType.OVERLOADED: Row(
        family=Family.LOAD, priority=Priority.HIGH, on_s=0.0, phases=ALWAYS, of_centre=True
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What a reception's reason code amounts to."""

    what: AlarmType
    on_s: float | None = None
    "Instead of the type's."


# Reception's reasons, the judge's among them. What is not here speaks against nobody.
BY_REASON: dict[str, Reason] = {
    "no_packets": Reason(what=AlarmType.NO_PROGRAMME),
    # A hall that is just joining needs some seconds for ICE and DTLS.
    "not_connected": Reason(what=AlarmType.NO_PROGRAMME, on_s=10.0),
    "no_frames": Reason(what=AlarmType.NO_PICTURE),
    # Before the first key frame there is nothing to decode.
    "not_decoding": Reason(what=AlarmType.NO_PICTURE, on_s=10.0),
    "no_picture": Reason(what=AlarmType.NO_PICTURE),
    "frozen": Reason(what=AlarmType.NO_PICTURE),
    "black": Reason(what=AlarmType.NO_PICTURE),
    "hidden": Reason(what=AlarmType.NO_PICTURE),
    "paused": Reason(what=AlarmType.NO_PICTURE),
    "no_sound": Reason(what=AlarmType.NO_SOUND),
    "silent": Reason(what=AlarmType.NO_SOUND),
    "muted": Reason(what=AlarmType.NO_SOUND),
    "wrong_picture": Reason(what=AlarmType.WRONG_PROGRAMME),
    "wrong_sound": Reason(what=AlarmType.WRONG_PROGRAMME),
    "room_contradicts": Reason(what=AlarmType.ROOM_CONTRADICTS, on_s=0.0),
}

EARLY_ON_S = 30.0
"Before the start a fault of a hall must last this long: people are plugging things in."


def family_of(what: str) -> Family:
    """Return the family of a type."""
    return TYPES[AlarmType(what)].family


def priority_of(what: AlarmType, phase: Phase, main: bool) -> Priority:
    """Return how grave a fault is in a phase; ``main`` for the main point."""
    row = TYPES[what]
    if row.of_centre:
        return row.priority
    if main and row.priority is not Priority.LOW:
        return Priority.HIGH
    return row.priority if phase is Phase.LIVE else Priority.LOW
