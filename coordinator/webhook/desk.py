"""Posts alarms to the receivers that the operator set. The shell of ``delivery`` and ``alert``.

A receiver that is slow or away costs nobody anything: each has a task of its own, and holds
nothing but what it was told last.
"""

import asyncio
import random
import time
from collections.abc import Sequence

import aiohttp
import msgspec
import structlog

from config.settings import Webhook
from config.utc import format_utc
from config.words import Words

from ..alarm.fact import (
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    IncidentClosed,
    IncidentJoined,
    IncidentOpened,
    IncidentRevised,
)
from ..runtime import Runtime
from ..state import Recorded
from .alert import ended_since, firing, notification
from .delivery import Delivery

log = structlog.get_logger(__name__)

ANSWER_S = 10.0
LOOK_BACK_S = 600.0
"What ended so shortly before our start may not have been told."
SOFTWARE = "nhipcau"
TELLING = (
    AlarmRaised,
    AlarmChanged,
    AlarmCleared,
    IncidentOpened,
    IncidentRevised,
    IncidentJoined,
    IncidentClosed,
)
"What people do about an alarm is told with the next of these."


class WebhookDesk:
    """All receivers.

    Args:
        runtime: Whose alarms are told.
        settings: Who is told.
        words: The screens' sentences.
        base: Our public address.

    """

    def __init__(self, runtime: Runtime, settings: Webhook, words: Words, base: str) -> None:
        self._runtime = runtime
        self._settings = settings
        self._words = words
        self._base = base
        self._receivers: list[_Receiver] = []
        runtime.listen(self._hear)

    async def run(self) -> None:
        """Tell the receivers until cancelled."""
        told = ended_since(self._runtime.state, format_utc(time.time() - LOOK_BACK_S))
        token = self._settings.token
        headers = {"Content-Type": "application/json", "User-Agent": SOFTWARE}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as http,
            asyncio.TaskGroup() as group,
        ):
            for number, url in enumerate(self._settings.urls):
                receiver = _Receiver(number, url, http, Delivery(random.random, told))
                self._receivers.append(receiver)
                group.create_task(receiver.run(self), name=f"webhook {number}")

    def compose(self, told: frozenset[str]) -> tuple[tuple[str, ...], bytes | None]:
        """Return what fires now, and the body for who was told that; None: nothing to say."""
        state, now_utc = self._runtime.state, self._runtime.now_utc()
        found = notification(state, self._words, self._base, ended=sorted(told), now_utc=now_utc)
        return firing(state), msgspec.json.encode(found) if found.alerts else None

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if any(isinstance(row.fact, TELLING) for row in rows):
            for receiver in self._receivers:
                receiver.receive_changed()


class _Receiver:
    def __init__(
        self, number: int, url: str, http: aiohttp.ClientSession, delivery: Delivery
    ) -> None:
        self._number = number
        self._url = url
        self._http = http
        self._delivery = delivery
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self.receive_changed()

    def receive_changed(self) -> None:
        self._delivery.receive_changed(self._loop.time())
        self._wake.set()

    async def run(self, desk: WebhookDesk) -> None:
        while True:
            await self._wait()
            if self._delivery.handle_timer(self._loop.time()):
                told, body = desk.compose(self._delivery.told)
                # Alertmanager never tells of nothing, and not every receiver would bear it.
                if body is None or await self._post(body):
                    self._delivery.receive_taken(told, self._loop.time())
                else:
                    self._delivery.receive_failed(self._loop.time())

    async def _wait(self) -> None:
        due = self._delivery.next_timer()
        try:
            async with asyncio.timeout_at(due):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _post(self, body: bytes) -> bool:
        """Return whether the receiver took it. Its address may be a secret: it is not logged."""
        try:
            async with self._http.post(self._url, data=body, allow_redirects=False) as answer:
                taken = 200 <= answer.status < 300
                if not taken:
                    log.warning("webhook.refused", number=self._number, status=answer.status)
                return taken
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("webhook.not_sent", number=self._number, error=type(error).__name__)
            return False
