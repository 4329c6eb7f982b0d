"""A relay, pages that reach it, and a browser with a made-up camera and microphone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from coordinator.media.http import Authorize, media_routes
from signaling.media_plane import SessionEnded
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_feed import FakeCoordinator, fleet
from tests.signaling.relay.rig import Rig, let_in, rig

FLAGS = (
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


@asynccontextmanager
async def stage(
    authorize: Authorize = let_in, flags: tuple[str, ...] = ()
) -> AsyncIterator[tuple[Rig, FakeCoordinator, Chromium]]:
    """A relay, pages that reach it, and a browser with a made-up camera."""
    async with rig() as it, Chromium(*FLAGS, *flags) as chromium:
        routes = media_routes(it.plane, authorize)
        async with FakeCoordinator(fleet(3), routes) as feed:
            yield it, feed, chromium


async def open_page(chromium: Chromium, feed: FakeCoordinator) -> Page:
    return await chromium.open(f"{feed.base}/host", permissions=["camera", "microphone"])


@dataclass
class Named:
    """Somebody who was let in."""

    who: str
    device: str = ""


def ended(it: Rig) -> list[SessionEnded]:
    return [event for event in it.events if isinstance(event, SessionEnded)]
