"""What devices were asked to do, and what became of it. Pure: no clock, no socket, no task.

    given ──begun──▶ begun ──done | refused──▶ ended
      └────────────done | refused | within_s ──────▶ ended (no_answer when nobody said anything)

An order is out until its device says how it ended, or its time is over; whatever is said after
that has no effect. Times are monotonic seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signaling.messages import OrderAction, OrderAnswer, Outcome
from signaling.schema import DeviceRole

from ..alarm.fact import OrderEnded
from ..errors import Refused
from ..fact import Fact
from ..state import Device, State

WITHIN_S = 30.0
NO_ANSWER = "no_answer"

# Which device of a point is asked, the best first. A screen shows the programme and nothing else.
RECEIVERS = (DeviceRole.AGENT, DeviceRole.SCREEN)
ASKED: dict[OrderAction, tuple[DeviceRole, ...]] = {
    OrderAction.REJOIN_MEDIA: RECEIVERS,
    OrderAction.RESTART_RECEPTION: RECEIVERS,
    OrderAction.RUN_PREFLIGHT: (*RECEIVERS, DeviceRole.PHONE),
    OrderAction.TEST_SOUND: (*RECEIVERS, DeviceRole.PHONE),
    # Takes some of the uplink: only the preflight's queue gives it, one hall at a time.
    OrderAction.TEST_BANDWIDTH: (),
    OrderAction.SHOW_MESSAGE: (DeviceRole.PHONE,),
    OrderAction.ASK_ROOM: (DeviceRole.PHONE,),
}
EVERY = (OrderAction.SHOW_MESSAGE, OrderAction.ASK_ROOM)
"Said to all such devices, not to the best of them."
NEEDS_TEXT = (OrderAction.SHOW_MESSAGE,)


def asked(
    state: State, connected: Iterable[str], action: OrderAction, text: str
) -> tuple[Device, ...]:
    """Return the devices of a point that an order goes to.

    Args:
        state: Who the devices are.
        connected: The point's devices that are connected now.
        action: What they shall do.
        text: For people.

    Raises:
        Refused: ``no_device``, ``text_required``.

    """
    if action in NEEDS_TEXT and not text.strip():
        raise Refused("text_required", "say what")
    found = fit(state, connected, ASKED[action])
    if not found:
        raise Refused("no_device", "no device that could do it is connected")
    return found if action in EVERY else found[:1]


def fit(state: State, connected: Iterable[str], roles: Sequence[DeviceRole]) -> tuple[Device, ...]:
    """Return which of the connected devices have one of some roles, the first role first."""
    there = [state.devices[id_] for id_ in connected if id_ in state.devices]
    return tuple(
        sorted((d for d in there if d.role in roles), key=lambda d: (roles.index(d.role), d.id))
    )


@dataclass(slots=True)
class _Out:
    device: str
    until: float
    begun: bool = False


class OrderBook:
    """The orders that are out."""

    def __init__(self) -> None:
        self._out: dict[str, _Out] = {}
        self._facts: list[Fact] = []

    def receive_given(self, order: str, device: str, within_s: float, now: float) -> None:
        """An order went out."""
        self._out[order] = _Out(device, now + within_s)

    def receive_answer(self, device: str, answer: OrderAnswer) -> bool:
        """Take what a device says; False when it was not asked, or its time is over."""
        out = self._out.get(answer.id)
        if out is None or out.device != device:
            return False
        if answer.outcome is Outcome.BEGUN:
            out.begun = True
            return True
        self._end(answer.id, answer.outcome.value, answer.why)
        return True

    def receive_gone(self, order: str) -> None:
        """The device left before the order reached it."""
        self._end(order, NO_ANSWER, "gone")

    def begun(self, order: str) -> bool:
        """Return whether its device said that it works on it."""
        out = self._out.get(order)
        return out is not None and out.begun

    def handle_timer(self, now: float) -> None:
        """Give up on what is overdue. Calling it early or twice is safe."""
        for order, out in list(self._out.items()):
            if out.until <= now:
                self._end(order, NO_ANSWER, "begun" if out.begun else "")

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer`` next, or None for never."""
        return min((out.until for out in self._out.values()), default=None)

    def events(self) -> list[Fact]:
        """Return what ended since the last call, oldest first."""
        facts, self._facts = self._facts, []
        return facts

    def _end(self, order: str, outcome: str, why: str) -> None:
        del self._out[order]
        self._facts.append(OrderEnded(order=order, outcome=outcome, why=why))
