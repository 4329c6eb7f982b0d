"""A studio and halls on paper, for tests and benches of the line: bytes that look like a programme.

The studio's pictures are of one size, its key frames larger, and it makes one when it is
asked to. A hall receives as agents do, without decoding, and asks again for what it lost;
it counts what is missing for good.
"""

import asyncio
import random
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from signaling import negotiation, rtcp, rtp, sdp
from signaling.ice_path import TransportOptions
from signaling.media_plane import MediaPlane
from signaling.packet_transport import PacketTransport
from signaling.reception.reception import Negotiated, Reception
from signaling.reception.session import negotiated
from tests.harness.wan import Door

OPTIONS = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True, silence_s=30)
KEY, DELTA = b"\x65", b"\x41"
PACKET_BYTES = 1100
_STAMP = struct.Struct("!d")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A stream of pictures."""

    hz: int = 30
    packets: int = 9
    key_packets: int = 40
    key_every_s: float = 2.0
    sounding: bool = True

    def bps(self) -> float:
        """Return the rate of the payloads of the picture."""
        keys = 1 / self.key_every_s
        packets = (self.hz - keys) * self.packets + keys * self.key_packets
        return packets * PACKET_BYTES * 8


class Studio:
    """A publisher."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.key_wanted = False
        self.ceiling_bps: int | None = None
        "As the relay last told."
        self.transport = PacketTransport(
            controlling=True,
            on_rtp=lambda data, at: None,
            on_rtcp=self._receive_rtcp,
            options=OPTIONS,
        )

    async def publish(self, plane: MediaPlane, source: str) -> None:
        """Join; packets flow with ``play``."""
        await self.transport.gather()
        tracks = {"video": sdp.Track(ssrc=2, cname="p"), "audio": sdp.Track(ssrc=1, cname="p")}
        offer = negotiation.offer(
            self.transport.local(),
            sdp.Direction.SENDONLY,
            ["H264"],
            tracks,
            sounds=int(self.shape.sounding),
        )
        opened = await plane.publish(source, offer, "paper")
        await self.transport.connect(sdp.parse(opened.answer).transport)

    async def play(self, origin: float) -> None:
        """Send in real time until cancelled, as if it had begun at ``origin``."""
        loop, shape = asyncio.get_running_loop(), self.shape
        picture = int((loop.time() - origin) * shape.hz)
        sound = int((loop.time() - origin) * 50)
        key_at, report_at, number = 0.0, 0.0, 0
        while True:
            now = loop.time() - origin
            if now >= report_at:
                report_at = now + 1.0
                self._report(now)
            while sound / 50 <= now:
                if shape.sounding:
                    self._send(rtp.build(111, sound & 0xFFFF, _stamp(sound * 960), 1), 80, b"\xf8")
                sound += 1
            while picture / shape.hz <= now:
                key = self.key_wanted or now >= key_at
                if key:
                    self.key_wanted, key_at = False, now + shape.key_every_s
                number = self._picture(picture, number, key)
                picture += 1
            due = min(sound / 50, picture / shape.hz)
            await asyncio.sleep(max(0.0, origin + due - loop.time()))

    def _picture(self, picture: int, number: int, key: bool) -> int:
        count = self.shape.key_packets if key else self.shape.packets
        for part in range(count):
            header = rtp.build(
                102, number & 0xFFFF, _stamp(picture * 90_000 // self.shape.hz), 2,
                marker=part == count - 1,
            )  # fmt: skip
            self._send(header, PACKET_BYTES, KEY if key else DELTA)
            number += 1
        return number

    def _send(self, header: bytes, size: int, kind: bytes) -> None:
        stamp = _STAMP.pack(time.monotonic())
        self.transport.send_rtp_parts(header, (kind + stamp).ljust(size, b"x"))

    def _report(self, now: float) -> None:
        ntp = round((time.time() + 2_208_988_800) * (1 << 32))
        for ssrc, hz in ((2, 90_000), (1, 48_000)):
            report = rtcp.SenderReport(
                ssrc=ssrc, ntp=ntp, timestamp=_stamp(round(now * hz)), packets=0, octets=0
            )
            packet = rtcp.build_sender_report(report) + rtcp.build_cname(ssrc, "p")
            self.transport.send_rtcp(packet)

    def _receive_rtcp(self, data: bytes, now: float) -> None:
        for report in rtcp.parse(data):
            if isinstance(report, rtcp.KeyFrameRequest):
                self.key_wanted = True
            elif isinstance(report, rtcp.Remb):
                self.ceiling_bps = report.bitrate_bps


@dataclass
class Got:
    """What one hall got of one kind, by number."""

    numbers: set[int] = field(default_factory=set)
    highest: int | None = None
    first: int = 0
    late: int = 0
    "Came more than ``in_time_s`` after they were sent."

    def receive(self, sequence: int) -> bool:
        """Take a packet; tell whether it came for the first time."""
        if self.highest is None:
            self.highest = self.first = sequence
        number = rtp.extend(sequence, self.highest)
        self.highest = max(self.highest, number)
        is_new = number not in self.numbers
        self.numbers.add(number)
        return is_new

    def expected(self) -> int:
        return 0 if self.highest is None else self.highest - self.first + 1

    def missing(self, but: int = 0) -> int:
        """Return how many never came, the last so many left out: they may be on their way."""
        end = (self.highest or 0) + 1 - but
        return max(0, end - self.first) - len([n for n in self.numbers if self.first <= n < end])


class PaperHall:
    """A viewer behind a line.

    Args:
        name: Ours.
        door: Our line.
        in_time_s: A packet that comes later than this after the studio's send is late.

    """

    def __init__(self, name: str, door: Door, in_time_s: float = 0.4) -> None:
        self.name = name
        self.door = door
        self.in_time_s = in_time_s
        self.got = {"video": Got(), "audio": Got()}
        self.on_picture: Callable[[int], object] = lambda timestamp: None
        "Called with the timestamp of each packet of a picture."
        self._agreed: Negotiated | None = None
        self._reception: Reception | None = None
        self.transport = PacketTransport(
            controlling=True, on_rtp=self._receive, on_rtcp=self._receive_rtcp, options=OPTIONS
        )

    async def join(
        self, plane: MediaPlane, output: str = "programme", *, beside: bool = False
    ) -> None:
        """Watch; ``beside``: as the judge does."""
        await self.transport.gather()
        seen = self.door.seen_by_relay(self.transport.local())
        offer = negotiation.offer(seen, sdp.Direction.RECVONLY, ["H264"])
        opened = await plane.subscribe(output, offer, self.name, device=self.name, beside=beside)
        answer = sdp.parse(opened.answer)
        self._agreed = negotiated(answer)
        loop = asyncio.get_running_loop()
        self._reception = Reception(
            self._agreed, ssrc=random.getrandbits(31), cname=self.name, now=loop.time()
        )
        await self.transport.connect(self.door.seen_by_hall(answer.transport))

    def tick(self, now: float) -> None:
        """Send reports and requests that are due; every 20 ms."""
        reception = self._reception
        if reception is None or now < reception.next_timer():
            return
        round_trip_s = self.transport.round_trip_s()
        if round_trip_s is not None:
            reception.learn_round_trip(round_trip_s)
        reception.handle_timer(now)
        for packet in reception.feedback():
            self.transport.send_rtcp(packet)

    def begin_count(self) -> None:
        """Count from now on only."""
        self.got = {"video": Got(), "audio": Got()}

    def _receive(self, data: bytes, now: float) -> None:
        agreed, reception = self._agreed, self._reception
        assert agreed is not None
        assert reception is not None
        header = rtp.parse(data)
        sequence, start, again = header.sequence, header.start, False
        kind = "audio" if header.payload_type == agreed.audio_type else "video"
        if header.payload_type == agreed.repair_type:
            sequence, start, again = int.from_bytes(data[12:14], "big"), 14, True
        got = self.got[kind]
        # The count begins with a packet of its time, not with the repair of an older one.
        if header.end - start > 9 and not (again and got.highest is None):
            is_new = got.receive(sequence)
            sent: float = _STAMP.unpack_from(data, start + 1)[0]
            if kind == "video":
                self.on_picture(header.timestamp)
            got.late += is_new and 0 < sent < time.monotonic() - self.in_time_s
        reception.receive_rtp(data, now)

    def _receive_rtcp(self, data: bytes, now: float) -> None:
        if self._reception is not None:
            self._reception.receive_rtcp(data, now)


async def tick_all(halls: list[PaperHall]) -> None:
    """Keep all halls' timers until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        now = loop.time()
        for hall in halls:
            hall.tick(now)
        await asyncio.sleep(0.02)


def _stamp(ticks: int) -> int:
    return ticks & 0xFFFF_FFFF
