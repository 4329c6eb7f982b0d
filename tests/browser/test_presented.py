"""A real Chromium says which frame it shows, and the judge finds it right."""

import asyncio
import base64

import pytest

from coordinator.judge.line import Finding, Sample
from coordinator.judge.picture import PictureWitness
from coordinator.judge.reference import Reference
from coordinator.judge.watcher import Watcher
from tests.browser.chromium import open_page
from tests.endpoints.media.test_receiver import studio
from tests.signaling.peers import until
from tests.signaling.relay.rig import LOOPBACK, loopback_only, rig

pytestmark = [pytest.mark.browser, pytest.mark.real_io]


async def test_what_chromium_presents_is_the_programme_frame_by_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loopback_only(monkeypatch)
    async with rig() as there, studio(there.url, there.http):
        await until(lambda: there.on_air() == "studio")
        reference = Reference()
        watcher = asyncio.create_task(Watcher(there.plane, reference, LOOPBACK).run())
        try:
            seen = await open_page(there.url + "/pages/present.html")
        finally:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
        assert seen["error"] is None, seen
        now, witness = asyncio.get_running_loop().time(), PictureWitness()
        answers, delays = [], []
        for told in seen["samples"]:
            age_s = (seen["now"] - told["shownAt"]) / 1000
            sample = Sample(
                device="chromium",
                at=now - age_s,
                timestamp=told["rtpTimestamp"],
                shown_at=now - age_s,
                thumbnail=base64.b64decode(told["thumbnail"]),
            )
            ours = reference.pictures.at(told["rtpTimestamp"])
            if ours is not None:
                delays.append(sample.shown_at - ours.came_at)
                answers.append(witness.examine(sample, reference.pictures))
        assert len(answers) >= 6, "frames the browser names are frames the judge has"
        assert [a.why for a in answers[:2]] == ["starting", "starting"]
        assert {a.finding for a in answers[2:]} == {Finding.RIGHT}
        assert all(told["soundRtpTimestamp"] is not None for told in seen["samples"][1:])
        # A player keeps some pictures back, but never this many.
        assert max(delays) < 3.0
