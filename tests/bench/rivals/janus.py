"""Debian's Janus 1.1.2: a Streaming mountpoint fed by plain RTP, watched over WebRTC.

This version never answers: it makes the offer itself. Driven by its HTTP API on loopback;
its configuration is written here, into a folder of its own. Janus gathers no candidate on
loopback, so its media have an address of the bench's private network.
"""

import asyncio
import secrets
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from signaling import sdp

from .halls import OPTIONS, Hall
from .private_net import ADDRESS
from .server import Server, free_port, hall_answer, plain_rtp
from .stream import SOUND_TYPE, VIDEO_TYPE, Send

_CORE = """
general: {{
    configs_folder = "{folder}"
    debug_level = 3
    session_timeout = 0
    server_name = "bench"
}}
certificates: {{ }}
media: {{ }}
nat: {{ ice_enforce_list = "{address}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
_HTTP = """
general: {{ json = "compact"  base_path = "/janus"  http = true  port = {port}  ip = "127.0.0.1"  https = false }}
admin: {{ admin_http = false  admin_https = false }}
"""  # noqa: E501
_STREAMING = """
bench: {{
    type = "rtp"
    id = 1
    media = (
        {{ type = "audio"  mid = "a"  label = "a"  iface = "127.0.0.1"  port = {audio}
           pt = {audio_type}  codec = "opus" }},
        {{ type = "video"  mid = "v"  label = "v"  iface = "127.0.0.1"  port = {video}
           pt = {video_type}  codec = "h264"
           fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f" }}
    )
}}
"""
_OTHER_PLUGINS = [
    "audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "textroom",
    "videocall", "videoroom", "voicemail",
]  # fmt: skip
_OTHER_TRANSPORTS = ["mqtt", "nanomsg", "pfunix", "rabbitmq", "websockets"]


class JanusError(Exception):
    """Janus said no, or nothing."""


class Janus(Server):
    """``janus`` with one mountpoint, by default one thread for it."""

    name = "Janus 1.1.2"
    halls_offer = False
    options = replace(OPTIONS, addresses=(ADDRESS,))

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._ports = {"audio": free_port(), "video": free_port()}
        self._http = aiohttp.ClientSession()
        self._url = ""
        self._transactions = count()

    async def start(self) -> None:
        api = free_port()
        self._url = f"http://127.0.0.1:{api}/janus"
        self._configure(api)
        await self.spawn("janus", "-F", str(self.folder), "-C", str(self.folder / "janus.jcfg"))
        async with asyncio.timeout(10):
            while not await self._up():  # noqa: ASYNC110  (a process, not a task)
                await asyncio.sleep(0.05)

    async def publish(self) -> Send:
        return plain_rtp(self._ports)

    async def join(self, hall: Hall) -> None:
        session = f"{self._url}/{(await self._ask(self._url, janus='create'))['data']['id']}"
        attached = await self._ask(session, janus="attach", plugin="janus.plugin.streaming")
        handle = f"{session}/{attached['data']['id']}"
        await self._ask(handle, janus="message", body={"request": "watch", "id": 1})
        offer = sdp.parse(await self._offer(session))
        await hall.transport.gather()
        jsep = {"type": "answer", "sdp": hall_answer(hall, offer)}
        await self._ask(handle, janus="message", body={"request": "start"}, jsep=jsep)
        await hall.transport.connect(offer.transport)

    async def stop(self) -> None:
        await self._http.close()
        await super().stop()

    async def _offer(self, session: str) -> str:
        async with asyncio.timeout(10):
            while True:
                async with self._http.get(f"{session}?maxev=1") as response:
                    event = await response.json()
                if event.get("jsep"):
                    return str(event["jsep"]["sdp"])
                if "error" in event.get("plugindata", {}).get("data", {}):
                    raise JanusError(event)

    # Janus's own JSON: every answer has another shape.
    async def _ask(self, url: str, **message: Any) -> dict[str, Any]:
        message["transaction"] = f"{next(self._transactions)}{secrets.token_hex(4)}"
        async with self._http.post(url, json=message) as response:
            answer: dict[str, Any] = await response.json()
        if answer.get("janus") not in ("success", "ack"):
            raise JanusError(answer)
        return answer

    async def _up(self) -> bool:
        try:
            async with self._http.get(f"{self._url}/info") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    def _configure(self, api: int) -> None:
        def libraries(names: list[str]) -> str:
            return ",".join(f"libjanus_{name}.so" for name in names)

        files = {
            "janus.jcfg": _CORE.format(
                folder=self.folder,
                address=ADDRESS,
                plugins=libraries(_OTHER_PLUGINS),
                transports=libraries(_OTHER_TRANSPORTS),
            ),
            "janus.transport.http.jcfg": _HTTP.format(port=api),
            "janus.plugin.streaming.jcfg": _STREAMING.format(
                **self._ports, audio_type=SOUND_TYPE, video_type=VIDEO_TYPE
            ),
        }
        for name, text in files.items():
            (self.folder / name).write_text(text)
