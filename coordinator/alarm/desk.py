"""Feeds the alarms' machine with what was recorded, and records what it decides. The shell.

Verdicts are facts already, so this hears the journal and looks at no report: an alarm costs
nothing while nothing changes. The centre's own equipment is looked at once a second.
"""

import asyncio
from collections.abc import Callable, Sequence

from config.thresholds import AlarmLimits
from config.utc import parse_utc
from signaling.timer import Timer

from ..fact import (
    BroadcastSet,
    DeviceContested,
    FaultReported,
    PhaseEntered,
    PointEntered,
    PointWithdrawn,
    PresenceChanged,
    ReceptionChanged,
)
from ..preflight.readiness import MediaState
from ..runtime import Runtime
from ..state import Recorded
from .alarm import CENTRE, AlarmMachine
from .fact import AlarmCleared, AlarmShelved, LinkChanged
from .fault import Findings, Quiet, centre_findings, help_wanted, point_findings, two_machines

LOOK_S = 1.0


class AlarmDesk:
    """The alarms of a running coordinator.

    Args:
        runtime: Whose facts are heard, and where alarms become facts.
        media: What the media plane says of itself.
        disk_low: Whether the disk of the data folder is about to be full.

    """

    def __init__(
        self, runtime: Runtime, media: Callable[[], MediaState], disk_low: Callable[[], bool]
    ) -> None:
        self._runtime = runtime
        self._media = media
        self._disk_low = disk_low
        self._loop = asyncio.get_running_loop()
        self._machine = AlarmMachine(runtime.state, AlarmLimits(), self._loop.time())
        self._timer = Timer(self._on_timer)
        self._closed = False
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        self._restore_shelves()
        for code in runtime.state.points:
            self._find(code)
        self._pump()
        runtime.listen(self._hear)

    def close(self) -> None:
        """Stop the timers. Calling it twice is safe."""
        self._closed = True
        self._look_timer.cancel()
        self._timer.cancel()

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if self._closed:
            return  # The last facts of a coordinator that ends must wake no timer again.
        if any(isinstance(row.fact, PointEntered | PointWithdrawn) for row in rows):
            # Once for a whole roster: it counts all points anew.
            self._machine.receive_roster(self._runtime.state)
        for row in rows:
            match row.fact:
                case (
                    PresenceChanged(point=code)
                    | ReceptionChanged(point=code)
                    | LinkChanged(point=code)
                ):
                    self._find(code)
                case FaultReported(point=code, what=what):
                    self._receive(code, help_wanted(self._runtime.state, what))
                case DeviceContested(point=code):
                    self._receive(code, two_machines(self._runtime.state))
                case PointEntered(code=code) | PointWithdrawn(code=code):
                    self._find(code)
                case PhaseEntered() | BroadcastSet():
                    # What matters depends on the phase.
                    for code in self._runtime.state.points:
                        self._find(code)
                case AlarmShelved():
                    self._shelve(row.fact)
                case AlarmCleared(alarm=id_, why=Quiet.RESOLVED):
                    self._forget(id_)
                case _:
                    continue
        self._pump()

    def _find(self, code: str) -> None:
        self._receive(code, point_findings(self._runtime.state, code))

    def _receive(self, code: str, found: Findings) -> None:
        self._machine.receive_findings(self._runtime.state, code, found, self._loop.time())

    def _forget(self, id_: str) -> None:
        """Somebody resolved an alarm: the next call for help is another."""
        alarm = self._runtime.state.alarms.by_id[id_]
        found = {alarm.family: Quiet.RESOLVED}
        self._machine.receive_findings(
            self._runtime.state, alarm.point or CENTRE, {**found}, self._loop.time()
        )

    def _shelve(self, fact: AlarmShelved) -> None:
        for_s = parse_utc(fact.until_utc) - parse_utc(self._runtime.now_utc())
        self._machine.receive_shelved(fact.alarm, max(0.0, for_s), self._loop.time())

    def _restore_shelves(self) -> None:
        alarms = self._runtime.state.alarms
        for id_ in alarms.open:
            until = alarms.by_id[id_].shelved_until
            if until is not None:
                self._shelve(AlarmShelved(alarm=id_, until_utc=until, reason=""))

    def _look(self) -> None:
        """Look at the centre's own equipment."""
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        found = centre_findings(self._runtime.state, self._media(), self._disk_low())
        self._machine.receive_findings(self._runtime.state, CENTRE, found, self._loop.time())
        self._pump()

    def _on_timer(self, now: float) -> None:
        self._machine.handle_timer(self._runtime.state, now)
        self._pump()

    def _pump(self) -> None:
        """Record what was decided, then see that a timer stands no later than due."""
        facts = self._machine.events()
        if facts:
            session = self._runtime.state.session
            self._runtime.record(
                facts, actor="coordinator", session=session.id if session else None
            )
        self._timer.advance(self._machine.next_timer())
