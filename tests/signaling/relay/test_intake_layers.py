"""Several pictures of one publisher, told apart by their names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtcp, rtp
from signaling.negotiation import VP8
from signaling.relay.clock import ntp_from_seconds
from signaling.relay.intake import (
    KEY_FRAME_INTERVAL_S,
    REPORT_WAIT_S,
    SSRC_SILENT_S,
    Feed,
    Intake,
    LayerName,
    Packet,
)
from signaling.relay.layer import SILENT_S
from signaling.relay.plan import LOW, VIDEO
from signaling.sdp import Codec
from tests.signaling.relay.feeds import AUDIO, OURS, audio

CODEC = Codec(payload_type=96, name=VP8, clock_hz=90_000, feedback=("nack",), rtx_payload_type=97)
RID_ID, REPAIRED_ID = 10, 11
NTP = 4_000_000_000.0
LARGE, SMALL, OTHER = 0x100, 0x200, 0x300


def feed(rid: str, repaired_id: int | None = REPAIRED_ID) -> Feed:
    return Feed(kind=VIDEO, codec=CODEC, layer=LayerName(rid.encode(), RID_ID, repaired_id))


def named(packet: bytes, identity: int, rid: str) -> bytes:
    """Return a packet with a header extension."""
    element = bytes([identity << 4 | len(rid) - 1]) + rid.encode()
    element += bytes(-len(element) % 4)
    head = bytes([packet[0] | 0x10]) + packet[1:12]
    return head + b"\xbe\xde" + (len(element) // 4).to_bytes(2, "big") + element + packet[12:]


def key(width: int, height: int) -> bytes:
    sizes = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return b"\x10" + b"\x00\x00\x00\x9d\x01\x2a" + sizes + b"partition"


DELTA = b"\x10\x01delta"
KEYS = {LARGE: key(1280, 720), SMALL: key(640, 360), OTHER: key(960, 540)}
RIDS = {LARGE: "h", SMALL: "l", OTHER: "m"}


class Publisher:
    """A browser that sends pictures of several sizes."""

    def __init__(self, *rids: str, repaired_id: int | None = REPAIRED_ID) -> None:
        feeds = [AUDIO, *(feed(rid, repaired_id) for rid in rids or ("h", "l"))]
        self.intake = Intake(feeds, OURS, 1_000_000)
        self._sequence = {LARGE: 100, SMALL: 65_530, OTHER: 7}

    def packet(self, ssrc: int, stamp: int, payload: bytes) -> bytes:
        number = self._sequence[ssrc] = self._sequence[ssrc] + 1 & 0xFFFF
        return rtp.build(96, number, stamp, ssrc, marker=True) + payload

    def send(
        self, ssrc: int, now: float, *, whole: bool = False, rid: bool = True
    ) -> Packet | None:
        data = self.packet(ssrc, round(now * 90_000) + ssrc, KEYS[ssrc] if whole else DELTA)
        if rid:
            data = named(data, RID_ID, RIDS[ssrc])
        return self.intake.receive_rtp(data, now)

    def report(self, ssrc: int, now: float) -> None:
        ntp, stamp = ntp_from_seconds(NTP + now), round(now * 90_000) + ssrc
        it = rtcp.SenderReport(ssrc=ssrc, ntp=ntp, timestamp=stamp, packets=1, octets=1)
        self.intake.receive_rtcp(rtcp.build_sender_report(it), now + 0.02)

    def begin(self) -> None:
        """Send and report until both pictures have their places."""
        for now in (1.0, 1.04):
            for ssrc in (LARGE, SMALL):
                self.send(ssrc, now, whole=True)
                self.report(ssrc, now)

    def feedback(self, now: float) -> list[rtcp.Report]:
        return [report for data in self.intake.feedback(now) for report in rtcp.parse(data)]


def kind(packet: Packet | None) -> str | None:
    return packet.kind if packet is not None else None


def test_pictures_are_told_apart_by_name_and_then_by_their_ssrc() -> None:
    it = Publisher()
    it.begin()
    assert kind(it.send(LARGE, 1.1, rid=False)) == VIDEO
    assert kind(it.send(SMALL, 1.1, rid=False)) == LOW
    assert kind(it.intake.receive_rtp(audio(1, 1), 1.1)) == "audio"
    assert it.intake.has(VIDEO)
    assert it.intake.has(LOW)
    assert not Intake([AUDIO], OURS, 1).has(LOW)


def test_what_has_no_name_or_another_is_dropped() -> None:
    it = Publisher()
    assert it.send(LARGE, 1.0, whole=True, rid=False) is None
    assert it.send(OTHER, 1.0, whole=True) is None
    it.begin()
    foreign = named(rtp.build(102, 1, 1, LARGE) + DELTA, RID_ID, "h")
    assert it.intake.receive_rtp(foreign, 1.1) is None
    assert it.send(OTHER, 1.1) is None
    assert [stream.ssrc for stream in it.intake.streams[1:]] == [LARGE, SMALL]


def test_the_first_picture_that_comes_is_seen_and_gives_way_to_the_larger() -> None:
    it = Publisher()
    first = it.send(SMALL, 1.0, whole=True)
    second = it.send(LARGE, 1.2, whole=True)
    assert first is not None
    assert second is not None
    assert (first.kind, second.kind) == (VIDEO, VIDEO)
    assert first.epoch != second.epoch
    assert it.send(SMALL, 1.3) is None
    assert kind(it.send(LARGE, 1.3)) == VIDEO


def test_the_low_picture_waits_until_both_clocks_are_known() -> None:
    it = Publisher()
    it.send(LARGE, 1.0, whole=True)
    assert it.send(SMALL, 1.0, whole=True) is None
    it.report(SMALL, 1.0)
    assert it.send(SMALL, 1.1, whole=True) is None
    it.report(LARGE, 1.1)
    it.send(LARGE, 1.2)
    assert it.send(SMALL, 1.2) is None
    assert it.feedback(1.2) == [rtcp.KeyFrameRequest(sender=OURS, media=SMALL)]
    low = it.send(SMALL, 1.3, whole=True)
    assert kind(low) == LOW
    assert low is not None
    assert low.key
    captured = [
        it.intake.clock.captured_at(kind, round(1.3 * 90_000) + ssrc, 1.35)
        for kind, ssrc in ((VIDEO, LARGE), (LOW, SMALL))
    ]
    assert captured[0] == pytest.approx(captured[1], abs=1e-4)


def test_a_layer_that_never_reports_is_low_after_a_while_and_read_by_the_others_clock() -> None:
    it = Publisher()
    now = 1.0
    while now < 1.0 + REPORT_WAIT_S:
        it.send(LARGE, now, whole=True)
        # OBS counts all its pictures alike, browsers each in its own way.
        shared = it.packet(SMALL, round(now * 90_000) + LARGE, KEYS[SMALL])
        assert it.intake.receive_rtp(named(shared, RID_ID, "l"), now) is None
        it.report(LARGE, now)
        now += 0.5
    it.send(LARGE, now)
    shared = it.packet(SMALL, round(now * 90_000) + LARGE, KEYS[SMALL])
    assert kind(it.intake.receive_rtp(named(shared, RID_ID, "l"), now)) == LOW
    assert it.intake.clock.believes(LOW, round(now * 90_000) + LARGE, now)


def test_a_clock_that_is_not_shared_is_not_borrowed() -> None:
    it = Publisher()
    it.report(LARGE, 1.0)
    it.send(LARGE, 1.0, whole=True)
    it.report(LARGE, 1.0)
    late = 1.0 + REPORT_WAIT_S
    far = it.packet(SMALL, 0x8000_0000, KEYS[SMALL])
    assert kind(it.intake.receive_rtp(named(far, RID_ID, "l"), late)) == LOW
    assert it.intake.clock.timestamp_at(LOW, late) is None
    assert it.intake.clock.timestamp_at(VIDEO, late) is not None


def test_key_frames_are_asked_of_the_picture_that_needs_one() -> None:
    it = Publisher()
    it.begin()
    it.intake.want_key_frame(LOW)
    assert it.feedback(2.0) == [rtcp.KeyFrameRequest(sender=OURS, media=SMALL)]
    it.intake.want_key_frame(VIDEO)
    it.intake.want_key_frame(LOW)
    assert it.feedback(2.1) == [rtcp.KeyFrameRequest(sender=OURS, media=LARGE)]
    later = it.feedback(2.0 + KEY_FRAME_INTERVAL_S)
    assert later == [rtcp.KeyFrameRequest(sender=OURS, media=SMALL)]
    assert [stream.key_requests for stream in it.intake.streams] == [0, 1, 2]


def test_what_is_missing_is_asked_of_its_stream_and_repaired_there() -> None:
    it = Publisher()
    it.begin()
    lost = {ssrc: it.packet(ssrc, 1000, DELTA) for ssrc in (LARGE, SMALL)}
    for ssrc in (LARGE, SMALL):
        it.send(ssrc, 1.1)
    numbers = {ssrc: rtp.parse(data).sequence for ssrc, data in lost.items()}
    assert it.feedback(1.1) == [
        rtcp.Nack(sender=OURS, media=ssrc, lost=(numbers[ssrc],)) for ssrc in (LARGE, SMALL)
    ]
    for ssrc, known in ((SMALL, LOW), (LARGE, VIDEO)):
        original = numbers[ssrc].to_bytes(2, "big")
        repair = rtp.build(97, 1, 1000, ssrc + 1) + original + DELTA
        assert it.intake.receive_rtp(repair, 1.2) is None, "whose it is was not yet said"
        packet = it.intake.receive_rtp(named(repair, REPAIRED_ID, RIDS[ssrc]), 1.2)
        assert packet is not None
        assert (packet.kind, packet.payload) == (known, DELTA)
        assert packet.sequence & 0xFFFF == numbers[ssrc]
    assert it.feedback(1.3) == []
    it.packet(SMALL, 2000, DELTA)
    number = it._sequence[SMALL]
    it.send(SMALL, 1.4)
    again = rtp.build(97, 2, 2000, SMALL + 1) + number.to_bytes(2, "big") + DELTA
    assert kind(it.intake.receive_rtp(again, 1.5)) == LOW


def test_repairs_without_names_are_nobodys() -> None:
    it = Publisher(repaired_id=None)
    it.begin()
    it.packet(LARGE, 1000, DELTA)
    it.send(LARGE, 1.1)
    repair = rtp.build(97, 1, 1000, 5) + (102).to_bytes(2, "big") + DELTA
    assert it.intake.receive_rtp(named(repair, REPAIRED_ID, "h"), 1.2) is None


def test_what_is_given_up_of_a_picture_costs_a_key_frame_of_that_one() -> None:
    it = Publisher()
    it.begin()
    it.packet(SMALL, 1000, DELTA)
    it.send(SMALL, 1.1)
    assert len(it.feedback(1.1)) == 1
    assert it.feedback(3.0) == [rtcp.KeyFrameRequest(sender=OURS, media=SMALL)]


def test_a_third_picture_goes_nowhere_and_is_not_repaired() -> None:
    it = Publisher("h", "m", "l")
    for now in (1.0, 1.04, 1.08):
        for ssrc in (LARGE, OTHER, SMALL):
            it.send(ssrc, now, whole=True)
            it.report(ssrc, now)
    assert kind(it.send(LARGE, 1.1)) == VIDEO
    it.packet(OTHER, 0, DELTA)
    assert it.send(OTHER, 1.2, whole=True) is None
    assert kind(it.send(SMALL, 1.2)) == LOW
    assert it.feedback(1.2) == []


def test_the_smaller_picture_stands_in_and_its_clock_with_it() -> None:
    it = Publisher()
    it.begin()
    now, taken = 1.08, None
    while taken is None:
        now += 0.04
        packet = it.send(SMALL, now)
        taken = packet if packet is not None and packet.kind == VIDEO else None
    assert now < 1.04 + SILENT_S + 0.1
    captured = it.intake.clock.captured_at(VIDEO, taken.timestamp, now)
    assert captured == pytest.approx(now + 0.02, abs=1e-3)
    it.intake.want_key_frame(VIDEO)
    assert it.feedback(now) == [rtcp.KeyFrameRequest(sender=OURS, media=SMALL)]
    back = it.send(LARGE, now, whole=True)
    assert back is not None
    assert (back.kind, back.epoch != taken.epoch) == (VIDEO, True)
    captured = it.intake.clock.captured_at(VIDEO, back.timestamp, now)
    assert captured == pytest.approx(now + 0.02, abs=1e-3)


def test_a_restarted_encoder_is_followed_by_its_name() -> None:
    it = Publisher()
    it.begin()
    again = named(rtp.build(96, 500, 9, 0x777) + KEYS[LARGE], RID_ID, "h")
    assert it.intake.receive_rtp(again, 1.2) is None
    for n in range(1, 60):
        it.send(SMALL, 1.04 + n / 25, whole=True)
    packet = it.intake.receive_rtp(again, 1.04 + 2.5 * SSRC_SILENT_S)
    assert kind(packet) == VIDEO


def test_each_kind_of_picture_is_counted_by_itself() -> None:
    it = Publisher()
    it.begin()
    sizes = {kind: (size, packets) for kind, size, packets in it.intake.carried()}
    assert sizes[VIDEO][1] == 2
    assert sizes[LOW][1] == 1
    plain = Intake([replace(feed("h"), layer=None), AUDIO], OURS, 1)
    plain.receive_rtp(it.packet(LARGE, 9, DELTA), 2.0)
    assert list(plain.carried()) == [(VIDEO, 12 + len(DELTA), 1)]


def test_reports_and_remb_speak_of_all_pictures() -> None:
    it = Publisher()
    it.begin()
    report, *rest = rtcp.parse(it.intake.reports(2.0))
    assert isinstance(report, rtcp.ReceiverReport)
    assert {block.ssrc for block in report.blocks if block.last_sr} == {LARGE, SMALL}
    [remb] = [r for r in rest if isinstance(r, rtcp.Remb)]
    assert remb.media == (LARGE, SMALL)


@given(st.lists(st.tuples(st.sampled_from([96, 97]), st.binary(max_size=40)), max_size=30))
def test_junk_does_no_harm(packets: list[tuple[int, bytes]]) -> None:
    it = Publisher()
    it.begin()
    for number, (payload_type, rest) in enumerate(packets):
        head = rtp.build(payload_type, number, 0, LARGE)
        it.intake.receive_rtp(head + rest, 2.0)
        it.intake.receive_rtp(b"\x90" + head[1:] + b"\xbe\xde\x00\x02" + rest, 2.0)
    assert it.intake.reports(3.0)
