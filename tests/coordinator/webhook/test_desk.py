"""Alarms reach a real receiver over HTTP, however often it fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from config.settings import Webhook
from coordinator.webhook.desk import WebhookDesk
from tests.coordinator.alarm.test_desk import lose
from tests.harness.server import TOWN, Served, serving
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io
BASE = "https://cau.example.vn"


@dataclass
class Receiver:
    """A program that is told."""

    url: str = ""
    failures: int = 0
    "How many tellings it answers with an error."
    got: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("Authorization"))
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        self.got.append(await request.json())
        return web.Response()

    def stands(self) -> dict[str, str]:
        """Return what it was told last, by alarm type."""
        alerts = self.got[-1]["alerts"] if self.got else []
        return {alert["labels"]["alertname"]: alert["status"] for alert in alerts}


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    found, app = Receiver(), web.Application()
    app.add_routes([web.post("/hook", found.take)])
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield found
    finally:
        await runner.cleanup()


@asynccontextmanager
async def telling(served: Served, *urls: str) -> AsyncIterator[None]:
    context = served.coordinator.context
    settings = Webhook(urls=urls, token="secret")
    desk = WebhookDesk(context.runtime, settings, context.words, BASE)
    running = asyncio.create_task(desk.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_alarm_reaches_a_receiver_that_failed_first_and_the_snapshot_says_the_same(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served, receiver() as found:
        found.failures = 1
        dead = "http://127.0.0.1:9/hook"
        async with telling(served, found.url, dead):
            await lose(served)
            await until(lambda: found.stands().get("lost") == "firing", 20)
            assert found.tokens == {"Bearer secret"}
            status, snapshot = await served.call("GET", "/api/v1/alerts", role="viewer")
            assert status == 200
            assert [a["fingerprint"] for a in snapshot["alerts"]] == [
                a["fingerprint"] for a in found.got[-1]["alerts"]
            ]
            assert found.got[-1]["externalURL"] == BASE
            assert all(telling["alerts"] for telling in found.got), "of nothing nobody is told"


async def test_what_ended_is_told_also_by_a_coordinator_that_began_anew(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, receiver() as found:
        id_ = await lose(served)
        async with telling(served, found.url):
            await until(lambda: found.stands() == {"lost": "firing"})
        await served.call("POST", f"/api/v1/alarms/{id_}/acknowledge", role="technician")
        status, _ = await served.call(
            "POST", "/api/v1/session/phase", {"phase": "branch_meetings", "reason": "thử"}
        )
        assert status == 200
        await until(lambda: served.coordinator.runtime.state.alarms.by_id[id_].closed)
        async with telling(served, found.url):
            await until(lambda: found.stands() == {"lost": "resolved"})
