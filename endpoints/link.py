"""Carries one connection: the shell of ``signaling.device_connection``.

Two tasks: one listens and feeds the machine, one speaks and keeps its timers. The speaker alone
reads and writes the spool, so its calls keep their order.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from config.utc import format_utc, parse_utc
from signaling.connection import State
from signaling.device_connection import (
    Broken,
    DeviceConnection,
    Event,
    FactRecorded,
    HallChanged,
    Opened,
    Ordered,
    ProbeDue,
    Refused,
    ReportDue,
    Send,
    SendingTold,
    SessionChanged,
)
from signaling.errors import BadMessage
from signaling.messages import (
    NOTE_CONFLICT,
    FactAcked,
    Goodbye,
    Message,
    OrderAnswer,
    PointReport,
    PreflightReport,
    Welcome,
    decode_to_device,
    encode,
)

from .errors import SpoolUnavailable
from .notice import (
    Connected,
    FactsRecorded,
    HallTold,
    JunkReceived,
    MessageRefused,
    Notice,
    OrderReceived,
    ProgrammeTold,
    SessionTold,
    SpoolFailed,
    SpoolRenewed,
)
from .spool import KEEP_ACKED_S
from .spool_desk import SpoolDesk

SPOOL_RETRY_S = 5.0
LEAVE_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHost:
    """What a link needs of the agent."""

    desk: SpoolDesk
    report: Callable[[int, DeviceConnection], PointReport]
    "Measures now; called with the report's number."
    notify: Callable[[Notice], None]
    "Must not block and must not raise."
    wall: Callable[[], float]
    "Seconds since 1970 by this machine's clock."


class Link:
    """One connection, from the greeting to its end."""

    def __init__(self, socket: ClientConnection, machine: DeviceConnection, host: LinkHost) -> None:
        self.machine = machine
        self.ended = ""
        "Why we closed it; empty when the other end did, or the line."
        self._socket = socket
        self._host = host
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._goodbye: str | None = None
        self._spool_due = 0.0

    async def run(self) -> int | None:
        """Converse until the connection ends; return its close code, None for a broken line."""
        self.machine.receive_opened(self._loop.time())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                await self._speak()
        finally:
            self.abort()
            await self._socket.wait_closed()
        return self._socket.close_code

    def receive_saved(self, spool: str, seq: int) -> None:
        """Note that the spool of this name now reaches to ``seq``."""
        if spool == self.machine.hello.spool:
            self.machine.receive_saved(seq)
            self._wake.set()

    def answer(self, answer: OrderAnswer) -> None:
        """Say what became of an order."""
        self.machine.send_answer(answer)
        self._wake.set()

    def tell(self, report: PreflightReport) -> None:
        """Tell what a preflight found."""
        self.machine.send_preflight(report)
        self._wake.set()

    def leave(self, reason: str) -> None:
        """Say goodbye and close; after ``LEAVE_S`` also without the other end."""
        self._goodbye = reason
        self._wake.set()
        self._loop.call_later(LEAVE_S, self.abort)

    def abort(self) -> None:
        """Drop the line at once, as a power cut does. Calling it twice is safe."""
        self._socket.transport.abort()

    async def _listen(self) -> None:
        try:
            async for text in self._socket:
                self._receive(text)
                self._wake.set()
        except ConnectionClosed:
            pass
        self.machine.receive_closed()
        self._wake.set()

    def _receive(self, text: str | bytes) -> None:
        try:
            message = decode_to_device(text)
        except BadMessage as error:
            self._host.notify(JunkReceived(detail=str(error)[:200]))
        else:
            self.machine.receive_message(message, self._loop.time())

    async def _speak(self) -> None:
        try:
            while self.machine.state is not State.CLOSED and self._goodbye is None:
                self._wake.clear()
                self.machine.handle_timer(self._loop.time())
                await self._carry_out()
                await self._read_spool()
                await self._carry_out()
                await self._sleep()
            await self._say_goodbye()
        except ConnectionClosed:
            pass  # the listener has seen it too, and the code is the socket's
        finally:
            self.machine.receive_closed()

    async def _sleep(self) -> None:
        """Wait until something came or the machine's timer is due."""
        now = self._loop.time()
        due = self.machine.next_timer(now)
        if due is not None and due <= now:
            due = max(due, self._spool_due)  # only the spool can be due: everything else was done
        timer = None if due is None else self._loop.call_at(due, self._wake.set)
        try:
            if self.machine.state is not State.CLOSED:
                await self._wake.wait()
        finally:
            if timer is not None:
                timer.cancel()

    async def _say_goodbye(self) -> None:
        if self._goodbye is not None and self.machine.state is State.OPEN:
            self.ended = "stopped"
            await self._send(Goodbye(reason=self._goodbye))
        await self._socket.close()

    async def _send(self, message: Message) -> None:
        await self._socket.send(encode(message), text=True)

    async def _carry_out(self) -> None:
        acks: list[FactAcked] = []
        for event in self.machine.events():
            if isinstance(event, FactRecorded):
                acks.append(event.acked)
            else:
                await self._do(event)
        if acks:
            await self._record(acks)

    async def _do(self, event: Event) -> None:
        match event:
            case Send():
                await self._send(event.message)
            case ReportDue():
                await self._send(self._host.report(event.seq, self.machine))
            case ProbeDue():
                wall_ms = round(self._host.wall() * 1000, 3)
                self.machine.send_probe(max(0.0, wall_ms), self._loop.time())
                await self._carry_out()
            case Opened():
                await self._open(event.welcome)
            case SessionChanged():
                self._host.notify(SessionTold(session=event.session))
            case SendingTold():
                self._host.notify(ProgrammeTold(sending=event.sending))
            case HallChanged():
                self._host.notify(HallTold(message=event.message))
            case Ordered():
                self._host.notify(OrderReceived(order=event.order))
            case Refused():
                self._host.notify(MessageRefused(refusal=event.refusal))
            case FactRecorded():
                await self._record([event.acked])
            case Broken():
                self.ended = event.reason
                await self._socket.close(event.code, event.reason[:100])
            case _:
                assert_never(event)

    async def _open(self, welcome: Welcome) -> None:
        self._host.notify(Connected(welcome=welcome))
        if welcome.have_through > self.machine.hello.last_seq:
            await self._renew([])
            return
        try:
            before = format_utc(parse_utc(welcome.server_utc) - KEEP_ACKED_S)
            await self._host.desk.purge(before)
        except ValueError:
            pass  # a date that does not exist: purge another time
        except SpoolUnavailable as error:
            self._host.notify(SpoolFailed(detail=error.detail))

    async def _renew(self, again: list[int]) -> None:
        """Take a new identity, and greet anew with it."""
        try:
            await self._host.desk.renew(again)
        except SpoolUnavailable as error:
            self._host.notify(SpoolFailed(detail=error.detail))
        else:
            self._host.notify(SpoolRenewed())
        self.ended = "spool renewed"
        self.machine.receive_closed()

    async def _read_spool(self) -> None:
        now = self._loop.time()
        wanted = self.machine.facts_wanted(now)
        if wanted is None or now < self._spool_due:
            return
        try:
            facts = await self._host.desk.pending_after(wanted)
        except SpoolUnavailable as error:
            self._spool_due = now + SPOOL_RETRY_S
            self._host.notify(SpoolFailed(detail=error.detail))
        else:
            self.machine.receive_facts(wanted, facts, self._loop.time())

    async def _record(self, acks: list[FactAcked]) -> None:
        """Keep the acks. If the disk does not take them, the facts go again next time."""
        try:
            await self._host.desk.acked(acks)
        except SpoolUnavailable as error:
            self._host.notify(SpoolFailed(detail=error.detail))
        else:
            self._host.notify(FactsRecorded(acks=tuple(acks)))
        conflicts = [ack.seq for ack in acks if ack.note == NOTE_CONFLICT]
        if conflicts:
            await self._renew(conflicts)
