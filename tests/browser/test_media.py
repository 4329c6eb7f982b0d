"""Real Chromium plays the programme, and publishes it."""

import asyncio
from typing import Any

import numpy as np
import pytest
from aiortc.mediastreams import AudioStreamTrack
from av import AudioFrame
from av.frame import Frame

from signaling.media_plane import PlaneSample, Rendition
from tests.browser.chromium import PLAIN_ADDRESSES, open_page
from tests.endpoints.media.test_low import cap, sent, two_pictures
from tests.signaling.peers import until
from tests.signaling.relay.rig import DARK, Rig, loopback_only, publish, rig, sees, watch

pytestmark = [pytest.mark.browser, pytest.mark.real_io]


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    loopback_only(monkeypatch)


def stream(report: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the RTP statistics of a kind."""
    found: dict[str, Any] = next(
        s for s in report["stats"] if s.get("kind") == kind and s["type"] != "codec"
    )
    return found


@pytest.mark.parametrize("flags", [(PLAIN_ADDRESSES,), ()], ids=["addresses", "mdns"])
async def test_a_page_that_knows_only_whep_plays_the_slate(flags: tuple[str, ...]) -> None:
    async with rig() as it:
        seen = await open_page(it.url + "/pages/watch.html", flags=flags)
        assert seen["error"] is None, seen
        assert (seen["status"], seen["state"], seen["said"]) == (201, "connected", [])
        assert seen["width"] == 640
        assert seen["tracks"] == 2
        assert stream(seen, "video")["freezeCount"] == 0


@pytest.mark.parametrize("codec", ["video/H264", "video/VP8"])
async def test_a_page_that_knows_only_whep_plays_the_studio(codec: str) -> None:
    async with rig() as it:
        studio = await publish(it, codec)
        await until(lambda: it.on_air() == "studio")
        seen = await open_page(it.url + "/pages/watch.html")
        await studio.close()
        assert seen["error"] is None, seen
        assert seen["width"] == 320
        assert stream(seen, "video")["framesDecoded"] > 30


async def test_chromium_publishes_and_everybody_sees_and_hears_it() -> None:
    async with rig() as it:
        viewer = await watch(it)
        await sees(viewer, lambda luma: 10 < luma < DARK)
        page = it.url + "/pages/publish.html?seconds=8"
        studio = asyncio.create_task(open_page(page))
        await until(lambda: it.on_air() == "studio", 20)
        # The corner of Chromium's fake camera is black, the slate's is dark blue.
        await sees(viewer, lambda luma: luma < 10)
        seen = await open_page(it.url + "/pages/watch.html")
        report = await studio
        assert seen["error"] is None, seen
        assert stream(seen, "audio")["totalAudioEnergy"] > 0.01
        assert stream(seen, "audio")["packetsLost"] == 0
        assert stream(report, "video")["frameWidth"] == 640
        # REMB let it ramp up at once; without, it begins at 300 kbps.
        assert stream(report, "video")["targetBitrate"] > 1_000_000
        sample = it.seen(PlaneSample)[-1]
        assert isinstance(sample, PlaneSample)
        [told] = [s for s in sample.sessions if s.role == "publisher"]
        assert {s.kind for s in told.streams} == {"audio", "video"}
        assert all(s.packets_received > 0 for s in told.streams)
        await viewer.close()


async def test_chromium_goes_from_one_picture_to_the_other_and_back() -> None:
    async with rig() as it, two_pictures(it):
        page = asyncio.create_task(open_page(it.url + "/pages/watch.html?seconds=9"))
        await until(lambda: sent(it) == [Rendition.HIGH], 20)
        for bps, rendition in ((120_000.0, Rendition.LOW), (None, Rendition.HIGH)):
            await asyncio.sleep(2.5)
            cap(it, bps)
            await rendered(it, rendition)
        seen = await page
    assert seen["error"] is None, seen
    video = stream(seen, "video")
    assert video["keyFramesDecoded"] >= 3
    # 15 a second in the one picture, 5 in the other.
    assert video["framesDecoded"] > 60
    assert video["packetsLost"] == 0
    assert video["framesDropped"] <= 10
    assert video["totalFreezesDuration"] < 1.0
    assert stream(seen, "audio")["concealedSamples"] < 48_000


async def rendered(it: Rig, rendition: Rendition) -> None:
    await until(lambda: sent(it) == [rendition])


class Tone(AudioStreamTrack):
    """A loud 440 Hz, so that it can be told from silence."""

    async def recv(self) -> Frame:
        frame = await super().recv()
        assert isinstance(frame, AudioFrame)
        assert frame.pts is not None
        at = (frame.pts + np.arange(frame.samples)) / frame.sample_rate
        wave = (12_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
        frame.planes[0].update(wave.tobytes())
        return frame


async def test_a_page_with_two_sounds_hears_studio_and_floor_apart() -> None:
    async with rig() as it:
        # The studio is silent and the hall is loud.
        await publish(it)
        await publish(it, path="/whip/point/a", sound=Tone())
        await until(lambda: it.on_air() == "studio")
        await it.plane.floor("point/a")
        await until(lambda: it.on_air() == "point/a")
        seen = await open_page(it.url + "/pages/watch_both.html")
        assert seen["error"] is None, seen
        assert (seen["status"], seen["state"], seen["said"]) == (201, "connected", [])
        assert seen["directions"] == ["recvonly"] * 3
        by_mid = {s["mid"]: s for s in seen["stats"]}
        _picture, studio, floor = (by_mid[mid] for mid in seen["mids"])
        assert studio["packetsReceived"] > 150
        assert floor["packetsReceived"] > 150
        assert studio["totalAudioEnergy"] < 0.001 < 0.05 < floor["totalAudioEnergy"]
        assert (studio["packetsLost"], floor["packetsLost"]) == (0, 0)
