"""Clients that others publish, in Chromium, against a server that asks everybody for a token."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem
from signaling.media_plane import EndReason, SessionEnded
from tests.browser.chromium import PLAIN_ADDRESSES, open_page
from tests.browser.test_media import stream
from tests.harness.coturn import coturn
from tests.signaling.peers import until
from tests.signaling.relay.rig import Rig, Somebody, rig

pytestmark = [pytest.mark.browser, pytest.mark.real_io]
ROOT = Path(__file__).parents[2]
TOKEN = "nct_0123456789abcdef_secret"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients as one script, made of what package-lock.json pins."""
    folder = tmp_path_factory.mktemp("bundle")
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    entry = ROOT / "tests" / "browser" / "clients.mjs"
    options = ("--bundle", "--format=esm", "--log-level=error", f"--outfile={folder}/clients.js")
    subprocess.run([esbuild, entry, *options], check=True, timeout=60, cwd=ROOT)
    return folder


async def authorize(request: web.Request, action: MediaAction) -> Principal | Problem:
    """Ask everybody for the token, every time."""
    if request.headers.get("Authorization") == f"Bearer {TOKEN}":
        return Somebody("client")
    return Problem(401, "unauthorized", "a bearer is needed")


async def run(it: Rig, client: str, **told: str) -> dict[str, Any]:
    """Run a client to its goodbye; return what its page reports."""
    url = "/whep/programme" if client.endswith("watches") else "/whip/studio"
    query = urlencode({"client": client, "url": url, "token": TOKEN, **told})
    url = f"{it.url}/pages/clients.html?{query}"
    seen = await open_page(url, 30, (PLAIN_ADDRESSES, "--ignore-certificate-errors"))
    assert seen["error"] is None, seen
    assert seen["said"] == []
    await until(lambda: it.seen(SessionEnded))
    return seen


def statuses(it: Rig, method: str) -> list[int]:
    """Return what requests of a method to the media routes were answered."""
    return [s for m, path, s in it.asked if m == method and path.startswith(("/whip", "/whep"))]


def said_goodbye(it: Rig) -> None:
    """See that the session was ended by its client's DELETE, and by 200."""
    assert statuses(it, "DELETE") == [200]
    [ended] = it.seen(SessionEnded)
    assert isinstance(ended, SessionEnded)
    assert ended.reason is EndReason.CLIENT


@pytest.mark.parametrize("client", ["whip-whep watches", "Eyevinn watches"])
async def test_a_published_player_plays(client: str, bundle: Path) -> None:
    async with rig(authorize=authorize, bundle=bundle) as it:
        seen = await run(it, client)
        assert seen["state"] == "connected"
        assert seen["width"] == 640
        assert stream(seen, "video")["framesDecoded"] > 5
        assert stream(seen, "audio")["packetsReceived"] > 50
        assert statuses(it, "POST") == [201]
        said_goodbye(it)
        # whip-whep trickles without If-Match, the player not at all.
        assert set(statuses(it, "PATCH")) == ({204} if client == "whip-whep watches" else set())


@pytest.mark.parametrize(
    ("client", "trickle"),
    [("whip-whep publishes", "yes"), ("Eyevinn publishes", "yes"), ("Eyevinn publishes", "no")],
)
async def test_a_published_publisher_is_on_air(client: str, trickle: str, bundle: Path) -> None:
    async with rig(authorize=authorize, bundle=bundle) as it:
        page = asyncio.create_task(run(it, client, trickle=trickle))
        await until(lambda: it.on_air() == "studio", 30)
        seen = await page
        assert seen["state"] == "connected"
        assert stream(seen, "video")["framesEncoded"] > 30
        assert statuses(it, "POST") == [201]
        assert set(statuses(it, "PATCH")) == ({204} if trickle == "yes" else set())
        said_goodbye(it)


@pytest.mark.parametrize(
    ("client", "kind"),
    [
        ("whip-whep watches", "udp"),
        ("whip-whep watches", "tcp"),
        ("whip-whep watches", "tls"),
        ("ours watches", "tls"),
    ],
)
async def test_a_player_shut_in_goes_by_the_turn_server_it_was_told_of(
    client: str, kind: str, bundle: Path
) -> None:
    async with (
        coturn() as turn,
        rig(authorize=authorize, bundle=bundle, turn=turn.access(kind)) as it,
    ):
        seen = await run(it, client, policy="relay")
        assert seen["width"] == 640
        assert (seen["local"]["candidateType"], seen["local"]["relayProtocol"]) == ("relay", kind)
        said_goodbye(it)
