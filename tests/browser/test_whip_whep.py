"""The pages' own WHIP and WHEP in a real Chromium against a real relay."""

import asyncio

import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem
from signaling.media_plane import EndReason
from tests.browser.stage import Named, ended, open_page, stage
from tests.harness.chromium import Page, PageError
from tests.signaling.peers import until

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

PUBLISH = """(async () => {
  const { Whip } = await import("/static/shared/whip.js");
  const wish = { video: { width: 640, height: 360 }, audio: true };
  window.media = await navigator.mediaDevices.getUserMedia(wish);
  window.seen = [];
  window.whip = new Whip(() => window.seen.push(window.whip?.state));
  window.whip.publish("studio", window.media);
})()"""
WATCH = """(async () => {
  const { Whep, watchFrames } = await import("/static/shared/whep.js");
  const video = document.body.appendChild(document.createElement("video"));
  video.autoplay = true;
  Object.assign(window, { seen: [], frames: [] });
  window.whep = new Whep({
    play: (stream) => (video.srcObject = stream),
    changed: () => window.seen.push(window.whep?.state),
    measured: (report) => (window.report = report),
  });
  window.unwatch = watchFrames(video, (_, frame) => window.frames.push(frame.rtpTimestamp));
  window.whep.watch("programme");
})()"""


async def becomes(page: Page, what: str, state: str, seconds: float = 15) -> None:
    try:
        await page.until(f"window.{what}.state === '{state}'", seconds)
    except PageError as error:
        told = f"[window.{what}.state, window.{what}.code, window.seen]"
        raise PageError(f"{await page.evaluate(told)}, {await page.do('faults')}") from error


async def test_a_page_publishes_and_another_plays_it() -> None:
    async with stage() as (it, feed, chromium):
        studio, hall = [await open_page(chromium, feed) for _ in range(2)]
        await hall.evaluate(WATCH)
        await becomes(hall, "whep", "live")
        await studio.evaluate(PUBLISH)
        await becomes(studio, "whip", "live")
        await until(lambda: it.on_air() == "studio", 20)
        await hall.until("document.querySelector('body > video').videoWidth === 640", 20)
        await hall.until("window.frames.length > 10 && window.frames.at(-1) > 0")
        await hall.until("window.whep.frozen_ms < 1500 && window.report.size > 0")
        # It lives longer than the patience for silence.
        await asyncio.sleep(4)
        for page, what in ((studio, "whip"), (hall, "whep")):
            assert "waiting" not in await page.evaluate("window.seen"), what
        await studio.evaluate("window.whip.stop()")
        await until(lambda: any(e.reason is EndReason.CLIENT for e in ended(it)), 5)
        await hall.evaluate("window.unwatch()")
        assert await studio.do("faults") == []


async def test_a_page_that_goes_says_goodbye() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await page.evaluate(PUBLISH)
        await becomes(page, "whip", "live")
        await page.do("reload")
        await until(lambda: any(e.reason is EndReason.CLIENT for e in ended(it)), 5)
        await page.evaluate(PUBLISH)
        await becomes(page, "whip", "live")


async def test_what_the_server_ends_is_offered_anew() -> None:
    async with stage() as (it, feed, chromium):
        studio, hall = [await open_page(chromium, feed) for _ in range(2)]
        await studio.evaluate(PUBLISH)
        await hall.evaluate(WATCH)
        for page, what in ((studio, "whip"), (hall, "whep")):
            await becomes(page, what, "live")
        for session in it.relay.sample().sessions:
            await it.plane.end(session.session, EndReason.OPERATOR)
        for page in (studio, hall):
            await page.until("window.seen.includes('waiting')", 20)
        for page, what in ((studio, "whip"), (hall, "whep")):
            await becomes(page, what, "live", 20)


async def test_a_taken_place_is_told_and_can_be_taken_over() -> None:
    async def by_page(request: web.Request, action: MediaAction) -> Principal | Problem:
        return Named(request.headers.get("User-Agent", ""))

    async with stage(by_page) as (it, feed, chromium):
        first = await open_page(chromium, feed)
        second = await chromium.open(
            f"{feed.base}/host", permissions=["camera", "microphone"], userAgent="another"
        )
        await first.evaluate(PUBLISH)
        await becomes(first, "whip", "live")
        await until(lambda: it.on_air() == "studio", 20)
        await second.evaluate(PUBLISH)
        await becomes(second, "whip", "refused")
        assert await second.evaluate("window.whip.code") == "occupied"
        await second.evaluate("window.whip.publish('studio', window.media, { takeover: true })")
        await becomes(second, "whip", "live")
        await until(lambda: any(e.reason is EndReason.REPLACED for e in ended(it)), 5)


async def test_who_may_not_is_told_at_once() -> None:
    async def nobody(request: web.Request, action: MediaAction) -> Principal | Problem:
        return Problem(403, "forbidden", "no")

    async with stage(nobody) as (_, feed, chromium):
        page = await open_page(chromium, feed)
        await page.evaluate(PUBLISH)
        await becomes(page, "whip", "refused")
        assert await page.evaluate("window.whip.code") == "forbidden"
