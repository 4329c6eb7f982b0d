"""A whole relay in the test's loop: control socket, plane, HTTP; and stock aiortc clients."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import aiohttp
import aioice.ice
import numpy as np
from aiohttp import web
from aiohttp.typedefs import Handler
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import VideoFrame
from av.frame import Frame

from coordinator.media.http import Authorize, MediaAction, Principal, Problem, media_routes
from signaling import negotiation, rtp, sdp
from signaling.ice_path import TransportOptions
from signaling.ice_server import TurnAccess
from signaling.media_plane import PlaneEvent, Session
from signaling.process import RunLock
from signaling.relay.client import RelayPlane
from signaling.relay.picture_size import picture_size
from signaling.relay.relay import Relay
from signaling.relay.server import ControlServer
from signaling.relay.settings import RelaySettings
from signaling.relay.slate_picture import encode_slate
from tests.signaling.peers import Peer, make_peer, until

# Mean luma of the corner of a picture: the slate's, and at least that of ``Clock``.
DARK, BRIGHT = 60, 150
NO_TURN = TurnAccess()
# Method, path and status of a request.
Asked = tuple[str, str, int]
PAGES = Path(__file__).parents[2] / "browser"
LOOPBACK = TransportOptions(
    addresses=("127.0.0.1",), allow_loopback=True, connect_timeout_s=5, silence_s=3
)


@cache
def pictures() -> dict[str, list[bytes]]:
    return encode_slate()


def loopback_only(monkeypatch: object) -> None:
    """Have stock aiortc use 127.0.0.1, which it would leave out, and nothing else."""
    monkeypatch.setattr(  # type: ignore[attr-defined]
        aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    )


@dataclass
class Somebody:
    who: str = "test"
    device: str = ""


async def let_in(request: web.Request, action: MediaAction) -> Principal | Problem:
    return Somebody(action.name)


@dataclass
class Rig:
    """What a test needs of a running relay."""

    settings: RelaySettings
    relay: Relay
    plane: RelayPlane
    url: str
    http: aiohttp.ClientSession
    events: list[PlaneEvent] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    clients: list["Client"] = field(default_factory=list)
    "Both are closed in the end, if the test did not come to it."
    asked: list[Asked] = field(default_factory=list)

    def seen(self, kind: type[PlaneEvent]) -> list[PlaneEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def on_air(self) -> str:
        return self.relay.sample().outputs[0].video


@asynccontextmanager
async def running_plane(
    settings: RelaySettings, events: list[PlaneEvent]
) -> AsyncIterator[RelayPlane]:
    plane = RelayPlane(settings.socket_path, events.append)
    task = asyncio.create_task(plane.run())
    try:
        async with asyncio.timeout(5):
            await plane.wait_up()
        yield plane
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def running_relay(settings: RelaySettings) -> AsyncIterator[Relay]:
    lock = RunLock(settings.lock_path)
    server = ControlServer(settings, "boot")
    relay = Relay(settings, pictures(), server.push)
    await server.start(relay)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.drain()
        await task
        await server.close()
        lock.release()


@asynccontextmanager
async def serving(
    authorize: Authorize,
    plane: RelayPlane,
    turn: TurnAccess = NO_TURN,
    asked: list[Asked] | None = None,
    bundle: Path | None = None,
) -> AsyncIterator[str]:
    """Yield the address of WHIP and WHEP, of the tests' pages and of a bundle of scripts."""

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if asked is not None:
            asked.append((request.method, request.path, response.status))
        return response

    app = web.Application(middlewares=[note])
    app.add_routes(media_routes(plane, authorize, lambda who: turn.servers(who, time.time())))
    app.router.add_static("/pages", PAGES)
    if bundle is not None:
        app.router.add_static("/bundle", bundle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def rig(
    stall_s: float = 0.5,
    *,
    segmentation: bool = True,
    uplink_bps: int | None = None,
    authorize: Authorize = let_in,
    turn: TurnAccess = NO_TURN,
    bundle: Path | None = None,
    transport: TransportOptions = LOOPBACK,
) -> AsyncIterator[Rig]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nc")))
        settings = RelaySettings(
            run_dir=folder,
            data_dir=folder,
            transport=replace(transport, segmentation=segmentation),
            stall_s=stall_s,
            uplink_bps=uplink_bps,
        )
        relay = await stack.enter_async_context(running_relay(settings))
        events: list[PlaneEvent] = []
        plane = await stack.enter_async_context(running_plane(settings, events))
        asked: list[Asked] = []
        url = await stack.enter_async_context(serving(authorize, plane, turn, asked, bundle))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        it = Rig(settings, relay, plane, url, http, events, asked=asked)
        try:
            yield it
        finally:
            for peer in it.peers:
                await peer.transport.close()
            for client in it.clients:
                await client.close()


class Clock(VideoStreamTrack):
    """Thirty grey frames a second."""

    _time_base = Fraction(1, 90_000)

    def __init__(self, brightness: int = 200) -> None:
        super().__init__()
        self.brightness = brightness

    async def recv(self) -> Frame:
        pts, time_base = await self.next_timestamp()
        picture = np.full((180, 320, 3), self.brightness, np.uint8)
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


@dataclass
class Client:
    """A stock aiortc peer connection in a WHIP or WHEP session."""

    connection: RTCPeerConnection
    location: str = ""
    frames: dict[str, list[Frame]] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        async with asyncio.timeout(5):
            await self.connection.close()


def new_connection() -> RTCPeerConnection:
    return RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )


async def exchange(rig: Rig, path: str, connection: RTCPeerConnection) -> str:
    """Post the offer, take the answer, return the session's URL."""
    await connection.setLocalDescription(await connection.createOffer())
    async with rig.http.post(
        rig.url + path,
        data=connection.localDescription.sdp,
        headers={"Content-Type": "application/sdp"},
    ) as response:
        assert response.status == 201, await response.text()
        answer = await response.text()
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return rig.url + response.headers["Location"]


async def publish(
    rig: Rig,
    codec: str = "video/H264",
    path: str = "/whip/studio",
    sound: AudioStreamTrack | None = None,
) -> Client:
    connection = new_connection()
    connection.addTransceiver(sound or AudioStreamTrack(), direction="sendonly")
    video = connection.addTransceiver(Clock(), direction="sendonly")
    codecs = RTCRtpSender.getCapabilities("video").codecs
    video.setCodecPreferences([c for c in codecs if c.mimeType in (codec, "video/rtx")])
    client = Client(connection)
    rig.clients.append(client)
    client.location = await exchange(rig, path, connection)
    return client


async def watch(rig: Rig, path: str = "/whep/programme") -> Client:
    connection = new_connection()
    connection.addTransceiver("audio", direction="recvonly")
    connection.addTransceiver("video", direction="recvonly")
    client = Client(connection)
    rig.clients.append(client)

    @connection.on("track")
    def on_track(track: MediaStreamTrack) -> None:
        frames = client.frames.setdefault(track.kind, [])
        client.tasks.append(asyncio.create_task(_collect(track, frames)))

    client.location = await exchange(rig, path, connection)
    return client


async def _collect(track: MediaStreamTrack, frames: list[Frame]) -> None:
    with suppress(MediaStreamError):
        while True:
            frame = await track.recv()
            assert isinstance(frame, Frame)
            frames.append(frame)


def brightness(frame: Frame) -> float:
    """Return the mean luma of the corner of a picture, which a slate has dark."""
    assert isinstance(frame, VideoFrame)
    grey = frame.to_ndarray(format="gray")
    height, width = grey.shape
    return float(grey[: height // 4, : width // 4].mean())


@dataclass
class LeanViewer:
    """A viewer that keeps the packets it gets."""

    peer: Peer
    session: Session
    codecs: dict[str, sdp.Codec]
    ssrcs: dict[str, sdp.Track]

    def packets(self, kind: str) -> list[bytes]:
        """Return what came of a kind, repairs excluded."""
        number = self.codecs[kind].payload_type
        return [p for p in self.peer.rtp if p[1] & 0x7F == number]

    def stamps(self) -> list[int]:
        """Return the timestamps of the pictures that came, each once."""
        return list(dict.fromkeys(rtp.parse(packet).timestamp for packet in self.packets("video")))

    def sizes(self) -> list[int]:
        """Return how large the pictures were that came, each once: see ``picture_size``."""
        codec = self.codecs["video"].name
        sizes = (picture_size(codec, packet[12:]) for packet in self.packets("video"))
        return list(dict.fromkeys(size for size in sizes if size))

    def repairs(self) -> list[bytes]:
        """Return what came again of the picture (RFC 4588)."""
        return [p for p in self.peer.rtp if p[1] & 0x7F == self.codecs["video"].rtx_payload_type]


async def watch_lean(it: Rig, video: tuple[str, ...] = ("H264",)) -> LeanViewer:
    """Watch the programme without HTTP and without decoding."""
    peer = make_peer(True)
    it.peers.append(peer)
    await peer.transport.gather()
    offer = negotiation.offer(peer.transport.local(), sdp.Direction.RECVONLY, video)
    opened = await it.plane.subscribe("programme", offer, "lean")
    answer = sdp.parse(opened.answer)
    await peer.transport.connect(answer.transport)
    codecs = {section.kind: section.codecs[0] for section in answer.sections}
    tracks = {s.kind: s.track for s in answer.sections if s.track is not None}
    return LeanViewer(peer, opened.session, codecs, tracks)


async def sees(client: Client, test: Callable[[float], bool], timeout_s: float = 8) -> None:
    """Wait until the newest picture passes a test of its brightness."""
    await until(
        lambda: client.frames.get("video") and test(brightness(client.frames["video"][-1])),
        timeout_s,
    )
