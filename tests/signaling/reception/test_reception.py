"""The machine as its shell drives it: packets in, frames, feedback and statistics out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtcp, rtp
from signaling.reception.frame import Frame, FrameLost, Sound, VideoCodec
from signaling.reception.reception import REPORT_S, Negotiated, Reception
from signaling.reception.stream import (
    AUDIO_HOLD_S,
    KEY_FRAME_WITHIN_S,
    MAX_VIDEO_HOLD_S,
    PLI_AGAIN_S,
    VIDEO_HOLD_S,
    opus_duration,
)
from signaling.schema import Decoding

VIDEO, AUDIO, REPAIR = 102, 111, 103
KEY, DELTA = b"\x65\x88key", b"\x41\x9adelta"
OPUS = b"\x78sound"  # CELT, fullband, 20 ms, one frame
NEGOTIATED = Negotiated(
    codec=VideoCodec.H264, video_type=VIDEO, audio_type=AUDIO, repair_type=REPAIR
)


def reception(decoding: Decoding = Decoding.ALL) -> Reception:
    machine = Reception(NEGOTIATED, ssrc=9, cname="hall", now=0.0)
    machine.set_decoding(decoding, 0.0)
    return machine


def picture(number: int, payload: bytes = DELTA, sequence: int | None = None) -> bytes:
    """Return the one packet of frame ``number`` at 15 frames a second."""
    sequence = number if sequence is None else sequence
    return rtp.build(VIDEO, sequence, number * 6000, 1, marker=True) + payload


def sound(number: int, data: bytes = OPUS, skip: int = 0) -> bytes:
    return rtp.build(AUDIO, number, (number + skip) * 960, 2) + data


def sent(machine: Reception, now: float) -> list[rtcp.Report]:
    """Return the feedback that is due, read back."""
    machine.handle_timer(now)
    return [report for packet in machine.feedback() for report in rtcp.parse(packet)]


def plis(machine: Reception, now: float) -> int:
    return sum(isinstance(report, rtcp.KeyFrameRequest) for report in sent(machine, now))


def test_frames_and_sounds_come_out_as_they_went_in() -> None:
    machine = reception()
    [frame] = machine.receive_rtp(picture(0, KEY), 0.0)
    assert frame == Frame(0, True, True, b"\0\0\0\1" + KEY)
    assert machine.receive_rtp(sound(0), 0.0) == [Sound(0, OPUS, 0)]
    machine.learn_round_trip(0.02)
    stats = machine.stats(0.5)
    assert stats.connected
    assert (stats.last_packet_age, stats.current_round_trip_time) == (0.5, 0.02)
    assert stats.video is not None
    assert stats.audio is not None
    assert (stats.video.packets_received, stats.video.frames_received) == (1, 1)
    assert (stats.video.bytes_received, stats.audio.bytes_received) == (len(KEY), len(OPUS))


def test_before_the_first_packet_nothing_is_claimed() -> None:
    stats = reception().stats(1.0)
    assert (stats.video, stats.audio) == (None, None)
    assert (stats.last_packet_age, stats.last_frame_age) == (None, None)


def test_what_is_not_agreed_upon_is_refused() -> None:
    machine = reception()
    for packet in (b"junk", rtp.build(5, 0, 0, 1)):
        assert machine.receive_rtp(packet, 0.0) == []
    machine.receive_rtcp(b"junk", 0.0)
    assert machine.packets_refused == 3


def test_a_lost_packet_is_asked_for_and_its_repair_is_taken() -> None:
    machine = reception()
    machine.receive_rtp(picture(0, KEY), 0.0)
    machine.receive_rtp(picture(2), 0.01)
    nacks = [r for r in sent(machine, 0.02) if isinstance(r, rtcp.Nack)]
    assert nacks == [rtcp.Nack(sender=9, media=1, lost=(1,))]
    frames = machine.receive_rtp(picture(1), 0.05)
    assert [f.timestamp for f in frames if isinstance(f, Frame)] == [6000, 12000]
    video = machine.stats(0.1).video
    assert video is not None
    assert (video.nack_count, video.retransmitted_packets_received) == (1, 1)
    assert (video.packets_lost, video.frames_received) == (0, 3)


def test_a_sound_sent_once_more_fills_its_hole_and_was_lost_before() -> None:
    machine = reception()
    for number in (0, 2, 3):
        machine.receive_rtp(sound(number), number * 0.02)
    told = [machine.stats(0.1).audio]
    machine.receive_rtp(sound(1), 0.1)
    told.append(machine.stats(0.1).audio)
    figures = [
        (a.packets_received, a.packets_lost, a.retransmitted_packets_received)
        for a in told
        if a is not None
    ]
    assert figures == [(3, 1, 0), (4, 0, 1)]


def test_a_sender_that_begins_anew_is_followed_at_once_and_nothing_is_asked_for() -> None:
    machine = reception()
    machine.receive_rtp(picture(0, KEY), 0.0)
    machine.receive_rtp(sound(0), 0.0)
    anew = rtp.build(VIDEO, 50, 6000, 33, marker=True) + KEY
    outcomes = machine.receive_rtp(anew, 0.1)
    assert outcomes[0] == FrameLost(None)
    assert outcomes[1] == Frame(6000, True, True, b"\0\0\0\1" + KEY)
    assert machine.receive_rtp(rtp.build(AUDIO, 50, 960, 34) + OPUS, 0.1) == [Sound(960, OPUS, 0)]
    assert not any(isinstance(report, rtcp.Nack) for report in sent(machine, 0.2))


def test_a_repair_by_rtx_is_the_same_packet() -> None:
    machine = reception()
    repair = rtp.build(REPAIR, 500, 6000, 77, marker=True) + (1).to_bytes(2, "big") + DELTA
    assert machine.receive_rtp(repair, 0.0) == []
    machine.receive_rtp(picture(0, KEY), 0.0)
    machine.receive_rtp(picture(2), 0.01)
    sent(machine, 0.02)
    frames = machine.receive_rtp(repair, 0.05)
    assert [f.timestamp for f in frames if isinstance(f, Frame)] == [6000, 12000]
    assert machine.receive_rtp(rtp.build(REPAIR, 501, 0, 77), 0.05) == []
    assert machine.video.counter.ssrc == 1
    assert machine.video.retransmitted == 1


def test_a_packet_lost_for_good_loses_a_frame_and_asks_for_a_key_frame() -> None:
    machine = reception()
    machine.receive_rtp(picture(0, KEY), 0.0)
    machine.receive_rtp(picture(2), 0.5)
    assert machine.handle_timer(0.5 + VIDEO_HOLD_S / 2) == []
    outcome = machine.handle_timer(0.5 + VIDEO_HOLD_S)
    assert outcome[0] == FrameLost(None)
    assert plis(machine, 0.5 + VIDEO_HOLD_S) == 1
    assert machine.video.frames_lost == 1


def test_over_a_long_path_a_packet_is_waited_for_as_long_as_two_tries_take() -> None:
    machine = reception()
    machine.learn_round_trip(0.15)
    machine.receive_rtp(picture(0, KEY), 0.0)
    machine.receive_rtp(picture(2), 0.5)
    assert machine.handle_timer(0.5 + 2.3 * 0.15) == []
    repair = machine.receive_rtp(picture(1), 0.5 + 2.3 * 0.15 + 0.02)
    assert [type(outcome) for outcome in repair] == [Frame, Frame]
    machine.learn_round_trip(9.0)
    machine.receive_rtp(picture(4), 2.0)
    assert isinstance(machine.handle_timer(2.0 + MAX_VIDEO_HOLD_S)[0], FrameLost)


def test_everything_decoded_begins_with_a_key_frame_asked_for_once_a_second() -> None:
    machine = reception(Decoding.NONE)
    machine.receive_rtp(picture(0), 0.0)
    assert plis(machine, 0.0) == 0
    machine.set_decoding(Decoding.ALL, 1.0)
    machine.set_decoding(Decoding.ALL, 1.5)
    assert plis(machine, 1.0) == 1
    assert plis(machine, 1.0 + PLI_AGAIN_S / 2) == 0
    machine.want_key_frame(1.0 + PLI_AGAIN_S / 2)
    assert plis(machine, 1.0 + PLI_AGAIN_S) == 1
    machine.receive_rtp(picture(1, KEY), 2.1)
    assert plis(machine, 60.0) == 0
    assert machine.video.wish.pli_count == 2


def test_key_frames_alone_are_asked_for_when_they_become_rare() -> None:
    machine = reception(Decoding.KEY_FRAMES)
    [frame] = machine.receive_rtp(picture(0, KEY), 0.0)
    assert isinstance(frame, Frame)
    assert frame.data is not None
    [frame] = machine.receive_rtp(picture(1), 0.1)
    assert frame == Frame(6000, False, True, None)
    machine.receive_rtp(picture(3), 0.2)
    machine.handle_timer(1.0)
    assert plis(machine, KEY_FRAME_WITHIN_S - 0.01) == 0
    assert plis(machine, KEY_FRAME_WITHIN_S) == 1


def test_no_decoding_asks_for_nothing_and_still_counts_frames() -> None:
    machine = reception(Decoding.KEY_FRAMES)
    machine.set_decoding(Decoding.NONE, 0.0)
    for number in range(15):
        machine.receive_rtp(picture(number, DELTA if number else KEY), number / 15)
    assert plis(machine, 100.0) == 0
    video = machine.stats(14 / 15).video
    assert video is not None
    assert (video.frames_received, video.frames_decoded, video.frames_per_second) == (15, 0, 15)


def test_where_all_is_decoded_the_pace_is_that_of_decoded_pictures() -> None:
    machine = reception()
    machine.receive_rtp(picture(0, KEY), 0.0)
    assert machine.stats(0.1).last_frame_age is None
    machine.receive_picture(0, 0.05)
    assert machine.stats(0.15).last_frame_age == pytest.approx(0.1)


def test_a_report_goes_out_once_a_second_and_answers_the_senders() -> None:
    machine = reception(Decoding.NONE)
    assert sent(machine, REPORT_S / 2) == []
    machine.receive_rtp(picture(0, KEY), 0.5)
    machine.receive_rtp(sound(0), 0.5)
    report = rtcp.SenderReport(ssrc=2, ntp=3 << 32, timestamp=0, packets=1, octets=1)
    machine.receive_rtcp(rtcp.build_sender_report(report) + rtcp.build_pli(1, 2), 0.5)
    assert machine.next_timer() == REPORT_S
    [answer] = sent(machine, REPORT_S)
    assert isinstance(answer, rtcp.ReceiverReport)
    assert [(b.ssrc, b.last_sr, b.since_sr) for b in answer.blocks] == [
        (1, 0, 0),
        (2, 3 << 16, 32768),
    ]
    assert sent(machine, 1.5 * REPORT_S) == []
    assert machine.next_timer() == 2 * REPORT_S


def test_lost_sound_is_told_in_samples_and_silence_left_out_is_not() -> None:
    machine = reception()
    machine.receive_rtp(sound(0), 0.0)
    assert machine.receive_rtp(sound(3), 0.01) == []
    [item] = machine.handle_timer(0.01 + AUDIO_HOLD_S)
    assert item == Sound(3 * 960, OPUS, 2 * 960)
    assert machine.receive_rtp(sound(4, skip=100), 3.0) == [Sound(104 * 960, OPUS, 0)]
    machine.receive_rtp(sound(6, skip=10_000), 3.1)
    [item] = machine.handle_timer(4.0)
    assert isinstance(item, Sound)
    assert item.missing == 0


def test_empty_sound_and_sound_from_nowhere_are_passed_over() -> None:
    machine = reception()
    assert machine.receive_rtp(sound(0), 0.0) != []
    assert machine.receive_rtp(sound(1, b""), 0.0) == []
    assert machine.receive_rtp(sound(30_000), 0.0) == []
    assert machine.receive_rtp(sound(2), 0.0) != []
    assert machine.receive_rtp(picture(0, KEY), 0.0) != []
    assert machine.receive_rtp(picture(30_000), 0.0) == []


def test_concealed_samples_are_among_those_received() -> None:
    machine = reception()
    machine.receive_rtp(sound(0), 0.0)
    machine.sound.receive(0.25, 960, 48_000)
    machine.decoded.concealed_samples = 960
    audio = machine.stats(0.0).audio
    assert audio is not None
    assert (audio.total_samples_received, audio.concealed_samples) == (1920, 960)
    assert audio.total_samples_duration == pytest.approx(0.04)
    assert audio.total_audio_energy == pytest.approx(0.25 * 0.02)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\x00", 480),
        (b"\x18", 2880),
        (b"\x60", 480),
        (b"\x68", 960),
        (b"\x80", 120),
        (b"\xf8", 960),
        (b"\xf9", 1920),
        (b"\xfa", 1920),
        (b"\xfb\x03", 2880),
        (b"\xfb", 0),
    ],
)
def test_the_duration_of_opus_is_in_its_first_bytes(packet: bytes, samples: int) -> None:
    assert opus_duration(packet) == samples


STEPS = st.lists(
    st.tuples(
        st.sampled_from([VIDEO, AUDIO, REPAIR]),
        st.integers(0, 60),
        st.binary(max_size=8),
        st.floats(0, 0.3),
        st.sampled_from(Decoding),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_comes_counters_only_grow_and_timers_never_spin(
    steps: list[tuple[int, int, bytes, float, Decoding]],
) -> None:
    machine, now, before = reception(), 0.0, 0
    machine.receive_rtp(picture(0, KEY), now)
    for kind, number, payload, pause, decoding in steps:
        now += pause
        machine.set_decoding(decoding, now)
        machine.receive_rtp(rtp.build(kind, number, number, kind) + payload, now)
        machine.handle_timer(now)
        for packet in machine.feedback():
            rtcp.parse(packet)
        assert machine.next_timer() > now
        video = machine.stats(now).video
        assert video is not None
        assert video.packets_received >= before
        before = video.packets_received
