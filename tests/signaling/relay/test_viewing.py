import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtcp, rtp
from signaling.relay.clock import SourceClock, ntp_from_seconds
from signaling.relay.forward import Address, Egress
from signaling.relay.output import Output
from signaling.relay.programme import SLATE, Programme
from signaling.relay.viewing import Viewing
from tests.signaling.relay.feeds import picture, sound

EPOCH_S = 4_000_000_000.0
BOTH = frozenset({"video", "audio"})


class Hall:
    """A viewer on paper."""

    def __init__(self, output: Output) -> None:
        self.sent: list[tuple[rtp.RtpHeader, bytes]] = []
        self.key_wishes = 0
        egresses = {
            "video": Egress(Address(ssrc=1, payload_type=102), self.send, waits_for_key=True),
            "audio": Egress(Address(ssrc=2, payload_type=111), self.send, waits_for_key=False),
        }
        self.viewing = Viewing(
            output.programme,
            output.outlets,
            egresses,
            cname="hall",
            ntp_epoch_s=EPOCH_S,
            ask_key_frame=self.ask,
        )

    def send(self, header: bytes, payload: bytes) -> None:
        self.sent.append((rtp.parse(header), payload))

    def ask(self) -> None:
        self.key_wishes += 1


def new_output() -> Output:
    output = Output("programme", Programme({"video": 0, "audio": 0}, "studio"))
    output.programme.add_source(SLATE, BOTH, SourceClock())
    return output


@pytest.fixture
def output() -> Output:
    return new_output()


@pytest.fixture
def hall(output: Output) -> Hall:
    hall = Hall(output)
    hall.viewing.begin()
    output.receive(SLATE, picture(1, 0, key=True), 1.0)
    output.receive(SLATE, sound(1, 0), 1.0)
    return hall


def test_packets_come_from_begin_to_end(output: Output, hall: Hall) -> None:
    assert [h.ssrc for h, _ in hall.sent] == [1, 2]
    hall.viewing.end()
    hall.viewing.end()
    output.receive(SLATE, sound(2, 960), 1.1)
    assert len(hall.sent) == 2


def test_losses_are_sent_again_and_counted(hall: Hall) -> None:
    lost = hall.sent[0][0].sequence
    hall.viewing.receive_rtcp(rtcp.build_nack(9, 1, [lost]), 1.5)
    hall.viewing.receive_rtcp(rtcp.build_nack(9, 77, [lost]), 1.5)
    assert hall.viewing.egresses["video"].resent == 1
    assert hall.viewing.told["video"].nacks == 1


def test_a_wish_for_a_key_frame_is_passed_on_and_a_second_at_once_is_counted_only(
    hall: Hall,
) -> None:
    hall.viewing.receive_rtcp(rtcp.build_pli(9, 1) + rtcp.build_fir(9, 1, 3), 1.5)
    hall.viewing.receive_rtcp(rtcp.build_pli(9, 77), 1.5)
    assert hall.key_wishes == 1
    assert hall.viewing.told["video"].key_requests == 2


def block(ssrc: int, **figures: int) -> bytes:
    report = rtcp.ReportBlock(ssrc=ssrc, **figures)
    return rtcp.build_receiver_report(rtcp.ReceiverReport(ssrc=9, blocks=(report,)))


def test_what_the_viewer_says_is_kept_in_w3c_units(hall: Hall) -> None:
    sent_at = ntp_from_seconds(EPOCH_S + 2.0) >> 16 & 0xFFFF_FFFF
    figures = {"fraction_lost": 64, "lost": 7, "jitter": 900, "last_sr": sent_at}
    hall.viewing.receive_rtcp(block(1, **figures, since_sr=32_768), 2.75)
    told = hall.viewing.told["video"]
    assert (told.packets_lost, told.fraction_lost, told.jitter_s) == (7, 0.25, 0.01)
    assert told.round_trip_time_s == pytest.approx(0.25, abs=1e-4)
    hall.viewing.receive_rtcp(block(2, jitter=480), 2.75)
    assert hall.viewing.told["audio"].jitter_s == 0.01
    assert hall.viewing.told["audio"].round_trip_time_s is None
    hall.viewing.receive_rtcp(block(77, lost=5), 2.75)
    hall.viewing.receive_rtcp(block(1, last_sr=sent_at, since_sr=65_536), 2.9)
    assert told.round_trip_time_s == 0.0


def test_the_viewers_estimate_is_kept_and_its_goodbye_ignored(hall: Hall) -> None:
    hall.viewing.receive_rtcp(rtcp.build_remb(9, 512_000, [1]) + rtcp.build_bye([9]), 1.5)
    assert hall.viewing.estimate_bps == 512_000


def test_sender_reports_carry_the_programmes_time_under_one_name(
    output: Output, hall: Hall
) -> None:
    packets = [rtcp.parse(data) for data in hall.viewing.sender_reports(3.0)]
    video, audio = packets[0][0], packets[1][0]
    assert isinstance(video, rtcp.SenderReport)
    assert isinstance(audio, rtcp.SenderReport)
    assert video.ntp == audio.ntp == ntp_from_seconds(EPOCH_S + 3.0)
    assert video.timestamp == output.programme.timestamp_at("video", 3.0)
    assert (video.packets, audio.octets) == (1, 4)
    assert all(b"hall" in data for data in hall.viewing.sender_reports(3.0))
    silent = Hall(new_output())
    assert silent.viewing.sender_reports(3.0) == []


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_junk_is_counted_at_most(datagrams: list[bytes]) -> None:
    hall = Hall(new_output())
    for data in datagrams:
        hall.viewing.receive_rtcp(data, 0.0)
    assert hall.viewing.bad_packets <= len(datagrams)


def test_an_output_knows_whose_key_frame_it_needs(output: Output) -> None:
    assert not output.needs_key_frame_of(SLATE)
    assert not output.needs_key_frame_of("studio")
    Hall(output).viewing.begin()
    assert output.needs_key_frame_of(SLATE)
    output.programme.add_source("studio", BOTH, SourceClock())
    assert not output.needs_key_frame_of("studio")
    output.receive("studio", picture(0, 0), 1.9)
    assert output.needs_key_frame_of("studio")
    assert not output.needs_key_frame_of("other")
    output.receive("studio", picture(1, 0), 2.0)
    assert output.needs_key_frame_of("studio")
    output.receive("studio", picture(2, 3000, key=True), 2.0)
    assert not output.needs_key_frame_of("studio")
    Hall(output).viewing.begin()
    assert output.needs_key_frame_of("studio")


def test_an_output_tells_its_state(output: Output, hall: Hall) -> None:
    state = output.state()
    assert (state.output, state.route, state.video, state.audio) == (
        "programme",
        "studio",
        SLATE,
        SLATE,
    )
    assert output.packets_forwarded() == 2


class BothEars(Hall):
    """A viewer with two audio sections."""

    def __init__(self, output: Output) -> None:
        super().__init__(output)
        egresses = {
            name: Egress(Address(ssrc=ssrc, payload_type=111), self.send, waits_for_key=False)
            for name, ssrc in (("audio", 2), ("floor", 3))
        }
        self.viewing = Viewing(
            output.programme,
            output.outlets,
            egresses,
            cname="hall",
            ntp_epoch_s=EPOCH_S,
            ask_key_frame=self.ask,
        )


def give_floor(output: Output, now: float = 1.0) -> None:
    for name in ("studio", "point/a"):
        output.programme.add_source(name, BOTH, SourceClock())
    output.programme.set_floor("point/a")
    speak(output, 1, now)


def speak(output: Output, number: int, now: float) -> None:
    for name, mark in (("studio", b"host"), ("point/a", b"hall")):
        packet = sound(number, number * 960)._replace(payload=mark)
        output.receive(name, packet, now)


def heard(hall: Hall) -> list[tuple[int, bytes]]:
    return [(header.ssrc, payload) for header, payload in hall.sent]


def test_two_ears_hear_studio_and_floor_apart_and_one_hears_who_has_the_floor() -> None:
    output = new_output()
    give_floor(output)
    one, two = Hall(output), BothEars(output)
    one.viewing.begin()
    two.viewing.begin()
    speak(output, 2, 1.02)
    assert heard(one) == [(2, b"hall")]
    assert heard(two) == [(2, b"host"), (3, b"hall")]


def test_who_speaks_hears_everything_but_himself() -> None:
    output = new_output()
    give_floor(output)
    one, two = Hall(output), BothEars(output)
    for hall in (one, two):
        hall.viewing.hush(True)
        hall.viewing.begin()
    speak(output, 2, 1.02)
    assert heard(one) == heard(two) == [(2, b"host")]


def test_a_hall_that_gets_the_floor_goes_on_with_the_studios_sound_without_a_jump() -> None:
    output = new_output()
    give_floor(output)
    hall = Hall(output)
    hall.viewing.begin()
    for number in range(2, 60):
        hall.viewing.hush(number // 10 % 2 == 1)
        speak(output, number, 1.0 + number * 0.02)
    heads = [header for header, _ in hall.sent]
    steps = [(b.sequence - a.sequence) & 0xFFFF for a, b in zip(heads, heads[1:], strict=False)]
    assert set(steps) == {1}
    assert len(heads) > 50
    stamps = [header.timestamp for header in heads]
    assert stamps == sorted(set(stamps))
    assert {payload for _, payload in hall.sent} == {b"host", b"hall"}
