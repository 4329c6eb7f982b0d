"""Carries out what the centre asks of this device, and says how it ended.

Every order is answered: ``refused`` with a code, or ``begun`` and then ``done`` or ``refused``.
Whoever can do something registers a deed under the action's name.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from signaling.messages import OrderAnswer, OrderGive, Outcome

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Deed = Callable[[OrderGive], Awaitable[str]]
"Does it; returns an empty text, or the stable code of why it was not done."


class Orders:
    """The orders of one device.

    Args:
        deeds: What can be done, by action.
        answer: Sends what became of an order.

    """

    def __init__(self, deeds: Mapping[str, Deed], answer: Callable[[OrderAnswer], None]) -> None:
        self._deeds = deeds
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()

    def receive(self, order: OrderGive) -> None:
        """Begin, or refuse."""
        deed = self._deeds.get(order.action)
        if deed is None:
            self._say(order, Outcome.REFUSED, "unknown_action")
            return
        self._say(order, Outcome.BEGUN)
        task = asyncio.create_task(self._carry_out(order, deed), name=f"order {order.action}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Leave undone what is not done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry_out(self, order: OrderGive, deed: Deed) -> None:
        try:
            async with asyncio.timeout(order.within_s):
                why = await deed(order)
        except TimeoutError:
            why = "too_late"
        # The edge of a unit: an order that goes wrong costs this order.
        except Exception:
            log.exception("order.failed", action=order.action)
            why = "failed"
        log.info("order.ended", action=order.action, why=why)
        self._say(order, Outcome.REFUSED if why else Outcome.DONE, why)

    def _say(self, order: OrderGive, outcome: Outcome, why: str = "") -> None:
        self._answer(OrderAnswer(id=order.id, outcome=outcome, why=why))
