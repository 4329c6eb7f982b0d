"""The state as screens and programs are shown it: points, session, sums. Pure: no I/O.

A tile shows the worst of what matters in this phase. What is unknown or stale never looks good.
"""

from dataclasses import dataclass

from config.utc import parse_utc
from signaling.messages import ProgrammeSending
from signaling.schema import Decoding, Phase, Presence, Reception
from signaling.watch import (
    Condition,
    LinkView,
    MediaView,
    PeopleView,
    PointView,
    RollView,
    SessionView,
    Tile,
)

from .attendance.roll import rolls_of
from .attendance.seat import Sitting
from .attendance.total import Sum, add, point_rows
from .fact import PointEntered
from .link.link import Link
from .order.rendition import choice_of
from .person import Person
from .preflight.board import is_go
from .preflight.preflight import equipment
from .preflight.readiness import RECEIVES, MediaState
from .preflight.readiness import Condition as Met
from .reception.reception import FAULTS, PLAYER_FAULTS
from .session import may_enter, way_back_until
from .state import Attendance, State, Status

# Presence that decides the tile whatever the rest says.
BY_PRESENCE = {
    Presence.UNKNOWN: Tile.UNKNOWN,
    Presence.NEVER_SEEN: Tile.NOT_JOINED,
    Presence.LOST: Tile.LOST,
    Presence.LEFT: Tile.LEFT,
    Presence.LATE: Tile.DEGRADED,
}
PREFLIGHT = ("preflight_", "check_expired", "check_missing")
"Reasons of readiness that nothing else tells."
NEEDS_READINESS = (Phase.REHEARSAL, Phase.CHECK_IN)
SPEAKS_AGAINST = FAULTS | {"no_frames", "no_picture", "not_decoding", "room_contradicts"}
NEEDS_PROGRAMME = (Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE)
BEFORE = (Phase.PLANNED, Phase.POSTPONED)
"No programme is due, but a player that could not play it says so already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """The last that was measured of a point."""

    link: Link = Link()
    decoding: Decoding = Decoding.NONE
    sending: ProgrammeSending | None = None


def millis(utc: str) -> int:
    """Return an instant of the journal as milliseconds since 1970; 0 for none."""
    return round(parse_utc(utc) * 1000) if utc else 0


def point_view(
    state: State, code: str, telemetry: Telemetry, contact: Person | None = None
) -> PointView:
    """Return a point as screens show it. ``contact`` only for those who may read names."""
    point, status = state.points[code], state.status[code]
    session = state.session
    attendance = state.attendance.get((session.id, code)) if session else None
    phase = session.phase if session else Phase.PLANNED
    tile, why, since = _tile(status, telemetry, attendance, phase)
    sums, answered = people_of(state, point)
    return PointView(
        code=code,
        name=point.name,
        unit=point.unit,
        kind=point.kind,
        provider=point.provider,
        main=point.main,
        tile=tile,
        why=why,
        since=millis(since),
        presence=status.presence,
        presence_since=millis(status.presence_utc),
        readiness=status.readiness,
        readiness_since=millis(status.readiness_utc),
        reception=status.reception,
        reception_since=millis(status.reception_utc),
        preflight_at=max((millis(p.utc) for p in equipment(state, code)), default=None),
        decoding=telemetry.decoding,
        sending=telemetry.sending.sending if telemetry.sending else None,
        sending_why=telemetry.sending.why if telemetry.sending else "",
        rendition=choice_of(state, code),
        attendance=people_view(sums),
        checked_in_at=millis(attendance.recorded_utc) if attendance else None,
        roll_answered=answered,
        reasons=reasons(status, telemetry, attendance, phase),
        link=link_view(telemetry.link),
        contact_name=contact.name if contact else None,
        contact_phone=contact.phone if contact else None,
        place=point.place,
        share=state.shares.get(code),
        risk=state.alarms.of_others(code, session.id if session else None),
    )


def reasons(
    status: Status, telemetry: Telemetry, attendance: Attendance | None, phase: Phase
) -> tuple[str, ...]:
    """Return every stable code that speaks against the point now, worst first."""
    found: list[str] = []
    if status.presence is not Presence.ONLINE:
        found.append(status.presence_why)
    elif phase in NEEDS_PROGRAMME:
        if status.reception not in RECEIVES or status.reception_why in SPEAKS_AGAINST:
            found.append(status.reception_why)
        if status.link != "good":
            found.append(status.link_why)
        if phase in NEEDS_READINESS and status.readiness_why.startswith(PREFLIGHT):
            found.append(status.readiness_why)
    elif phase in BEFORE and status.reception_why in PLAYER_FAULTS:
        found.append(status.reception_why)
    if attendance is None and phase in (Phase.CHECK_IN, Phase.LIVE):
        found.append("not_checked_in")
    return tuple(dict.fromkeys(found))


def people_of(state: State, point: PointEntered) -> tuple[Sum, bool | None]:
    """Return a point's sums at the roll call that is meant now, and whether it answered that.

    Where a branch has not answered, its check-in is taken; before the first roll the answer
    is None.
    """
    if state.session is None:
        return Sum(expected=sum(branch.expected for branch in point.branches)), None
    register = state.registers.get(state.session.id)
    roll = register.current_roll if register is not None else None
    sitting = Sitting(state=state, session=state.session.id, roll=roll)
    sums = add(row.sum for row in point_rows(sitting, point, live=True))
    return sums, None if roll is None else sums.answered == sums.branches


def people_view(sums: Sum) -> PeopleView:
    """Return the five kinds of people; who attends elsewhere is present."""
    return PeopleView(
        expected=sums.expected,
        reported=sums.reported,
        present=sums.attended,
        excused=sums.excused,
        guests=sums.guests,
    )


def roll_views(state: State, session: str, usual: int) -> tuple[RollView, ...]:
    """Return a session's roll calls as screens show them."""
    return tuple(
        RollView(
            roll=roll.roll,
            stage=roll.stage,
            opened_at=_moment(roll.opened_utc),
            closed_at=_moment(roll.closed_utc),
            opens_at=_moment(roll.opens_utc),
            closes_at=_moment(roll.closes_utc),
            attended=roll.closing.attended if roll.closing else None,
            expected=roll.closing.expected if roll.closing else None,
            points=roll.closing.points if roll.closing else None,
            closed_by=roll.closing.name if roll.closing else None,
        )
        for roll in rolls_of(state, session, usual)
    )


def _moment(utc: str | None) -> int | None:
    return None if utc is None else millis(utc)


def session_view(
    state: State,
    conditions: tuple[Met, ...],
    now_s: float,
    chair: Person | None,
    *,
    rolls: int = 2,
    lines: tuple[float, ...] = (1.0, 0.9),
) -> SessionView:
    """Return the open session, or the next planned one, with its board.

    ``rolls`` is how many roll calls are usual, ``lines`` the shares that are asked for.
    """
    session = state.session
    if session is None:
        return SessionView()
    until = way_back_until(session)
    return SessionView(
        id=session.id,
        title=session.title,
        chair=chair.name if chair else None,
        main_point=session.main_point,
        start_at=millis(session.start_utc),
        phase=session.phase,
        phase_since=millis(session.phase_utc),
        broadcast=session.broadcast,
        way_back_until=round(until * 1000) if until is not None and until >= now_s else None,
        go=is_go(conditions),
        conditions=tuple(
            Condition(code=c.code, met=c.met, have=c.have, need=c.need, of=c.of, known=c.known)
            for c in conditions
        ),
        may_enter=may_enter(session, now_s),
        rolls=roll_views(state, session.id, rolls),
        lines=lines,
        floor=session.floor,
        floor_since=millis(session.floor_utc) or None,
        source=session.source,
    )


def media_view(media: MediaState) -> MediaView:
    """Return the media plane as screens show it."""
    return MediaView(
        relay=media.relay,
        studio=media.studio,
        backup=media.backup,
        programme=media.programme,
        sound=media.sound,
        viewers=media.viewers,
        egress_kbps=media.egress_kbps,
        uplink_kbps=media.uplink_kbps,
        budget_kbps=media.budget_kbps,
        sources=media.sources,
    )


def _tile(
    status: Status, telemetry: Telemetry, attendance: Attendance | None, phase: Phase
) -> tuple[Tile, str, str]:
    """Return the tile, the code of its reason, and since when."""
    if status.presence is not Presence.ONLINE:
        return BY_PRESENCE[status.presence], status.presence_why, status.presence_utc
    against = reasons(status, telemetry, attendance, phase)
    if status.reception is Reception.UNKNOWN and phase in NEEDS_PROGRAMME:
        return Tile.UNKNOWN, status.reception_why, status.reception_utc
    if phase is Phase.CHECK_IN:
        # Halls are still arriving: a missing head count is listed, but is no fault yet.
        against = tuple(code for code in against if code != "not_checked_in")
    if against:
        since = status.readiness_utc if against[0] == status.readiness_why else status.reception_utc
        return Tile.DEGRADED, against[0], since
    if phase not in NEEDS_PROGRAMME:
        return Tile.OK, status.presence_why, status.presence_utc
    return Tile.OK, status.reception_why, status.reception_utc


def link_view(link: Link) -> LinkView:
    """Return what was measured of a link as screens show it."""
    return LinkView(
        rtt_ms=link.rtt_ms,
        jitter_ms=link.jitter_ms,
        loss_ratio=link.loss_ratio,
        frames_per_second=link.frames_per_second,
        bitrate_kbps=link.bitrate_kbps,
        delay_ms=link.delay_ms,
        skew_ms=link.skew_ms,
    )
