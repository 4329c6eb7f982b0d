"""A whole coordinator in this process, on a free port, with a data folder of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from config.folder import DataFolder
from config.settings import Attendance, Media, Privacy, Server, Settings
from coordinator.access import new_secret
from coordinator.app import Coordinator, open_coordinator, start_admin_site, start_port_site
from coordinator.fact import Fact, TokenIssued
from tests.harness.facts import planned, point
from tests.harness.runner import put_down


@dataclass(kw_only=True)
class Served:
    """A running coordinator, and how to talk to it."""

    coordinator: Coordinator
    url: str
    http: aiohttp.ClientSession
    tokens: dict[str, str]
    folder: DataFolder

    async def call(
        self, method: str, path: str, body: object = None, role: str | None = "admin"
    ) -> tuple[int, Any]:
        """Call the API by a role's token, or as a page of ours does; return status and body."""
        page = {"Origin": self.url}
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else page
        async with self.http.request(method, self.url + path, json=body, headers=headers) as answer:
            text = await answer.read()
            return answer.status, (await answer.json(content_type=None)) if text else None

    async def enrol(self, code: str) -> str:
        """Enrol an agent at a point; return its credential."""
        _status, issued = await self.call("POST", "/api/v1/codes", {"point": code})
        _status, joined = await self.call(
            "POST", "/api/v1/join", {"code": issued["code"], "role": "agent"}, role=None
        )
        return str(joined["credential"])

    def agent(self, credential: str) -> "aiohttp.client._WSRequestContextManager":
        """Open a device's websocket."""
        headers = {"Authorization": f"Bearer {credential}"}
        return self.http.ws_connect(self.url + "/ws/agent", headers=headers)


TOWN: tuple[Fact, ...] = (
    point("MH-000", expected=128, main=True),
    point("MH-001"),
    point("MH-002"),
    planned(main_point="MH-000"),
)


@asynccontextmanager
async def serving(
    data: Path,
    *facts: Fact,
    public_url: str = "",
    server: Server | None = None,
    names: bool = False,
    rolls: int = 2,
) -> AsyncIterator[Served]:
    """Serve a data folder; the facts are recorded only when it is new.

    With a ``public_url`` of https it believes that a proxy speaks HTTPS for it; ``names`` lets
    rolls be called by names, ``rolls`` is how many are usual.
    """
    folder = DataFolder(data)
    media = Media(start_relay=False, start_judge=False)
    server = server or Server(port=0, public_url=public_url)
    settings = Settings(
        data=str(data),
        server=server,
        media=media,
        attendance=Attendance(rolls=rolls),
        privacy=Privacy(names=names),
    )
    async with open_coordinator(settings, folder, serving=True) as coordinator:
        tokens = await _tokens(coordinator)
        if facts and not coordinator.runtime.state.points:
            await coordinator.runtime.change(facts, actor="test")
        runner = web.AppRunner(coordinator.app, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await start_admin_site(runner, folder)
            await start_port_site(runner, settings)
            url = f"http://127.0.0.1:{runner.addresses[-1][1]}"
            # Addresses instead of names are "unsafe" to the cookie jar.
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
                yield Served(
                    coordinator=coordinator, url=url, http=http, tokens=tokens, folder=folder
                )
        finally:
            await coordinator.gateway.close()
            await coordinator.feed.close()
            await put_down(runner)


async def _tokens(coordinator: Coordinator) -> dict[str, str]:
    tokens = {}
    for role in ("admin", "host", "secretary", "technician", "viewer", "publisher", "player"):
        secret = new_secret("token")
        fact = TokenIssued(token=secret.id, role=role, name=role, hash=secret.hash)
        await coordinator.runtime.change([fact], actor="test")
        tokens[role] = secret.text
    return tokens
