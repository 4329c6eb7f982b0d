"""The scalar types of the wire with their ranges, and the base of its structs. Pure: no I/O.

A range that is not declared here does not exist: without bounds 10**26 is an int to the
decoder and an OverflowError in the database.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

INT64_MAX = 2**63 - 1

Serial = Annotated[int, msgspec.Meta(ge=0, le=INT64_MAX)]
"A number that grows: sequence, revision, row."

Count = Annotated[int, msgspec.Meta(ge=0, le=INT64_MAX)]
"A cumulative counter, as W3C webrtc-stats counts."

People = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
"How many people."

Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]
"A share, 0..1."

Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
"A duration, seconds."

Millis = Annotated[float, msgspec.Meta(ge=0, le=600_000)]
"A short duration, milliseconds."

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"Something people read: a point, a unit, a branch, a title."

Text = Annotated[str, msgspec.Meta(max_length=2_000)]
"Free text: a reason, a note."

Phone = Annotated[str, msgspec.Meta(max_length=40)]
"A telephone number as it was typed; leading zeros count."

_CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}"

Code = Annotated[str, msgspec.Meta(pattern=f"^{_CODE}$")]
"Code of a point: stable, never reused, fit for an address."

Source = Annotated[str, msgspec.Meta(pattern=f"^(auto|slate|studio|studio-backup|point/{_CODE})$")]
"What halls can be shown; ``auto``: the studio."

Ident = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"An opaque identity: device, spool, session, boot."

_DATE = r"[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}"

Utc = Annotated[str, msgspec.Meta(pattern=f"^{_DATE}T{_TIME}Z$")]
"RFC 3339 in UTC with milliseconds."


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what crosses a process boundary. Unknown fields are survived."""


class Presence(StrEnum):
    """Does the point's equipment speak to us? From the leases of its screen and agent."""

    UNKNOWN = "unknown"
    NEVER_SEEN = "never_seen"
    ONLINE = "online"
    LATE = "late"
    LOST = "lost"
    LEFT = "left"


class Readiness(StrEnum):
    """Would the point be able to take part? From preflight and the operator's check-in."""

    UNCHECKED = "unchecked"
    CHECKING = "checking"
    READY = "ready"
    DEGRADED = "degraded"
    FAILED = "failed"


class Reception(StrEnum):
    """How far the programme gets into the hall, worst to best after UNKNOWN."""

    UNKNOWN = "unknown"
    NONE = "none"
    CONNECTED = "connected"
    RECEIVING = "receiving"
    PLAYING = "playing"
    VERIFIED = "verified"
    CONFIRMED_IN_ROOM = "confirmed_in_room"


class Phase(StrEnum):
    """Where a session is in its life."""

    PLANNED = "planned"
    POSTPONED = "postponed"
    REHEARSAL = "rehearsal"
    CHECK_IN = "check_in"
    LIVE = "live"
    BRANCH_MEETINGS = "branch_meetings"
    CLOSED = "closed"


class Broadcast(StrEnum):
    """What the halls get: the slate, the programme, or the slate for a while."""

    OFF = "off"
    ON = "on"
    PAUSED = "paused"


class RollStage(StrEnum):
    """Where a roll call is in its life."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    "Its numbers are frozen; what comes later is a correction, marked as one."


class DeviceRole(StrEnum):
    """What a device of a point is for."""

    SCREEN = "screen"
    AGENT = "agent"
    PHONE = "phone"


class Sending(StrEnum):
    """What the relay sends to a device, by the line's budget and the device's own line."""

    PICTURE_HIGH = "picture_high"
    PICTURE_LOW = "picture_low"
    SOUND_ONLY = "sound_only"


class RenditionChoice(StrEnum):
    """What the centre wants a point to be sent: as fits, or one rendition for this session."""

    AUTO = "auto"
    SOUND = "sound"
    LOW = "low"
    HIGH = "high"


class Decoding(StrEnum):
    """How much of what it receives a device decodes; a simulated fleet cannot decode all."""

    ALL = "all"
    KEY_FRAMES = "key_frames"
    NONE = "none"
