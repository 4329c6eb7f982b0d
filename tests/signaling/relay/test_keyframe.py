import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.negotiation import H264, VP8
from signaling.packetiser import packetise
from signaling.relay.keyframe import starts_key_frame
from tests.signaling.relay.rig import pictures


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        ("67 42", True),  # SPS
        ("65 88", True),  # IDR
        ("68 ce", False),  # PPS
        ("41 9a", False),  # slice
        ("09 f0", False),  # access unit delimiter
        ("7c 85 00", True),  # FU-A, start of an IDR
        ("7c 05 00", False),  # FU-A, middle of it
        ("7c 81 00", False),  # FU-A, start of a slice
        ("7c", False),
        ("78 0002 67 42 0001 68", True),  # STAP-A: SPS, PPS
        ("78 0001 68 0002 65 88", True),  # STAP-A: PPS, IDR
        ("78 0001 68 0001 41", False),
        ("78 ff", False),
        ("", False),
    ],
)
def test_h264_begins_at_parameter_sets_or_an_idr(payload: str, starts: bool) -> None:
    assert starts_key_frame(H264, bytes.fromhex(payload)) is starts


@pytest.mark.parametrize(
    ("payload", "starts"),
    [
        ("10 00", True),
        ("10 01", False),  # the P bit: not a key frame
        ("00 00", False),  # not the start of a partition
        ("11 00", False),  # another partition
        ("90 80 05 00", True),  # picture id of 7 bits
        ("90 80 85 05 00", True),  # of 15 bits
        ("90 80 85 05 01", False),
        ("90 e0 85 05 01 02 00", True),  # picture id, TL0PICIDX, TID
        ("90 10 01 00", True),  # key index only
        ("90", False),
        ("90 80", False),
        ("10", False),
    ],
)
def test_vp8_begins_where_its_descriptor_and_frame_say(payload: str, starts: bool) -> None:
    assert starts_key_frame(VP8, bytes.fromhex(payload)) is starts


def test_other_codecs_never_begin() -> None:
    assert not starts_key_frame("AV1", b"\x67\x42")


@pytest.mark.parametrize("codec", [H264, VP8])
def test_a_real_encoders_first_frame_begins_and_the_others_do_not(codec: str) -> None:
    first, *others = [packetise(codec, frame) for frame in pictures()[codec]]
    assert starts_key_frame(codec, first[0])
    assert not any(starts_key_frame(codec, frame[0]) for frame in others)


@given(st.binary(max_size=30), st.sampled_from([H264, VP8]))
def test_junk_is_judged_without_a_fuss(payload: bytes, codec: str) -> None:
    starts_key_frame(codec, payload)
