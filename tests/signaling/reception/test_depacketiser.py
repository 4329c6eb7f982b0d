import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import BadPacket
from signaling.reception.depacketiser import VideoDepacketiser
from signaling.reception.frame import Frame, FrameLost, VideoCodec
from signaling.reception.payload import Assembly, H264Assembly, Vp8Assembly

START = b"\0\0\0\1"
# First slice of a picture: first_mb_in_slice 0 is the bit 1.
IDR, DELTA, SPS = b"\x65\x88key", b"\x41\x9adelta", b"\x67sps"
FU_START, FU_MIDDLE, FU_END = b"\x7c\x85\x88a", b"\x7c\x05b", b"\x7c\x45c"
FU_DELTA = [b"\x5c\x81\x9aa", b"\x5c\x01b", b"\x5c\x41c"]
VP8_KEY, VP8_DELTA = b"\x10\x10key", b"\x10\x11delta"


def h264() -> VideoDepacketiser:
    return VideoDepacketiser(VideoCodec.H264)


def assemble(frame: Assembly, payloads: list[bytes]) -> tuple[bool, bytes | None]:
    frame.start(keep_deltas=True)
    for payload in payloads:
        frame.add(payload)
    return frame.finish()


def test_a_frame_of_one_packet_is_whole() -> None:
    assert h264().receive(1, True, IDR) == [Frame(1, True, True, START + IDR)]


def test_deltas_before_the_first_key_frame_are_whole_but_not_decodable() -> None:
    assert h264().receive(1, True, DELTA) == [Frame(1, False, False, START + DELTA)]


def test_fragments_and_aggregates_become_units_with_start_codes() -> None:
    stream = h264()
    assert stream.receive(1, False, b"\x78\x00\x04" + SPS + b"\x00\x01\x68") == []
    assert stream.receive(1, False, FU_START) == []
    assert stream.receive(1, False, FU_MIDDLE) == []
    [frame] = stream.receive(1, True, FU_END)
    assert frame == Frame(1, True, True, START + SPS + START + b"\x68" + START + b"\x65\x88abc")


def test_without_markers_the_next_timestamp_ends_a_frame() -> None:
    stream = h264()
    assert stream.receive(1, False, IDR) == []
    assert stream.receive(2, True, DELTA) == [
        Frame(1, True, True, START + IDR),
        Frame(2, False, True, START + DELTA),
    ]
    assert stream.receive(2, False, DELTA) == []


@pytest.mark.parametrize(
    ("codec", "key", "delta"),
    [
        (VideoCodec.H264, [SPS, FU_START, FU_END], FU_DELTA),
        (VideoCodec.VP8, [VP8_KEY, b"\x00more"], [VP8_DELTA, b"\x00more", b"\x00end"]),
    ],
)
def test_without_deltas_only_key_frames_have_bytes(
    codec: VideoCodec, key: list[bytes], delta: list[bytes]
) -> None:
    stream = VideoDepacketiser(codec)
    stream.keep_deltas = False
    frames = []
    for timestamp, payloads in ((1, delta), (2, key), (3, delta)):
        for payload in payloads:
            frames += stream.receive(timestamp, payload is payloads[-1], payload)
    assert [(f.key, f.decodable, f.data is not None) for f in frames if isinstance(f, Frame)] == [
        (False, False, False),
        (True, True, True),
        (False, True, False),
    ]


def test_wishing_for_deltas_takes_effect_with_the_next_frame() -> None:
    stream = h264()
    stream.keep_deltas = False
    stream.receive(1, False, FU_DELTA[0])
    stream.keep_deltas = True
    stream.receive(1, False, FU_DELTA[1])
    assert stream.receive(1, True, FU_DELTA[2]) == [Frame(1, False, False, None)]
    assert stream.receive(2, True, DELTA) == [Frame(2, False, False, START + DELTA)]


def test_a_hole_inside_a_frame_loses_it_and_breaks_the_chain() -> None:
    stream = h264()
    stream.receive(1, True, IDR)
    stream.receive(2, False, FU_DELTA[0])
    stream.receive_gap()
    assert stream.receive(2, True, FU_DELTA[2]) == [FrameLost(2)]
    assert stream.receive(3, True, DELTA) == [Frame(3, False, False, START + DELTA)]
    assert stream.receive(4, True, IDR) == [Frame(4, True, True, START + IDR)]


def test_a_hole_between_frames_loses_one_without_a_name() -> None:
    stream = h264()
    stream.receive(1, True, IDR)
    stream.receive_gap()
    assert stream.receive(3, True, DELTA) == [
        FrameLost(None),
        Frame(3, False, False, START + DELTA),
    ]


def test_a_hole_over_the_end_of_one_frame_and_the_start_of_the_next_loses_both() -> None:
    stream = h264()
    stream.receive(1, False, FU_START)
    stream.receive_gap()
    assert stream.receive(2, False, FU_DELTA[1]) == [FrameLost(1), FrameLost(2)]
    assert stream.receive(2, True, FU_DELTA[2]) == []


def test_a_hole_after_a_broken_frame_is_not_told_twice() -> None:
    stream = h264()
    stream.receive_gap()
    assert stream.receive(1, True, FU_MIDDLE) == [FrameLost(1)]
    stream.receive_gap()
    assert stream.receive(2, True, IDR) == [Frame(2, True, True, START + IDR)]


def test_a_hole_before_the_first_packet_loses_nothing_we_know_of() -> None:
    stream = h264()
    stream.receive_gap()
    assert stream.receive(1, True, IDR) == [Frame(1, True, True, START + IDR)]


def test_empty_payloads_do_not_hide_a_hole() -> None:
    stream = h264()
    stream.receive(1, True, IDR)
    stream.receive_gap()
    assert stream.receive(1, False, b"") == []
    assert stream.receive(2, False, FU_DELTA[1]) == [FrameLost(2)]


def test_a_bad_payload_loses_the_frame_once() -> None:
    stream = h264()
    stream.receive(1, True, IDR)
    assert stream.receive(2, False, FU_MIDDLE) == [FrameLost(2)]
    assert stream.receive(2, True, DELTA) == []


def test_a_frame_that_ends_within_a_fragment_is_lost() -> None:
    stream = h264()
    assert stream.receive(1, True, FU_START) == [FrameLost(1)]
    stream.receive(2, False, FU_START)
    assert stream.receive(3, True, IDR)[0] == FrameLost(2)


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        (IDR, True),
        (DELTA, True),
        (b"\x41\x40", False),
        (b"\x41", False),
        (SPS, True),
        (b"\x68pps", False),
        (FU_START, True),
        (FU_MIDDLE, False),
        (b"\x7c\x85", False),
        (b"\x7c", False),
        (b"\x78\x00\x04" + SPS, True),
        (b"\x78\x00", False),
        (b"\x06sei", True),
    ],
)
def test_the_first_payload_of_an_h264_frame_is_recognised(payload: bytes, begins: bool) -> None:
    assert H264Assembly().begins(payload) is begins


@pytest.mark.parametrize(
    "payloads",
    [
        [b"\x7c\x85"],
        [FU_START, FU_START],
        [FU_START, DELTA],
        [b"\x78\x00"],
        [b"\x78\x00\x05abc"],
        [b"\x78\x00\x00"],
        [b"\x79stap-b"],
        [b"\x00zero"],
    ],
)
def test_contradictions_in_h264_are_bad_packets(payloads: list[bytes]) -> None:
    with pytest.raises(BadPacket):
        assemble(H264Assembly(), payloads)


@pytest.mark.parametrize(
    "descriptor",
    [
        b"\x10",
        b"\x90\x00",
        b"\x90\x80\x11",
        b"\x90\x80\x91\x11",
        b"\x90\xc0\x11\x11",
        b"\x90\xf0\x91\x11\x11\x11",
        b"\x90\x10\x11",
        b"\x90\x20\x11",
    ],
)
def test_vp8_descriptors_of_every_length_are_stepped_over(descriptor: bytes) -> None:
    stream = VideoDepacketiser(VideoCodec.VP8)
    assert stream.receive(1, True, descriptor + b"\x10key") == [Frame(1, True, True, b"\x10key")]


@pytest.mark.parametrize("payloads", [[b"\x10"], [b"\x90\x80"], [b"\x00middle"], []])
def test_contradictions_in_vp8_are_bad_packets(payloads: list[bytes]) -> None:
    with pytest.raises(BadPacket):
        assemble(Vp8Assembly(), payloads)


JUNK = st.lists(
    st.tuples(st.integers(0, 3), st.booleans(), st.binary(max_size=12), st.booleans()), max_size=30
)


@given(st.sampled_from(VideoCodec), JUNK, st.booleans())
def test_junk_becomes_frames_or_losses_and_nothing_else(
    codec: VideoCodec, packets: list[tuple[int, bool, bytes, bool]], keep: bool
) -> None:
    stream = VideoDepacketiser(codec)
    stream.keep_deltas = keep
    for timestamp, marker, payload, gap in packets:
        if gap:
            stream.receive_gap()
        for outcome in stream.receive(timestamp, marker, payload):
            assert isinstance(outcome, Frame | FrameLost)
            if isinstance(outcome, Frame) and outcome.key:
                assert outcome.decodable
                assert outcome.data
