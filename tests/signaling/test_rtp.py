import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtp
from signaling.errors import BadPacket

U16, U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@given(st.integers(0, 127), U16, U32, U32, st.booleans(), st.binary(max_size=40))
def test_what_was_built_is_read_back(
    payload_type: int, sequence: int, timestamp: int, ssrc: int, marker: bool, payload: bytes
) -> None:
    packet = rtp.build(payload_type, sequence, timestamp, ssrc, marker=marker) + payload
    header = rtp.parse(packet)
    assert header[:5] == (payload_type, marker, sequence, timestamp, ssrc)
    assert packet[header.start : header.end] == payload


def test_csrc_extension_and_padding_are_stepped_over() -> None:
    fixed = bytes([0xB1]) + rtp.build(96, 7, 9, 11)[1:]
    packet = fixed + b"CSRC" + b"\xbe\xde\x00\x01EXTN" + b"payload" + b"\x00\x00\x03"
    header = rtp.parse(packet)
    assert packet[header.start : header.end] == b"payload"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x80" * 11,
        b"\x40" + bytes(11),
        b"\x81" + bytes(11),
        b"\x90" + bytes(13),
        b"\x90" + bytes(13) + b"\x00\x02" + bytes(4),
        b"\xa0" + bytes(11) + b"\x00",
        b"\xa0" + bytes(11) + b"\x02",
    ],
)
def test_a_contradiction_is_a_bad_packet(packet: bytes) -> None:
    with pytest.raises(BadPacket):
        rtp.parse(packet)


@given(st.binary(max_size=60))
def test_junk_is_read_or_refused(packet: bytes) -> None:
    try:
        header = rtp.parse(packet)
    except BadPacket:
        return
    assert 12 <= header.start <= header.end <= len(packet)


def test_rtcp_is_told_by_its_second_byte() -> None:
    assert rtp.is_rtcp(b"\x80\xc8")
    assert not rtp.is_rtcp(rtp.build(111, 1, 1, 1, marker=True))
    assert not rtp.is_rtcp(b"\x80")


@given(st.integers(-(2**40), 2**40), st.integers(-(2**15), 2**15 - 1))
def test_extending_finds_the_nearest(near: int, step: int) -> None:
    assert rtp.extend((near + step) & 0xFFFF, near) == near + step


@given(st.integers(0, 2**40), st.integers(-(2**31), 2**31 - 1))
def test_timestamps_extend_alike(near: int, step: int) -> None:
    assert rtp.extend((near + step) & 0xFFFFFFFF, near, bits=32) == near + step


def extended(elements: bytes, profile: int = 0xBEDE) -> bytes:
    elements += bytes(-len(elements) % 4)
    head = bytes([0x90]) + rtp.build(111, 1, 2, 3)[1:]
    words = (len(elements) // 4).to_bytes(2, "big")
    return head + profile.to_bytes(2, "big") + words + elements + b"opus"


@pytest.mark.parametrize(
    ("packet", "found"),
    [
        (extended(b"\x10\x9e"), b"\x9e"),
        (extended(b"\x31abc\x10\x1e"), None),
        (extended(b"\x32abc\x00\x10\x1e"), b"\x1e"),
        (extended(b"\x20\x9e"), None),
        (extended(b"\x13ab"), None),
        (extended(b"\x10\x9e", profile=0x1000), None),
        (rtp.build(111, 1, 2, 3) + b"opus", None),
    ],
)
def test_a_header_extension_is_found_by_its_number(packet: bytes, found: bytes | None) -> None:
    assert rtp.extension(packet, 1) == found
    header = rtp.parse(packet)
    assert packet[header.start : header.end] == b"opus"


@given(st.binary(min_size=1, max_size=40))
def test_junk_among_the_extensions_raises_nothing(elements: bytes) -> None:
    rtp.extension(extended(elements), 1)
