"""Debian's simple-whip-client (GStreamer, libnice, libsoup) publishes, trickling and not.

In Debian 12 the client links libsoup 2 and libnice's UPnP links libsoup 3, which ends the
process at once. A stand-in for the UPnP library, which nobody needs here, lets it live.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem
from signaling.media_plane import SessionEnded
from tests.signaling.peers import until
from tests.signaling.relay.rig import LOOPBACK, Rig, Somebody, brightness, rig, watch

pytestmark = pytest.mark.real_io
NO_UPNP = """
extern void *g_object_new(unsigned long type, const char *first, ...);
unsigned long gupnp_simple_igd_get_type(void) { return 80; /* G_TYPE_OBJECT */ }
void *gupnp_simple_igd_thread_new(void) { return g_object_new(80, 0); }
void gupnp_simple_igd_add_port(void) {}
void gupnp_simple_igd_remove_port_local(void) {}
"""
TOKEN = "nct_0123456789abcdef_secret"
SOUND = (
    "audiotestsrc is-live=true wave=red-noise ! audioconvert ! audioresample ! queue ! opusenc ! "
    "rtpopuspay pt=100 ssrc=1 ! queue ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=100"
)
ENCODERS = {
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! "
    "video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 pt=96 ssrc=2",
    "VP8": "vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay pt=96 ssrc=2",
}
PICTURE = (
    "videotestsrc is-live=true pattern=white ! video/x-raw,width=320,height=180,framerate=30/1 ! "
    "videoconvert ! queue ! {encoder} ! queue ! "
    "application/x-rtp,media=video,encoding-name={codec},payload=96"
)


async def authorize(request: web.Request, action: MediaAction) -> Principal | Problem:
    """Let anybody watch; who publishes must show the token, every time."""
    if action.verb == "watch" or request.headers.get("Authorization") == f"Bearer {TOKEN}":
        return Somebody(action.name)
    return Problem(401, "unauthorized", "a bearer is needed")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("libraries")
    made = folder / "libgupnp-igd-1.0.so.4"
    command = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(made)]
    subprocess.run(command, input=NO_UPNP.encode(), check=True, timeout=60)
    return folder


@asynccontextmanager
async def publishing(it: Rig, libraries: Path, codec: str, *options: str) -> AsyncIterator[None]:
    picture = PICTURE.format(encoder=ENCODERS[codec], codec=codec)
    process = await asyncio.create_subprocess_exec(
        "whip-client", "-u", it.url + "/whip/studio", "-t", TOKEN,
        "-A", SOUND, "-V", picture, "-o", *options,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"LD_LIBRARY_PATH": str(libraries)},
    )  # fmt: skip
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


def statuses(it: Rig, method: str) -> list[int]:
    """What the client was answered; what it still sends after its goodbye counts for nothing."""
    asked = [(m, s) for m, path, s in it.asked if path.startswith("/whip")]
    ended = [m for m, _ in asked].index("DELETE") + 1
    return [s for m, s in asked[:ended] if m == method]


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("options", [(), ("--no-trickle",), ("--follow-link",)])
async def test_simple_whip_client_is_seen_and_says_goodbye(
    codec: str, options: tuple[str, ...], libraries: Path
) -> None:
    # libnice has no loopback candidates.
    async with rig(authorize=authorize, transport=replace(LOOPBACK, addresses=())) as it:
        async with publishing(it, libraries, codec, *options):
            await until(lambda: it.on_air() == "studio", 20)
            viewer = await watch(it)
            frames = viewer.frames.setdefault("video", [])
            await until(lambda: frames and brightness(frames[-1]) > 200, 20)
            await viewer.close()
        await until(lambda: len(it.seen(SessionEnded)) == 2)
        assert statuses(it, "POST") == [201]
        assert set(statuses(it, "PATCH")) == (set() if "--no-trickle" in options else {204})
        assert statuses(it, "DELETE") == [200]
