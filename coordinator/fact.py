"""Every fact that the journal can hold, one frozen struct each. Pure: no I/O.

A fact is what somebody decided or entered, or what changed a verdict; it is past and is never
changed. ``KIND`` and ``V`` stand in the journal's row beside the body. A kind is never deleted:
when its shape changes, ``V`` grows and ``UPCAST`` learns to read the old body.

Names, telephones and free text are personal: they live in the journal's ``person`` and ``note``
tables, which can be emptied, and a fact carries only their ``Ref``.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from signaling.entry import Answer, FaultKind
from signaling.preflight import Verdict
from signaling.schema import (
    Broadcast,
    Code,
    DeviceRole,
    Ident,
    People,
    Phase,
    Presence,
    Readiness,
    Reception,
    Source,
    Utc,
)

from .account.fact import ACCOUNT_FACTS
from .alarm import fact as alarm_fact
from .attendance.fact import ATTENDANCE_FACTS
from .attendance.fact import BranchAttendance as BranchAttendance
from .attendance.fact import CheckedIn as CheckedIn
from .errors import JournalDamaged
from .fact_base import EnteredFact as EnteredFact
from .fact_base import Fact as Fact
from .fact_base import Ref as Ref
from .fact_base import Stamp as Stamp

# --- the deployment -----------------------------------------------------------------


class CoordinatorStarted(Fact, frozen=True, kw_only=True):
    """A coordinator began to serve; what was seen before must be earned again."""

    KIND = "coordinator.started"
    software: str


NOTHING_SHED = "nothing"


class LoadShed(Fact, frozen=True, kw_only=True):
    """The coordinator could not keep up and gave something up, or gave it back."""

    KIND = "coordinator.load_shed"
    what: str
    "nothing, metrics, dashboards, telemetry; each includes those before it."


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch that sits at a point. ``members - exempt`` are expected."""

    name: str
    members: People
    exempt: People = 0

    @property
    def expected(self) -> int:
        """How many are called for."""
        return max(0, self.members - self.exempt)


class PointEntered(Fact, frozen=True, kw_only=True):
    """A point is on the roster as this says; an earlier entry of the code is replaced."""

    KIND = "point.entered"
    code: Code
    name: str
    unit: str
    kind: str = ""
    provider: str = ""
    place: str = ""
    main: bool = False
    branches: tuple[Branch, ...]
    contact: Ref | None = None
    deputy: Ref | None = None
    committee: tuple[Ref, ...] = ()


class PointWithdrawn(Fact, frozen=True, kw_only=True):
    """A point left the roster. Its code is never used again for another."""

    KIND = "point.withdrawn"
    code: Code


class TokenIssued(Fact, frozen=True, kw_only=True):
    """An API token of a person or program exists; only its hash is kept."""

    KIND = "token.issued"
    token: Ident
    role: str
    name: str
    hash: str
    "SHA-256 of the secret, hex."
    expires_utc: Utc | None = None


class TokenRevoked(Fact, frozen=True, kw_only=True):
    """The token opens nothing any more."""

    KIND = "token.revoked"
    token: Ident


# --- devices ------------------------------------------------------------------------


class CodeIssued(Fact, frozen=True, kw_only=True):
    """A code to join with: of one agent, once; or the session's, printed or typed."""

    KIND = "code.issued"
    code: Ident
    "Its public name; not the code itself."
    hash: str
    "SHA-256 of the code as it is typed, without spaces, upper case; hex."
    roles: tuple[DeviceRole, ...]
    point: Code | None = None
    "None: the device says which point it belongs to."
    single_use: bool = True
    expires_utc: Utc | None = None


class CodeRevoked(Fact, frozen=True, kw_only=True):
    """The code opens nothing any more. Devices that joined with it stay."""

    KIND = "code.revoked"
    code: Ident


class DeviceEnrolled(Fact, frozen=True, kw_only=True):
    """A device belongs to a point from now on."""

    KIND = "device.enrolled"
    device: Ident
    point: Code
    role: DeviceRole
    hash: str
    "SHA-256 of the credential's secret, hex."
    code: Ident
    "The code it joined with; a single-use one is used up by this."
    attempt: str = ""
    """SHA-256 of the attempt's Idempotency-Key, hex: who asks again because the answer was lost
    gets a new secret for the same device."""


class DeviceRevoked(Fact, frozen=True, kw_only=True):
    """The device's credential opens nothing any more."""

    KIND = "device.revoked"
    device: Ident
    reason: str = ""


class DeviceContested(Fact, frozen=True, kw_only=True):
    """Two machines use the device's credential and replace each other: see ``rivalry``."""

    KIND = "device.contested"
    device: Ident
    point: Code


# --- the session --------------------------------------------------------------------


class SessionPlanned(Fact, frozen=True, kw_only=True):
    """A session exists, or its plan is now as this says."""

    KIND = "session.planned"
    id: Ident
    title: str
    start_utc: Utc
    chair: Ref | None = None
    main_point: Code | None = None
    cloned_from: Ident | None = None


class PhaseEntered(Fact, frozen=True, kw_only=True):
    """The session moved to another phase."""

    KIND = "session.phase_entered"
    phase: Phase
    reason: str = ""


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of the board that was not met: ``have`` where ``need`` were asked for."""

    code: str
    have: int | None = None
    need: int | None = None


class SessionOverridden(Fact, frozen=True, kw_only=True):
    """The host starts against the board, and says why."""

    KIND = "session.overridden"
    reason: Ref
    unmet: tuple[Unmet, ...]


class BroadcastSet(Fact, frozen=True, kw_only=True):
    """What the halls get changed."""

    KIND = "session.broadcast_set"
    broadcast: Broadcast


class FloorGiven(Fact, frozen=True, kw_only=True):
    """A hall speaks, or nobody does any more."""

    KIND = "session.floor_given"
    point: Code | None


class SourceChosen(Fact, frozen=True, kw_only=True):
    """What the halls see was chosen."""

    KIND = "session.source_chosen"
    source: Source


# --- what changed a verdict ---------------------------------------------------------


class PresenceChanged(Fact, frozen=True, kw_only=True):
    """The point's equipment spoke, or fell silent."""

    KIND = "point.presence_changed"
    point: Code
    presence: Presence
    why: str


class ReceptionChanged(Fact, frozen=True, kw_only=True):
    """The programme gets further into the hall, or less far."""

    KIND = "point.reception_changed"
    point: Code
    reception: Reception
    why: str


class ReadinessChanged(Fact, frozen=True, kw_only=True):
    """The point would be able to take part, or would not."""

    KIND = "point.readiness_changed"
    point: Code
    readiness: Readiness
    why: str


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one check of a preflight found; as ``signaling.preflight.CheckResult``."""

    check: str
    verdict: Verdict
    why: str = ""
    figure: float | None = None
    unit: str = ""
    limit: float | None = None
    evidence: str = ""
    measured_utc: Utc
    "By the coordinator's clock."


class PreflightDone(Fact, frozen=True, kw_only=True):
    """A device looked at itself and told what it found, the worst first.

    A later finding of a check replaces the earlier of the same device; others stay.
    """

    KIND = "point.preflight_done"
    point: Code
    device: Ident
    run: Ident
    order: Ident | None = None
    findings: tuple[Finding, ...]


# --- what halls entered -------------------------------------------------------------


class RoomAnswered(EnteredFact, frozen=True, kw_only=True):
    """Somebody in the hall said whether it sees and hears the programme."""

    KIND = "room.answered"
    picture: Answer
    sound: Answer
    note: Ref | None = None


class FaultReported(EnteredFact, frozen=True, kw_only=True):
    """Somebody in the hall asked for help."""

    KIND = "fault.reported"
    what: FaultKind
    note: Ref | None = None


class EntryKept(EnteredFact, frozen=True, kw_only=True):
    """A hall entered something that took no effect: late, unknown or unreadable.

    It is kept as it came, in the ``note`` table, and shown to the secretary.
    """

    KIND = "entry.kept"
    entry_kind: str
    why: str
    """Stable code: unknown_kind, bad_body, bad_envelope, unknown_branch, unknown_session,
    no_session, session_over, point_withdrawn, conflict."""
    raw: Ref


_FACTS: tuple[type[Fact], ...] = (
    CoordinatorStarted,
    LoadShed,
    PointEntered,
    PointWithdrawn,
    TokenIssued,
    TokenRevoked,
    CodeIssued,
    CodeRevoked,
    DeviceEnrolled,
    DeviceRevoked,
    DeviceContested,
    SessionPlanned,
    PhaseEntered,
    SessionOverridden,
    BroadcastSet,
    FloorGiven,
    SourceChosen,
    PresenceChanged,
    ReceptionChanged,
    ReadinessChanged,
    *ATTENDANCE_FACTS,
    PreflightDone,
    RoomAnswered,
    FaultReported,
    EntryKept,
    *ACCOUNT_FACTS,
    *alarm_fact.KINDS,
)
KINDS = {cls.KIND: cls for cls in _FACTS}

# (kind, version) -> what turns the body of that version into one of the next.
UPCAST: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    # 2 only added counts that are 0 where nobody asked for them.
    ("point.checked_in", 1): dict,
}

_encoder = msgspec.json.Encoder(order="deterministic")
_DECODERS = {cls: msgspec.json.Decoder(cls) for cls in _FACTS}


def encode_fact(fact: Fact) -> bytes:
    """Return the body of a row: JSON with sorted keys, so that its hash is well defined."""
    return _encoder.encode(fact)


def decode_fact(kind: str, v: int, body: bytes) -> Fact:
    """Return the fact of a row, old versions read as the present one.

    Raises:
        JournalDamaged: If the kind or version is unknown or the body does not fit. The
            journal was written by a newer version, or is not what was written.

    """
    cls = KINDS.get(kind)
    if cls is None or v > cls.V:
        raise JournalDamaged(f"row of kind {kind!r} version {v} is unknown to this version")
    try:
        if v == cls.V:
            return _DECODERS[cls].decode(body)
        plain = msgspec.json.decode(body, type=dict[str, Any])
        for version in range(v, cls.V):
            plain = UPCAST[kind, version](plain)
        return msgspec.convert(plain, cls)
    except (msgspec.MsgspecError, KeyError) as error:
        raise JournalDamaged(f"row of kind {kind!r} version {v}: {error}") from error
