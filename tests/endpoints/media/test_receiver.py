"""Studio, relay and hall over real loopback: what is published is received, and again."""

import asyncio
import random
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import aiohttp
import pytest
from aiohttp import web

from endpoints.media.exchange import Exchange
from endpoints.studio import timecode
from endpoints.studio.encoder import PictureFormat
from endpoints.studio.publisher import SILENCE_S, StudioPublisher
from signaling import sdp
from signaling.backoff import Backoff, BackoffLimits
from signaling.media_errors import BadSdp, TransportFailed
from signaling.reception import session as session_module
from signaling.reception.errors import ExchangeFailed
from signaling.reception.frame import VideoCodec
from signaling.reception.receiver import ProgrammeReceiver
from signaling.reception.session import MediaSession, negotiated
from signaling.reception.ticker import Ticker
from signaling.relay.settings import RelaySettings
from signaling.rtp import parse
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats
from signaling.thumbnail import Luma
from tests.endpoints.media.test_exchange import server
from tests.signaling.peers import until
from tests.signaling.relay.rig import (
    LOOPBACK,
    let_in,
    rig,
    running_plane,
    running_relay,
    serving,
)

pytestmark = [pytest.mark.real_io, pytest.mark.alone]
PATIENCE = BackoffLimits(base_s=0.2, cap_s=0.5, stable_s=1.0)


class LossySession(MediaSession):
    """Loses every 20th packet of the picture on its way to us."""

    def _receive_rtp(self, packet: bytes, now: float) -> None:
        header = parse(packet)
        if header.payload_type in (96, 102) and header.sequence % 20 == 7:
            return
        super()._receive_rtp(packet, now)


class DeafSession(MediaSession):
    """Gets nothing at all."""

    def _receive_rtp(self, packet: bytes, now: float) -> None:
        pass


@dataclass
class Hall:
    """A running receiver and the frames it showed, as read off the pictures."""

    receiver: ProgrammeReceiver
    shown: list[tuple[int, int | None]] = field(default_factory=list)

    def show(self, timestamp: int, thumbnail: Luma) -> None:
        self.shown.append((timestamp, timecode.read(thumbnail[-1].tolist())))

    def film(self) -> list[int]:
        return [number for _timestamp, number in self.shown if number is not None]

    def stats(self) -> MediaStats:
        return self.receiver.stats(asyncio.get_running_loop().time())

    def video(self) -> InboundVideo:
        return self.stats().video or InboundVideo()

    def audio(self) -> InboundAudio:
        return self.stats().audio or InboundAudio()


@asynccontextmanager
async def hall(
    url: str,
    http: aiohttp.ClientSession,
    decoding: Decoding = Decoding.ALL,
    kind: type[MediaSession] = MediaSession,
) -> AsyncIterator[Hall]:
    ticker = Ticker()
    here: Hall

    def make(decoding: Decoding) -> MediaSession:
        exchange = Exchange(http, url + "/whep/programme")
        return kind(exchange, ticker, decoding=decoding, on_frame=here.show, options=LOOPBACK)

    here = Hall(ProgrammeReceiver(make, Backoff(random.random, PATIENCE), decoding))
    task = asyncio.create_task(here.receiver.run())
    try:
        yield here
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def studio(
    url: str, http: aiohttp.ClientSession, format: PictureFormat | None = None
) -> AsyncIterator[StudioPublisher]:
    exchange = Exchange(http, url + "/whip/studio")
    publisher = StudioPublisher(exchange, format or PictureFormat(), LOOPBACK)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("codec", VideoCodec)
async def test_the_film_arrives_in_the_hall_frame_by_frame(codec: VideoCodec) -> None:
    async with rig() as there, studio(there.url, there.http, PictureFormat(codec=codec)):
        await until(lambda: there.on_air() == "studio")
        async with hall(there.url, there.http) as here:
            await until(lambda: len(here.film()) >= 30 and here.audio().audio_level > 0, 10)
            numbers, stats = here.film(), here.stats()
            video, audio = here.video(), here.audio()
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert stats.connected
    assert stats.decoding is Decoding.ALL
    assert stats.current_round_trip_time is not None
    assert (video.frame_width, video.frame_height) == (320, 180)
    assert (video.packets_lost, video.frames_dropped) == (0, 0)
    assert video.frames_decoded == len(here.shown)
    assert 12 <= video.frames_per_second <= 17
    assert 0 < audio.total_audio_energy < audio.total_samples_duration


async def test_before_the_studio_there_is_the_slate_and_the_cut_is_survived() -> None:
    async with rig() as there, hall(there.url, there.http) as here:
        await until(lambda: len(here.shown) >= 2)
        assert here.film() == []
        assert here.video().frame_width == 640
        async with studio(there.url, there.http):
            await until(lambda: len(here.film()) >= 15, 8)
            assert here.video().frame_width == 320
        await until(lambda: here.video().frame_width == 640, 8)
        assert here.video().frames_dropped == 0


async def test_how_much_is_decoded_changes_without_a_new_session() -> None:
    format = PictureFormat(key_interval_s=0.5)
    async with (
        rig() as there,
        studio(there.url, there.http, format),
        hall(there.url, there.http, Decoding.NONE) as here,
    ):
        await until(lambda: there.on_air() == "studio" and here.video().frames_received > 15, 8)
        assert here.shown == []
        assert here.video().bytes_received > 10_000
        here.receiver.set_decoding(Decoding.KEY_FRAMES)
        await until(lambda: len(here.film()) >= 3)
        assert here.video().frames_decoded == here.video().key_frames_decoded
        assert 12 <= here.video().frames_per_second <= 17
        here.receiver.set_decoding(Decoding.ALL)
        shown = len(here.film())
        await until(lambda: len(here.film()) >= shown + 20)
        numbers = here.film()[shown:]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert here.receiver.sessions == 1


async def test_lost_packets_are_repaired_and_no_frame_is_missed() -> None:
    async with rig() as there, studio(there.url, there.http):
        await until(lambda: there.on_air() == "studio")
        async with hall(there.url, there.http, kind=LossySession) as here:
            await until(lambda: len(here.film()) >= 45, 10)
            numbers, video = here.film(), here.video()
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert video.nack_count > 0
    assert video.retransmitted_packets_received > 0
    assert video.packets_lost <= 1


async def test_studio_and_hall_come_back_when_the_relay_restarts() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc")))
        settings = RelaySettings(run_dir=folder, data_dir=folder, transport=LOOPBACK)
        relays = await stack.enter_async_context(AsyncExitStack())
        await relays.enter_async_context(running_relay(settings))
        plane = await stack.enter_async_context(running_plane(settings, []))
        url = await stack.enter_async_context(serving(let_in, plane))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        source = await stack.enter_async_context(studio(url, http))
        here = await stack.enter_async_context(hall(url, http))
        await until(lambda: len(here.film()) >= 10, 12)
        await relays.aclose()
        await until(lambda: not here.stats().connected)
        shown = len(here.film())
        async with running_relay(settings):
            await until(lambda: len(here.film()) >= shown + 10, 12)
            assert (source.sessions, here.receiver.sessions >= 2) == (2, True)
            assert here.film() == sorted(set(here.film()))


@asynccontextmanager
async def relay_process(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a relay as its users do; it is killed without a word in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling.relay", "--run-dir", str(folder), "--data", str(folder),
        "--address", "127.0.0.1", "--allow-loopback", stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_a_relay_killed_without_a_word_is_missed_within_seconds() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc")))
        settings = RelaySettings(run_dir=folder, data_dir=folder)
        first = await stack.enter_async_context(AsyncExitStack())
        await first.enter_async_context(relay_process(folder))
        plane = await stack.enter_async_context(running_plane(settings, []))
        url = await stack.enter_async_context(serving(let_in, plane))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        source = await stack.enter_async_context(studio(url, http))
        here = await stack.enter_async_context(hall(url, http))
        await until(lambda: len(here.film()) >= 10, 15)
        await first.aclose()
        shown, killed_at = len(here.film()), asyncio.get_running_loop().time()
        async with relay_process(folder):
            await until(lambda: source.sessions == 2, SILENCE_S + 3)
            await until(lambda: len(here.film()) >= shown + 10, 10)
            gap_s = asyncio.get_running_loop().time() - killed_at
            assert here.film() == sorted(set(here.film()))
    assert gap_s < 10


async def test_a_hall_that_gets_nothing_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "STALLED_S", 0.5)
    monkeypatch.setattr(session_module, "DEAD_S", 1.5)
    async with rig() as there, hall(there.url, there.http, kind=DeafSession) as here:
        await until(lambda: here.stats().connected)
        await until(lambda: here.stats().connected and here.receiver.stalled)
        await until(lambda: here.receiver.sessions >= 2)
        assert here.receiver.stalled or here.receiver.sessions == 2


class BrokenSession(MediaSession):
    """Fails in ways nobody foresaw, or that the world allows."""

    errors: ClassVar[list[Exception]] = []

    async def start(self, *, relayed: bool = False) -> None:
        raise self.errors.pop(0)


class ShutInSession(BrokenSession):
    """Remembers which way it was told to go."""

    ways: ClassVar[list[bool]] = []

    async def start(self, *, relayed: bool = False) -> None:
        self.ways.append(relayed)
        await super().start()


async def test_the_detour_by_turn_is_tried_when_the_straight_way_failed_and_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no_path, refused = TransportFailed("no path"), ExchangeFailed("no")
    failures = [refused, no_path, refused, no_path, ExchangeFailed("no", 60.0)]
    monkeypatch.setattr(BrokenSession, "errors", failures)
    monkeypatch.setattr(ShutInSession, "ways", [])
    async with (
        aiohttp.ClientSession() as http,
        hall("http://127.0.0.1:1", http, kind=ShutInSession),
    ):
        await until(lambda: not BrokenSession.errors)
    assert ShutInSession.ways == [False, False, True, True, False]


async def test_whatever_befalls_a_session_the_next_one_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures = [ExchangeFailed("no", 0.3), ExchangeFailed("no"), BadSdp("no"), ValueError("ours")]
    monkeypatch.setattr(BrokenSession, "errors", [*failures, ExchangeFailed("no", 60.0)])
    async with (
        aiohttp.ClientSession() as http,
        hall("http://127.0.0.1:1", http, kind=BrokenSession) as here,
    ):
        started = asyncio.get_running_loop().time()
        await until(lambda: not BrokenSession.errors)
        assert asyncio.get_running_loop().time() - started >= 0.3
        assert here.receiver.sessions == 5
        here.receiver.set_decoding(Decoding.KEY_FRAMES)
        assert here.stats() == MediaStats(decoding=Decoding.KEY_FRAMES)
        assert here.receiver.stalled


async def test_a_studio_that_is_refused_stays_away_as_long_as_it_is_asked_to() -> None:
    occupied = web.Response(status=409, headers={"Retry-After": "1"})
    async with server(occupied, web.Response(status=201, text="junk"), occupied) as (fake, http):
        started = asyncio.get_running_loop().time()
        async with studio(fake.url, http) as source:
            await until(lambda: len(fake.seen) >= 2)
            assert asyncio.get_running_loop().time() - started >= 1.0
            await until(lambda: len(fake.seen) >= 3)
            assert source.sessions == 0


def answer(port: int, codec: str) -> str:
    return ANSWER.format(port=port, codec=codec)


ANSWER = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuv
a=fingerprint:sha-256 AA
a=setup:passive
a=rtpmap:111 opus/48000/2
m=video {port} UDP/TLS/RTP/SAVPF 96
a=mid:1
a=rtpmap:96 {codec}/90000
"""


@pytest.mark.parametrize(("port", "codec"), [(0, "VP8"), (9, "AV1")])
async def test_an_answer_without_a_picture_we_know_is_refused(port: int, codec: str) -> None:
    with pytest.raises(BadSdp):
        negotiated(sdp.parse(answer(port, codec)))


async def test_a_studio_whose_picture_is_rejected_tries_again() -> None:
    rejecting = web.Response(status=201, text=answer(0, "H264"))
    async with (
        server(rejecting, web.Response(status=503)) as (fake, http),
        studio(fake.url, http),
    ):
        await until(lambda: len(fake.seen) >= 2)


async def test_a_hall_fetches_the_programme_anew_when_it_is_asked_to() -> None:
    async with rig() as there, hall(there.url, there.http) as here:
        async with asyncio.timeout(20):
            await here.receiver.joined()
            await here.receiver.rejoin()
        assert here.receiver.sessions == 2
        await until(lambda: here.video().frames_received > 0, 8)
