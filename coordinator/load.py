"""How much the coordinator has to do, and what it gives up for it. The shell of ``shedding``.

Ten times a second it sees how late the loop ran it, how much CPU time the loop's thread used
meanwhile and how many facts wait for the disk. A change is a fact: an alarm on the wall, a line
in the log, a figure in ``/metrics``.
"""

import asyncio
import time

import structlog
from prometheus_client import CollectorRegistry, Histogram

from config.thresholds import SheddingLimits

from .fact import LoadShed
from .runtime import Runtime
from .shedding import Shed, Shedding

log = structlog.get_logger(__name__)

LOOK_S = 0.1
LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class LoadDesk:
    """Watches the loop it runs on.

    Args:
        runtime: Where a change becomes a fact.
        registry: Of the metrics.
        limits: When it is too much; None for the usual ones.

    """

    def __init__(
        self, runtime: Runtime, registry: CollectorRegistry, limits: SheddingLimits | None = None
    ) -> None:
        self._runtime = runtime
        self._shedding = Shedding(limits or SheddingLimits())
        self._histogram = Histogram(
            "nhipcau_loop_lag_seconds",
            "How late the coordinator's event loop ran a timer.",
            buckets=LAG_BUCKETS,
            registry=registry,
        )
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time() + LOOK_S
        self._looked_at, self._worked_s = self._loop.time(), time.thread_time()
        self._timer = self._loop.call_at(self._due, self._look)

    def sheds(self, what: Shed) -> bool:
        """Whether this is given up now."""
        return self._shedding.level >= what

    @property
    def level(self) -> Shed:
        """How much is given up now."""
        return self._shedding.level

    def close(self) -> None:
        """Stop looking. Calling it twice is safe."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        lag_s = max(0.0, now - self._due)
        self._histogram.observe(lag_s)
        self._due = now + LOOK_S
        self._timer = self._loop.call_at(self._due, self._look)
        waiting, busy = self._runtime.waiting, self._busy(now)
        if self._shedding.receive(lag_s, waiting, busy, now):
            what = self.level.name.lower()
            log.warning("load.shed", what=what, lag_s=lag_s, waiting=waiting, busy=busy)
            self._runtime.record([LoadShed(what=what)], actor="coordinator")

    def _busy(self, now: float) -> float:
        """Return the share of the time since the last look in which this thread worked."""
        worked_s, for_s = time.thread_time(), now - self._looked_at
        busy = (worked_s - self._worked_s) / for_s if for_s > 0 else 0.0
        self._looked_at, self._worked_s = now, worked_s
        return busy
