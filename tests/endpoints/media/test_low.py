"""The studio's second picture, real film through a real relay to real decoders."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from endpoints.media.exchange import Exchange
from endpoints.studio.encoder import PictureFormat
from endpoints.studio.publisher import StudioPublisher
from signaling.media_plane import Rendition
from signaling.relay.session import Watching
from tests.endpoints.media.test_receiver import Hall, hall
from tests.signaling.peers import until
from tests.signaling.relay.rig import LOOPBACK, Rig, rig

pytestmark = pytest.mark.real_io
LOW = PictureFormat(bitrate_bps=60_000, every=3, key_interval_s=1.0)


@asynccontextmanager
async def two_pictures(it: Rig) -> AsyncIterator[None]:
    origin = asyncio.get_running_loop().time()
    publishers = [
        StudioPublisher(
            Exchange(it.http, it.url + path), format, LOOPBACK, origin=origin, sounding=sounding
        )
        for path, format, sounding in (
            ("/whip/studio", PictureFormat(key_interval_s=1.0), True),
            ("/whip/studio-low", LOW, False),
        )
    ]
    tasks = [asyncio.create_task(publisher.run()) for publisher in publishers]
    try:
        await until(lambda: it.on_air() == "studio")
        await until(lambda: it.relay.sample().outputs[0].low)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def sent(it: Rig) -> list[Rendition | None]:
    return [s.rendition for s in it.relay.sample().sessions if s.role == "viewer"]


def cap(it: Rig, bps: float | None) -> None:
    """Have the relay believe that the last viewer's line bears so much."""
    watching = [s for s in it.relay._sessions.values() if isinstance(s, Watching)][-1]
    watching.viewing.watch.cap_bps = bps


async def cap_at_low(it: Rig) -> None:
    """Have it believe that it bears the studio's low picture and not the other, until it has it."""
    feeds = it.relay._feeds["studio"]

    def is_low() -> bool:
        cap(it, 0.65 * feeds.bps("low") + 0.35 * feeds.bps("video"))
        return sent(it)[-1] is Rendition.LOW

    await until(is_low)


async def watches(it: Rig, here: Hall, rendition: Rendition) -> None:
    """Wait until the last viewer has seen some frames of a rendition."""
    await until(lambda: sent(it)[-1] is rendition)
    seen = len(here.film())
    await until(lambda: len(here.film()) > seen + 8)


async def test_a_hall_goes_down_and_up_again_and_sees_the_film_go_on() -> None:
    async with AsyncExitStack() as stack:
        it = await stack.enter_async_context(rig())
        await stack.enter_async_context(two_pictures(it))
        good: Hall = await stack.enter_async_context(hall(it.url, it.http))
        await until(lambda: len(good.film()) > 5)
        bad: Hall = await stack.enter_async_context(hall(it.url, it.http))
        await until(lambda: len(bad.film()) > 5)
        for bps, rendition in ((120_000.0, Rendition.LOW), (None, Rendition.HIGH)):
            cap(it, bps)
            await watches(it, bad, rendition)
        names = dict(good.shown)
        stamps = [stamp for stamp, _ in bad.shown]
        assert sent(it)[0] is Rendition.HIGH
        assert stamps == sorted(set(stamps))
        steps = [b - a for a, b in zip(bad.film(), bad.film()[1:], strict=False)]
        assert steps.count(3) >= 5
        # Where the low picture is behind, what was seen last is seen once more.
        assert len([step for step in steps if step <= 0]) <= 2
        assert min(steps) >= -5
        shared = [stamp for stamp in stamps if stamp in names]
        assert len(shared) > 10
        assert all(names[stamp] == dict(bad.shown)[stamp] for stamp in shared)
