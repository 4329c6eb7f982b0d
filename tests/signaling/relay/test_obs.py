"""What OBS Studio sends, replayed: its headers, its offer, no trickle, no answer to PLI.

With simulcast (32.1, obs-studio #10885): one SSRC in the offer, the others follow it; MID and
RID in every packet; sender reports of whichever picture is due, here of the first; all pictures
on one count of timestamps; an answer without one of them ends the stream. What libdatachannel
writes around ``a=rid`` is from memory.

After obs-studio's plugins/obs-webrtc/whip-output.cpp and the SDP libdatachannel writes. OBS
posts as soon as it has an offer, often before its first candidate, and never trickles. It
closes the connection before it sends DELETE, and warns of any answer but 200.
"""

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from urllib.parse import urljoin

import av
import numpy as np
import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem
from signaling import negotiation, rtcp, sdp
from signaling.negotiation import H264
from signaling.packet_transport import PacketTransport
from signaling.packetiser import packetise
from signaling.relay.clock import ntp_from_seconds
from signaling.relay.slate import SILENCE
from tests.endpoints.media.test_low import cap_at_low
from tests.signaling.peers import make_peer, until
from tests.signaling.relay.rig import (
    BRIGHT,
    LOOPBACK,
    Rig,
    Somebody,
    loopback_only,
    rig,
    sees,
    watch,
    watch_lean,
)

pytestmark = pytest.mark.real_io
TOKEN = "nct_0123456789abcdef_secret"
HEADERS = {
    "Authorization": f"Bearer {TOKEN}",
    "User-Agent": "Mozilla/5.0 (OBS-Studio/30.2.3; Linux; English) libcurl/7.88.1",
    "Accept": "*/*",
}
OFFER = """v=0
o=rtc 3767197920 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=setup:actpass
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=ice-options:ice2,trickle
a=fingerprint:sha-256 {fingerprint}
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=ssrc:4000 cname:qBFy5KSxsW3Ew5Hh
a=ssrc:4000 msid:xGuMRCDEHcWQz7DD xGuMRCDEHcWQz7DD-audio
a=msid:xGuMRCDEHcWQz7DD xGuMRCDEHcWQz7DD-audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
a=sendonly
a=ssrc:4001 cname:qBFy5KSxsW3Ew5Hh
a=ssrc:4001 msid:xGuMRCDEHcWQz7DD xGuMRCDEHcWQz7DD-video
a=msid:xGuMRCDEHcWQz7DD xGuMRCDEHcWQz7DD-video
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
"""
# As DESIGN asks of OBS: a key frame a second, whatever anybody begs for.
FRAMES_PER_SECOND, KEY_INTERVAL = 30, 30


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    loopback_only(monkeypatch)


async def authorize(request: web.Request, action: MediaAction) -> Principal | Problem:
    if action.verb == "watch" or request.headers.get("Authorization") == f"Bearer {TOKEN}":
        return Somebody(action.name)
    return Problem(401, "unauthorized", "a bearer is needed")


def film(width: int = 640, height: int = 360) -> list[list[bytes]]:
    """Return the payloads of a second of frames, main profile as OBS encodes whatever it says."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, FRAMES_PER_SECOND)
    encoder.bit_rate = 4 * width * height
    encoder.gop_size, encoder.max_b_frames = KEY_INTERVAL, 0
    encoder.options = {"profile": "main", "preset": "veryfast", "tune": "zerolatency"}
    noise = np.random.default_rng(1)
    frames = []
    for _ in range(KEY_INTERVAL):
        picture = noise.integers(200, 256, (height, width, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    frames += [bytes(packet) for packet in encoder.encode(None)]
    return [packetise(H264, frame, 1188) for frame in frames]


class Obs:
    """OBS after "Start Streaming", and what it sees of the server."""

    offer = OFFER
    sizes: tuple[tuple[int, int], ...] = ((640, 360),)

    def __init__(self, it: Rig) -> None:
        self._it = it
        self.peer = make_peer(True, LOOPBACK)
        self.resource = ""
        self._sequence = [0] * (1 + len(self.sizes))

    async def start(self) -> None:
        transport = self.peer.transport
        await transport.gather()
        local = transport.local()
        offer = self.offer.format(
            ufrag=local.ufrag, password=local.password, fingerprint=local.fingerprints[0][1]
        )
        async with self._it.http.post(
            self._it.url + "/whip/studio",
            data=offer.replace("\n", "\r\n"),
            headers=HEADERS | {"Content-Type": "application/sdp"},
        ) as response:
            # Anything else ends the stream, as does a missing Location or an empty body.
            assert response.status == 201
            answer = await response.text()
            self.resource = urljoin(str(response.url), response.headers["Location"])
        assert answer.startswith("v=0")
        self.check(answer)
        await transport.connect(sdp.parse(answer).transport)

    def check(self, answer: str) -> None:
        """See that the answer is one that it takes."""
        assert "simulcast" not in answer

    async def stream(self) -> None:
        """Send until cancelled; requests for key frames are counted, not heard."""
        films, loop = [film(*size) for size in self.sizes], asyncio.get_running_loop()
        transport, began, frame, sound, report = self.peer.transport, loop.time(), 0, 0, 0.0
        while True:
            at = loop.time() - began
            while frame / FRAMES_PER_SECOND <= at:
                stamp = frame * 90_000 // FRAMES_PER_SECOND
                for index, frames in enumerate(films, 1):
                    payloads = frames[frame % len(frames)]
                    for payload in payloads:
                        self._send(transport, index, stamp, payload, payload is payloads[-1])
                frame += 1
            while sound / 50 <= at:
                self._send(transport, 0, sound * 960, SILENCE, False)
                sound += 1
            if at >= report:
                report += 1.0
                self._report(transport, at)
            await asyncio.sleep(0.005)

    async def stop(self) -> int:
        """Close, then delete; return the status, which must be 200."""
        await self.peer.transport.close()
        async with self._it.http.delete(self.resource, headers=HEADERS) as response:
            return response.status

    def requests(self) -> int:
        """Return how often it was asked for a key frame."""
        reports = [r for data in self.peer.rtcp for r in rtcp.parse(data)]
        return sum(isinstance(report, rtcp.KeyFrameRequest) for report in reports)

    def _send(
        self, transport: PacketTransport, index: int, stamp: int, payload: bytes, last: bool
    ) -> None:
        """Send a packet of the sound (0) or of a picture."""
        number = self._sequence[index] = self._sequence[index] + 1 & 0xFFFF
        kind = 96 if index else 111
        header = struct.pack("!BBHII", 128, kind | last << 7, number, stamp, 4000 + index)
        transport.send_rtp_parts(self.named(index, header), payload)

    def named(self, index: int, header: bytes) -> bytes:
        """Return a header with the extensions that go with it."""
        return header

    def _report(self, transport: PacketTransport, at: float) -> None:
        ntp = ntp_from_seconds(time.time() + 2_208_988_800)
        for ssrc, hz in ((4000, 48_000), (4001, 90_000)):
            report = rtcp.SenderReport(
                ssrc=ssrc, ntp=ntp, timestamp=round(at * hz), packets=0, octets=0
            )
            transport.send_rtcp(rtcp.build_sender_report(report))


class SimulcastObs(Obs):
    """OBS with three pictures: as they are, two thirds and one third of their sides."""

    offer = (
        OFFER
        + """a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=rid:0 send
a=rid:1 send
a=rid:2 send
a=simulcast:send 0;1;2
"""
    )
    sizes = ((640, 360), (426, 240), (212, 120))

    def check(self, answer: str) -> None:
        lines = answer.split("\r\n")
        assert "a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id" in lines
        assert all(f"a=rid:{n} recv" in lines for n in range(3))
        assert "a=simulcast:recv 0;1;2" in lines

    def named(self, index: int, header: bytes) -> bytes:
        if not index:
            return header
        elements = b"\x101" + b"\x20" + str(index - 1).encode()
        return bytes([header[0] | 0x10]) + header[1:] + b"\xbe\xde\x00\x01" + elements


@asynccontextmanager
async def streaming(it: Rig, program: type[Obs] = Obs) -> AsyncIterator[Obs]:
    obs = program(it)
    await obs.start()
    task = asyncio.create_task(obs.stream())
    try:
        yield obs
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await obs.peer.transport.close()


@pytest.mark.alone
async def test_obs_is_on_air_without_candidates_and_deaf_to_pleas() -> None:
    async with rig(authorize=authorize) as it, streaming(it) as obs:
        await until(lambda: it.on_air() == "studio")
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma > BRIGHT)
        begin = len(viewer.frames["video"])
        await until(lambda: len(viewer.frames["video"]) > begin + 2 * FRAMES_PER_SECOND)
        # It was begged for key frames, gave none, and is shown all the same.
        assert obs.requests() > 0
        assert [m for m, path, _ in it.asked if "/whip" in path] == ["POST"]


async def test_obs_hears_200_to_its_delete_after_it_closed() -> None:
    async with rig(authorize=authorize) as it, streaming(it) as obs:
        await until(lambda: it.on_air() == "studio")
        assert await obs.stop() == 200
        await until(lambda: it.on_air() == "slate")
        async with it.http.delete(obs.resource, headers=HEADERS) as response:
            assert response.status == 404


async def test_obs_with_simulcast_is_seen_in_its_best_and_its_least_picture() -> None:
    async with rig(authorize=authorize) as it, streaming(it, SimulcastObs):
        await until(lambda: it.on_air() == "studio")
        await until(lambda: it.relay.sample().outputs[0].low)
        viewers = [await watch_lean(it) for _ in range(2)]
        await until(lambda: all(viewer.sizes() == [640 * 368] for viewer in viewers))
        await cap_at_low(it)
        await until(lambda: viewers[1].sizes() == [640 * 368, 224 * 128])
        stamps = [viewer.stamps() for viewer in viewers]
        await until(lambda: len(viewers[1].stamps()) > len(stamps[1]) + FRAMES_PER_SECOND)
        shared = set(viewers[0].stamps())
        news = viewers[1].stamps()[len(stamps[1]) : -5]
        assert len(shared.intersection(news)) == len(news), "one frame, one timestamp"
        assert viewers[0].sizes() == [640 * 368]


async def test_a_second_publishers_low_picture_counts_while_the_studio_sends_none_itself() -> None:
    async with rig(authorize=authorize) as it:
        async with streaming(it):
            await until(lambda: it.on_air() == "studio")
            low = make_peer(True)
            it.peers.append(low)
            await low.transport.gather()
            offer = negotiation.offer(low.transport.local(), sdp.Direction.SENDONLY, [H264])
            await it.plane.publish("studio-low", offer, "low")
            assert not is_spare(it)
        await it.plane.end(it.relay._publications["studio"].info.session)
        async with streaming(it, SimulcastObs):
            assert is_spare(it)
            await it.plane.end(it.relay._publications["studio"].info.session)
            assert not is_spare(it)


def is_spare(it: Rig) -> bool:
    return it.relay._publications["studio-low"].spare
