"""``/ws/watch``: one picture of the session for every screen, as a snapshot and patches.

Changes are gathered and leave at most four times a second: a verdict as soon as that allows,
figures of lines once a second, as often as they are measured. Each screen has a task of its own
that sends it whatever changed after the revision it holds: a slow screen gets fewer, larger
patches and nobody waits for it; its memory is one number.
"""

import asyncio
import time
from collections.abc import Sequence

import msgspec
import structlog
from aiohttp import WSMsgType, web

from coordinator import fact as f
from coordinator.access import Principal
from coordinator.account.fact import SignedOut
from coordinator.alarm import fact as a
from coordinator.alarm import state as alarm_state
from coordinator.alarm.picture import alarm_view, gone, listed, unnamed
from coordinator.allowance import Allowance
from coordinator.api.context import Context
from coordinator.api.problem import ProblemRaised
from coordinator.api.route import authorize
from coordinator.attendance.touch import touched
from coordinator.person import Person
from coordinator.picture import link_view, media_view, session_view
from coordinator.policy import Action
from coordinator.shedding import Shed
from coordinator.state import Recorded
from coordinator.totals import Totals
from signaling.messages import CLOSE_CREDENTIAL, CLOSE_PROTOCOL, CLOSE_SLOW
from signaling.timer import Timer
from signaling.watch import (
    AlarmView,
    Patch,
    PointView,
    Resync,
    SessionView,
    Snapshot,
    Tick,
    TotalsView,
)

log = structlog.get_logger(__name__)

FLUSH_S = 0.25
"Between two patches at least."
GATHER_S = 0.02
"What happens together is shown together: a hall's loss and its alarm."
MEASURED_S = 1.0
"Between two patches that bring only what was measured."
SHED_FLUSH_S = 2.0
"While the coordinator has too much to do."
MOST = 1_000
"Points looked at in one flush: so many keep the loop for 50 ms, the rest comes with the next."
SESSION_S = 1.0
"How often the session's view is looked at for what changes by time alone."
TICK_S = 2.0
SEND_TIMEOUT_S = 10.0
HEARTBEAT_S = 10.0
MAX_MESSAGE_BYTES = 4096
RATE_PER_S = 1.0
BURST = 20.0
"Screens say almost nothing; each word may cost a snapshot."

_NOBODY = Person(name="")
_encoder = msgspec.json.Encoder()
_resync = msgspec.json.Decoder(Resync)


class Feed:
    """The picture all screens share, and its revisions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._runtime = context.runtime
        self._loop = asyncio.get_running_loop()
        self._rev = 1
        self._views: dict[str, PointView] = {}
        self._point_rev: dict[str, int] = {}
        self._gone_rev: dict[str, int] = {}
        self._dirty: set[str] = set()
        self._measured: set[str] = set()
        "Points of which only telemetry is new."
        self._alarm_rev: dict[str, int] = dict.fromkeys(listed(self._runtime.state), self._rev)
        self._alarm_gone_rev: dict[str, int] = {}
        self._alarms_dirty: set[str] = set()
        self._patches: dict[tuple[int, bool], bytes] = {}
        self._watchers: set[_Watcher] = set()
        for code in self._runtime.state.points:
            self._views[code] = context.point_view(code)
            self._point_rev[code] = self._rev
        self._sums = Totals(self._views.values())
        self._totals = self._sums.view
        self._session = self._session_now()
        self._media = media_view(context.media())
        self._totals_rev = self._session_rev = self._media_rev = self._rev
        self._flush_timer = Timer(self._flush)
        self._flushed_at = self._loop.time()
        self._session_timer = self._loop.call_later(SESSION_S, self._look)
        self._runtime.listen(self._hear)

    @property
    def totals(self) -> TotalsView:
        """The sums as screens have them."""
        return self._totals

    @property
    def watchers(self) -> int:
        """How many screens are connected."""
        return len(self._watchers)

    def touch(self, point: str) -> None:
        """A point's telemetry changed in a way that a screen shows."""
        self._measured.add(point)
        self._flush_timer.advance(self._flushed_at + MEASURED_S)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Feed one screen until it leaves, or is not let in any more.

        Raises:
            ProblemRaised: If it is not let in.

        """
        caller = authorize(request, Action.LOOK)
        socket = web.WebSocketResponse(
            compress=False, heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES
        )
        await socket.prepare(request)
        watcher = _Watcher(self, socket, request, caller)
        self._watchers.add(watcher)
        writer = asyncio.create_task(watcher.write(), name="feed a screen")
        try:
            allowance = Allowance(RATE_PER_S, BURST)
            async for frame in socket:
                if not allowance.take(time.monotonic()):
                    watcher.end(CLOSE_PROTOCOL, "too many messages")
                    break
                if frame.type is WSMsgType.TEXT and _is_resync(frame.data):
                    watcher.resync()
        finally:
            self._watchers.discard(watcher)
            # One that is being shown out must still read why: its goodbye is on the way.
            if not watcher.ending:
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket

    async def close(self) -> None:
        """Stop the timers and tell every screen that the coordinator restarts."""
        self._session_timer.cancel()
        self._flush_timer.cancel()
        for watcher in list(self._watchers):
            await watcher.close(1012, "restart")

    def snapshot(self, caller: Principal) -> tuple[int, bytes]:
        """Return everything, and the revision it is of."""
        names = caller.may(Action.READ_NAMES)
        points = {code: self._for(code, names) for code in self._views}
        snapshot = Snapshot(
            epoch=self._runtime.boot,
            rev=self._rev,
            now=_now_ms(),
            role=caller.role.value,
            session=self._session,
            totals=self._totals,
            media=self._media,
            points=points,
            alarms={id_: self._alarm(id_, names) for id_ in self._alarm_rev},
            me=caller.id,
        )
        return self._rev, _encoder.encode(snapshot)

    def patch(self, base: int, names: bool) -> tuple[int, bytes]:
        """Return what changed after ``base``, and the revision it leads to."""
        known = self._patches.get((base, names))
        if known is None:
            known = self._patches[base, names] = _encoder.encode(self._patch(base, names))
        return self._rev, known

    def tick(self) -> bytes:
        """Return the sign of life."""
        return _encoder.encode(Tick(epoch=self._runtime.boot, rev=self._rev, now=_now_ms()))

    @property
    def rev(self) -> int:
        """The present revision."""
        return self._rev

    def _patch(self, base: int, names: bool) -> Patch:
        return Patch(
            epoch=self._runtime.boot,
            base=base,
            rev=self._rev,
            now=_now_ms(),
            session=self._session if self._session_rev > base else None,
            totals=self._totals if self._totals_rev > base else None,
            media=self._media if self._media_rev > base else None,
            set={c: self._for(c, names) for c, rev in self._point_rev.items() if rev > base},
            gone=tuple(code for code, rev in self._gone_rev.items() if rev > base),
            alarms={i: self._alarm(i, names) for i, rev in self._alarm_rev.items() if rev > base},
            alarms_gone=tuple(i for i, rev in self._alarm_gone_rev.items() if rev > base),
        )

    def _alarm(self, id_: str, names: bool) -> AlarmView:
        name_of = self._context.name_of if names else unnamed
        return alarm_view(self._runtime.state, id_, name_of)

    def _for(self, code: str, names: bool) -> PointView:
        """Return a point's view; with the contact for those who may read names."""
        view = self._views[code]
        point = self._runtime.state.points.get(code)
        if not names or point is None:
            return view
        contact = self._runtime.person(point.contact) or _NOBODY
        deputy = self._runtime.person(point.deputy) or _NOBODY
        return msgspec.structs.replace(
            view,
            contact_name=contact.name or None,
            contact_phone=contact.phone or None,
            deputy_name=deputy.name or None,
            deputy_phone=deputy.phone or None,
        )

    def _hear(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            match row.fact:
                case f.PointEntered(code=code) | f.PointWithdrawn(code=code):
                    self._dirty.add(code)
                case (
                    f.PresenceChanged(point=code)
                    | f.ReceptionChanged(point=code)
                    | f.ReadinessChanged(point=code)
                    | f.PreflightDone(point=code)
                    | a.LinkChanged(point=code)
                    | a.RenditionChosen(point=code)
                ):
                    self._dirty.add(code)
                case f.PhaseEntered() | f.SessionPlanned():
                    # What a tile shows depends on the phase.
                    self._dirty.update(self._runtime.state.points)
                case f.TokenRevoked(token=token):
                    self._cut(token)
                case a.PointsShared(points=codes):
                    self._dirty.update(codes)
                case fact if isinstance(fact, alarm_state.FACTS):
                    self._hear_alarm(fact)
                case SignedOut(signin=signin):
                    self._cut(signin)
                case _:
                    self._dirty.update(touched(self._runtime.state, row))
        self._arm()

    def _hear_alarm(self, fact: f.Fact) -> None:
        """Note which lines of the list must be drawn anew; an incident for its members."""
        for id_ in alarm_state.named(fact):
            self._alarms_dirty.add(id_)
            incident = self._runtime.state.alarms.by_id[id_].incident
            if incident is not None:
                self._alarms_dirty.add(incident)

    def _arm(self) -> None:
        wait_s = SHED_FLUSH_S if self._context.sheds(Shed.DASHBOARDS) else FLUSH_S
        self._flush_timer.advance(max(self._loop.time() + GATHER_S, self._flushed_at + wait_s))

    def _flush(self, now: float) -> None:
        """Turn what was gathered into one new revision."""
        self._flushed_at = now
        dirty = self._take_dirty()
        measured, self._measured = self._measured - dirty, set()
        rev = self._rev + 1
        moved = [code for code in dirty if self._renew(code, rev)]
        remeasured = [code for code in measured if self._remeasure(code, rev)]
        if moved:
            totals = self._sums.view
            if totals != self._totals:
                self._totals, self._totals_rev = totals, rev
        session, media = self._session_now(), media_view(self._context.media())
        if session != self._session:
            self._session, self._session_rev = session, rev
        if media != self._media:
            self._media, self._media_rev = media, rev
        alarmed = self._renew_alarms(rev)
        if moved or remeasured or alarmed or rev in (self._session_rev, self._media_rev):
            self._publish(rev)

    def _renew_alarms(self, rev: int) -> bool:
        """Look at the alarms that changed; return whether a screen must know."""
        dirty, self._alarms_dirty = self._alarms_dirty, set()
        for id_ in dirty:
            if gone(self._runtime.state, id_):
                self._alarm_rev.pop(id_, None)
                self._alarm_gone_rev[id_] = rev
            else:
                self._alarm_rev[id_] = rev
        return bool(dirty)

    def _renew(self, code: str, rev: int) -> bool:
        """Look at a point anew; return whether a screen must know."""
        if code not in self._runtime.state.points:
            left = self._views.pop(code, None)
            if left is None:
                return False
            self._sums.remove(left)
            self._point_rev.pop(code)
            self._gone_rev[code] = rev
            return True
        view = self._context.point_view(code)
        before = self._views.get(code)
        if before == view:
            return False
        if before is not None:
            self._sums.remove(before)
        self._sums.add(view)
        self._views[code], self._point_rev[code] = view, rev
        self._gone_rev.pop(code, None)
        return True

    def _take_dirty(self) -> set[str]:
        """Return the points to look at in this flush."""
        dirty, self._dirty = self._dirty, set()
        if len(dirty) > MOST:
            codes = list(dirty)
            dirty, self._dirty = set(codes[:MOST]), set(codes[MOST:])
            self._arm()
        return dirty

    def _remeasure(self, code: str, rev: int) -> bool:
        """Look at a point's telemetry alone: its people and verdicts cost twenty times as much."""
        view = self._views.get(code)
        if view is None:
            return False
        link, decoding = self._context.watch.telemetry(code)
        if decoding is not view.decoding:
            return self._renew(code, rev)
        shown = link_view(link)
        if shown == view.link:
            return False
        self._views[code] = msgspec.structs.replace(view, link=shown)
        self._point_rev[code] = rev
        return True

    def _publish(self, rev: int) -> None:
        self._rev = rev
        self._patches.clear()
        for watcher in self._watchers:
            watcher.wake()

    def _look(self) -> None:
        self._session_timer = self._loop.call_later(SESSION_S, self._look)
        self._arm()

    def _session_now(self) -> SessionView:
        state = self._runtime.state
        chair = self._runtime.person(state.session.chair) if state.session else None
        context = self._context
        rolls, lines = context.rolls, context.lines
        return session_view(state, context.board(), time.time(), chair, rolls=rolls, lines=lines)

    def _cut(self, key: str) -> None:
        """Show out the screens of a token or of a sign-in."""
        for watcher in self._watchers:
            if key in (watcher.caller.id, watcher.caller.signin):
                watcher.end(CLOSE_CREDENTIAL, "revoked")


class _Watcher:
    """One screen."""

    def __init__(
        self, feed: Feed, socket: web.WebSocketResponse, request: web.Request, caller: Principal
    ) -> None:
        self.caller = caller
        self._feed = feed
        self._socket = socket
        self._request = request
        self._transport = request.transport
        self._names = caller.may(Action.READ_NAMES)
        self._rev: int | None = None
        "None: a snapshot is due."
        self._wake = asyncio.Event()
        self._end: tuple[int, str] | None = None

    @property
    def ending(self) -> bool:
        """Whether it is being shown out."""
        return self._end is not None

    def wake(self) -> None:
        """There is a new revision."""
        self._wake.set()

    def resync(self) -> None:
        """The screen lost track and wants everything."""
        self._rev = None
        self._wake.set()

    def end(self, code: int, reason: str) -> None:
        """Close the screen's connection from within its own task."""
        self._end = self._end or (code, reason)
        self._wake.set()

    async def close(self, code: int, reason: str) -> None:
        """Close the screen's connection."""
        await self._socket.close(code=code, message=reason.encode())

    async def write(self) -> None:
        """Send the screen what it lacks until its connection ends."""
        try:
            while self._end is None:
                await self._send(self._next())
                await self._wait()
                self._check()
            await self.close(*self._end)
        except (TimeoutError, ConnectionError) as error:
            log.info("screen.cut", error=repr(error), code=CLOSE_SLOW)
            if self._transport is not None:
                self._transport.abort()

    def _check(self) -> None:
        """See that what let the screen in still does: it may have expired meanwhile."""
        try:
            authorize(self._request, Action.LOOK)
        except ProblemRaised:
            self.end(CLOSE_CREDENTIAL, "expired")

    def _next(self) -> bytes:
        self._wake.clear()
        if self._rev is None:
            self._rev, text = self._feed.snapshot(self.caller)
        elif self._rev < self._feed.rev:
            self._rev, text = self._feed.patch(self._rev, self._names)
        else:
            text = self._feed.tick()
        return text

    async def _send(self, text: bytes) -> None:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await self._socket.send_str(text.decode())

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(TICK_S):
                await self._wake.wait()
        except TimeoutError:
            return


def _is_resync(text: str) -> bool:
    try:
        _resync.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


def _now_ms() -> int:
    return round(time.time() * 1000)
