"""Every message between a device and the coordinator (``/ws/agent``), PROTOCOL.md. Pure: no I/O.

The field names are the JSON keys and the annotations are the schema: ``msgspec`` decodes and
validates in one pass, and the same definitions are served as JSON Schema. Who sent a message
is never in it: the connection knows that from its credential.
"""

from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec

from .errors import BadMessage
from .preflight import CheckResult, PreflightBounds
from .roll import BranchName, Excuses, RollNumber
from .schema import (
    Broadcast,
    Code,
    Count,
    Ident,
    Millis,
    Name,
    People,
    Phase,
    Phone,
    Presence,
    Ratio,
    Readiness,
    Reception,
    RollStage,
    Seconds,
    Sending,
    Serial,
    Text,
    Utc,
    Wire,
)
from .stats import MediaStats

M = TypeVar("M")

PROTOCOL_VERSIONS = (1,)

# A report is about 1 KiB; the largest fact, a roll call by names, stays under this.
MAX_MESSAGE_BYTES = 64 * 1024

# Close codes of /ws/agent and /ws/watch; those of RFC 6455 keep their meaning.
CLOSE_PROTOCOL = 4400
CLOSE_CREDENTIAL = 4401
CLOSE_REVOKED = 4403
CLOSE_SLOW = 4408
CLOSE_REPLACED = 4409

Version = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
UnixMillis = Annotated[float, msgspec.Meta(ge=0, le=1e14)]


class Message(Wire, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages."""


# --- device to coordinator ----------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first message of a connection, within 10 s of its opening."""

    versions: Annotated[tuple[Version, ...], msgspec.Meta(min_length=1, max_length=16)]
    "Protocol versions the device can speak, best first."
    software: Annotated[str, msgspec.Meta(max_length=100)] = ""
    spool: Ident
    "Identity of the device's spool file; a new file has a new one."
    last_seq: Serial = 0
    "Number of the newest fact in the spool, 0 for none."


class FactEnter(Message, frozen=True, kw_only=True, tag="fact.enter"):
    """Something a person entered. Kept in the device's spool until it is acked.

    Its identity is ``(device, spool, seq)``. The body is decoded after the envelope, so a
    body nobody understands is still kept and acked, and blocks nothing behind it.
    """

    spool: Ident
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    session: Ident | None = None
    "The session it was entered for; None when the device knew of none."
    entered_utc: Utc
    "By the device's clock."
    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=64)]
    body: msgspec.Raw


class PointReport(Message, frozen=True, kw_only=True, tag="point.report"):
    """Once a second: what the device measured. Never spooled, never answered."""

    seq: Serial
    "Grows by one with every report of this connection."
    media: MediaStats | None = None
    "None for a device that does not receive the programme."
    spooled: Serial = 0
    "Facts waiting in the spool."
    cpu_ratio: Ratio | None = None
    "Of the whole machine."
    disk_free_bytes: Count | None = None
    control_rtt_ms: Millis | None = None
    "Round trip of the last clock.probe."


class PreflightReport(Message, frozen=True, kw_only=True, tag="preflight.report"):
    """What the device found when it looked at itself. Never spooled, never answered.

    A run may tell its findings in several reports; what a later one says of a check replaces
    what was said before, and what it does not mention stays, growing older.
    """

    run: Ident
    "Of the run; the same in all its reports."
    order: Ident | None = None
    "The order that asked for it; None for one that the device or its operator began."
    finished: bool = True
    "No more of this run will follow."
    sent_utc: Utc
    "By the device's clock, which may be wrong: ages are taken against this."
    checks: Annotated[tuple[CheckResult, ...], msgspec.Meta(max_length=64)]


class ClockProbe(Message, frozen=True, kw_only=True, tag="clock.probe"):
    """Ask for the coordinator's clock; ``sent_ms`` comes back untouched."""

    sent_ms: UnixMillis


class Outcome(StrEnum):
    """What became of an order at the device."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"


class OrderAnswer(Message, frozen=True, kw_only=True, tag="order.answer"):
    """What became of an order. ``begun`` may come first, the others end it."""

    id: Ident
    outcome: Outcome
    why: Annotated[str, msgspec.Meta(max_length=64)] = ""
    "Stable code of a refusal: unknown_action, wrong_device, not_receiving, not_now, failed."


class Goodbye(Message, frozen=True, kw_only=True, tag="goodbye"):
    """The device leaves on purpose: somebody switched it off."""

    reason: Text = ""


# --- coordinator to device ----------------------------------------------------------


class PointCard(Wire, frozen=True, kw_only=True):
    """Which point the device belongs to, in words for its operator."""

    code: Code
    name: Name
    unit: str = ""
    branches: tuple[str, ...] = ()


class SessionState(Message, frozen=True, kw_only=True, tag="session.state"):
    """The open session, on joining and whenever it changes; all None when none is open."""

    session: Ident | None = None
    title: str | None = None
    start_utc: Utc | None = None
    phase: Phase | None = None
    broadcast: Broadcast | None = None
    floor: Code | None = None
    "The point that was given the floor: it may publish, and is seen and heard."


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello."""

    version: Version
    boot: Ident
    "Changes when the coordinator starts anew."
    device: Ident
    point: PointCard
    report_interval_s: Seconds
    have_through: Serial
    "All facts of this spool up to this number are in the journal."
    server_utc: Utc
    session: SessionState
    retry_cap_s: Seconds | None = None
    "The longest wait between two attempts when this connection is lost; None for 15."
    limits: PreflightBounds | None = None
    "By which a page judges what its preflight measured; agents bring their own."


class FactAcked(Message, frozen=True, kw_only=True, tag="fact.acked"):
    """The fact is in the journal, on disk. A repeated fact gets the same answer again."""

    spool: Ident
    seq: Serial
    recorded_utc: Utc
    note: str | None = None
    "Why it was kept without effect (a stable code), None when it took effect."
    remark: str | None = None
    "It took effect, and this should be said (a stable code): after_close, overtaken, …"


class ClockAnswer(Message, frozen=True, kw_only=True, tag="clock.answer"):
    """The coordinator's wall clock, for the four-timestamp offset (RFC 5905 section 8)."""

    sent_ms: UnixMillis
    received_ms: UnixMillis
    answered_ms: UnixMillis


class OrderAction(StrEnum):
    """What a device can be asked to do; more may come."""

    REJOIN_MEDIA = "rejoin_media"
    "Leave the programme and fetch it anew."
    RESTART_RECEPTION = "restart_reception"
    "Start the part that receives and decodes anew; the connection to us stays."
    RUN_PREFLIGHT = "run_preflight"
    "Look at yourself, silently, and tell what you found (``preflight.report``)."
    TEST_SOUND = "test_sound"
    "The audible part of the preflight: people in the hall will hear it."
    TEST_BANDWIDTH = "test_bandwidth"
    "The part that takes some of the uplink; ``within_s`` is how long the turn lasts."
    SHOW_MESSAGE = "show_message"
    "Show ``text`` to the operator. Phones only: a screen shows the programme."
    ASK_ROOM = "ask_room"
    "Ask whether the hall sees and hears, answered by a ``room.answered``. Phones only."


class OrderGive(Message, frozen=True, kw_only=True, tag="order.give"):
    """Do this now, and say what became of it."""

    id: Ident
    action: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]+$", max_length=64)]
    "An ``OrderAction``; one that is unknown is answered ``refused``, ``unknown_action``."
    text: Text = ""
    "For people, by some actions."
    within_s: Seconds = 30.0
    "Later it is not wanted any more."


class Refusal(Message, frozen=True, kw_only=True, tag="refusal"):
    """A message could not be read or is not allowed now. The connection stays."""

    code: str
    "Stable, for programs."
    text: str
    "For people; may change at any time."


class ProgrammeSending(Message, frozen=True, kw_only=True, tag="programme.sending"):
    """What the relay sends to this device, when it begins and whenever it changes."""

    sending: Sending
    why: str = "nothing"
    "Why it is not better; stable, for programs."


class PointState(Message, frozen=True, kw_only=True, tag="point.state"):
    """How the centre sees the device's own point: to phones, on joining and when it changes."""

    presence: Presence
    readiness: Readiness
    readiness_why: str = ""
    "Stable code of why it is not better."
    reception: Reception
    reception_why: str = ""
    hotline: Phone = ""
    "Telephone of the technicians; empty when the deployment names none."


class RollLine(Wire, frozen=True, kw_only=True):
    """One roll call of the session."""

    roll: RollNumber
    stage: RollStage
    opens_utc: Utc | None = None
    "When it opens by itself; None: somebody opens it."
    closes_utc: Utc | None = None
    opened_utc: Utc | None = None
    closed_utc: Utc | None = None


class EarlierSession(Wire, frozen=True, kw_only=True):
    """A session that is over, so that a make-up can name what was missed."""

    session: Ident
    title: str
    start_utc: Utc


class RollState(Message, frozen=True, kw_only=True, tag="roll.state"):
    """The roll calls of the open session, on joining and whenever one changes."""

    session: Ident | None = None
    rolls: tuple[RollLine, ...] = ()
    "In their order."
    names: bool = False
    "Whether this deployment calls rolls by names; else by head counts."
    earlier: tuple[EarlierSession, ...] = ()
    "Closed sessions that members may make up for, the last one first."


class RollRecorded(Wire, frozen=True, kw_only=True):
    """What stands recorded of one branch at one roll call."""

    roll: RollNumber
    present: People
    excused: People = 0
    exempt: People = 0
    guests: People = 0
    late: People = 0
    left_early: People = 0
    excuses: Excuses = {}
    corrected: bool = False
    "Changed after the roll was closed."


class BranchRecorded(Wire, frozen=True, kw_only=True):
    """What stands recorded of one branch."""

    branch: BranchName
    expected: People
    reported: People | None = None
    "At the check-in; None before it."
    excused: People = 0
    exempt: People = 0
    guests: People = 0
    late: People = 0
    left_early: People = 0
    excuses: Excuses = {}
    elsewhere: People = 0
    "Credited: they sit in another hall."
    rolls: tuple[RollRecorded, ...] = ()
    "Of the rolls that were answered."


class TransferLine(Wire, frozen=True, kw_only=True):
    """A transfer that leaves this hall or comes to it: the receipt of both."""

    transfer: Ident
    outgoing: bool
    "True at the home, false at the hall that receives."
    other: Code | None = None
    "The point at the other end; None while only this end has spoken."
    branch: BranchName = ""
    "Of the home."
    people: People | None = None
    "Announced by the home."
    confirmed: People | None = None
    "Said by the receiving hall."


class HallRecorded(Message, frozen=True, kw_only=True, tag="hall.recorded"):
    """What the centre has recorded of this hall: on joining and whenever it changes."""

    session: Ident | None = None
    recorded_utc: Utc | None = None
    "Of the last of it; None when nothing is."
    branches: tuple[BranchRecorded, ...] = ()
    transfers: tuple[TransferLine, ...] = ()


FromDevice = Hello | FactEnter | PointReport | PreflightReport | ClockProbe | OrderAnswer | Goodbye
ToDevice = (
    Welcome
    | SessionState
    | ProgrammeSending
    | PointState
    | RollState
    | HallRecorded
    | FactAcked
    | ClockAnswer
    | OrderGive
    | Refusal
)


# The one note of an ack that a device acts upon: another fact was recorded under the
# same spool and number, so the spool was restored from a copy (PROTOCOL.md, "Notes").
NOTE_CONFLICT = "conflict"

_from_device: msgspec.json.Decoder[FromDevice] = msgspec.json.Decoder(FromDevice)
_to_device: msgspec.json.Decoder[ToDevice] = msgspec.json.Decoder(ToDevice)
_encoder = msgspec.json.Encoder()


def encode(message: Wire) -> bytes:
    """Return the message as JSON."""
    return _encoder.encode(message)


def decode_from_device(text: bytes | str) -> FromDevice:
    """Read a message of a device.

    Raises:
        BadMessage: If the text is too long, is not JSON, or breaks the schema. The
            text of the error names the field, and is fit to send back.

    """
    return _decode(_from_device, text)


def decode_to_device(text: bytes | str) -> ToDevice:
    """Read a message of the coordinator. Raises as ``decode_from_device`` does."""
    return _decode(_to_device, text)


def _decode(decoder: "msgspec.json.Decoder[M]", text: bytes | str) -> M:
    if len(text) > MAX_MESSAGE_BYTES:
        raise BadMessage(f"{len(text)} bytes, the limit is {MAX_MESSAGE_BYTES}")
    try:
        return decoder.decode(text)
    # A deeply nested text exhausts the decoder's stack before its schema is checked.
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadMessage(str(error)) from error
