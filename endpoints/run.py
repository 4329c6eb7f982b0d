"""The verbs ``run`` and ``preflight``: one hall. The shell of a whole process."""

import asyncio
import contextlib
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from config.utc import format_utc
from signaling.backoff import PROGRAMME, Backoff, BackoffLimits
from signaling.entry import CheckIn
from signaling.messages import FactAcked, ProgrammeSending
from signaling.preflight import Verdict, worst
from signaling.schema import Decoding, Sending

from .agent import SOFTWARE, Agent, Ending, Hall
from .enrolment import SPOOL_FILE, Enrolment, load_enrolment, make_folder
from .machine import MachineMeter
from .notice import (
    Connected,
    Disconnected,
    FactSaved,
    FactsRecorded,
    JunkReceived,
    MessageRefused,
    Notice,
    ProgrammeTold,
    SpoolFailed,
    SpoolRenewed,
)
from .preflight.desk import PreflightDesk
from .preflight.hardware import Hardware
from .preflight.preflight import Kit, Preflight
from .preflight.table import table
from .programme import Programmes
from .server import check_server
from .spool_desk import SpoolDesk, open_desk
from .text import say

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Tell = Callable[[str], None]
"Shows sentences to the operator."


async def run_hall(
    folder: Path, tell: Tell, *, allow_plain: bool, check_in: CheckIn | None = None
) -> Ending:
    """Run this machine's hall until it is stopped or refused.

    Raises:
        EndpointError: If it cannot begin.

    """
    enrolment = load_enrolment(make_folder(folder))
    with ThreadPoolExecutor(1, thread_name_prefix="spool") as executor:
        desk = await open_desk(folder / SPOOL_FILE, executor, moment=_moment())
        if desk.opened.set_aside is not None:
            log.error("spool.set_aside", detail=desk.opened.damage)
            tell(say("spool_set_aside", path=desk.opened.set_aside))
        try:
            async with Programmes() as programmes:
                agent, preflights = make_agent(
                    folder, enrolment, desk, programmes, tell, allow_plain=allow_plain
                )
                looking = asyncio.create_task(preflights.run(), name="preflight")
                try:
                    return await _run(agent, enrolment, tell, check_in)
                finally:
                    looking.cancel()
                    await asyncio.wait([looking])
        finally:
            await desk.close()


async def look_at_hall(folder: Path, tell: Tell, *, allow_plain: bool, sound: bool) -> bool:
    """Make one preflight of this machine's hall, tell it and show it; return whether none failed.

    Args:
        folder: With the enrolment.
        tell: Shows the table.
        allow_plain: Whether the credential may travel unencrypted.
        sound: Make the audible part, too.

    Raises:
        EndpointError: If it cannot begin, as when the hall's agent runs: that one looks itself.

    """
    enrolment = load_enrolment(make_folder(folder))
    with ThreadPoolExecutor(1, thread_name_prefix="spool") as executor:
        desk = await open_desk(folder / SPOOL_FILE, executor, moment=_moment())
        try:
            async with Programmes() as programmes:
                agent, preflights = make_agent(
                    folder, enrolment, desk, programmes, tell, allow_plain=allow_plain
                )
                running = asyncio.create_task(agent.run())
                try:
                    await preflights.look()
                    if sound:
                        await preflights.sound()
                finally:
                    agent.stop("preflight done")
                    await asyncio.wait([running])
        finally:
            await desk.close()
    results = preflights.in_order()
    tell(table(results))
    return worst(tuple(results)) is not Verdict.FAIL


def make_agent(
    folder: Path,
    enrolment: Enrolment,
    desk: SpoolDesk,
    programmes: Programmes,
    tell: Tell,
    *,
    allow_plain: bool,
) -> tuple[Agent, PreflightDesk]:
    """Put a hall's agent and its preflights together."""
    meter, receiver = MachineMeter(folder), programmes.receiver(enrolment, new_backoff(PROGRAMME))
    kit = Kit(
        # Whether plain http is allowed is decided where the agent is made, below.
        server=check_server(enrolment.server, allow_plain=True),
        http=programmes.http,
        devices=Hardware(),
        machine=meter,
        software=SOFTWARE,
        receiver=receiver,
        make_session=lambda: programmes.session(enrolment, Decoding.NONE),
        clock_offset_ms=lambda: agent.clock_offset_ms,
    )
    preflights = PreflightDesk(Preflight(kit))

    def notify(notice: Notice) -> None:
        preflights.receive(notice)
        report(notice, tell)

    agent = Agent(
        Hall(
            enrolment=enrolment,
            desk=desk,
            receiver=receiver,
            meter=meter,
            backoff=new_backoff(),
            notify=notify,
            deeds=preflights.deeds,
            allow_plain=allow_plain,
        )
    )
    preflights.tell = agent.tell
    return agent, preflights


async def _run(agent: Agent, enrolment: Enrolment, tell: Tell, check_in: CheckIn | None) -> Ending:
    tell(say("running", point=enrolment.point, point_name=enrolment.point_name))
    async with _stopped_by_signal(agent):
        if check_in is not None:
            await agent.enter(check_in)
        return await agent.run()


def new_backoff(limits: BackoffLimits | None = None) -> Backoff:
    """Return a back-off that draws by chance."""
    return Backoff(random.Random().random, limits)


def report(notice: Notice, tell: Tell) -> None:
    """Log a notice, and tell the operator what concerns him."""
    match notice:
        case Connected():
            log.info("connected", boot=notice.welcome.boot, version=notice.welcome.version)
            tell(say("connected"))
        case Disconnected():
            log.warning("disconnected", reason=notice.reason, detail=notice.detail)
            if notice.wait_s is not None:
                tell(say("replaced" if notice.reason == "replaced" else "disconnected"))
        case ProgrammeTold():
            _report_sending(notice.sending, tell)
        case FactSaved():
            tell(say("fact_saved", seq=notice.seq))
        case FactsRecorded():
            for ack in notice.acks:
                tell(_recorded(ack))
        case SpoolFailed():
            log.error("spool.failed", detail=notice.detail)
            tell(say("spool_unavailable", detail=notice.detail))
        case SpoolRenewed():
            log.warning("spool.renewed")
            tell(say("spool_renewed"))
        case MessageRefused():
            log.warning("refused", code=notice.refusal.code, text=notice.refusal.text[:200])
        case JunkReceived():
            log.warning("junk", detail=notice.detail)
        case _:
            pass  # the session: a page shows it, the command line does not


def _report_sending(told: ProgrammeSending, tell: Tell) -> None:
    log.info("sending", sending=told.sending.value, why=told.why)
    if told.sending is Sending.SOUND_ONLY and told.why != "offer":
        tell(say("sound_chosen" if told.why == "choice" else "sound_only"))


def _recorded(ack: FactAcked) -> str:
    code = "fact_recorded" if ack.note is None else "fact_noted"
    return say(code, recorded_utc=ack.recorded_utc, seq=ack.seq, note=ack.note)


def _moment() -> str:
    return format_utc(time.time()).replace("-", "").replace(":", "").replace(".", "")


@contextlib.asynccontextmanager
async def _stopped_by_signal(agent: Agent) -> AsyncIterator[None]:
    """Have Ctrl-C and SIGTERM stop the agent; Windows has only Ctrl-C and Ctrl-Break."""
    loop = asyncio.get_running_loop()
    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        numbers.append(signal.SIGBREAK)

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(agent.stop, "switched off")

    # signal.signal, as loops on Windows have no add_signal_handler; both wake the loop.
    old = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
