"""The journal's meaning: ``evolve`` folds one recorded fact into the state. Pure: no I/O.

``evolve`` never fails on a fact that ``decide`` could have caused, never looks at a clock, and
replaces only the parts the fact touches, so its cost does not depend on how many there are.
Replaying the journal gives the same state; ``tests/coordinator/test_fold.py`` checks it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from signaling.media_plane import POINT_PREFIX
from signaling.schema import Broadcast, Phase, Presence, Reception, RenditionChoice

from . import fact as f
from .account import state as account_state
from .account.fact import ACCOUNT_FACTS
from .alarm import fact as a
from .alarm import state as alarm_state
from .attendance import fact as r
from .attendance.fold import ATTENDANCE_EVOLVE
from .attendance.register import Register
from .session import OPEN
from .state import (
    Device,
    FaultWord,
    JoinCode,
    Order,
    Preflight,
    Receipt,
    Receipts,
    Recorded,
    RoomWord,
    Session,
    State,
    Status,
    Token,
)

F = TypeVar("F", bound=f.Fact)


def evolve(state: State, row: Recorded) -> None:
    """Fold one recorded fact into the state."""
    kind = type(row.fact)
    _EVOLVE[kind](state, row, row.fact)
    if kind in _REFERRING and row.session is not None:
        refs = (getattr(row.fact, name) for name in _REFERRING[kind])
        known = state.registers.setdefault(row.session, Register())
        known.refs.update(ref for ref in refs if ref is not None)
    if row.origin is not None:
        _receive(state, row)


def replay(rows: Iterable[Recorded]) -> State:
    """Return the state after a whole journal."""
    state = State()
    for row in rows:
        evolve(state, row)
    return state


def _receive(state: State, row: Recorded) -> None:
    """Remember that an entered fact is in the journal."""
    device, spool, seq = str(row.origin).split("/")
    note = row.fact.why if isinstance(row.fact, f.EntryKept) else None
    fact = row.fact
    digest, remark = (fact.digest, fact.remark) if isinstance(fact, f.EnteredFact) else ("", None)
    receipts = state.receipts.get((device, spool))
    if receipts is None:
        receipts = state.receipts[device, spool] = Receipts()
    receipts.add(int(seq), Receipt(row.utc, note, digest, remark))


def _load_shed(state: State, _row: Recorded, fact: f.LoadShed) -> None:
    state.shed = fact.what


def _started(state: State, row: Recorded, _fact: f.CoordinatorStarted) -> None:
    """Presence and reception are earned anew after every start."""
    state.shed = f.NOTHING_SHED
    for code, status in state.status.items():
        state.status[code] = replace(
            status,
            presence=_after_start(status.presence),
            presence_why="restarted" if status.presence_why != "never_seen" else "never_seen",
            presence_utc=row.utc,
            reception=Reception.UNKNOWN,
            reception_why="restarted",
            reception_utc=row.utc,
        )
    # Who was asked before cannot answer us any more.
    for order in state.orders.values():
        if order.outcome is None:
            state.orders[order.id] = replace(
                order, outcome="no_answer", why="restarted", ended_utc=row.utc
            )


def _after_start(presence: Presence) -> Presence:
    """Who was never seen stays so, who left has left; the rest is unknown."""
    if presence in (Presence.NEVER_SEEN, Presence.LEFT):
        return presence
    return Presence.UNKNOWN


def _point_entered(state: State, row: Recorded, fact: f.PointEntered) -> None:
    state.points[fact.code] = fact
    state.withdrawn.pop(fact.code, None)
    if fact.code not in state.status:
        state.absent.add(fact.code)
    state.status.setdefault(
        fact.code,
        Status(presence_utc=row.utc, reception_utc=row.utc, readiness_utc=row.utc),
    )


def _point_withdrawn(state: State, _row: Recorded, fact: f.PointWithdrawn) -> None:
    point = state.points.pop(fact.code, None)
    state.status.pop(fact.code, None)
    state.absent.discard(fact.code)
    state.shares.pop(fact.code, None)
    state.renditions.pop(fact.code, None)
    state.preflights.pop(fact.code, None)
    if point is not None:
        state.withdrawn[fact.code] = point
    session = state.session
    if session is not None and session.floor == fact.code:
        _set_session(state, session.id, floor=None, floor_utc="")
    if session is not None and session.source == POINT_PREFIX + fact.code:
        _set_session(state, session.id, source="auto")


def _code_issued(state: State, _row: Recorded, fact: f.CodeIssued) -> None:
    state.codes[fact.code] = JoinCode(
        id=fact.code,
        hash=fact.hash,
        roles=fact.roles,
        point=fact.point,
        single_use=fact.single_use,
        expires_utc=fact.expires_utc,
    )
    state.code_by_hash[fact.hash] = fact.code


def _code_revoked(state: State, _row: Recorded, fact: f.CodeRevoked) -> None:
    state.codes[fact.code] = replace(state.codes[fact.code], revoked=True)


def _device_enrolled(state: State, row: Recorded, fact: f.DeviceEnrolled) -> None:
    state.devices[fact.device] = Device(
        id=fact.device,
        point=fact.point,
        role=fact.role,
        hash=fact.hash,
        code=fact.code,
        enrolled_utc=row.utc,
        attempt=fact.attempt,
    )
    code = state.codes.get(fact.code)
    if code is not None:
        state.codes[code.id] = replace(code, used=True)


def _device_contested(_state: State, _row: Recorded, _fact: f.DeviceContested) -> None:
    """An alarm hears of it; the device is as it was."""


def _device_revoked(state: State, _row: Recorded, fact: f.DeviceRevoked) -> None:
    device = state.devices[fact.device]
    state.devices[fact.device] = replace(device, revoked=True)
    _forget_preflight(state, device)


def _forget_preflight(state: State, device: Device) -> None:
    """What a machine found of itself says nothing of the one that takes its place."""
    known = state.preflights.get(device.point, {})
    if device.id in known:
        state.preflights[device.point] = {k: v for k, v in known.items() if k != device.id}


def _token_issued(state: State, _row: Recorded, fact: f.TokenIssued) -> None:
    state.tokens[fact.token] = Token(
        id=fact.token,
        role=fact.role,
        name=fact.name,
        hash=fact.hash,
        expires_utc=fact.expires_utc,
    )


def _token_revoked(state: State, _row: Recorded, fact: f.TokenRevoked) -> None:
    state.tokens[fact.token] = replace(state.tokens[fact.token], revoked=True)


def _session_planned(state: State, row: Recorded, fact: f.SessionPlanned) -> None:
    known = state.sessions.get(fact.id) or Session(
        id=fact.id, title=fact.title, start_utc=fact.start_utc, phase_utc=row.utc
    )
    state.sessions[fact.id] = replace(
        known,
        title=fact.title,
        start_utc=fact.start_utc,
        chair=fact.chair,
        main_point=fact.main_point,
        cloned_from=fact.cloned_from,
    )


def _phase_entered(state: State, row: Recorded, fact: f.PhaseEntered) -> None:
    session = state.sessions[str(row.session)]
    live_utc = row.utc if fact.phase is Phase.LIVE else session.live_utc
    if fact.phase is Phase.CHECK_IN:
        live_utc = None
    state.sessions[session.id] = replace(
        session, phase=fact.phase, phase_utc=row.utc, live_utc=live_utc
    )
    if fact.phase in OPEN:
        state.open_session = session.id
    elif state.open_session == session.id:
        state.open_session = None


def _broadcast_set(state: State, row: Recorded, fact: f.BroadcastSet) -> None:
    _set_session(state, str(row.session), broadcast=Broadcast(fact.broadcast))


def _floor_given(state: State, row: Recorded, fact: f.FloorGiven) -> None:
    _set_session(state, str(row.session), floor=fact.point, floor_utc=row.utc if fact.point else "")


def _source_chosen(state: State, row: Recorded, fact: f.SourceChosen) -> None:
    _set_session(state, str(row.session), source=fact.source)


def _set_session(state: State, session: str, **values: Any) -> None:
    state.sessions[session] = replace(state.sessions[session], **values)


def _presence_changed(state: State, row: Recorded, fact: f.PresenceChanged) -> None:
    if fact.presence is not Presence.NEVER_SEEN:
        state.absent.discard(fact.point)
    _set_status(
        state,
        fact.point,
        presence=fact.presence,
        presence_why=fact.why,
        presence_utc=row.utc,
    )


def _reception_changed(state: State, row: Recorded, fact: f.ReceptionChanged) -> None:
    _set_status(
        state,
        fact.point,
        reception=fact.reception,
        reception_why=fact.why,
        reception_utc=row.utc,
    )


def _readiness_changed(state: State, row: Recorded, fact: f.ReadinessChanged) -> None:
    _set_status(
        state,
        fact.point,
        readiness=fact.readiness,
        readiness_why=fact.why,
        readiness_utc=row.utc,
    )


def _link_changed(state: State, row: Recorded, fact: a.LinkChanged) -> None:
    _set_status(state, fact.point, link=fact.link, link_why=fact.why, link_utc=row.utc)


def _preflight_done(state: State, row: Recorded, fact: f.PreflightDone) -> None:
    devices = state.preflights.get(fact.point, {})
    before = devices.get(fact.device)
    findings = dict(before.findings) if before else {}
    findings |= {finding.check: finding for finding in fact.findings}
    preflight = Preflight(run=fact.run, utc=row.utc, findings=findings)
    state.preflights[fact.point] = devices | {fact.device: preflight}


def _session_overridden(_state: State, _row: Recorded, _fact: f.SessionOverridden) -> None:
    """For the report; the phase that follows it is what counts."""


def _set_status(state: State, point: str, **values: Any) -> None:
    status = state.status.get(point)
    if status is not None:
        state.status[point] = replace(status, **values)


def _room_answered(state: State, row: Recorded, fact: f.RoomAnswered) -> None:
    state.rooms[str(row.session), fact.point] = RoomWord(
        picture=fact.picture, sound=fact.sound, note=fact.note, recorded_utc=row.utc
    )


def _fault_reported(state: State, row: Recorded, fact: f.FaultReported) -> None:
    state.faults[str(row.session), fact.point] = FaultWord(
        what=fact.what, note=fact.note, recorded_utc=row.utc
    )


def _account(state: State, _row: Recorded, fact: f.Fact) -> None:
    account_state.evolve(state.accounts, fact)


def _entry_kept(state: State, row: Recorded, _fact: f.EntryKept) -> None:
    state.kept[row.n] = row


def _alarm(state: State, row: Recorded, fact: f.Fact) -> None:
    alarm_state.evolve(state.alarms, fact, _mark(row), row.session)


def _mark(row: Recorded) -> alarm_state.Mark:
    return alarm_state.Mark(row.utc, row.fact.KIND, row.actor)


def _points_shared(state: State, _row: Recorded, fact: a.PointsShared) -> None:
    for code in fact.points:
        if fact.technician is None:
            state.shares.pop(code, None)
        else:
            state.shares[code] = fact.technician


def _rendition_chosen(state: State, row: Recorded, fact: a.RenditionChosen) -> None:
    if fact.choice is RenditionChoice.AUTO:
        state.renditions.pop(fact.point, None)
    else:
        state.renditions[fact.point] = (row.session, fact.choice)


def _order_given(state: State, row: Recorded, fact: a.OrderGiven) -> None:
    state.orders[fact.order] = Order(
        id=fact.order,
        point=fact.point,
        device=fact.device,
        action=fact.action,
        given_utc=row.utc,
        given_by=row.actor,
    )
    state.orders_of.setdefault(fact.point, []).append(fact.order)


def _order_ended(state: State, row: Recorded, fact: a.OrderEnded) -> None:
    state.orders[fact.order] = replace(
        state.orders[fact.order], outcome=fact.outcome, why=fact.why, ended_utc=row.utc
    )


_REFERRING: dict[type[f.Fact], tuple[str, ...]] = {
    f.CheckedIn: ("in_charge", "note"),
    r.RollCounted: ("note",),
    r.TransferAnnounced: ("note",),
    r.GuestCounted: ("unit",),
    r.GuestNamed: ("who",),
    r.ConflictResolved: ("reason",),
    r.EntrySettled: ("how",),
    f.RoomAnswered: ("note",),
    f.FaultReported: ("note",),
    f.EntryKept: ("raw",),
}
"Where facts of a session refer to what retention deletes."

_EVOLVE: dict[type[f.Fact], Callable[[State, Recorded, Any], None]] = {
    f.CoordinatorStarted: _started,
    f.LoadShed: _load_shed,
    f.PointEntered: _point_entered,
    f.PointWithdrawn: _point_withdrawn,
    f.TokenIssued: _token_issued,
    f.TokenRevoked: _token_revoked,
    f.CodeIssued: _code_issued,
    f.CodeRevoked: _code_revoked,
    f.DeviceEnrolled: _device_enrolled,
    f.DeviceRevoked: _device_revoked,
    f.DeviceContested: _device_contested,
    f.SessionPlanned: _session_planned,
    f.PhaseEntered: _phase_entered,
    f.SessionOverridden: _session_overridden,
    f.BroadcastSet: _broadcast_set,
    f.FloorGiven: _floor_given,
    f.SourceChosen: _source_chosen,
    f.PresenceChanged: _presence_changed,
    f.ReceptionChanged: _reception_changed,
    f.ReadinessChanged: _readiness_changed,
    **ATTENDANCE_EVOLVE,
    f.PreflightDone: _preflight_done,
    f.RoomAnswered: _room_answered,
    f.FaultReported: _fault_reported,
    f.EntryKept: _entry_kept,
    **dict.fromkeys(alarm_state.FACTS, _alarm),
    a.PointsShared: _points_shared,
    a.OrderGiven: _order_given,
    a.OrderEnded: _order_ended,
    a.RenditionChosen: _rendition_chosen,
    a.LinkChanged: _link_changed,
    **dict.fromkeys(ACCOUNT_FACTS, _account),
}
