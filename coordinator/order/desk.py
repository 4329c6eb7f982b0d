"""Gives orders to devices and records what became of them. The shell of ``order``."""

import asyncio
import secrets

from signaling.messages import OrderAction, OrderAnswer, OrderGive
from signaling.timer import Timer

from ..alarm.fact import OrderGiven
from ..errors import Refused
from ..gateway import Gateway
from ..runtime import Personal, Runtime
from ..state import Order
from .order import WITHIN_S, OrderBook, asked


class OrderDesk:
    """Where orders go out."""

    def __init__(self, runtime: Runtime, gateway: Gateway) -> None:
        self._runtime = runtime
        self._gateway = gateway
        self._book = OrderBook()
        self._loop = asyncio.get_running_loop()
        self._timer = Timer(self._on_timer)
        gateway.on_answer = self.receive_answer

    async def give(
        self, point: str, action: OrderAction, text: str, actor: str
    ) -> tuple[Order, ...]:
        """Ask the point's devices; return the orders, on disk and under way.

        Raises:
            Refused: ``unknown_point``, ``no_device``, ``text_required``.

        """
        runtime, state = self._runtime, self._runtime.state
        if point not in state.points:
            raise Refused("unknown_point", f"no point {point}")
        devices = asked(state, self._gateway.devices_of(point), action, text)
        personal = Personal()
        note = personal.add_note(text) if text.strip() else None
        facts = [
            OrderGiven(
                order=secrets.token_hex(8), point=point, device=d.id, action=action, text=note
            )
            for d in devices
        ]
        session = state.session
        await runtime.change(
            facts, actor=actor, session=session.id if session else None, personal=personal
        )
        for fact in facts:
            self._send(fact, text)
        self._pump()
        return tuple(state.orders[fact.order] for fact in facts)

    def begun(self, order: str) -> bool:
        """Return whether its device said that it works on it."""
        return self._book.begun(order)

    def receive_answer(self, device: str, answer: OrderAnswer) -> bool:
        """Take what a device says; False when it was not asked."""
        known = self._book.receive_answer(device, answer)
        self._pump()
        return known

    def close(self) -> None:
        """Stop the timer. Calling it twice is safe."""
        self._timer.cancel()

    def _send(self, fact: OrderGiven, text: str) -> None:
        order = OrderGive(id=fact.order, action=fact.action, text=text, within_s=WITHIN_S)
        self._book.receive_given(fact.order, fact.device, WITHIN_S, self._loop.time())
        if not self._gateway.send_to(fact.device, order):
            self._book.receive_gone(fact.order)

    def _on_timer(self, now: float) -> None:
        self._book.handle_timer(now)
        self._pump()

    def _pump(self) -> None:
        facts = self._book.events()
        if facts:
            session = self._runtime.state.session
            self._runtime.record(
                facts, actor="coordinator", session=session.id if session else None
            )
        self._timer.cancel()
        due = self._book.next_timer()
        if due is not None:
            self._timer.set(due)
