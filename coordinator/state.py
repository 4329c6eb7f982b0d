"""All there is to know at one moment: the fold of the journal. Pure: no I/O.

State is split per point, per device and per session, each part frozen and replaced whole, so
that a fact costs the same at 92 points and at 10,000, at 5,000 people and at 32,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from signaling.entry import Answer, FaultKind
from signaling.schema import (
    Broadcast,
    DeviceRole,
    Phase,
    Presence,
    Readiness,
    Reception,
    RenditionChoice,
)

from .account.state import Accounts
from .alarm.state import Alarms
from .attendance.claim import Claims, standing
from .attendance.fact import BranchAttendance, Member
from .attendance.register import Register
from .fact import NOTHING_SHED, Fact, Finding, PointEntered, Ref


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as the journal holds it."""

    n: int
    session: str | None
    utc: str
    actor: str
    origin: str | None
    "``device/spool/seq`` of an entered fact, else None."
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Three of a point's four axes, and its link. ``*_utc``: when the value began to hold."""

    presence: Presence = Presence.NEVER_SEEN
    presence_why: str = "never_seen"
    presence_utc: str = ""
    reception: Reception = Reception.UNKNOWN
    reception_why: str = "never_seen"
    reception_utc: str = ""
    readiness: Readiness = Readiness.UNCHECKED
    readiness_why: str = "not_checked_in"
    readiness_utc: str = ""
    link: str = "good"
    "good, poor, bad."
    link_why: str = ""
    link_utc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The fourth axis: what a point entered for one session. Which entry stands: ``claim``."""

    claims: Mapping[str, Claims[BranchAttendance]]
    "By branch."
    recorded_utc: str
    people: Claims[Ref] = ()
    "Who is in charge."
    notes: Claims[Ref | None] = ()
    corrections: int = 0
    "How many times the first entry was replaced."

    @property
    def branches(self) -> tuple[BranchAttendance, ...]:
        """The head counts that stand."""
        found = (standing(claims) for claims in self.claims.values())
        return tuple(claim.value for claim in found if claim is not None)

    @property
    def in_charge(self) -> Ref | None:
        """Who is in charge of the hall."""
        claim = standing(self.people)
        return None if claim is None else claim.value

    @property
    def note(self) -> Ref | None:
        """The word that came with the entry that stands."""
        claim = standing(self.notes)
        return None if claim is None else claim.value


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomWord:
    """What somebody in a hall last said of picture and sound there."""

    picture: Answer
    sound: Answer
    note: Ref | None
    recorded_utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultWord:
    """What a hall last asked help for."""

    what: FaultKind
    note: Ref | None
    recorded_utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session, open or not."""

    id: str
    title: str
    start_utc: str
    chair: Ref | None = None
    main_point: str | None = None
    cloned_from: str | None = None
    phase: Phase = Phase.PLANNED
    phase_utc: str = ""
    broadcast: Broadcast = Broadcast.OFF
    live_utc: str | None = None
    "When it went live, None before and after a way back."
    floor: str | None = None
    "The point that speaks."
    floor_utc: str = ""
    "Since when it speaks."
    source: str = "auto"
    "What the host chose to be seen."


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device of a point."""

    id: str
    point: str
    role: DeviceRole
    hash: str
    code: str
    enrolled_utc: str
    attempt: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What a device found when it last looked at itself, by check."""

    run: str
    utc: str
    "When the newest findings came."
    findings: dict[str, Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCode:
    """A code to join with."""

    id: str
    hash: str
    roles: tuple[DeviceRole, ...]
    point: str | None
    single_use: bool
    expires_utc: str | None
    used: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token."""

    id: str
    role: str
    name: str
    hash: str
    expires_utc: str | None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something that a device was asked to do."""

    id: str
    point: str
    device: str
    action: str
    given_utc: str
    given_by: str
    outcome: str | None = None
    "done, refused, no_answer; None while it is out."
    why: str = ""
    ended_utc: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The answer to an entered fact, the same however often it is asked for."""

    recorded_utc: str
    note: str | None
    digest: str = ""
    remark: str | None = None
    "What is to be said although it took effect."


@dataclass(slots=True)
class Receipts:
    """Which facts of one spool are in the journal."""

    through: int = 0
    "All up to this number are."
    by_seq: dict[int, Receipt] = field(default_factory=dict)

    def add(self, seq: int, receipt: Receipt) -> None:
        """Keep a receipt and move ``through`` past every gap it closes."""
        self.by_seq[seq] = receipt
        while self.through + 1 in self.by_seq:
            self.through += 1


@dataclass(slots=True)
class State:
    """The fold. Its parts are frozen; only ``fold.evolve`` replaces them."""

    points: dict[str, PointEntered] = field(default_factory=dict)
    withdrawn: dict[str, PointEntered] = field(default_factory=dict)
    "As they last were; their codes belong to them for ever."
    status: dict[str, Status] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    open_session: str | None = None
    shed: str = NOTHING_SHED
    "What an overloaded coordinator gave up."
    attendance: dict[tuple[str, str], Attendance] = field(default_factory=dict)
    "By (session, point)."
    preflights: dict[str, dict[str, Preflight]] = field(default_factory=dict)
    "By point, then by device."
    rooms: dict[tuple[str, str], RoomWord] = field(default_factory=dict)
    "By (session, point)."
    faults: dict[tuple[str, str], FaultWord] = field(default_factory=dict)
    "By (session, point); the newest."
    devices: dict[str, Device] = field(default_factory=dict)
    codes: dict[str, JoinCode] = field(default_factory=dict)
    code_by_hash: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    accounts: Accounts = field(default_factory=Accounts)
    receipts: dict[tuple[str, str], Receipts] = field(default_factory=dict)
    "By (device, spool)."
    registers: dict[str, Register] = field(default_factory=dict)
    "By session: roll calls, transfers, guests."
    members: dict[tuple[str, str], dict[Ref, Member]] = field(default_factory=dict)
    "By (point, branch), in the roster's order, where names are allowed."
    home_of: dict[str, tuple[str, str]] = field(default_factory=dict)
    "A member's (point, branch)."
    settled: set[int] = field(default_factory=set)
    "Row numbers of kept entries that the secretary dealt with."
    readings: list[int] = field(default_factory=list)
    "Row numbers of the readings of names."
    forgotten: int = 0
    "How many names and texts were deleted."
    kept: dict[int, Recorded] = field(default_factory=dict)
    "The entries that took no effect, by row number."
    absent: set[str] = field(default_factory=set)
    "Points of the roster that were never seen."
    alarms: Alarms = field(default_factory=Alarms)
    shares: dict[str, str] = field(default_factory=dict)
    "Point -> token of the technician whose share it is; nobody's are not here."
    renditions: dict[str, tuple[str | None, RenditionChoice]] = field(default_factory=dict)
    "Point -> the session it was chosen in, and what; never ``auto``."
    orders: dict[str, Order] = field(default_factory=dict)
    orders_of: dict[str, list[str]] = field(default_factory=dict)
    "Point -> its orders, oldest first."

    @property
    def session(self) -> Session | None:
        """The session everybody means: the open one, else the next that is planned."""
        if self.open_session is not None:
            return self.sessions[self.open_session]
        planned = [s for s in self.sessions.values() if s.phase is Phase.PLANNED]
        return min(planned, key=lambda s: (s.start_utc, s.id), default=None)

    def receipt(self, device: str, spool: str, seq: int) -> Receipt | None:
        """Return the receipt of an entered fact, None when it is not in the journal."""
        receipts = self.receipts.get((device, spool))
        return None if receipts is None else receipts.by_seq.get(seq)
