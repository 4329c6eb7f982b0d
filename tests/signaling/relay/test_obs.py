"""What OBS Studio sends, replayed: its headers, its offer, no trickle, no answer to PLI.

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
from signaling import rtcp, sdp
from signaling.negotiation import H264
from signaling.packet_transport import PacketTransport
from signaling.packetiser import packetise
from signaling.relay.clock import ntp_from_seconds
from signaling.relay.slate import SILENCE
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


def film() -> list[list[bytes]]:
    """Return the payloads of a second of frames, main profile as OBS encodes whatever it says."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 640, 360, "yuv420p"
    encoder.time_base = Fraction(1, FRAMES_PER_SECOND)
    encoder.gop_size, encoder.max_b_frames = KEY_INTERVAL, 0
    encoder.options = {"profile": "main", "preset": "veryfast", "tune": "zerolatency"}
    noise = np.random.default_rng(1)
    frames = []
    for _ in range(KEY_INTERVAL):
        picture = noise.integers(200, 256, (360, 640, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    frames += [bytes(packet) for packet in encoder.encode(None)]
    return [packetise(H264, frame, 1188) for frame in frames]


class Obs:
    """OBS after "Start Streaming", and what it sees of the server."""

    def __init__(self, it: Rig) -> None:
        self._it = it
        self.peer = make_peer(True, LOOPBACK)
        self.resource = ""
        self._sequence = {111: 0, 96: 0}

    async def start(self) -> None:
        transport = self.peer.transport
        await transport.gather()
        local = transport.local()
        offer = OFFER.format(
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
        await transport.connect(sdp.parse(answer).transport)

    async def stream(self) -> None:
        """Send until cancelled; requests for key frames are counted, not heard."""
        frames, loop = film(), asyncio.get_running_loop()
        transport, began, frame, sound, report = self.peer.transport, loop.time(), 0, 0, 0.0
        while True:
            at = loop.time() - began
            while frame / FRAMES_PER_SECOND <= at:
                payloads = frames[frame % len(frames)]
                stamp = frame * 90_000 // FRAMES_PER_SECOND
                for payload in payloads:
                    self._send(transport, 96, stamp, payload, payload is payloads[-1])
                frame += 1
            while sound / 50 <= at:
                self._send(transport, 111, sound * 960, SILENCE, False)
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
        self, transport: PacketTransport, kind: int, stamp: int, payload: bytes, last: bool
    ) -> None:
        number = self._sequence[kind] = self._sequence[kind] + 1 & 0xFFFF
        ssrc = 4000 if kind == 111 else 4001
        header = struct.pack("!BBHII", 128, kind | last << 7, number, stamp, ssrc)
        transport.send_rtp_parts(header, payload)

    def _report(self, transport: PacketTransport, at: float) -> None:
        ntp = ntp_from_seconds(time.time() + 2_208_988_800)
        for ssrc, hz in ((4000, 48_000), (4001, 90_000)):
            report = rtcp.SenderReport(
                ssrc=ssrc, ntp=ntp, timestamp=round(at * hz), packets=0, octets=0
            )
            transport.send_rtcp(rtcp.build_sender_report(report))


@asynccontextmanager
async def streaming(it: Rig) -> AsyncIterator[Obs]:
    obs = Obs(it)
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
