"""The last hour of a point's link, in columns for a chart."""

import asyncio
import time

from signaling.schema import Code, Wire
from signaling.watch import Instant

from ..errors import Refused
from ..link.history import Ring
from ..policy import Action
from .context import CONTEXT
from .route import Call, Route

Column = tuple[float | None, ...]


class LinkColumns(Wire, frozen=True, kw_only=True):
    """Figures by time, columns of equal length; null where nothing was known."""

    at: tuple[Instant, ...]
    rtt_ms: Column
    jitter_ms: Column
    loss_ratio: Column
    concealed_ratio: Column
    frozen_ratio: Column
    frames_per_second: Column
    bitrate_kbps: Column


class LinkAnswer(Wire, frozen=True, kw_only=True):
    """A point's link."""

    code: Code
    link: str
    "good, poor, bad."
    why: str
    seconds: LinkColumns
    "The last five minutes."
    minutes: LinkColumns
    "The last hour; means of whole minutes, each at its beginning."


async def read_link(call: Call) -> LinkAnswer:
    """Answer the last hour of a point's link."""
    state, code = call.runtime.state, call.path("code")
    if code not in state.points:
        raise Refused("unknown_point", f"no point {code}")
    await call.runtime.settled()
    history, status = call.request.app[CONTEXT].watch.history(code), state.status[code]
    # The rings know only the loop's clock.
    offset_s = time.time() - asyncio.get_running_loop().time()
    return LinkAnswer(
        code=code,
        link=status.link,
        why=status.link_why,
        seconds=_columns(history.seconds, offset_s),
        minutes=_columns(history.minutes, offset_s),
    )


def _columns(ring: Ring, offset_s: float) -> LinkColumns:
    rows = ring.rows()
    rtt, jitter, loss, concealed, frozen, frames, bitrate = (
        tuple(figures[index] for _at, figures in rows) for index in range(7)
    )
    return LinkColumns(
        at=tuple(round((at + offset_s) * 1000) for at, _figures in rows),
        rtt_ms=rtt,
        jitter_ms=jitter,
        loss_ratio=loss,
        concealed_ratio=concealed,
        frozen_ratio=frozen,
        frames_per_second=frames,
        bitrate_kbps=bitrate,
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/points/{code}/link",
        handler=read_link,
        summary="The last hour of a point's link",
        action=Action.LOOK,
        answer=LinkAnswer,
        problems=("unknown_point",),
    ),
)
