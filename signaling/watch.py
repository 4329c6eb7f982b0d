"""What people's screens get over ``/ws/watch``: a snapshot, then patches. Pure: no I/O.

The server numbers its changes (``rev``) within an epoch (its boot). A patch holds all that
changed after ``base``; it fits a screen that holds ``base`` or later of the same epoch, and a
screen that holds less asks for a new snapshot with ``watch.resync``. A point or an alarm in a
patch is whole: it replaces the one held. ``session``, ``totals`` and ``media`` are whole too and
absent when unchanged. Every instant is milliseconds since 1970, UTC, by the server's clock.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from .messages import Message
from .schema import (
    Broadcast,
    Code,
    Decoding,
    Ident,
    Phase,
    Presence,
    Ratio,
    Readiness,
    Reception,
    RenditionChoice,
    RollStage,
    Sending,
    Serial,
    Wire,
)

Instant = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Tile(StrEnum):
    """The one state a tile shows: the worst of what matters in this phase."""

    OK = "ok"
    DEGRADED = "degraded"
    LOST = "lost"
    NOT_JOINED = "not_joined"
    UNKNOWN = "unknown"
    "Nothing has been heard yet since the coordinator started; never shown as good."
    LEFT = "left"


class PeopleView(Wire, frozen=True, kw_only=True):
    """The five kinds of people, the same everywhere. ``present`` is None before a roll call."""

    expected: int = 0
    reported: int | None = None
    present: int | None = None
    excused: int = 0
    guests: int = 0


class LinkView(Wire, frozen=True, kw_only=True):
    """The point's link to the programme, rounded so that it changes seldom."""

    rtt_ms: int | None = None
    jitter_ms: int | None = None
    loss_ratio: Ratio | None = None
    "To two digits after the point."
    frames_per_second: int | None = None
    bitrate_kbps: int | None = None
    "To ten."
    delay_ms: int | None = None
    "From the relay to the screen, by the judge."
    skew_ms: int | None = None
    "How much later than its sound the picture is shown."


class RollView(Wire, frozen=True, kw_only=True):
    """A roll call. The last three are None until it is closed: then they are frozen."""

    roll: int
    stage: RollStage
    opened_at: Instant | None = None
    closed_at: Instant | None = None
    opens_at: Instant | None = None
    "When it opens by itself; None: somebody opens it."
    closes_at: Instant | None = None
    attended: int | None = None
    expected: int | None = None
    points: int | None = None
    "That answered."
    closed_by: str | None = None
    "Who closed it, as the token or account is called; empty for the schedule."


class PointView(Wire, frozen=True, kw_only=True):
    """A point as screens show it."""

    code: Code
    name: str
    unit: str
    kind: str = ""
    provider: str = ""
    main: bool = False
    tile: Tile
    why: str
    "Stable code of the tile's reason, e.g. never_seen, silence, no_packets, playing."
    since: Instant
    "Since when the tile is as it is."
    presence: Presence
    presence_since: Instant
    readiness: Readiness
    readiness_since: Instant
    preflight_at: Instant | None = None
    "When the hall's equipment last told what it found of itself; None for never."
    reception: Reception
    reception_since: Instant
    decoding: Decoding
    sending: Sending | None = None
    "What the relay sends to its receiver; None when nothing, or nobody knows."
    sending_why: str = ""
    "Why it is not better; stable."
    rendition: RenditionChoice = RenditionChoice.AUTO
    "What the centre chose to be sent, for this session."
    attendance: PeopleView
    checked_in_at: Instant | None = None
    roll_answered: bool | None = None
    "Whether all its branches answered the roll call that is meant now; None before the first."
    reasons: tuple[str, ...] = ()
    "Every stable code that speaks against this point now, worst first."
    link: LinkView | None = None
    contact_name: str | None = None
    "Only for those who may read names."
    contact_phone: str | None = None
    deputy_name: str | None = None
    deputy_phone: str | None = None
    place: str = ""
    share: str | None = None
    "Token of the technician whose share it is; None: nobody's."
    risk: int = 0
    "How many alarms it had in earlier sessions."


class AlarmView(Wire, frozen=True, kw_only=True):
    """An alarm as screens list it. The alarms of an incident are in it, not beside it."""

    id: Ident
    state: str
    "unacknowledged, acknowledged, returned (gone before anybody saw it), shelved, closed."
    family: str
    what: str
    "An alarm type; of an incident what most of its points have."
    why: str
    priority: str
    "high, medium, low."
    flapping: bool = False
    times: int = 1
    "How often it came back unseen."
    point: Code | None = None
    "None: the centre's own, or an incident."
    points: tuple[Code, ...] = ()
    "Of an incident: those that are out now."
    had: int = 0
    "Of an incident: how many ever were."
    cause: str = ""
    "Of an incident: provider, place, unit, time, centre."
    name: str = ""
    "Of the cause."
    raised_at: Instant
    cleared_at: Instant | None = None
    acknowledged_at: Instant | None = None
    shelved_until: Instant | None = None
    taken_by: str | None = None
    "Token of who is on it."
    holder: str | None = None
    "Their name; only for those who may read names."


class Condition(Wire, frozen=True, kw_only=True):
    """One condition of go/no-go."""

    code: str
    """relay, studio_picture, studio_sound, uplink, main_point, critical_points, points_ready,
    checked_in, judge, disk"""
    met: bool
    have: int | None = None
    need: int | None = None
    of: int | None = None
    known: bool = True
    "False: it is not met because nobody can tell."


class SessionView(Wire, frozen=True, kw_only=True):
    """The open session, or all None when none is open."""

    id: str | None = None
    title: str | None = None
    chair: str | None = None
    main_point: Code | None = None
    start_at: Instant | None = None
    phase: Phase | None = None
    phase_since: Instant | None = None
    broadcast: Broadcast = Broadcast.OFF
    way_back_until: Instant | None = None
    "While live: until when the start can be taken back."
    go: bool = False
    conditions: tuple[Condition, ...] = ()
    may_enter: tuple[Phase, ...] = ()
    "Phases that can be entered from here now."
    rolls: tuple[RollView, ...] = ()
    "In their order."
    lines: tuple[float, ...] = ()
    "Shares of those expected that are asked for, the highest first."
    floor: Code | None = None
    "The point that speaks."
    floor_since: Instant | None = None
    source: str = "auto"
    "What was chosen to be seen: ``auto``, ``slate``, or a source named as in ``MediaView``."


class TotalsView(Wire, frozen=True, kw_only=True):
    """Sums over all points."""

    points: int = 0
    points_reported: int = 0
    "Points that have given a head count."
    points_answered: int = 0
    "Points that answered the roll call that is meant now."
    people: PeopleView
    presence: dict[str, int]
    readiness: dict[str, int]
    reception: dict[str, int]
    tiles: dict[str, int]


class MediaView(Wire, frozen=True, kw_only=True):
    """The media plane as the coordinator sees it."""

    relay: bool = False
    "The relay answers."
    studio: bool = False
    "The studio's packets arrive, from its main or its backup."
    backup: bool = False
    "The backup's packets arrive."
    programme: str = "slate"
    "What the halls see now: ``studio``, ``studio-backup``, ``point/<code>`` or ``slate``."
    sound: str = "slate"
    "What they hear, named alike."
    viewers: int = 0
    egress_kbps: int = 0
    uplink_kbps: int | None = None
    "What the line carries; None when nobody said so."
    budget_kbps: int | None = None
    "What of it the relay may use."
    sources: tuple[str, ...] = ()
    "Who sends to the relay now, on air or not, named as above, in order."


class Snapshot(Message, frozen=True, kw_only=True, tag="snapshot"):
    """Everything."""

    epoch: str
    rev: Serial
    now: Instant
    role: str
    session: SessionView
    totals: TotalsView
    media: MediaView
    points: dict[str, PointView]
    alarms: dict[str, AlarmView]
    "All that are not closed."
    me: str = ""
    "Token of the viewer, to tell what is theirs."


class Patch(Message, frozen=True, kw_only=True, tag="patch", omit_defaults=True):
    """What changed after ``base``."""

    epoch: str
    base: Serial
    rev: Serial
    now: Instant
    session: SessionView | None = None
    totals: TotalsView | None = None
    media: MediaView | None = None
    set: dict[str, PointView] = {}
    gone: tuple[str, ...] = ()
    alarms: dict[str, AlarmView] = {}
    alarms_gone: tuple[str, ...] = ()


class Tick(Message, frozen=True, kw_only=True, tag="tick"):
    """Every 2 s when nothing else went out: the link lives, and this is the time."""

    epoch: str
    rev: Serial
    now: Instant


class Resync(Message, frozen=True, kw_only=True, tag="watch.resync"):
    """Screen to server: send a new snapshot."""


FromWatcher = Resync
