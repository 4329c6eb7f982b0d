"""When one receiver is told, and what it was told last. Pure: no clock, no socket, no task.

    QUIET ──changed──▶ GATHERING ──1 s──▶ SENDING ──taken──▶ QUIET
      └──something fires still, after a while──▶ ┘  └─failed─▶ WAITING ──backed off──▶ SENDING

Each telling holds everything, so that one that was lost is made good by the next. Times are
monotonic seconds.
"""

from collections.abc import Callable, Collection

from signaling.backoff import Backoff, BackoffLimits

GATHER_S = 1.0
"What happens together is told together."
REPEAT_S = 300.0
"What still fires is told again, for a receiver that forgot."
LIMITS = BackoffLimits(base_s=2.0, cap_s=60.0)


class Delivery:
    """One receiver.

    Args:
        draw: As of ``Backoff``.
        told: Alarms it may have been told of by an earlier coordinator.

    """

    def __init__(self, draw: Callable[[], float], told: Collection[str] = ()) -> None:
        self.told: frozenset[str] = frozenset(told)
        "What it believes to be firing."
        self._draw = draw
        self._backoff = Backoff(draw, LIMITS)
        self._due: float | None = None
        self._sending = self._failing = self._changed = False

    def receive_changed(self, now: float) -> None:
        """Something began, ended or is told differently."""
        self._changed = True
        if not (self._sending or self._failing):
            self._due = now + GATHER_S if self._due is None else min(self._due, now + GATHER_S)

    def receive_taken(self, firing: Collection[str], now: float) -> None:
        """It has taken what fires, and that nothing else does."""
        self.told = frozenset(firing)
        self._sending = self._failing = False
        # The next failure is the first again.
        self._backoff = Backoff(self._draw, LIMITS)
        again_s = GATHER_S if self._changed else REPEAT_S
        self._due = now + again_s if self._changed or self.told else None

    def receive_failed(self, now: float) -> None:
        """It could not be reached, or did not want it."""
        self._sending, self._failing = False, True
        self._due = now + self._backoff.receive_closed(now, GATHER_S)

    def handle_timer(self, now: float) -> bool:
        """Tell whether to send now. Calling it early or twice is safe."""
        if self._due is None or now < self._due:
            return False
        self._due, self._sending, self._changed = None, True, False
        return True

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        return self._due
