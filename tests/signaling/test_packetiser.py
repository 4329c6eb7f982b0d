import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.negotiation import H264, VP8
from signaling.packetiser import nal_units, packetise
from signaling.reception.depacketiser import VideoDepacketiser
from signaling.reception.frame import Frame, FrameLost, VideoCodec
from signaling.reception.reorder import Gap, ReorderBuffer

START = b"\0\0\0\1"


def nal(kind: int, body: bytes) -> bytes:
    """Return a NAL unit without anything that looks like a start code or trailing zeros."""
    return bytes([0x60 | kind, 0x80]) + bytes(byte | 1 for byte in body)


NALS = st.tuples(
    st.sampled_from([[7, 8, 5], [1], [1, 1], [6, 1], [9, 7, 8, 6, 5, 5]]), st.randoms()
).map(lambda kinds: [nal(k, kinds[1].randbytes(kinds[1].choice([0, 9, 900]))) for k in kinds[0]])
H264_FRAMES = NALS.map(lambda units: b"".join(START + unit for unit in units))
VP8_FRAMES = st.tuples(st.booleans(), st.binary(max_size=900)).map(
    lambda frame: bytes([0 if frame[0] else 1]) + frame[1]
)
LIMITS = st.integers(4, 1188)


def through(
    codec: VideoCodec, frames: list[bytes], limit: int, order: list[int]
) -> list[Frame | FrameLost]:
    """Send frames through packets, each delayed behind ``order`` later ones."""
    packets = []
    for number, frame in enumerate(frames):
        payloads = packetise(codec.value.upper(), frame, limit)
        assert all(0 < len(payload) <= limit for payload in payloads)
        packets += [
            (number * 6000, payload is payloads[-1], payload, index)
            for index, payload in enumerate(payloads)
        ]
    delayed = sorted(
        range(len(packets)), key=lambda i: (i + order[i % len(order)] if i and order else i, i)
    )
    buffer: ReorderBuffer[tuple[int, bool, bytes]] = ReorderBuffer()
    depacketiser = VideoDepacketiser(codec)
    out = []
    for index in delayed:
        for item in buffer.receive(index, packets[index][:3], now=0.0):
            assert not isinstance(item, Gap)
            out += depacketiser.receive(*item)
    return out


DELAYS = st.lists(st.integers(0, 5), max_size=7)


@given(st.lists(H264_FRAMES, min_size=1, max_size=6), LIMITS, DELAYS)
def test_h264_comes_back_whole_and_in_order(
    frames: list[bytes], limit: int, order: list[int]
) -> None:
    got = through(VideoCodec.H264, frames, limit, order)
    assert [frame.data for frame in got if isinstance(frame, Frame)] == frames
    keys = [5 in [unit[0] & 31 for unit in nal_units(frame)] for frame in frames]
    assert [frame.key for frame in got if isinstance(frame, Frame)] == keys


@given(st.lists(VP8_FRAMES, min_size=1, max_size=6), LIMITS, DELAYS)
def test_vp8_comes_back_whole_and_in_order(
    frames: list[bytes], limit: int, order: list[int]
) -> None:
    got = through(VideoCodec.VP8, frames, limit, order)
    assert [frame.data for frame in got if isinstance(frame, Frame)] == frames
    keys = [frame[0] & 1 == 0 for frame in frames]
    assert [frame.key for frame in got if isinstance(frame, Frame)] == keys


@pytest.mark.parametrize("codec", [H264, VP8])
def test_fragments_are_equal_and_only_the_last_is_shorter(codec: str) -> None:
    payloads = packetise(codec, START + nal(5, bytes(10_000)), 1188)
    sizes = [len(payload) for payload in payloads]
    assert len(set(sizes[:-1])) == 1
    assert sizes[-1] <= sizes[0] <= 1188
    assert len(sizes) == 9


def test_parameter_sets_share_a_packet_and_leave_the_slice_alone() -> None:
    frame = b"".join(START + nal(kind, bytes(size)) for kind, size in ((7, 20), (8, 4), (5, 3000)))
    kinds = [payload[0] & 31 for payload in packetise(H264, frame)]
    assert kinds == [24, 28, 28, 28]


def test_both_start_codes_and_trailing_zeros_are_taken_off() -> None:
    assert list(nal_units(b"\0\0\1ab\0\0\0\1cd\0\0\0\0\1\0\0\1")) == [b"ab", b"cd"]
    assert packetise(H264, b"") == packetise(VP8, b"") == []
