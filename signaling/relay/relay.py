"""The relay: its sessions, sources and outputs, and the clock that drives them.

Shell: every rule of forwarding is in the pure modules beside it. Here sessions are opened
and ended, packets carried between transports and cores, and once a second everything is
told. One task, ``run``, owns the clock; connecting and closing are tasks of its group.
"""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from msgspec.structs import replace

from signaling.media_errors import BadSdp, MediaRefused, TransportFailed
from signaling.media_plane import (
    POINT_PREFIX,
    PROGRAMME,
    RENDITION_OF,
    RETURN,
    STUDIO,
    STUDIO_BACKUP,
    CodecChanged,
    EndReason,
    Opened,
    OutputChanged,
    PlaneSample,
    Rendition,
    Session,
    SessionConnected,
    SessionEnded,
    SourceChanged,
    ViewerChanged,
)
from signaling.negotiation import H264
from signaling.packet_transport import CloseReason, PacketTransport
from signaling.sdp import TransportDescription, parse_fragment

from .clock import NTP_UNIX_S
from .control import Push
from .forward import Egress
from .intake import Intake
from .line import Line
from .opening import read_publish_offer, read_view_offer
from .output import Output
from .pacing import new_departures
from .plan import LOW, VIDEO, Planner, plan_programme, plan_return
from .programme import SLATE, Programme
from .session import Publication, Watching
from .settings import RelaySettings
from .slate import Frames, Slate
from .steward import Feeds, Steward
from .traffic import Load, Traffic
from .viewing import Viewing

logger = logging.getLogger(__name__)

# Sound of the slate is due every 20 ms; repairs are asked for as often.
TICK_S = 0.02
REPORT_S = 1.0
# All goodbyes together; a process manager kills what takes longer.
DRAIN_S = 1.5
SLATE_KEY_INTERVAL_S = 0.5
# Of what one picture may have, where its publisher sends a low one in the same session.
BOTH = 1.25
_POINT = re.compile(rf"{POINT_PREFIX}[A-Za-z0-9][A-Za-z0-9_.-]{{0,31}}")
_ENDS = {
    CloseReason.LOCAL: EndReason.CLIENT,
    CloseReason.REMOTE: EndReason.CLIENT,
    CloseReason.SILENCE: EndReason.SILENCE,
    CloseReason.FAILED: EndReason.FAILED,
}


class Relay:
    """One relay, on the running loop.

    Args:
        settings: See there.
        pictures: The slate, encoded, by codec.
        push: Called with every event and sample, on the loop. Must not block or raise.

    """

    def __init__(
        self, settings: RelaySettings, pictures: Mapping[str, Frames], push: Callable[[Push], None]
    ) -> None:
        self._settings = settings
        self._push = push
        self._loop = asyncio.get_running_loop()
        self._started_at = self._loop.time()
        self._ntp_epoch_s = time.time() + NTP_UNIX_S - self._started_at
        self._slate = Slate(pictures, H264, self._started_at)
        self._slate_key_at, self._slate_key_wanted = -1e9, False
        self._line = Line(settings.budget_bps)
        self._steward = Steward(settings.budget_bps, settings.ceiling_bps)
        self._feeds: dict[str, Feeds] = {}
        self._lag_s = 0.0
        self._traffic = Traffic(self._started_at)
        self._load = Load(time.process_time(), self._started_at)
        self._sessions: dict[str, Publication | Watching] = {}
        self._outputs = {
            PROGRAMME: self._new_output(PROGRAMME, plan_programme),
            RETURN: self._new_output(RETURN, plan_return),
        }
        self._publications: dict[str, Publication] = {}
        self._chosen: Mapping[str, Rendition] = {}
        self._tasks = asyncio.TaskGroup()
        self._spawned: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self.codec = H264
        "Which the picture of every session is in."

    # --- life -------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve until ``drain``. Ends all sessions on the way out, however it ends."""
        try:
            async with self._tasks:
                self._tasks.create_task(self._keep_time())
                await self._stop.wait()
                await self._close_all()
        finally:
            self._stop.set()

    def drain(self) -> None:
        """Let ``run`` say goodbye to everybody and end. Calling it twice is safe."""
        self._stop.set()

    def draining(self) -> bool:
        """Tell whether new sessions are refused."""
        return self._stop.is_set()

    # --- commands ---------------------------------------------------------------------

    async def publish(self, source: str, offer: str, who: str, takeover: bool) -> Opened:
        """Open a publisher's session; see ``MediaPlane.publish``."""
        self._check_open()
        named = (STUDIO, STUDIO_BACKUP, *RENDITION_OF)
        if source not in named and not _POINT.fullmatch(source):
            raise MediaRefused("unknown_source", f"no source {source[:64]!r}")
        read = read_publish_offer(offer, self.codec, several=source not in RENDITION_OF)
        before = self._publications.get(source)
        if before is not None and not takeover and not before.gives_way(who, self._loop.time()):
            raise MediaRefused("occupied", f"{source} is being published by {before.info.who}")
        others = [p for p in self._publications.values() if p is not before]
        codec = read.video or self.codec
        if codec != self.codec and others:
            raise BadSdp(f"this session speaks {self.codec}; the offer does not have it")
        if before is not None:
            self._end(before, EndReason.REPLACED)
        if codec != self.codec:
            self._change_codec(codec)
        picture = LOW if source in RENDITION_OF else VIDEO
        intake = Intake(read.feeds(picture), _random(31) + 1, self._settings.ceiling_bps)
        info = self._info("publisher", source, who, read.offer.transport.ufrag)
        transport = PacketTransport(
            controlling=False,
            on_rtp=lambda data, at: publication.receive_rtp(data, at),
            on_rtcp=intake.receive_rtcp,
            on_closed=lambda reason: self._end(publication, _ENDS[reason]),
            options=self._settings.transport,
        )
        feeds = self._feeds.setdefault(
            RENDITION_OF.get(source, source), Feeds(self._settings.ceiling_bps)
        )
        publication = Publication(
            info, transport, intake, tuple(self._outputs.values()), self._loop.time(), feeds
        )
        publication.spare = publication.is_low
        # Before the first await: a second publisher must find the place taken.
        self._publications[source] = publication
        local = await self._open(publication, read.offer.transport)
        if info.session not in self._sessions:
            raise MediaRefused("ended", "the session was ended while it was opened")
        if not publication.is_low:
            for output in self._outputs.values():
                output.programme.add_source(source, frozenset(read.codecs), intake.clock)
        self._settle_low(publication.source)
        return Opened(session=info, answer=read.answer(local))

    async def subscribe(
        self, output: str, offer: str, who: str, *, device: str = "", beside: bool = False
    ) -> Opened:
        """Open a viewer's session; see ``MediaPlane.subscribe``."""
        self._check_open()
        source = self._output(output)
        if not beside:
            self._check_headroom()
        read = read_view_offer(offer, self.codec, _random)
        info = self._info("viewer", output, who, read.offer.transport.ufrag)
        info = replace(info, device=device)
        transport = PacketTransport(
            controlling=False,
            on_rtp=lambda data, at: None,
            on_rtcp=lambda data, at: viewing.receive_rtcp(data, at),
            on_closed=lambda reason: self._end(watching, _ENDS[reason]),
            options=self._settings.transport,
        )
        egresses = {
            name: Egress(
                address,
                transport.send_rtp_parts,
                waits_for_key=name == "video",
                send_burst=transport.send_burst,
                line=self._line,
            )
            for name, address in read.addresses.items()
        }
        viewing = Viewing(
            source.programme,
            source.outlets,
            egresses,
            cname=read.cname,
            ntp_epoch_s=self._ntp_epoch_s,
            ask_key_frame=lambda: self._ask_key_frame(watching),
            changed=lambda: self._viewer_changed(watching),
            now=self._loop.time(),
        )
        watching = Watching(info, transport, viewing, source, beside=beside)
        watching.hush()
        watching.wish(self._chosen)
        local = await self._open(watching, read.offer.transport)
        return Opened(session=info, answer=read.answer(local))

    async def trickle(self, session: str, fragment: str) -> None:
        """Add candidates; see ``MediaPlane.trickle``."""
        read = parse_fragment(fragment)
        found = self._sessions.get(session)
        if found is None:
            raise MediaRefused("unknown_session", "no such session")
        for candidate in read.candidates:
            await found.transport.add_candidate(candidate)

    def end(self, session: str, reason: EndReason) -> bool:
        """End a session; see ``MediaPlane.end``."""
        found = self._sessions.get(session)
        if found is not None:
            self._end(found, reason)
        return found is not None

    def route(self, output: str, source: str | None) -> None:
        """Put a source on an output; see ``MediaPlane.route``."""
        wanted = None if source == SLATE else source
        self._output(output).programme.set_route(wanted)
        if output == PROGRAMME:
            self._outputs[RETURN].programme.set_route(wanted)
        self._hush_speakers()

    def floor(self, source: str | None) -> None:
        """Give the floor to a hall; see ``MediaPlane.floor``."""
        if source is not None and not _POINT.fullmatch(source):
            raise MediaRefused("unknown_source", f"no hall {source[:64]!r}")
        for output in self._outputs.values():
            output.programme.set_floor(source)
        self._hush_speakers()

    def choose(self, chosen: Mapping[str, Rendition]) -> None:
        """Want renditions for some points; see ``MediaPlane.choose``."""
        self._chosen = chosen
        for session in self._sessions.values():
            if isinstance(session, Watching):
                session.wish(chosen)
        self._divide()

    def sessions(self) -> tuple[Session, ...]:
        """Return all sessions."""
        return tuple(replace(s.info, connected=s.connected) for s in self._sessions.values())

    # --- sessions ---------------------------------------------------------------------

    def _check_open(self) -> None:
        if self.draining():
            raise MediaRefused("draining", "this relay is being replaced")

    def _check_headroom(self) -> None:
        viewers = sum(isinstance(s, Watching) for s in self._sessions.values()) + 1
        if not self._steward.has_headroom(viewers):
            raise MediaRefused("no_headroom", f"the line does not carry {viewers} viewers' sound")
        if self._load.is_full():
            raise MediaRefused("no_headroom", "this machine is at its limit")

    def _divide(self, joining: Watching | None = None) -> None:
        """Give every viewer the rendition that it can have now."""
        self._steward.divide(self._viewers(joining), self._feeds, self._loop.time())

    def _viewers(self, joining: Watching | None = None) -> dict[str, tuple[Output, Viewing]]:
        return {
            name: (session.output, session.viewing)
            for name, session in self._sessions.items()
            if isinstance(session, Watching)
            and not session.beside
            and (session.connected or session is joining)
        }

    def _viewer_changed(self, watching: Watching) -> None:
        info, viewing = watching.info, watching.viewing
        if info.session not in self._sessions:
            return
        self._push(
            ViewerChanged(
                session=info.session,
                who=info.who,
                device=info.device,
                rendition=viewing.rendition(),
                why=viewing.why,
            )
        )

    def _output(self, name: str) -> Output:
        output = self._outputs.get(name)
        if output is None:
            raise MediaRefused("unknown_output", f"no output {name[:64]!r}")
        return output

    def _hush_speakers(self) -> None:
        for session in self._sessions.values():
            if isinstance(session, Watching):
                session.hush()

    def _new_output(self, name: str, planner: Planner) -> Output:
        bases = {kind: _random(32) for kind in ("video", "audio")}
        programme = Programme(bases, STUDIO, self._settings.stall_s, planner)
        programme.add_source(SLATE, frozenset(bases), self._slate.clock)
        departures = new_departures(self._settings.burst_packets, self._line)
        return Output(name, programme, departures, self._divide)

    def _info(self, role: str, name: str, who: str, ufrag: str) -> Session:
        return Session(
            session=secrets.token_hex(8),
            secret=secrets.token_urlsafe(16),
            role="publisher" if role == "publisher" else "viewer",
            name=name,
            who=who,
            codec=self.codec,
            remote_ufrag=ufrag,
        )

    async def _open(
        self, session: Publication | Watching, remote: TransportDescription
    ) -> TransportDescription:
        """Register a session and begin to look for its path; return our end."""
        self._sessions[session.info.session] = session
        try:
            await session.transport.gather()
        except TransportFailed as error:
            self._end(session, EndReason.FAILED)
            raise MediaRefused("no_address", str(error)) from error
        self._spawn(self._connect(session, remote))
        return session.transport.local(remote.answer_setup())

    async def _connect(self, session: Publication | Watching, remote: TransportDescription) -> None:
        try:
            await session.transport.connect(remote)
        except TransportFailed as error:
            logger.info("%s %s: %s", session.info.role, session.info.session, error)
            self._end(session, EndReason.FAILED)
            return
        if session.info.session not in self._sessions:
            return
        if isinstance(session, Watching):
            self._divide(session)
            session.begin()
        else:
            session.connected = True
        self._push(SessionConnected(session=session.info.session))

    def _end(self, session: Publication | Watching, reason: EndReason) -> None:
        """Forget a session at once; its sockets close by themselves."""
        info = session.info
        if self._sessions.pop(info.session, None) is None:
            return
        self._traffic.forget(info.session)
        if isinstance(session, Watching):
            session.end()
        else:
            self._withdraw(session)
        self._push(
            SessionEnded(
                session=info.session, role=info.role, name=info.name, who=info.who, reason=reason
            )
        )
        self._spawn(session.transport.close())

    def _withdraw(self, publication: Publication) -> None:
        source = publication.info.name
        if self._publications.get(source) is publication:
            del self._publications[source]
        for output in self._outputs.values():
            if not publication.is_low:
                output.programme.remove_source(source)
            elif not publication.spare:
                output.programme.remove_low(publication.source)
            output.look()
        self._settle_low(publication.source)
        if publication.up:
            self._push(SourceChanged(source=source, up=False))

    def _settle_low(self, source: str) -> None:
        """Use a second publisher's low picture as long as the source sends none itself.

        The source's own is the same picture for certain.
        """
        first = self._publications.get(source)
        spare = first is not None and first.sends_both
        for publication in self._publications.values():
            if not publication.is_low or publication.source != source:
                continue
            if publication.spare is not spare:
                publication.spare = spare
                self._use_low(publication)

    def _use_low(self, publication: Publication) -> None:
        for output in self._outputs.values():
            output.programme.remove_low(publication.source)
            if not publication.spare:
                output.programme.add_low(publication.source, publication.intake.clock)
            output.look()

    def _change_codec(self, codec: str) -> None:
        self.codec = codec
        self._slate.set_codec(codec)
        self._push(CodecChanged(codec=codec))
        for session in list(self._sessions.values()):
            if isinstance(session, Watching) and "video" in session.viewing.egresses:
                self._end(session, EndReason.CODEC_CHANGED)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(self._contained(work))
        self._spawned.add(task)
        task.add_done_callback(self._spawned.discard)

    async def _contained(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one session's task: what fails there is logged and stays there."""
        try:
            await work
        except Exception:
            logger.exception("a session's task failed")

    async def _close_all(self) -> None:
        for session in list(self._sessions.values()):
            self._end(session, EndReason.DRAINED)
        if self._spawned:
            _done, late = await asyncio.wait(self._spawned, timeout=DRAIN_S)
            for task in late:
                task.cancel()

    # --- time -------------------------------------------------------------------------

    async def _keep_time(self) -> None:
        report_at, due = self._loop.time() + REPORT_S, self._loop.time()
        while not self._stop.is_set():
            now = self._loop.time()
            self._lag_s = max(self._lag_s, now - due)
            try:
                self._tick(now)
                if now >= report_at:
                    report_at = max(report_at + REPORT_S, now)
                    self._report(now)
            except Exception:
                logger.exception("a tick failed")
            due = self._loop.time() + TICK_S
            await asyncio.sleep(TICK_S)

    def _tick(self, now: float) -> None:
        for output in self._outputs.values():
            output.programme.handle_timer(now)
            output.look()
            self._announce_cuts(output)
        self._feed_slate(now)
        for publication in list(self._publications.values()):
            if publication.connected:
                publication.give_feedback(now)
            if publication.up != publication.sends(now):
                publication.up = not publication.up
                self._push(SourceChanged(source=publication.info.name, up=publication.up))

    def _announce_cuts(self, output: Output) -> None:
        for cut in output.programme.events():
            logger.info("%s shows %s (%s)", output.name, cut.source, cut.kind)
            if cut.source == SLATE:
                self._slate.restart()
            self._push(
                OutputChanged(
                    output=output.name,
                    kind="video" if cut.kind == "video" else "audio",
                    source=cut.source,
                )
            )

    def _feed_slate(self, now: float) -> None:
        needed = any(output.needs_key_frame_of(SLATE) for output in self._outputs.values())
        wanted = needed or self._slate_key_wanted
        if wanted and now - self._slate_key_at >= SLATE_KEY_INTERVAL_S:
            self._slate_key_at, self._slate_key_wanted = now, False
            self._slate.restart()
        for packet in self._slate.handle_timer(now):
            for output in self._outputs.values():
                output.receive(SLATE, packet, now)

    def _report(self, now: float) -> None:
        for name, session in self._sessions.items():
            if session.connected:
                session.report(now)
            transport = session.transport
            self._traffic.receive(name, transport.bytes_sent, transport.packets_sent)
            if isinstance(session, Watching):
                self._traffic.receive_repairs(name, *session.viewing.repairs())
        self._traffic.handle_second(now)
        self._load.receive(time.process_time(), now)
        # Packets that waited for us were long on their way by no line's fault.
        lag_s, self._lag_s = self._lag_s, 0.0
        self._steward.handle_second(self._viewers(), self._feeds, now, lag_s=lag_s)
        self._tell_ceilings()
        self._push(self.sample())

    def _tell_ceilings(self) -> None:
        """Let every publisher know what fits; its next report says so."""
        seconds = [p for p in self._publications.values() if p.is_low and not p.spare]
        lows = {p.source for p in seconds if p.up}
        for publication in self._publications.values():
            both = publication.sends_both
            has_low = both or (publication.source in lows and not publication.is_low)
            ceiling_bps = self._steward.ceiling_bps(has_low)
            publication.intake.ceiling_bps = round(ceiling_bps * (BOTH if both else 1))

    def _ask_key_frame(self, watching: Watching) -> None:
        """Pass a viewer's wish to whatever it sees; asked at most so often there."""
        track = LOW if watching.viewing.rendition() is Rendition.LOW else VIDEO
        source = watching.output.programme.on_air(track)
        sends = [p for p in self._publications.values() if p.source == source and not p.spare]
        publication = next((p for p in sends if p.intake.has(track)), None)
        if publication is not None:
            publication.intake.want_key_frame(track)
        else:
            self._slate_key_wanted = True

    def sample(self) -> PlaneSample:
        """Return everything measured."""
        now = self._loop.time()
        return PlaneSample(
            cpu_s=time.process_time(),
            uptime_s=now - self._started_at,
            packets_forwarded=sum(o.packets_forwarded() for o in self._outputs.values()),
            viewers=sum(o.viewers for o in self._outputs.values()),
            codec=self.codec,
            uplink_bps=self._settings.uplink_bps,
            budget_bps=round(budget) if (budget := self._settings.budget_bps) else None,
            used_bps=round(self._traffic.bps),
            retransmissions=self._traffic.resent,
            retransmissions_refused=self._line.repairs_refused,
            key_requests=self._traffic.wishes,
            cpu_ratio=self._load.ratio,
            outputs=tuple(o.state() for o in self._outputs.values()),
            sessions=tuple(s.sample(now) for s in self._sessions.values()),
        )


def _random(bits: int) -> int:
    return secrets.randbits(bits)
