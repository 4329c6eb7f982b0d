"""Gives orders to devices and records what became of them. The shell of ``order``."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence

from signaling.messages import OrderAction, OrderAnswer, OrderGive
from signaling.timer import Timer

from ..alarm.fact import OrderGiven
from ..errors import Refused
from ..fact import Fact, Ref
from ..gateway import Gateway
from ..runtime import Personal, Runtime
from ..state import Device, Order
from .order import ASKED, RECEIVERS, WITHIN_S, OrderBook, asked, fit


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
        devices = asked(self._runtime.state, self._connected(point), action, text)
        personal = Personal()
        note = personal.add_note(text) if text.strip() else None
        facts = [_given(device, action, note) for device in devices]
        await self._change(facts, actor, personal)
        self._send(facts, WITHIN_S, text)
        return tuple(self._runtime.state.orders[fact.order] for fact in facts)

    def ask_everywhere(self, action: OrderAction, within_s: float) -> int:
        """Ask every connected device that could do it, of our own accord; return how many."""
        devices = fit(self._runtime.state, self._gateway.devices(), ASKED[action])
        facts = [_given(device, action, None) for device in devices]
        self._runtime.record(facts, actor="coordinator", session=self._session())
        self._send(facts, within_s)
        return len(facts)

    async def open(
        self, point: str, action: str, actor: str, *, causes: Iterable[Fact], within_s: float
    ) -> Order:
        """Record an order that somebody else carries out, and answers for the device.

        Args:
            point: Whose receiver of the programme it is about.
            action: What is done.
            actor: Who wants it.
            causes: Facts that stand whatever becomes of the order.
            within_s: See ``OrderBook``.

        Raises:
            Refused: ``unknown_point``, ``no_device``.

        """
        devices = fit(self._runtime.state, self._connected(point), RECEIVERS)
        if not devices:
            raise Refused("no_device", "no device that could do it is connected")
        fact = _given(devices[0], action, None)
        await self._change([*causes, fact], actor, Personal())
        self._book.receive_given(fact.order, fact.device, within_s, self._loop.time())
        self._pump()
        return self._runtime.state.orders[fact.order]

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

    def _connected(self, point: str) -> Sequence[str]:
        """Return the devices of a point that are connected now.

        Raises:
            Refused: ``unknown_point``.

        """
        if point not in self._runtime.state.points:
            raise Refused("unknown_point", f"no point {point}")
        return self._gateway.devices_of(point)

    def _send(self, facts: Sequence[OrderGiven], within_s: float, text: str = "") -> None:
        for fact in facts:
            self._book.receive_given(fact.order, fact.device, within_s, self._loop.time())
            order = OrderGive(id=fact.order, action=fact.action, text=text, within_s=within_s)
            if not self._gateway.send_to(fact.device, order):
                self._book.receive_gone(fact.order)
        self._pump()

    async def _change(self, facts: Sequence[Fact], actor: str, personal: Personal) -> None:
        await self._runtime.change(facts, actor=actor, session=self._session(), personal=personal)

    def _session(self) -> str | None:
        session = self._runtime.state.session
        return session.id if session else None

    def _on_timer(self, now: float) -> None:
        self._book.handle_timer(now)
        self._pump()

    def _pump(self) -> None:
        facts = self._book.events()
        if facts:
            self._runtime.record(facts, actor="coordinator", session=self._session())
        self._timer.cancel()
        due = self._book.next_timer()
        if due is not None:
            self._timer.set(due)


def _given(device: Device, action: str, note: Ref | None) -> OrderGiven:
    return OrderGiven(
        order=secrets.token_hex(8), point=device.point, device=device.id, action=action, text=note
    )
