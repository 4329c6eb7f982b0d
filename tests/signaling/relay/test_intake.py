from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from signaling import rtcp, rtp
from signaling.relay.clock import ntp_from_seconds
from signaling.relay.intake import KEY_FRAME_INTERVAL_S, SSRC_SILENT_S, Intake, Packet
from tests.signaling.relay.feeds import AUDIO, DELTA, KEY, OURS, VIDEO, audio, intake, repair, video


def sent(source: Intake, now: float) -> list[rtcp.Report]:
    return [report for data in source.feedback(now) for report in rtcp.parse(data)]


def test_packets_are_sorted_and_cleaned() -> None:
    source = intake()
    first = source.receive_rtp(video(5, 900, KEY), 1.0)
    assert first == Packet("video", 0, 5, 900, True, KEY, True)
    assert source.receive_rtp(audio(9, 480), 1.0) == Packet(
        "audio", 0, 9, 480, False, b"opus", False
    )
    extended = bytearray(video(6, 950))
    extended[0] |= 0x10 | 0x20
    whole = bytes(extended[:12]) + b"\xbe\xde\x00\x01\x10\x00\x00\x00" + DELTA + b"\x00\x02"
    got = source.receive_rtp(whole, 1.1)
    assert got is not None
    assert got.payload == DELTA
    assert source.has("video")
    assert not intake(AUDIO).has("video")
    assert source.heard_at == 1.1


def test_what_was_not_negotiated_is_dropped_and_junk_counted() -> None:
    source = intake()
    assert source.receive_rtp(rtp.build(77, 1, 1, 1) + b"x", 0.0) is None
    assert source.receive_rtp(b"junk", 0.0) is None
    source.receive_rtcp(b"\x80\xc8\x00\x00", 0.0)
    assert source.bad_packets == 2
    assert source.receive_rtp(video(1, 1), 0.0) is not None
    assert source.receive_rtp(video(1, 1), 0.0) is None


def test_only_the_first_packet_of_a_key_frame_is_a_place_to_begin() -> None:
    source = intake()
    keys = [
        source.receive_rtp(video(n, ts, payload), 0.0)
        for n, ts, payload in ((1, 9, KEY), (2, 9, b"\x65idr"), (3, 10, DELTA), (4, 11, KEY))
    ]
    assert [p.key for p in keys if p] == [True, False, False, True]
    assert [stream.key_frames for stream in source.streams] == [2, 0]


def test_a_repair_takes_its_place_and_a_probe_is_nothing() -> None:
    source = intake()
    source.receive_rtp(video(1, 100, KEY), 0.0)
    source.receive_rtp(video(3, 300), 0.0)
    [nack] = sent(source, 0.0)
    assert nack == rtcp.Nack(sender=OURS, media=0x11, lost=(2,))
    assert source.receive_rtp(repair(2, 200), 0.1) == Packet("video", 0, 2, 200, True, DELTA, False)
    assert source.receive_rtp(repair(2, 200), 0.1) is None
    assert source.receive_rtp(rtp.build(103, 5, 0, 0x33), 0.1) is None
    assert sent(source, 0.2) == []


def test_what_is_given_up_costs_a_key_frame() -> None:
    source = intake()
    source.receive_rtp(video(1, 100, KEY), 0.0)
    source.receive_rtp(video(3, 300), 0.0)
    source.receive_rtp(audio(1, 1), 0.0)
    source.receive_rtp(audio(3, 3), 0.0)
    assert len(sent(source, 0.0)) == 1
    assert sent(source, 2.0) == [rtcp.KeyFrameRequest(sender=OURS, media=0x11)]
    assert sent(source, 3.0) == []


def test_key_frames_are_asked_for_at_most_so_often() -> None:
    source = intake()
    source.want_key_frame()
    source.receive_rtp(video(1, 1), 10.0)
    times = [n / 100 for n in range(1000, 1200)]
    asked = []
    for now in times:
        source.want_key_frame()
        asked += [now for report in sent(source, now)]
    assert all(b - a >= KEY_FRAME_INTERVAL_S for a, b in zip(asked, asked[1:], strict=False))
    assert len(asked) == source.streams[0].key_requests == 4


def test_a_source_that_has_not_spoken_cannot_be_asked() -> None:
    source = intake(replace(VIDEO, ssrc=None), AUDIO)
    source.want_key_frame()
    assert sent(source, 0.0) == []
    assert rtcp.parse(source.reports(0.0))
    source.receive_rtp(video(1, 1, ssrc=5), 0.1)
    assert sent(source, 0.2) == [rtcp.KeyFrameRequest(sender=OURS, media=5)]
    sound_only = intake(AUDIO)
    sound_only.want_key_frame()
    assert sent(sound_only, 0.0) == []


def test_a_restarted_encoder_is_followed_after_silence_only() -> None:
    source = intake()
    source.receive_rtp(video(1, 1), 10.0)
    assert source.receive_rtp(video(500, 9, ssrc=0x77), 10.1) is None
    again = source.receive_rtp(video(500, 9, ssrc=0x77), 10.1 + SSRC_SILENT_S)
    assert again is not None
    assert (again.epoch, again.sequence) == (1, 500)


def test_reports_tell_what_came_and_what_may_come() -> None:
    source = intake()
    source.receive_rtp(video(1, 1), 0.0)
    report, *rest = rtcp.parse(source.reports(1.0))
    assert isinstance(report, rtcp.ReceiverReport)
    assert {block.ssrc for block in report.blocks} == {0x11, 0x22}
    [remb] = [r for r in rest if isinstance(r, rtcp.Remb)]
    assert remb.bitrate_bps <= 1_000_000 < remb.bitrate_bps * 1.01
    assert remb.media == (0x11,)
    assert not any(isinstance(r, rtcp.Remb) for r in rtcp.parse(intake(AUDIO).reports(1.0)))


def test_sender_reports_set_the_clock() -> None:
    source = intake()
    ntp = ntp_from_seconds(4_000_000_000.0)
    report = rtcp.SenderReport(ssrc=0x11, ntp=ntp, timestamp=900, packets=1, octets=1)
    source.receive_rtcp(rtcp.build_sender_report(report) + rtcp.build_bye([1]), 50.0)
    source.receive_rtcp(rtcp.build_sender_report(replace(report, ssrc=0x44)), 50.0)
    assert source.clock.captured_at("video", 900 + 90_000, 51.2) == 51.0
    [block, _] = rtcp.parse(source.reports(51.0))[0].blocks  # type: ignore[union-attr]
    assert block.last_sr == ntp >> 16 & 0xFFFF_FFFF


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_junk_does_no_harm(datagrams: list[bytes]) -> None:
    source = intake()
    for data in datagrams:
        source.receive_rtp(data, 0.0)
        source.receive_rtcp(data, 0.0)
    assert list(source.feedback(1.0)) is not None
    source.reports(1.0)


def test_the_level_of_a_sound_is_read_where_it_was_negotiated() -> None:
    packet = audio(1, 960)
    told = b"\x90" + packet[1:12] + b"\xbe\xde\x00\x01\x10\x9e\x00\x00" + packet[12:]
    for level_id, level in ((1, 0x1E), (2, None), (None, None)):
        it = intake(replace(AUDIO, level_id=level_id))
        received = it.receive_rtp(told, 1.0)
        assert received is not None
        assert (received.level, received.payload) == (level, b"opus")
