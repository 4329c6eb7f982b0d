"""Plays the life of one simulated hall with the agent's own code. The shell of life.py.

Powering on is what a real hall's PC does: open the spool, enrol unless that was done, connect.
Losing power takes all of it away at once, without a goodbye; the folder stays.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import msgspec
import structlog

from config.utc import format_utc
from signaling.backoff import PROGRAMME, Backoff
from signaling.entry import BranchCount, CheckIn
from signaling.messages import RollState
from signaling.schema import Decoding

from ..agent import Agent, Ending, Hall
from ..enrolment import (
    SPOOL_FILE,
    Enrolment,
    joining_key,
    load_enrolment,
    make_folder,
    store_enrolment,
)
from ..errors import EndpointError, EnrolmentRefused, NotEnrolled, ServerUnreachable
from ..join import JoinRequest, join
from ..machine import MachineMeter
from ..notice import Connected, Disconnected, HallTold, Notice
from ..preflight.desk import PreflightDesk
from ..preflight.preflight import Preflight
from ..receiver import Receiver
from ..server import Server
from ..spool_desk import SpoolDesk, open_desk
from .fault import HallFault, Screen
from .life import (
    CheckInNow,
    Draw,
    FlawMended,
    Happening,
    Life,
    LineTurns,
    PowerFails,
    PowerReturns,
)
from .line import Line
from .order import Came, Failed, ToParent, Went
from .plan import HallPlan
from .roll import answer, delay_s, open_roll
from .senses import Senses

SESSION_S = 10.0

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the halls of one process share."""

    server: Server
    data: Path
    executor: Executor
    meter: MachineMeter
    make_receiver: Callable[[Enrolment, Line, Screen, Backoff], Receiver] | None
    "None: the halls only talk."
    tell: Callable[[ToParent], None]
    make_preflight: Callable[[Enrolment, Senses, Receiver | None], Preflight] | None = None
    "None: the halls do not look at themselves."
    allow_plain: bool = False


class SimulatedHall:
    """One hall, from before it comes until the fleet ends.

    Args:
        plan: Who meets there.
        life: What happens.
        kit: Shared with the other halls.
        draw: Of this hall alone.

    """

    def __init__(self, plan: HallPlan, life: Life, kit: Kit, draw: Draw) -> None:
        self.code = plan.code
        self._plan = plan
        self._life = life
        self._kit = kit
        self._draw = draw
        self._line = Line(draw)
        self._screen = Screen()
        self._called = asyncio.Event()
        self._connected = asyncio.Event()
        self._decoding = Decoding.KEY_FRAMES
        self._agent: Agent | None = None
        self._receiver: Receiver | None = None
        self._desk: SpoolDesk | None = None
        self._running: asyncio.Task[Ending] | None = None
        self._counts: tuple[BranchCount, ...] = ()
        "As last checked in."
        self._rolls = RollState()
        self._answered: set[int] = set()
        self._answering: asyncio.Task[None] | None = None
        self._senses = Senses(life.flaw, self._line, draw)
        self._preflights: PreflightDesk | None = None
        self._looking: asyncio.Task[None] | None = None

    def call(self) -> None:
        """Telephone: if the hall has not come, it comes now."""
        self._called.set()

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much of the programme is decoded."""
        if decoding is not self._decoding:
            self._decoding = decoding
            if self._receiver is not None:
                self._receiver.set_decoding(decoding)

    def order_fault(self, fault: HallFault) -> None:
        """Have this be wrong from now on."""
        if fault is not self._screen.fault:
            log.info("hall.fault_ordered", hall=self.code, fault=fault.value)
            self._line.order(fault)
            self._screen.order(fault)

    async def run(self) -> None:
        """Live until cancelled, then say goodbye."""
        try:
            await self._arrive()
            began = time.monotonic()
            await self._power_on()
            for step in self._life.steps:
                await asyncio.sleep(max(0.0, began + step.after_s - time.monotonic()))
                await self._happen(step.happening)
            await self._stay()
        except EndpointError as error:
            log.error("hall.failed", hall=self.code, code=error.code, detail=error.detail)
            self._kit.tell(Failed(code=self.code, reason=error.code))
        # The edge of a unit: one hall's mistake is not the fleet's.
        except Exception:
            log.exception("hall.broke", hall=self.code)
            self._kit.tell(Failed(code=self.code, reason="internal"))
        finally:
            await self._leave()

    async def _arrive(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._life.arrives_s):
                await self._called.wait()

    async def _stay(self) -> None:
        """Remain to the end; a hall that is refused has failed."""
        if self._running is not None:
            ending = await asyncio.shield(self._running)
            self._kit.tell(Failed(code=self.code, reason=ending))
        await asyncio.Event().wait()

    async def _happen(self, happening: Happening) -> None:
        match happening:
            case CheckInNow():
                await self._check_in(happening)
            case LineTurns():
                self._line.loss_ratio = happening.loss_ratio
                self._line.delay_s = happening.delay_s
            case PowerFails():
                await self._power_off()
            case PowerReturns():
                await self._power_on()
            case FlawMended():
                self._senses.mend()
                if self._preflights is not None:
                    self._preflights.ask()
            case _:
                assert_never(happening)
        log.info("hall.happened", hall=self.code, what=type(happening).__name__)

    async def _check_in(self, happening: CheckInNow) -> None:
        """Enter the counts; a hall that hears of no session for a while enters them anyway."""
        if self._agent is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SESSION_S):
                await self._connected.wait()
        self._counts = happening.counts
        check_in = CheckIn(in_charge=self._plan.in_charge, branches=happening.counts)
        await self._agent.enter(check_in)
        self._answer()

    async def _power_on(self) -> None:
        kit = self._kit
        self._line.cut = False
        folder = make_folder(kit.data / self.code)
        enrolment = await self._enrol(folder)
        self._desk = await open_desk(folder / SPOOL_FILE, kit.executor, moment=_moment())
        if kit.make_receiver is not None:
            self._receiver = kit.make_receiver(
                enrolment, self._line, self._screen, Backoff(self._draw, PROGRAMME)
            )
            self._receiver.set_decoding(self._decoding)
        preflights = self._preflights = self._make_preflights(enrolment)
        agent = self._agent = Agent(
            Hall(
                enrolment=enrolment,
                desk=self._desk,
                receiver=self._receiver,
                meter=kit.meter,
                backoff=Backoff(self._draw),
                notify=self._note,
                wall=self._senses.wall,
                deeds=preflights.deeds if preflights is not None else {},
                allow_plain=kit.allow_plain,
            )
        )
        if preflights is not None:
            preflights.tell = agent.tell
            self._looking = asyncio.create_task(preflights.run())
        self._running = asyncio.create_task(agent.run())

    def _make_preflights(self, enrolment: Enrolment) -> PreflightDesk | None:
        if self._kit.make_preflight is None:
            return None
        self._senses.clock_offset_ms = self._clock_offset_ms
        preflight = self._kit.make_preflight(enrolment, self._senses, self._receiver)
        return PreflightDesk(preflight, self._senses.wall)

    def _clock_offset_ms(self) -> float | None:
        return None if self._agent is None else self._agent.clock_offset_ms

    async def _enrol(self, folder: Path) -> Enrolment:
        """Return the credential of the folder, or get one with the hall's code."""
        try:
            known = load_enrolment(folder)
            # The folder may come from a run at another address of the same coordinator.
            return msgspec.structs.replace(known, server=self._kit.server.url)
        except NotEnrolled:
            if self._plan.join_code is None:
                raise
            code = self._plan.join_code
        enrolment = await self._join(code, joining_key(folder, code))
        if enrolment.point != self.code:
            raise EnrolmentRefused(f"the code is that of {enrolment.point}")
        store_enrolment(folder, enrolment)
        return enrolment

    async def _join(self, code: str, key: str) -> Enrolment:
        request = JoinRequest(code=code, point=self.code, name=f"fleet-{self.code}")
        backoff = Backoff(self._draw)
        while True:
            try:
                return await join(self._kit.server, request, key)
            except ServerUnreachable as error:
                log.warning("hall.not_enrolled_yet", hall=self.code, detail=error.detail)
            await asyncio.sleep(backoff.receive_closed(time.monotonic()))

    async def _power_off(self) -> None:
        """Stop everything at once, as a power cut does."""
        self._line.cut = True
        if self._agent is not None:
            self._agent.abort()
        await self._end(self._running)
        self._kit.tell(Went(code=self.code))

    async def _leave(self) -> None:
        """Stop politely."""
        if self._agent is not None:
            self._agent.stop("fleet ends")
            if self._running is not None:
                await asyncio.wait([self._running], timeout=6.0)
        await self._end(self._running)

    async def _end(self, running: asyncio.Task[Ending] | None) -> None:
        """Cancel what still runs and close the files."""
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.wait([self._answering])
            self._answering = None
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
            if not running.cancelled() and (error := running.exception()) is not None:
                log.error("hall.broke", hall=self.code, error=repr(error))
        if self._desk is not None:
            await self._desk.close()
        self._agent = self._receiver = self._desk = self._running = None
        self._preflights = self._looking = None
        self._connected.clear()

    def _note(self, notice: Notice) -> None:
        if self._preflights is not None:
            self._preflights.receive(notice)
        match notice:
            case Connected():
                self._connected.set()
                self._kit.tell(Came(code=self.code))
                log.info("hall.connected", hall=self.code)
            case Disconnected():
                self._connected.clear()
                self._kit.tell(Went(code=self.code))
                log.info("hall.disconnected", hall=self.code, detail=notice.detail)
            case HallTold(message=RollState() as rolls):
                self._rolls = rolls
                self._answer()
            case _:
                pass

    def _answer(self) -> None:
        """Answer the roll call that is open, in a while, unless that is under way."""
        roll = open_roll(self._rolls, self._answered)
        idle = self._answering is None or self._answering.done()
        if roll is not None and self._counts and idle:
            self._answering = asyncio.create_task(self._call_roll(roll))

    async def _call_roll(self, roll: int) -> None:
        await asyncio.sleep(delay_s(self._draw))
        if self._agent is not None:
            await self._agent.enter(answer(roll, self._counts, self._draw))
            self._answered.add(roll)
            log.info("hall.answered", hall=self.code, roll=roll)


def _moment() -> str:
    return format_utc(time.time()).replace("-", "").replace(":", "").replace(".", "")
