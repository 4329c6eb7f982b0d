"""Chooses what a point is sent, and follows whether it came to that. The shell of ``rendition``.

The choice is a fact of its own and stands whatever becomes of the order: the media desk gives
it to the plane now, and again whenever the plane comes back.
"""

from signaling.messages import OrderAnswer
from signaling.schema import RenditionChoice

from ..alarm.fact import RenditionChosen
from ..media.desk import MediaDesk
from ..runtime import Runtime
from ..state import Order
from .desk import OrderDesk
from .rendition import CHANGE_RENDITION, WITHIN_S, came_to, choice_of


class RenditionDesk:
    """The choices that are on their way to the plane.

    Args:
        runtime: Where choices are facts.
        orders: Where they are orders.
        media: Who gives them to the plane.

    """

    def __init__(self, runtime: Runtime, orders: OrderDesk, media: MediaDesk) -> None:
        self._runtime = runtime
        self._orders = orders
        self._media = media
        self._out: dict[str, Order] = {}
        "By point; a later choice takes the place of an earlier one."
        media.look(self._look)

    async def choose(self, point: str, choice: RenditionChoice, actor: str) -> Order:
        """Want a point to be sent this; return the order, on disk and under way.

        Raises:
            Refused: ``unknown_point``, ``no_device``.

        """
        chosen = RenditionChosen(point=point, choice=choice)
        order = await self._orders.open(
            point, CHANGE_RENDITION, actor, causes=[chosen], within_s=WITHIN_S
        )
        self._out[point] = order
        return order

    def _look(self) -> None:
        """Answer for the plane, which says once a second what it sends."""
        for point, order in list(self._out.items()):
            choice = choice_of(self._runtime.state, point)
            if not self._media.has_taken(point, choice):
                continue
            told = self._media.sending(order.device)
            outcome, why = came_to(choice, told, has_low=self._media.has_low)
            answer = OrderAnswer(id=order.id, outcome=outcome, why=why)
            if not self._orders.receive_answer(order.device, answer) or outcome != "begun":
                del self._out[point]
