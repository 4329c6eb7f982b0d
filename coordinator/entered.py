"""What an entered fact causes: the gate all entries pass, and who judges which kind. Pure: no I/O.

An entered fact is never refused. What has no effect (late, unknown, unreadable) is kept as it
came, acked with a note, and shown to the secretary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from signaling.entry import Body, CheckIn, FaultReport, RoomAnswer
from signaling.schema import Phase

from .attendance import check_in
from .fact import EntryKept, Fact, FaultReported, PointEntered, Ref, RoomAnswered, Stamp
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
    fact = _judge(point, entry, entry.body)
    return session, kept(entry, fact) if isinstance(fact, str) else fact


def kept(entry: Entry, why: str) -> EntryKept:
    """Return the fact that keeps an entry without effect."""
    return EntryKept(**entry.stamp, entry_kind=entry.kind, why=why, raw=entry.raw)


def _judge(point: PointEntered, entry: Entry, body: Body) -> Fact | str:
    """Return what the entry causes, or the stable code of why it has no effect."""
    match body:
        case CheckIn():
            return check_in(point, entry.stamp, body, entry.refs)
        case RoomAnswer(picture=picture, sound=sound):
            note = entry.refs.get("note")
            return RoomAnswered(**entry.stamp, picture=picture, sound=sound, note=note)
        case FaultReport(what=what):
            return FaultReported(**entry.stamp, what=what, note=entry.refs.get("note"))
        case _:
            return "unknown_kind"


def _session_of(state: State, entry: Entry) -> tuple[str | None, str | None]:
    """Return the session an entry is for, and why it can have no effect there."""
    if entry.session is None:
        current = state.session
        return (None, "no_session") if current is None else (current.id, None)
    session: Session | None = state.sessions.get(entry.session)
    if session is None:
        return None, "unknown_session"
    return session.id, "session_over" if session.phase in OVER else None
