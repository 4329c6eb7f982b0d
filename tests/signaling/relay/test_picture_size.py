from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.negotiation import H264, VP8
from signaling.packetiser import packetise
from signaling.relay.picture_size import picture_size


def first_packet(codec: str, size: tuple[int, int], **options: str) -> list[bytes]:
    """Return the packets of a real encoder's first frame."""
    encoder = av.CodecContext.create({H264: "libx264", VP8: "libvpx"}[codec], "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 25)
    encoder.options = options
    grey = np.full((size[1], size[0], 3), 99, np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return packetise(codec, bytes(packets[0]), 1100)


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 180)])
def test_a_real_h264_picture_is_measured_in_macroblocks(
    profile: str, size: tuple[int, int]
) -> None:
    width, height = (-(-side // 16) * 16 for side in size)
    packets = first_packet(H264, size, profile=profile, preset="ultrafast")
    assert max(picture_size(H264, packet) for packet in packets) == width * height


@pytest.mark.parametrize("size", [(1280, 720), (322, 180)])
def test_a_real_vp8_picture_is_measured(size: tuple[int, int]) -> None:
    packets = first_packet(VP8, size, deadline="realtime")
    assert picture_size(VP8, packets[0]) == size[0] * size[1]
    assert [picture_size(VP8, packet) for packet in packets[1:]] == [0] * (len(packets) - 1)


def bits(text: str) -> bytes:
    """Return a parameter set of bits, spaces between its fields."""
    plain = text.replace(" ", "")
    plain += "0" * (-len(plain) % 8)
    return b"\x67" + int(plain, 2).to_bytes(len(plain) // 8, "big")


HEAD = "01000010 0000000000000000 1 1"
"Baseline, set 0, 4 bits of frame numbers."
SIZE = "1 0 011 010"
"One reference, no gaps, 3 by 2 macroblocks."


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (f"{HEAD} 1 1 {SIZE} 1", 256 * 6),
        (f"{HEAD} 1 1 {SIZE} 0", 256 * 12),  # fields: each row counts twice
        (f"{HEAD} 011 {SIZE} 1", 256 * 6),  # pictures in the order of their coming
        (f"{HEAD} 010 0 1 1 010 1 {SIZE} 1", 256 * 6),  # an order of its own
        (f"01100100 {'0' * 16} 1 010 1 1 0 0 1 1 1 {SIZE} 1", 256 * 6),  # high
        (f"11110100 {'0' * 16} 1 00100 0 1 1 0 0 1 1 1 {SIZE} 1", 256 * 6),  # 4:4:4
        (f"01100100 {'0' * 16} 1 010 1 1 0 1 1 1 1 {SIZE} 1", 0),  # tables of its own
        (HEAD, 0),
    ],
)
def test_every_way_to_write_a_parameter_set(text: str, size: int) -> None:
    assert picture_size(H264, bits(text)) == size
    unit = bits(text)
    aggregate = b"\x78" + len(unit).to_bytes(2, "big") + unit + b"\x00\x01\x68"
    assert picture_size(H264, aggregate) == size


def test_what_is_no_parameter_set_says_nothing() -> None:
    assert [picture_size(H264, data) for data in (b"", b"\x65\x88", b"\x78", b"\x67")] == [0] * 4
    assert [picture_size(VP8, data) for data in (b"", b"\x10\x00", b"\x00" * 20)] == [0] * 3
    assert picture_size("AV1", b"\x67" * 20) == 0


@given(
    st.sampled_from([H264, VP8]), st.binary(max_size=400), st.sampled_from([b"", b"\x67", b"\x10"])
)
def test_junk_does_no_harm(codec: str, data: bytes, head: bytes) -> None:
    assert picture_size(codec, head + data) >= 0
