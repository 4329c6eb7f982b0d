"""What an agent tells whoever runs it: the command line, a page, the fleet. Pure: no I/O."""

from dataclasses import dataclass

from signaling.messages import (
    FactAcked,
    HallRecorded,
    OrderGive,
    PointState,
    ProgrammeSending,
    Refusal,
    RollState,
    SessionState,
    Welcome,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """The coordinator welcomed us."""

    welcome: Welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnected:
    """There is no connection any more, or none came about."""

    reason: str
    "Stable: credential, revoked, replaced, lost, stopped."
    detail: str
    "For the log."
    wait_s: float | None
    "When it will be tried again, seconds from now; None for never."


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTold:
    """The open session is this one, or none."""

    session: SessionState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeTold:
    """The relay sends this to us: picture or sound alone, and why."""

    sending: ProgrammeSending


@dataclass(frozen=True, slots=True, kw_only=True)
class HallTold:
    """Which roll calls there are, or what the centre has recorded of this hall."""

    message: RollState | HallRecorded | PointState


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSaved:
    """An entry is on our disk: "đã lưu trên máy"."""

    seq: int
    entered_utc: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsRecorded:
    """Entries are in the coordinator's journal: "đã ghi nhận lúc …"."""

    acks: tuple[FactAcked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRenewed:
    """The spool had been restored from a copy; what is not acked has new numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolFailed:
    """The spool's disk does not work; what is on it will be sent when it does."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReceived:
    """The coordinator wants something done; answered through ``Agent.answer``."""

    order: OrderGive


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused:
    """The coordinator did not take something we sent."""

    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class JunkReceived:
    """The coordinator sent something we cannot read, perhaps of a newer version."""

    detail: str


Notice = (
    Connected
    | Disconnected
    | SessionTold
    | ProgrammeTold
    | HallTold
    | FactSaved
    | FactsRecorded
    | SpoolRenewed
    | SpoolFailed
    | OrderReceived
    | MessageRefused
    | JunkReceived
)
