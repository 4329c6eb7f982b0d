"""The film as packets, driven by a clock of the test's."""

import pytest

from endpoints.studio.encoder import PictureFormat
from endpoints.studio.programme import KEY_AGAIN_S, MAX_LATE_S, FilmProgramme
from endpoints.studio.sender import RtpSender
from signaling import rtcp
from signaling.reception.frame import Frame, VideoCodec
from signaling.reception.reception import Negotiated, Reception
from signaling.schema import Decoding

VIDEO, AUDIO = 102, 111
STEP = 0.005


class Studio:
    """A programme on the air, and what a hall makes of its packets."""

    def __init__(self, codec: VideoCodec = VideoCodec.H264) -> None:
        self.programme = FilmProgramme(PictureFormat(codec=codec), origin=100.0)
        self.now = 100.0
        self.programme.begin(RtpSender(VIDEO, 1), RtpSender(AUDIO, 2), self.now)
        negotiated = Negotiated(codec=codec, video_type=VIDEO, audio_type=AUDIO)
        self.hall = Reception(negotiated, ssrc=9, cname="hall", now=self.now)
        self.hall.set_decoding(Decoding.KEY_FRAMES, self.now)
        self.frames: list[Frame] = []
        self.sizes: list[int] = []

    def run(self, seconds: float) -> None:
        end = self.now + seconds - STEP / 2
        while self.now < end:
            for header, payload in self.programme.handle_timer(self.now):
                self.sizes.append(len(header) + len(payload))
                outcomes = self.hall.receive_rtp(header + payload, self.now)
                self.frames += [outcome for outcome in outcomes if isinstance(outcome, Frame)]
            self.now += STEP

    def keys(self) -> list[int]:
        return [frame.timestamp // 6000 for frame in self.frames if frame.key]


@pytest.mark.parametrize("codec", VideoCodec)
def test_two_seconds_hold_thirty_frames_and_a_hundred_sounds(codec: VideoCodec) -> None:
    studio = Studio(codec)
    studio.run(2.0)
    assert [frame.timestamp for frame in studio.frames] == [6000 * n for n in range(30)]
    assert studio.hall.audio.counter.packets_received == 100
    assert studio.keys()[0] == 0
    assert max(studio.sizes) <= 1200
    assert sum(studio.sizes) * 8 / 2 < 250_000
    assert studio.hall.video.counter.packets_lost == 0


def test_key_frames_come_every_two_seconds_without_being_asked_for() -> None:
    studio = Studio()
    studio.run(6.1)
    assert studio.keys() == [0, 30, 60, 90]


def test_many_requests_make_one_key_frame() -> None:
    studio = Studio()
    studio.run(1.0)
    for _ in range(90):
        assert studio.programme.receive_rtcp(rtcp.build_pli(9, 1), studio.now) == []
    studio.run(KEY_AGAIN_S)
    assert studio.keys() == [0, 15]
    assert studio.programme.counts.key_requests == 90
    assert studio.programme.counts.keys_forced == 2


def test_lost_packets_are_sent_again() -> None:
    studio = Studio()
    studio.run(0.5)
    [repair] = studio.programme.receive_rtcp(rtcp.build_nack(9, 1, [0]), studio.now)
    assert repair[0][2:4] == b"\0\0"
    assert studio.programme.receive_rtcp(rtcp.build_nack(9, 2, [1]), studio.now)
    assert studio.programme.receive_rtcp(rtcp.build_nack(9, 77, [1]), studio.now) == []
    assert studio.programme.counts.nacks == 3


def test_junk_and_other_feedback_change_nothing() -> None:
    studio = Studio()
    report = rtcp.build_receiver_report(rtcp.ReceiverReport(ssrc=9))
    assert studio.programme.receive_rtcp(b"junk", studio.now) == []
    assert studio.programme.receive_rtcp(report, studio.now) == []


def test_a_studio_that_slept_jumps_instead_of_rushing() -> None:
    studio = Studio()
    studio.run(1.0)
    studio.now += 10.0
    before = len(studio.sizes)
    assert studio.programme.next_timer() < studio.now - MAX_LATE_S
    studio.run(0.1)
    assert len(studio.sizes) - before < 20
    assert studio.frames[-1].timestamp // 6000 >= 164
    assert studio.programme.counts.skipped == 149


def test_without_a_session_nothing_is_sent_and_time_goes_on() -> None:
    programme = FilmProgramme(PictureFormat(), origin=100.0)
    assert programme.handle_timer(100.0) == []
    assert list(programme.reports(101.0, 0.0)) == []
    assert programme.next_timer() > 100.0


def test_a_second_session_begins_with_a_key_frame_of_the_present() -> None:
    studio = Studio()
    studio.run(1.0)
    studio.now += 5.0
    studio.programme.begin(RtpSender(VIDEO, 3), RtpSender(AUDIO, 4), studio.now)
    studio.run(0.5)
    assert studio.keys() in ([0, 89], [0, 90])


def test_both_streams_report_the_same_instant_once_a_second() -> None:
    studio = Studio()
    studio.run(1.5)
    compounds = list(studio.programme.reports(101.5, 1000.0))
    video, audio = (rtcp.parse(compound)[0] for compound in compounds)
    assert isinstance(video, rtcp.SenderReport)
    assert isinstance(audio, rtcp.SenderReport)
    assert video.ntp == audio.ntp
    assert (video.timestamp, audio.timestamp) == (135_000, 72_000)
    assert list(studio.programme.reports(102.4, 1000.9)) == []
    assert len(list(studio.programme.reports(102.5, 1001.0))) == 2
