"""Orders to a point's devices over HTTP: give one, and see what became of each."""

from aiohttp import web

from signaling.messages import OrderAction
from signaling.schema import Code, Ident, RenditionChoice, Text, Wire
from signaling.watch import Instant

from ..errors import Refused
from ..order.desk import OrderDesk
from ..order.rendition_desk import RenditionDesk
from ..picture import millis
from ..policy import Action
from ..state import Order
from .alarm import namer
from .route import Call, Route

ORDERS: web.AppKey[OrderDesk] = web.AppKey("orders", OrderDesk)
RENDITIONS: web.AppKey[RenditionDesk] = web.AppKey("renditions", RenditionDesk)

LISTED = 20
"The newest orders of a point that are answered."


class OrderCommand(Wire, frozen=True, kw_only=True):
    """Ask the point's devices to do something."""

    action: OrderAction
    text: Text = ""
    "For people; only some actions have one."


class RenditionCommand(Wire, frozen=True, kw_only=True):
    """Choose what the point is sent, until the session ends or somebody chooses anew."""

    choice: RenditionChoice


class OrderView(Wire, frozen=True, kw_only=True):
    """An order and how it stands."""

    id: Ident
    point: Code
    device: Ident
    role: str
    "Of the device."
    action: str
    state: str
    "sent, begun, done, refused, no_answer."
    why: str = ""
    given_at: Instant
    given_by: str | None = None
    "Name; only for those who may read names."
    ended_at: Instant | None = None


class OrderViews(Wire, frozen=True, kw_only=True):
    """Orders, the newest first."""

    orders: tuple[OrderView, ...]


async def give_order(call: Call) -> OrderViews:
    """Give an order."""
    body: OrderCommand = call.body
    desk = call.request.app[ORDERS]
    orders = await desk.give(call.path("code"), body.action, body.text, call.caller.actor)
    return OrderViews(orders=tuple(_view(call, order) for order in orders))


async def choose_rendition(call: Call) -> OrderViews:
    """Choose what the point is sent."""
    body: RenditionCommand = call.body
    desk = call.request.app[RENDITIONS]
    order = await desk.choose(call.path("code"), body.choice, call.caller.actor)
    return OrderViews(orders=(_view(call, order),))


async def read_orders(call: Call) -> OrderViews:
    """Answer the newest orders of a point."""
    await call.runtime.settled()
    state, code = call.runtime.state, call.path("code")
    if code not in state.points:
        raise Refused("unknown_point", f"no point {code}")
    newest = [state.orders[id_] for id_ in reversed(state.orders_of.get(code, [])[-LISTED:])]
    return OrderViews(orders=tuple(_view(call, order) for order in newest))


def _view(call: Call, order: Order) -> OrderView:
    state = call.runtime.state
    out = "begun" if call.request.app[ORDERS].begun(order.id) else "sent"
    device = state.devices.get(order.device)
    return OrderView(
        id=order.id,
        point=order.point,
        device=order.device,
        role=device.role.value if device else "",
        action=order.action,
        state=order.outcome or out,
        why=order.why,
        given_at=millis(order.given_utc),
        given_by=namer(call)(order.given_by),
        ended_at=millis(order.ended_utc) if order.ended_utc else None,
    )


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/points/{code}/orders",
        handler=give_order,
        summary="Ask the point's devices to do something",
        action=Action.TEND,
        body=OrderCommand,
        answer=OrderViews,
        status=202,
        problems=("unknown_point", "no_device", "text_required"),
    ),
    Route(
        method="POST",
        path="/api/v1/points/{code}/rendition",
        handler=choose_rendition,
        summary="Choose what the point is sent: the picture, fewer bits, sound alone, as fits",
        action=Action.TEND,
        body=RenditionCommand,
        answer=OrderViews,
        status=202,
        problems=("unknown_point", "no_device"),
    ),
    Route(
        method="GET",
        path="/api/v1/points/{code}/orders",
        handler=read_orders,
        summary="What the point's devices were asked, and how each order stands",
        action=Action.LOOK,
        answer=OrderViews,
        problems=("unknown_point",),
    ),
)
