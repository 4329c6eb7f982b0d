"""What an entered fact causes: the gate all entries pass, and who judges which kind. Pure: no I/O.

An entered fact is never refused. What has no effect (late, unknown, unreadable) is kept as it
came, acked with a note, and shown to the secretary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from signaling.entry import Body, CheckIn, FaultReport, RoomAnswer
from signaling.roll import (
    GuestCounted,
    GuestNamed,
    RollCounted,
    RollMarked,
    TransferAnnounced,
    TransferConfirmed,
)
from signaling.schema import Phase

from .attendance import guest
from .attendance.case import Case
from .attendance.check_in import check_in, count_roll, mark_roll
from .attendance.claim import Origin
from .attendance.match import Match
from .fact import EntryKept, Fact, FaultReported, Ref, RoomAnswered, Stamp
from .state import Session, State

OVER = (Phase.CLOSED, Phase.POSTPONED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact of a device, its envelope read."""

    device: str
    point: str
    session: str | None
    entered_utc: str
    kind: str
    raw: Ref
    body: Body | None
    "None when it could not be read; ``why`` says why."
    why: str | None = None
    digest: str = ""
    refs: Mapping[str, Ref] = field(default_factory=dict)
    "What was set apart of the body, by field: people and notes."
    spool: str = ""
    seq: int = 0
    found: Match | None = None
    "Whom the name or card number of a guest fits; None where names are not kept."

    @property
    def stamp(self) -> Stamp:
        """Return what every fact this may cause says of its origin."""
        return Stamp(
            point=self.point,
            device=self.device,
            entered_utc=self.entered_utc,
            digest=self.digest,
        )


def enter(state: State, entry: Entry) -> tuple[str | None, Fact]:
    """Return the session the entry belongs to and the one fact it causes. Never refuses."""
    session, why = _session_of(state, entry)
    point = state.points.get(entry.point)
    if point is None:
        return session, kept(entry, entry.why or "point_withdrawn")
    if entry.why is not None or why is not None or entry.body is None:
        return session, kept(entry, entry.why or why or "bad_body")
    origin = Origin(device=entry.device, spool=entry.spool, seq=entry.seq, utc=entry.entered_utc)
    case = Case(
        state=state,
        session=str(session),
        point=point,
        stamp=entry.stamp,
        origin=origin,
        refs=entry.refs,
        found=entry.found,
    )
    fact = _judge(case, entry.body)
    return session, kept(entry, fact) if isinstance(fact, str) else fact


def kept(entry: Entry, why: str) -> EntryKept:
    """Return the fact that keeps an entry without effect."""
    return EntryKept(**entry.stamp, entry_kind=entry.kind, why=why, raw=entry.raw)


def _judge(case: Case, body: Body) -> Fact | str:
    """Return what the entry causes, or the stable code of why it has no effect."""
    match body:
        case CheckIn():
            return check_in(case, body)
        case RollCounted():
            return count_roll(case, body)
        case RollMarked():
            return mark_roll(case, body)
        case TransferAnnounced():
            return guest.announce(case, body)
        case TransferConfirmed():
            return guest.confirm(case, body)
        case GuestCounted():
            return guest.count_guests(case, body)
        case GuestNamed():
            return guest.name_guest(case, body)
        case RoomAnswer(picture=picture, sound=sound):
            note = case.refs.get("note")
            return RoomAnswered(**case.stamp, picture=picture, sound=sound, note=note)
        case FaultReport(what=what):
            return FaultReported(**case.stamp, what=what, note=case.refs.get("note"))
        case _:
            assert_never(body)


def _session_of(state: State, entry: Entry) -> tuple[str | None, str | None]:
    """Return the session an entry is for, and why it can have no effect there."""
    if entry.session is None:
        current = state.session
        return (None, "no_session") if current is None else (current.id, None)
    session: Session | None = state.sessions.get(entry.session)
    if session is None:
        return None, "unknown_session"
    return session.id, "session_over" if session.phase in OVER else None
