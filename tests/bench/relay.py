"""What a relay costs: one studio, 92 halls, all on loopback.

    python -m tests.bench.relay [--viewers 92] [--seconds 10]

The studio sends 30 pictures/s of four packets of 1000 bytes and 50 sounds/s (1 Mbps, 170
packets/s). Relay and load are processes of their own. Told: CPU of the relay per packet
forwarded, delay from the studio's send to a hall's receipt, and how fast all halls joined.
"""

import argparse
import asyncio
import struct
import tempfile
import time
from pathlib import Path

import uvloop

from signaling import negotiation, sdp
from signaling.ice_path import TransportOptions
from signaling.media_plane import PlaneSample
from signaling.packet_transport import PacketTransport
from signaling.relay.client import RelayPlane
from signaling.relay.launch import drain, ensure_relay
from signaling.relay.settings import RelaySettings

OPTIONS = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True)
TRACKS = {"audio": sdp.Track(ssrc=1, cname="b"), "video": sdp.Track(ssrc=2, cname="b")}
KEY, DELTA = b"\x65", b"\x41"


class Load:
    """Studio and halls."""

    def __init__(self, plane: RelayPlane) -> None:
        self.plane = plane
        self.delays_s: list[float] = []
        self.received = 0
        self.began: set[int] = set()
        self.halls: list[PacketTransport] = []

    async def join(self, number: int) -> None:
        """Let one hall watch."""

        def on_rtp(data: bytes, at: float) -> None:
            self.received += 1
            self.began.add(number)
            # The studio wrote its clock into the payload; one process, one clock.
            if number == 0 and data[1] & 0x7F == 102 and len(data) == 12 + 1000:
                self.delays_s.append(time.perf_counter() - struct.unpack_from("!d", data, 13)[0])

        hall = PacketTransport(
            controlling=True, on_rtp=on_rtp, on_rtcp=lambda d, t: None, options=OPTIONS
        )
        await hall.gather()
        offer = negotiation.offer(hall.local(), sdp.Direction.RECVONLY, ["H264"])
        opened = await self.plane.subscribe("programme", offer, f"hall {number}")
        await hall.connect(sdp.parse(opened.answer).transport)
        self.halls.append(hall)

    async def publish(self) -> PacketTransport:
        """Return a studio whose path is up."""
        studio = PacketTransport(
            controlling=True,
            on_rtp=lambda d, t: None,
            on_rtcp=lambda d, t: None,
            options=OPTIONS,
        )
        await studio.gather()
        offer = negotiation.offer(studio.local(), sdp.Direction.SENDONLY, ["H264"], TRACKS)
        opened = await self.plane.publish("studio", offer, "studio")
        await studio.connect(sdp.parse(opened.answer).transport)
        return studio

    async def play(self, studio: PacketTransport, seconds: float) -> None:
        """Send pictures and sound in real time, a key frame every second."""
        loop = asyncio.get_running_loop()
        start, video, frames = loop.time(), 0, 0
        for sound in range(int(seconds * 50)):
            header = struct.pack("!BBHII", 128, 111, sound & 0xFFFF, sound * 960, 1)
            studio.send_rtp_parts(header, b"s" * 80)
            while frames / 30 <= sound / 50:
                kind = KEY if frames % 30 == 0 else DELTA
                for part in range(4):
                    second = 102 | (part == 3) << 7
                    header = struct.pack("!BBHII", 128, second, video & 0xFFFF, frames * 3000, 2)
                    payload = kind + struct.pack("!d", time.perf_counter()) + b"v" * 991
                    studio.send_rtp_parts(header, payload)
                    video += 1
                frames += 1
            await asyncio.sleep(max(0, start + sound / 50 - loop.time()))


async def measure(viewers: int, seconds: float, settings: RelaySettings) -> None:
    """Run it and print the figures."""
    samples: list[PlaneSample] = []

    def keep(event: object) -> None:
        if isinstance(event, PlaneSample):
            samples.append(event)

    plane = RelayPlane(settings.socket_path, keep)
    running = asyncio.create_task(plane.run())
    await plane.wait_up()
    load = Load(plane)
    studio = await load.publish()
    playing = asyncio.create_task(load.play(studio, seconds + 6))
    await asyncio.sleep(1)
    began = time.perf_counter()
    await asyncio.gather(*(load.join(number) for number in range(viewers)))
    while len(load.began) < viewers:  # noqa: ASYNC110  (counted by callbacks)
        await asyncio.sleep(0.01)
    joined_s = time.perf_counter() - began
    await asyncio.sleep(1.5)
    load.delays_s.clear()
    first = samples[-1]
    await asyncio.sleep(seconds)
    last = samples[-1]
    span_s = last.uptime_s - first.uptime_s
    packets = last.packets_forwarded - first.packets_forwarded
    cpu_s = last.cpu_s - first.cpu_s
    unsent = sum(session.packets_unsent for session in last.sessions)
    delays = sorted(load.delays_s)
    p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    print(f"{viewers} halls joined, first packet included, in {joined_s:.2f} s")
    print(
        f"{packets / span_s:.0f} packets/s forwarded, {1e6 * cpu_s / packets:.1f} us CPU each, "
        f"{100 * cpu_s / span_s:.0f} % of a core, unsent {unsent}"
    )
    print(f"studio to hall: median {1000 * p50:.2f} ms, 99 % {1000 * p99:.2f} ms")
    await playing
    await asyncio.gather(studio.close(), *(hall.close() for hall in load.halls))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def run(viewers: int, seconds: float) -> None:
    """Start a relay, measure, and drain it."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        path = Path(folder)
        settings = RelaySettings(run_dir=path, data_dir=path / "data", transport=OPTIONS)
        await ensure_relay(settings)
        try:
            await measure(viewers, seconds, settings)
        finally:
            await drain(settings.socket_path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=92)
    parser.add_argument("--seconds", type=float, default=10)
    args = parser.parse_args()
    uvloop.run(run(args.viewers, args.seconds))


if __name__ == "__main__":
    main()
