"""This relay, by its control socket, in both its ways of sending."""

import asyncio
from contextlib import suppress
from pathlib import Path

from signaling import negotiation, sdp
from signaling.packet_transport import PacketTransport
from signaling.relay.client import RelayPlane
from signaling.relay.settings import RelaySettings

from .halls import OPTIONS, Hall
from .server import Server, hall_offer, python
from .stream import SOUND_SSRC, VIDEO_SSRC, Send

TRACKS = {
    "audio": sdp.Track(ssrc=SOUND_SSRC, cname="b"),
    "video": sdp.Track(ssrc=VIDEO_SSRC, cname="b"),
}


class Relay(Server):
    """``python -m signaling.relay``, fed by WHIP's packets: SRTP, unlike its rivals."""

    egress = "gso"
    name = "relay, GSO"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._settings = RelaySettings(run_dir=folder, data_dir=folder, transport=OPTIONS)
        self._plane = RelayPlane(self._settings.socket_path, lambda event: None)
        self._running: asyncio.Task[None] | None = None
        self._studio: PacketTransport | None = None

    async def start(self) -> None:
        folder = str(self.folder)
        await self.spawn(
            *python("signaling.relay"), "--run-dir", folder, "--data", folder,
            "--address=127.0.0.1", "--allow-loopback", f"--egress={self.egress}",
        )  # fmt: skip
        self._running = asyncio.create_task(self._plane.run())
        async with asyncio.timeout(10):
            await self._plane.wait_up()

    async def publish(self) -> Send:
        studio = PacketTransport(
            controlling=True,
            on_rtp=lambda data, at: None,
            on_rtcp=lambda data, at: None,
            options=OPTIONS,
        )
        self._studio = studio
        await studio.gather()
        offer = negotiation.offer(studio.local(), sdp.Direction.SENDONLY, ["H264"], TRACKS)
        opened = await self._plane.publish("studio", offer, "studio")
        await studio.connect(sdp.parse(opened.answer).transport)
        return lambda kind, packet: studio.send_rtp(packet)

    async def join(self, hall: Hall) -> None:
        await hall.transport.gather()
        opened = await self._plane.subscribe("programme", hall_offer(hall), "hall")
        await hall.transport.connect(sdp.parse(opened.answer).transport)

    async def stop(self) -> None:
        if self._studio is not None:
            await self._studio.close()
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await super().stop()


class PlainRelay(Relay):
    """The same, one system call a packet."""

    egress = "plain"
    name = "relay, plain"
