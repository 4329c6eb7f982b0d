"""An hour of a programme through the relay's pure parts, on a clock of the test's own."""

import gc
import sys

from signaling import rtcp
from signaling.media_plane import Rendition
from signaling.relay.forward import Address, Egress
from signaling.relay.line import Line
from signaling.relay.output import Output
from signaling.relay.plan import LOW
from signaling.relay.programme import SLATE, Programme
from signaling.relay.steward import Feeds, Steward
from signaling.relay.viewing import Viewing
from tests.signaling.relay.feeds import intake, picture, sound
from tests.signaling.relay.test_low import low

BOTH = frozenset({"video", "audio"})
LIMIT_BPS = 1_000_000
PICTURES_HZ, SOUNDS_HZ = 10, 50
MINUTE = 60


class Session:
    """A studio in two pictures, and viewers that lose packets, ask again, and come and go."""

    def __init__(self) -> None:
        self.output = Output("programme", Programme({"video": 0, "audio": 0}, "studio"))
        self.output.programme.add_source(SLATE, BOTH, intake().clock)
        self.output.programme.add_source("studio", BOTH, intake().clock)
        self.output.programme.add_low("studio", intake().clock)
        self.line = Line(LIMIT_BPS)
        self.steward = Steward(LIMIT_BPS, 2_500_000)
        self.feeds = {"studio": Feeds(2_500_000)}
        self.viewers = {str(n): (self.output, self.join()) for n in range(3)}
        self.sent = 0
        self.renditions: set[Rendition] = set()

    def join(self) -> Viewing:
        def send(header: bytes, payload: bytes) -> None:
            self.sent += 1

        video = Address(ssrc=1, payload_type=102, rtx_ssrc=3, rtx_payload_type=103)
        egresses = {
            "video": Egress(video, send, waits_for_key=True, line=self.line),
            "audio": Egress(Address(ssrc=2, payload_type=111), send, waits_for_key=False),
        }
        viewing = Viewing(
            self.output.programme,
            self.output.outlets,
            egresses,
            cname="hall",
            ntp_epoch_s=4e9,
            ask_key_frame=lambda: None,
        )
        viewing.begin()
        return viewing

    def second(self, now: int) -> None:
        receive = self.output.receive
        for part in range(SOUNDS_HZ):
            number, at = now * SOUNDS_HZ + part, now + part / SOUNDS_HZ
            receive("studio", sound(number, number * 960 & 0xFFFF_FFFF), at)
            if part % 5 == 0:
                frame = now * PICTURES_HZ + part // 5
                stamp, key = frame * 9000 & 0xFFFF_FFFF, part == 0
                receive("studio", low(frame, stamp, key), at)
                receive("studio", picture(frame, stamp, key), at)
        self.output.programme.handle_timer(now + 0.99)
        self.output.programme.events()
        for kind, bps in (("video", 400_000), (LOW, 100_000)):
            self.feeds["studio"].receive(kind, now * bps // 8, 0, float(now))
        self.talk(now)
        self.steward.handle_second(self.viewers, self.feeds, float(now))
        self.renditions |= {viewing.rendition() for _, viewing in self.viewers.values()}
        if now % 30 == 0:
            self.viewers["0"][1].end()
            self.viewers["0"] = (self.output, self.join())

    def talk(self, now: int) -> None:
        """Have viewers report, and lose much in some minutes."""
        lost = 80 if now // MINUTE % 3 == 0 else 0
        for _, viewing in self.viewers.values():
            block = rtcp.ReportBlock(ssrc=1, fraction_lost=lost, last_sr=1)
            report = rtcp.build_receiver_report(rtcp.ReceiverReport(ssrc=9, blocks=(block,)))
            nack = rtcp.build_nack(9, 1, [(now * 7 + n) & 0xFFFF for n in range(5)])
            viewing.receive_rtcp(report + nack + rtcp.build_pli(9, 1), float(now))


def test_after_an_hour_the_relay_holds_no_more_than_after_a_quarter() -> None:
    session = Session()

    def blocks_after(begin: int, end: int) -> int:
        for now in range(begin * MINUTE, end * MINUTE):
            session.second(now)
        gc.collect()
        return sys.getallocatedblocks()

    quarter = blocks_after(0, 15)
    hour = blocks_after(15, 60)
    assert session.sent > 3 * 45 * MINUTE * SOUNDS_HZ
    assert session.renditions == set(Rendition)
    assert hour - quarter < 1000
