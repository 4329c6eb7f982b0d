"""Opens and closes roll calls at their planned moments. Carries; the rules are ``roll.due``."""

import asyncio
import time
from collections.abc import Sequence

from config.utc import parse_utc

from ..fact import PhaseEntered
from ..runtime import Runtime
from ..state import Recorded
from .fact import RollClosed, RollOpened, RollPlanned
from .roll import due, next_due

LATER_S = 3600.0
"A timer is never set further ahead: a clock that is put right must not make us late."


class RollClock:
    """One timer, at the next moment of the schedule."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        runtime.listen(self._hear)
        self._look()

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hear(self, rows: Sequence[Recorded]) -> None:
        kinds = (RollPlanned, RollOpened, RollClosed, PhaseEntered)
        if any(isinstance(row.fact, kinds) for row in rows):
            self._look()

    def _look(self) -> None:
        """Record what is due, then set the timer to what comes next."""
        state = self._runtime.state
        facts = due(state, self._runtime.now_utc())
        if facts and state.session is not None:
            self._runtime.record(facts, actor="schedule", session=state.session.id)
        self.close()
        moment = next_due(state)
        if moment is not None:
            ahead_s = parse_utc(moment) - time.time()
            # What is due but not possible yet waits for the fact that makes it so.
            if ahead_s > 0:
                self._timer = self._loop.call_later(min(ahead_s + 0.05, LATER_S), self._look)
