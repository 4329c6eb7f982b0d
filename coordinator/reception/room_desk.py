"""Asks the halls whether they see and hear. The shell of ``room``.

Every phone that is connected is given an order, a fact like any other; what the hall says is
another, ``room.answered``, which the point's reception takes in.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from config.utc import parse_utc
from signaling.messages import OrderAction

from ..fact import PhaseEntered, SessionPlanned
from ..order.desk import OrderDesk
from ..runtime import Runtime
from ..state import Recorded
from .room import WITHIN_S, RoomQuestion

log = structlog.get_logger(__name__)


class RoomDesk:
    """The question to all halls of the open session.

    Args:
        runtime: Whose session is open.
        orders: Asks the devices.
        wall: Seconds since 1970.

    """

    def __init__(
        self,
        runtime: Runtime,
        orders: OrderDesk,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._runtime = runtime
        self._orders = orders
        self._wall = wall
        self._loop = asyncio.get_running_loop()
        self._question = RoomQuestion()
        self._timer: asyncio.TimerHandle | None = None
        runtime.listen(self._hear)
        self._receive_session()

    def ask(self) -> int:
        """Ask every phone of every hall; return how many."""
        asked = self._orders.ask_everywhere(OrderAction.ASK_ROOM, WITHIN_S)
        log.info("room.asked", phones=asked)
        return asked

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if any(isinstance(row.fact, SessionPlanned | PhaseEntered) for row in rows):
            self._receive_session()

    def _receive_session(self) -> None:
        state = self._runtime.state
        session = state.session if state.open_session is not None else None
        if session is None:
            self._question.receive_session(None, None, None)
        else:
            live_s = parse_utc(session.live_utc) if session.live_utc else None
            self._question.receive_session(session.id, parse_utc(session.start_utc), live_s)
        self._arm()

    def _on_timer(self) -> None:
        self._timer = None
        # A loop may fire a timer early by one tick of its clock.
        if self._question.handle_timer(self._wall() + 0.001):
            self.ask()
        self._arm()

    def _arm(self) -> None:
        self.close()
        due_s = self._question.next_timer()
        if due_s is not None:
            self._timer = self._loop.call_later(max(0.0, due_s - self._wall()), self._on_timer)
