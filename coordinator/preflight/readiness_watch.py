"""Runs the readiness of all points: judges when evidence comes, and when it grows old.

A point is judged after each fact that concerns it, and at the one instant at which time alone
would change the verdict: evidence that expires, or a change that has held long enough. Nothing
is judged once the session is live.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from config.thresholds import ReadinessLimits

from ..fact import (
    CheckedIn,
    DeviceRevoked,
    PhaseEntered,
    PointWithdrawn,
    PreflightDone,
    PresenceChanged,
    ReadinessChanged,
    ReceptionChanged,
    SessionPlanned,
)
from ..runtime import Runtime
from ..state import Recorded
from .preflight import standing
from .readiness import FROZEN, PointReadiness, readiness_of


class ReadinessWatch:
    """Judges points and records what changed a verdict.

    Args:
        runtime: Where verdicts become facts.
        limits: How long evidence counts, and how steady verdicts are.
        wall: Seconds since 1970; evidence ages by it.

    """

    def __init__(
        self,
        runtime: Runtime,
        limits: ReadinessLimits | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._runtime = runtime
        self._limits = limits or ReadinessLimits()
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._points: dict[str, PointReadiness] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        runtime.listen(self._hear)
        self._judge_all()

    def close(self) -> None:
        """Stop all timers. Calling it twice is safe."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _judge(self, code: str) -> None:
        """Look at a point's evidence now, and see that it is looked at again in time."""
        self._stop_timer(code)
        state = self._runtime.state
        session, status = state.session, state.status.get(code)
        if session is None or status is None or session.phase in FROZEN:
            self._points.pop(code, None)
            return
        now, now_s = self._loop.time(), self._wall()
        preflight = standing(state, code, self._limits, now_s)
        machine = self._points.setdefault(
            code, PointReadiness(self._limits, status.readiness, status.readiness_why)
        )
        checked_in = (session.id, code) in state.attendance
        machine.receive_verdict(*readiness_of(status, checked_in, preflight), now)
        due = [] if preflight.until_s is None else [now + max(0.0, preflight.until_s - now_s)]
        if (holds := machine.next_timer()) is not None:
            due.append(holds)
        if due:
            self._timers[code] = self._loop.call_at(min(due), self._judge, code)
        if (machine.readiness, machine.why) != (status.readiness, status.readiness_why):
            fact = ReadinessChanged(point=code, readiness=machine.readiness, why=machine.why)
            self._runtime.record([fact], actor="coordinator", session=session.id)

    def _judge_all(self) -> None:
        for code in self._runtime.state.points:
            self._judge(code)

    def _stop_timer(self, code: str) -> None:
        timer = self._timers.pop(code, None)
        if timer is not None:
            timer.cancel()

    def _hear(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            match row.fact:
                case (
                    CheckedIn(point=code)
                    | PreflightDone(point=code)
                    | PresenceChanged(point=code)
                    | ReceptionChanged(point=code)
                ):
                    self._judge(code)
                case PhaseEntered() | SessionPlanned():
                    self._judge_all()
                case PointWithdrawn(code=code):
                    self._stop_timer(code)
                    self._points.pop(code, None)
                case DeviceRevoked(device=device):
                    self._judge(self._runtime.state.devices[device].point)
                case _:
                    continue
