"""A screen on ``/ws/watch``: holds the picture as the wall does, and when each verdict came."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import aiohttp
import msgspec

from signaling.watch import AlarmView, Patch, PointView, SessionView, Snapshot, Tick, TotalsView

LOOK_AGAIN_S = 0.05
_decoder = msgspec.json.Decoder(Snapshot | Patch | Tick)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A point's presence as the wall began to show it."""

    at: float
    "Seconds of the loop."
    presence: str


class Wall:
    """The picture. Comes back by itself, as the page does.

    Args:
        url: Of the coordinator.
        token: Of a technician.

    """

    def __init__(self, url: str, token: str) -> None:
        self.session: SessionView | None = None
        self.totals: TotalsView | None = None
        self.points: dict[str, PointView] = {}
        self.alarms: dict[str, AlarmView] = {}
        self.seen: dict[str, list[Seen]] = {}
        self.gaps = 0
        "Patches that did not fit: must stay 0."
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._rev = 0
        self._epoch = ""
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, true: Callable[["Wall"], bool], seconds: float = 60) -> None:
        """Return when something is true of the picture."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: true(self))

    async def until_shown(self, presence: str, *points: str, seconds: float = 60) -> None:
        """Return when these points are shown as present as this."""
        await self.until(
            lambda wall: all(
                p in wall.points and wall.points[p].presence == presence for p in points
            ),
            seconds,
        )

    def forget(self) -> None:
        """Hold no picture, until the next one comes."""
        self.points = {}

    def presences(self, point: str, since: float = 0.0) -> list[str]:
        """Return what was shown of a point since a moment of the loop."""
        return [seen.presence for seen in self.seen.get(point, []) if seen.at >= since]

    async def _watch(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.ws_connect(
                        self._url + "/ws/watch", headers=self._headers, autoping=True
                    ) as socket:
                        async for frame in socket:
                            await self._receive(_decoder.decode(frame.data))
                except aiohttp.ClientError:
                    pass  # it is away; the page looks again, too
                await asyncio.sleep(LOOK_AGAIN_S)

    async def _receive(self, message: Snapshot | Patch | Tick) -> None:
        async with self._changed:
            match message:
                case Snapshot():
                    self._begin(message)
                case Patch():
                    self._apply(message)
                case Tick():
                    pass
            self._changed.notify_all()

    def _begin(self, snapshot: Snapshot) -> None:
        self._epoch, self._rev = snapshot.epoch, snapshot.rev
        self.session, self.totals = snapshot.session, snapshot.totals
        self.alarms = dict(snapshot.alarms)
        self.points = {}
        self._set(snapshot.points)

    def _apply(self, patch: Patch) -> None:
        if patch.epoch != self._epoch or patch.base > self._rev:
            self.gaps += 1
            return
        self._rev = patch.rev
        self.session = patch.session or self.session
        self.totals = patch.totals or self.totals
        self._set(patch.set)
        for code in patch.gone:
            self.points.pop(code, None)
        self.alarms |= patch.alarms
        for id_ in patch.alarms_gone:
            self.alarms.pop(id_, None)

    def _set(self, points: dict[str, PointView]) -> None:
        now = asyncio.get_running_loop().time()
        for code, view in points.items():
            history = self.seen.setdefault(code, [])
            if not history or history[-1].presence != view.presence:
                history.append(Seen(at=now, presence=view.presence))
            self.points[code] = view
