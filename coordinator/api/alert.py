"""The alarms in Alertmanager's words: what a webhook is sent, to be looked at at any time."""

from ..policy import Action
from ..webhook.alert import Notification, notification
from .context import CONTEXT
from .route import Call, Route


async def read_alerts(call: Call) -> Notification:
    """Answer everything that is wrong now."""
    await call.runtime.settled()
    context = call.request.app[CONTEXT]
    base = context.public_url or str(call.request.url.origin())
    return notification(call.runtime.state, context.words, base)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/alerts",
        handler=read_alerts,
        summary="What is wrong now, as Alertmanager's webhooks say it (version 4)",
        action=Action.LOOK,
        answer=Notification,
    ),
)
