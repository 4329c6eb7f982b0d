"""Where preflights come in, and where they are asked for. The shell of schedule and evidence.

Takes devices' reports to the journal, and carries out what the schedule wants: orders go out
through the gateway, and are not facts of their own; what a device finds names its order.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence

import structlog

from config.thresholds import ReadinessLimits, ScheduleLimits
from config.utc import parse_utc
from signaling.messages import Message, OrderAnswer, OrderGive, Outcome, PreflightReport
from signaling.preflight import Check, Verdict

from ..fact import PhaseEntered, SessionPlanned
from ..runtime import Runtime
from ..state import Recorded
from .preflight import EQUIPMENT, age_s, receive_report
from .readiness import MediaState
from .schedule import Ask, PreflightSchedule

log = structlog.get_logger(__name__)

LOOK_S = 2.0
"How often the uplink's room is looked at while somebody waits for it."


class PreflightDesk:
    """All points' preflights.

    Args:
        runtime: Where findings become facts.
        media: Says what the uplink has to spare.
        wall: Seconds since 1970.

    """

    def __init__(
        self,
        runtime: Runtime,
        media: Callable[[], MediaState],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._runtime = runtime
        self._media = media
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._schedule = PreflightSchedule(ScheduleLimits())
        self._fresh_s = ReadinessLimits().fresh_s
        self._timer: asyncio.TimerHandle | None = None
        self._orders: dict[str, Ask] = {}
        "Given and not ended, by id."
        self.send: Callable[[str, Message], bool] = _nobody_there
        "Puts a message on a device's line; set by whoever has the lines."
        runtime.listen(self._hear)
        self._receive_session()

    @property
    def testing(self) -> frozenset[str]:
        """Devices that have a ticket for a bandwidth test now."""
        return self._schedule.tickets

    def receive_joined(self, device: str) -> None:
        """A device connected."""
        if self._speaks_for_hall(device):
            self._schedule.receive_device(device)

    def receive_gone(self, device: str) -> None:
        """A device's last connection ended."""
        self._schedule.receive_gone(device, self._wall())
        self._pump()

    def receive_report(self, point: str, device: str, report: PreflightReport) -> None:
        """A device told what it found."""
        now_s = self._wall()
        fact = receive_report(self._runtime.state, point, device, report, now_s)
        if fact is not None:
            session = self._runtime.state.session
            self._runtime.record(
                [fact], actor=f"device:{device}", session=session.id if session else None
            )
        self._receive_spare()
        if any(result.check == Check.BANDWIDTH for result in report.checks):
            self._schedule.receive_ticket_back(device, now_s)
        elif self._speaks_for_hall(device) and not self._tested(device):
            self._schedule.receive_untested(device, now_s)
        self._pump()

    def receive_answer(self, device: str, answer: OrderAnswer) -> None:
        """A device said what became of an order, of ours or of another."""
        if answer.outcome is Outcome.BEGUN:
            return
        ask = self._orders.pop(answer.id, None)
        if ask is not None and answer.outcome is Outcome.REFUSED:
            log.info("preflight.refused", device=device, action=ask.action, why=answer.why)
            self._schedule.receive_ticket_back(device, self._wall())
            self._pump()

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _speaks_for_hall(self, device: str) -> bool:
        known = self._runtime.state.devices.get(device)
        return known is not None and known.role in EQUIPMENT

    def _tested(self, device: str) -> bool:
        """Return whether the device's bandwidth is known and fresh."""
        state = self._runtime.state
        known = state.preflights.get(state.devices[device].point, {}).get(device)
        finding = known.findings.get(Check.BANDWIDTH) if known else None
        if finding is None or finding.verdict is Verdict.SKIPPED:
            return False
        return age_s(finding, self._wall()) < self._fresh_s

    def _receive_session(self) -> None:
        session = self._runtime.state.session
        start_s = parse_utc(session.start_utc) if session else None
        phase = session.phase if session else None
        self._schedule.receive_session(start_s, phase, self._wall())
        self._pump()

    def _receive_spare(self) -> None:
        media = self._media()
        spare = None if media.budget_kbps is None else media.budget_kbps - media.egress_kbps
        self._schedule.receive_spare(spare, self._wall())

    def _on_timer(self) -> None:
        self._timer = None
        self._receive_spare()
        # A loop may fire a timer early by one tick of its clock.
        self._schedule.handle_timer(self._wall() + 0.001)
        self._pump()

    def _pump(self) -> None:
        """Give the orders that are due, then see that we wake up in time for the next."""
        for ask in self._schedule.events():
            self._give(ask)
        due_s = self._schedule.next_timer()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wait_s = LOOK_S if self._schedule.waits else None
        if due_s is not None:
            due_in_s = max(0.0, due_s - self._wall())
            wait_s = due_in_s if wait_s is None else min(wait_s, due_in_s)
        if wait_s is not None:
            self._timer = self._loop.call_later(wait_s, self._on_timer)

    def _give(self, ask: Ask) -> None:
        order = OrderGive(
            id=f"preflight-{secrets.token_hex(6)}", action=ask.action, within_s=ask.within_s
        )
        if self.send(ask.device, order):
            self._orders[order.id] = ask

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if any(isinstance(row.fact, PhaseEntered | SessionPlanned) for row in rows):
            self._receive_session()


def _nobody_there(device: str, message: Message) -> bool:
    log.debug("preflight.not_sent", device=device, message=type(message).__name__)
    return False
