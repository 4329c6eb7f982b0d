"""Strangers and broken clients beside halls that notice nothing; short of tests.bench.hostile."""

import asyncio
import logging
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import sdp
from signaling.media_errors import BadSdp, MediaError
from signaling.negotiation import H264, VP8
from signaling.relay.opening import read_publish_offer, read_view_offer
from tests.bench.hostile import PARTS, STAMPEDE, an_offer, play, spoil, stage
from tests.signaling.peers import until
from tests.signaling.relay.rig import rig, watch_lean
from tests.signaling.relay.test_obs import OFFER as OBS
from tests.signaling.test_sdp import CHROMIUM

real = pytest.mark.real_io
LOCAL = sdp.TransportDescription(
    ufrag="abcd", password="p" * 22, fingerprints=(("sha-256", "AA:BB"),)
)


@real
@pytest.mark.parametrize("name", [name for name in PARTS if name != "nothing"])
async def test_the_others_keep_their_packets(name: str) -> None:
    async with stage() as on:
        outcome = await play(on, name, PARTS[name], 1.5)
    assert outcome.good(), outcome.tell()


@real
async def test_five_hundred_posts_at_once_are_all_answered() -> None:
    async with rig() as it:
        viewer = await watch_lean(it)
        offer = await an_offer()
        seen = len(viewer.packets("audio"))

        async def post() -> int:
            headers = {"Content-Type": "application/sdp"}
            url = it.url + "/whep/programme"
            async with it.http.post(url, data=offer, headers=headers) as response:
                await response.read()
                return response.status

        statuses = await asyncio.gather(*(post() for _ in range(STAMPEDE)))
        assert set(statuses) <= {201, 503}
        assert statuses.count(201) >= 92
        await until(lambda: len(viewer.packets("audio")) > seen + 20)
        numbers = [int.from_bytes(packet[2:4], "big") for packet in viewer.packets("audio")]
        assert [(b - a) & 0xFFFF for a, b in zip(numbers, numbers[1:], strict=False)] == [1] * (
            len(numbers) - 1
        )


@real
async def test_spoilt_offers_are_refused_or_served_and_nothing_fails_inside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    good, chance = (await an_offer()).split("\r\n"), random.Random(3)
    async with rig() as it:
        with caplog.at_level(logging.ERROR):
            for _ in range(200):
                try:
                    opened = await it.plane.subscribe("programme", spoil(good, chance), "stranger")
                except MediaError:
                    continue
                sdp.parse(opened.answer)
                await it.plane.end(opened.session.session)
        assert not it.relay.sessions()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@given(
    st.sampled_from([CHROMIUM, OBS.replace("{ufrag}", "abcd").replace("{password}", "p" * 22)]),
    st.randoms(use_true_random=False),
    st.sampled_from([H264, VP8]),
)
def test_a_spoilt_offer_is_refused_in_words_or_answered_readably(
    offer: str, chance: random.Random, codec: str
) -> None:
    text = spoil(offer.replace("{fingerprint}", "AA:BB").splitlines(), chance)
    with suppress(BadSdp):
        sdp.parse(read_publish_offer(text, codec).answer(LOCAL))
    viewer = text.replace("a=sendonly", "a=recvonly").replace("a=sendrecv", "a=recvonly")
    with suppress(BadSdp):
        sdp.parse(read_view_offer(viewer, codec, chance.getrandbits).answer(LOCAL))
