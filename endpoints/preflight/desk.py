"""When a device looks at itself: on joining, by order, audibly in the rehearsal. The shell.

What was found is told to the coordinator at once, and again after a new connection: a line
that comes and goes must not make the hall look again each time.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from config.utc import format_utc
from signaling.messages import OrderAction, OrderGive, PreflightReport, SessionState
from signaling.preflight import AUDIBLE, Check, CheckResult
from signaling.schema import Phase, Sending

from ..notice import Connected, Notice, ProgrammeTold, SessionTold
from ..order import Deed
from .finding import Found
from .preflight import Preflight

log: structlog.stdlib.BoundLogger = structlog.get_logger()

AGAIN_S = 600.0
"A device that joins again within this time tells what it found, and does not look anew."
SILENCE = (Phase.LIVE, Phase.BRANCH_MEETINGS)
"Phases in which no order makes a sound in the hall."


class PreflightDesk:
    """The preflights of one device.

    Args:
        preflight: Carries out the checks.
        wall: Seconds since 1970 by this machine's clock, right or wrong.

    """

    def __init__(self, preflight: Preflight, wall: Callable[[], float] = time.time) -> None:
        self._preflight = preflight
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._busy = asyncio.Lock()
        self._wake = asyncio.Event()
        self._joined = self._asked = False
        self._session = SessionState()
        self._rehearsed: str | None = None
        self._looked_at: float | None = None
        self._run = ""
        self.results: dict[str, CheckResult] = {}
        "The last finding of each check."
        self.looked = asyncio.Event()
        "Set once the silent part has been made."
        self.tell: Callable[[PreflightReport], None] = _nobody_listens
        "Says it to the coordinator; set by whoever has the line."

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What the coordinator may order."""
        return {
            OrderAction.RUN_PREFLIGHT: self._look_by_order,
            OrderAction.TEST_SOUND: self._sound_by_order,
            OrderAction.TEST_BANDWIDTH: self._bandwidth_by_order,
        }

    def receive(self, notice: Notice) -> None:
        """Hear what the agent tells."""
        match notice:
            case Connected():
                self._joined = True
                self._wake.set()
            case SessionTold():
                self._session = notice.session
                self._wake.set()
            case ProgrammeTold():
                told = notice.sending.sending
                self._preflight.sound_only = told is Sending.SOUND_ONLY
            case _:
                return

    def ask(self) -> None:
        """Somebody at the machine wants it to look again."""
        self._asked = True
        self._wake.set()

    async def run(self) -> None:
        """Look when it is time, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._do_what_is_due()
            # The edge of a unit: a check that breaks costs this run, not the hall.
            except Exception:
                log.exception("preflight.failed")

    async def look(self, order: str | None = None) -> None:
        """Make the silent part and tell it."""
        async with self._busy:
            self._begin()
            self._keep(await self._preflight.silent(), order)
            self._looked_at = self._loop.time()
            self.looked.set()

    async def sound(self, order: str | None = None) -> None:
        """Make the audible part and tell it."""
        async with self._busy:
            self._begin()
            self._keep(await self._preflight.audible(), order)

    async def _do_what_is_due(self) -> None:
        joined, asked = self._joined, self._asked
        self._joined = self._asked = False
        if asked or (joined and self._stale()):
            await self.look()
        elif joined:
            self._say(tuple(self.results.values()), None)
        session = self._session
        if session.phase is Phase.REHEARSAL and self._rehearsed != session.session:
            self._rehearsed = session.session
            await self.sound()

    def _stale(self) -> bool:
        return self._looked_at is None or self._loop.time() - self._looked_at >= AGAIN_S

    async def _look_by_order(self, order: OrderGive) -> str:
        await self.look(order.id)
        return ""

    async def _sound_by_order(self, order: OrderGive) -> str:
        if self._session.phase in SILENCE:
            return "not_now"
        await self.sound(order.id)
        return ""

    async def _bandwidth_by_order(self, order: OrderGive) -> str:
        if self._session.phase in SILENCE:
            return "not_now"
        async with self._busy:
            self._begin()
            self._keep([await self._preflight.bandwidth()], order.id)
        return ""

    def _begin(self) -> None:
        self._run = f"p-{secrets.token_hex(6)}"

    def _keep(self, findings: Sequence[Found], order: str | None) -> None:
        utc = format_utc(self._wall())
        results = [found.at(utc) for found in findings]
        self.results |= {result.check: result for result in results}
        for result in results:
            log.info("preflight.found", check=result.check, verdict=result.verdict, why=result.why)
        self._say(tuple(results), order)

    def _say(self, results: tuple[CheckResult, ...], order: str | None) -> None:
        self.tell(
            PreflightReport(
                run=self._run, order=order, sent_utc=format_utc(self._wall()), checks=results
            )
        )

    def in_order(self) -> list[CheckResult]:
        """Return all that is known, in the order people are shown it."""
        return [self.results[check] for check in Check if check in self.results]

    @property
    def heard(self) -> bool:
        """Whether the audible part was made."""
        return not AUDIBLE.isdisjoint(self.results)


def _nobody_listens(report: PreflightReport) -> None:
    log.debug("preflight.untold", run=report.run)
