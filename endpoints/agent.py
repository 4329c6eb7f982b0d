"""Runs one hall: keeps it connected, its facts safe, its programme received.

    run: dial -> greet -> converse -> wait with full jitter -> dial ...  until stop() or refused

What is said on a connection is ``link``; when it is said is ``signaling.device_connection``.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection

from config.utc import format_utc
from signaling.backoff import Backoff
from signaling.connection import LOST, Advice, Return, after_close
from signaling.device_connection import DeviceConnection
from signaling.entry import KINDS, Body
from signaling.messages import (
    PROTOCOL_VERSIONS,
    FactEnter,
    Hello,
    OrderAction,
    OrderAnswer,
    OrderGive,
    PointReport,
    PreflightReport,
    SessionState,
    encode,
)

from .dial import DialFailed, dial
from .enrolment import Enrolment
from .errors import FactInvalid
from .link import Link, LinkHost
from .machine import MachineMeter
from .notice import Connected, Disconnected, FactSaved, Notice, OrderReceived, SessionTold
from .order import Deed, Orders
from .receiver import Receiver
from .server import check_server
from .spool import Entry
from .spool_desk import SpoolDesk

SOFTWARE = "nhipcau-agent/0.2.0"

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Ending(StrEnum):
    """Why ``Agent.run`` returned."""

    STOPPED = "stopped"
    CREDENTIAL = "credential"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """What an agent is made of."""

    enrolment: Enrolment
    desk: SpoolDesk
    receiver: Receiver | None
    "None for a device that does not receive the programme."
    meter: MachineMeter
    backoff: Backoff
    notify: Callable[[Notice], None] = field(default=lambda notice: None)
    "Called on the loop with everything worth telling. Must not block and must not raise."
    wall: Callable[[], float] = time.time
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    "What the centre may order beside reception's own actions, by action."
    allow_plain: bool = False
    "Whether the credential may travel unencrypted, see ``check_server``."


class Agent:
    """The agent of one hall."""

    def __init__(self, hall: Hall) -> None:
        self.session = SessionState()
        "The open session as last told; all None when none is, or nothing was told yet."
        self._hall = hall
        self._server = check_server(hall.enrolment.server, allow_plain=hall.allow_plain)
        self._dialling: asyncio.Task[ClientConnection] | None = None
        self._link: Link | None = None
        self._stopping: str | None = None
        self._woken = asyncio.Event()
        self._receiving: asyncio.Task[None] | None = None
        deeds: dict[str, Deed] = {
            OrderAction.REJOIN_MEDIA: self._rejoin,
            OrderAction.RESTART_RECEPTION: self._restart_reception,
        }
        self._orders = Orders({**deeds, **hall.deeds}, self.answer)

    async def run(self) -> Ending:
        """Stay connected and receive the programme until ``stop``, or until we are refused."""
        self._start_receiving()
        try:
            return await self._stay_connected()
        finally:
            await self._orders.close()
            await self._stop_receiving()

    def stop(self, reason: str = "") -> None:
        """Say goodbye, close and let ``run`` return."""
        self._stopping = reason
        self._woken.set()
        if self._dialling is not None:
            self._dialling.cancel()
        if self._link is not None:
            self._link.leave(reason)

    def abort(self) -> None:
        """Drop the connection without a word. ``run`` goes on, unless it is cancelled."""
        if self._link is not None:
            self._link.abort()

    def answer(self, answer: OrderAnswer) -> None:
        """Say what became of an order. Lost when there is no connection, as the order is."""
        if self._link is not None:
            self._link.answer(answer)

    def tell(self, report: PreflightReport) -> None:
        """Tell what a preflight found. Lost when there is no connection."""
        if self._link is not None:
            self._link.tell(report)

    @property
    def clock_offset_ms(self) -> float | None:
        """How far this machine's clock is ahead of the coordinator's; None while unknown."""
        best = None if self._link is None else self._link.machine.clock.best
        if best is None:
            return None
        theirs_ms = asyncio.get_running_loop().time() * 1000 + best.offset_ms
        return self._hall.wall() * 1000 - theirs_ms

    async def enter(self, body: Body) -> FactEnter:
        """Keep what somebody entered; when this returns it is on the disk and will be sent.

        Raises:
            FactInvalid: If a number or a text is out of range; nothing was saved.
            SpoolUnavailable: If the disk did not take it; nothing was saved.

        """
        text = encode(body)
        try:
            msgspec.json.decode(text, type=type(body))
        except msgspec.ValidationError as error:
            raise FactInvalid(str(error)) from error
        kind = KINDS[type(body)]
        entry = Entry(
            kind=kind,
            body=text,
            entered_utc=format_utc(self._hall.wall()),
            session=self.session.session,
        )
        fact = await self._hall.desk.save(entry)
        if self._link is not None:
            self._link.receive_saved(fact.spool, fact.seq)
        self._hall.notify(FactSaved(seq=fact.seq, entered_utc=fact.entered_utc, kind=kind))
        return fact

    def _start_receiving(self) -> None:
        if self._hall.receiver is not None:
            self._receiving = asyncio.create_task(self._hall.receiver.run())

    async def _stop_receiving(self) -> None:
        task, self._receiving = self._receiving, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _rejoin(self, _order: OrderGive) -> str:
        """Leave the programme and fetch it anew."""
        if self._hall.receiver is None:
            return "not_receiving"
        await self._hall.receiver.rejoin()
        return ""

    async def _restart_reception(self, _order: OrderGive) -> str:
        """Start the part that receives and decodes anew; the connection stays."""
        if self._hall.receiver is None:
            return "not_receiving"
        await self._stop_receiving()
        self._start_receiving()
        await self._hall.receiver.joined()
        return ""

    async def _stay_connected(self) -> Ending:
        while True:
            advice, detail = await self._connect()
            if self._stopping is not None:
                self._tell_ended("stopped", detail, None)
                return Ending.STOPPED
            if advice.back is Return.NEVER:
                self._tell_ended(advice.reason, detail, None)
                return Ending(advice.reason)
            now = asyncio.get_running_loop().time()
            wait_s = self._hall.backoff.receive_closed(now, advice.at_least_s)
            self._tell_ended(advice.reason, detail, wait_s)
            if await self._stopped_within(wait_s):
                return Ending.STOPPED

    async def _connect(self) -> tuple[Advice, str]:
        """Hold one connection from dialling to its end; say what that means."""
        try:
            socket = await self._dial()
        except DialFailed as failed:
            return failed.advice, failed.detail
        link = self._link = Link(socket, DeviceConnection(self._hello()), self._link_host())
        try:
            code = await link.run()
        # The edge of a connection: a mistake of ours costs this one, not the hall.
        except Exception:
            log.exception("link.failed", device=self._hall.enrolment.device)
            return LOST, "internal"
        finally:
            self._link = None
        if link.ended:
            return LOST, link.ended
        return after_close(code), f"close {code} {socket.close_reason or ''}".rstrip()

    async def _dial(self) -> ClientConnection:
        """Dial, unless ``stop`` comes first."""
        task = self._dialling = asyncio.create_task(
            dial(self._server, self._hall.enrolment.credential)
        )
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if self._stopping is None or (current is not None and current.cancelling()):
                raise
            raise DialFailed("stopped") from None
        finally:
            self._dialling = None

    def _hello(self) -> Hello:
        desk = self._hall.desk
        return Hello(
            versions=PROTOCOL_VERSIONS,
            software=SOFTWARE,
            spool=desk.spool,
            last_seq=desk.last_seq,
        )

    def _link_host(self) -> LinkHost:
        return LinkHost(
            desk=self._hall.desk, report=self._report, notify=self._note, wall=self._hall.wall
        )

    def _report(self, seq: int, connection: DeviceConnection) -> PointReport:
        hall, now = self._hall, asyncio.get_running_loop().time()
        hall.meter.measure(now)
        return PointReport(
            seq=seq,
            media=None if hall.receiver is None else hall.receiver.stats(now),
            spooled=hall.desk.pending,
            cpu_ratio=hall.meter.cpu_ratio,
            disk_free_bytes=hall.meter.disk_free_bytes,
            control_rtt_ms=connection.clock.rtt_ms,
        )

    def _note(self, notice: Notice) -> None:
        if isinstance(notice, Connected):
            now, cap_s = asyncio.get_running_loop().time(), notice.welcome.retry_cap_s
            self._hall.backoff.receive_opened(now, cap_s)
        elif isinstance(notice, SessionTold):
            self.session = notice.session
        elif isinstance(notice, OrderReceived):
            self._orders.receive(notice.order)
        self._hall.notify(notice)

    def _tell_ended(self, reason: str, detail: str, wait_s: float | None) -> None:
        self._hall.notify(Disconnected(reason=reason, detail=detail, wait_s=wait_s))

    async def _stopped_within(self, wait_s: float) -> bool:
        try:
            async with asyncio.timeout(wait_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True
