import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import rtcp
from signaling.errors import BadPacket

U8, U32 = st.integers(0, 0xFF), st.integers(0, 0xFFFFFFFF)
BLOCKS = st.lists(
    st.builds(
        rtcp.ReportBlock,
        ssrc=U32,
        fraction_lost=U8,
        lost=st.integers(-(2**23), 2**23 - 1),
        highest=U32,
        jitter=U32,
        last_sr=U32,
        since_sr=U32,
    ),
    max_size=31,
).map(tuple)


@given(U32, st.integers(0, 2**64 - 1), U32, U32, U32, BLOCKS)
def test_a_sender_report_is_read_back(
    ssrc: int,
    ntp: int,
    timestamp: int,
    packets: int,
    octets: int,
    blocks: tuple[rtcp.ReportBlock, ...],
) -> None:
    report = rtcp.SenderReport(
        ssrc=ssrc, ntp=ntp, timestamp=timestamp, packets=packets, octets=octets, blocks=blocks
    )
    compound = rtcp.build_sender_report(report) + rtcp.build_cname(ssrc, "studio")
    assert rtcp.parse(compound) == [report]


@given(U32, BLOCKS)
def test_a_receiver_report_is_read_back(ssrc: int, blocks: tuple[rtcp.ReportBlock, ...]) -> None:
    report = rtcp.ReceiverReport(ssrc=ssrc, blocks=blocks)
    assert rtcp.parse(rtcp.build_receiver_report(report)) == [report]


@given(st.integers(0, 0xFFFF), st.lists(st.integers(1, 40), max_size=30))
def test_lost_numbers_are_read_back_in_order_and_over_the_wrap(
    first: int, steps: list[int]
) -> None:
    lost = [first]
    for step in steps:
        lost.append((lost[-1] + step) & 0xFFFF)
    packet = rtcp.build_nack(1, 2, lost)
    assert rtcp.parse(packet) == [rtcp.Nack(sender=1, media=2, lost=tuple(lost))]


def test_seventeen_lost_in_a_row_cost_one_pair() -> None:
    assert len(rtcp.build_nack(1, 2, range(17))) == 16
    assert len(rtcp.build_nack(1, 2, range(18))) == 20


def test_both_ways_of_asking_for_a_key_frame_are_one() -> None:
    wish = rtcp.KeyFrameRequest(sender=1, media=2)
    assert rtcp.parse(rtcp.build_pli(1, 2) + rtcp.build_fir(1, 2, 300)) == [wish, wish]


@given(U32, st.integers(0, 2**80), st.lists(U32, max_size=5))
def test_a_bandwidth_estimate_keeps_18_bits(ssrc: int, rate: int, media: list[int]) -> None:
    [report] = rtcp.parse(rtcp.build_remb(ssrc, rate, media))
    assert isinstance(report, rtcp.Remb)
    assert report.media == tuple(media)
    assert rate - (rate >> 17) <= report.bitrate_bps <= rate


def test_goodbye_is_read_back() -> None:
    assert rtcp.parse(rtcp.build_bye([3, 4])) == [rtcp.Bye(media=(3, 4))]


@given(st.text(st.characters(codec="ascii"), max_size=255))
def test_a_name_is_closed_by_a_zero_and_aligned(name: str) -> None:
    packet = rtcp.build_cname(1, name)
    assert len(packet) % 4 == 0
    assert packet[10 + len(name)] == 0
    assert rtcp.parse(packet) == []


def test_padding_is_taken_off() -> None:
    bye = rtcp.build_bye([5])
    padded = bytes([bye[0] | 0x20, bye[1], 0, 2]) + bye[4:] + b"\0\0\0\x04"
    assert rtcp.parse(padded) == [rtcp.Bye(media=(5,))]


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\xc9\x00",
        b"\x40\xc9\x00\x01" + bytes(4),
        b"\x80\xc9\x00\x02" + bytes(4),
        b"\xa0\xc9\x00\x00",
        b"\xa0\xc9\x00\x01\0\0\0\x05",
        b"\x81\xc9\x00\x01" + bytes(4),
        b"\x80\xc8\x00\x01" + bytes(4),
        b"\x81\xcd\x00\x02" + bytes(8),
        b"\x8f\xce\x00\x03" + bytes(8) + b"REMB",
        b"\x82\xcb\x00\x01" + bytes(4),
    ],
)
def test_a_contradiction_is_a_bad_packet(data: bytes) -> None:
    with pytest.raises(BadPacket):
        rtcp.parse(data)


def test_unknown_kinds_and_formats_are_skipped() -> None:
    unknown = b"\x80\xcf\x00\x00" + b"\x82\xcd\x00\x00" + b"\x82\xce\x00\x02" + bytes(8)
    assert rtcp.parse(unknown + rtcp.build_bye([1])) == [rtcp.Bye(media=(1,))]


PACKETS = st.builds(
    lambda count, kind, body: bytes([0x80 | count, kind, 0, len(body) // 4]) + body,
    st.integers(0, 63),
    st.integers(200, 207),
    st.binary(max_size=64).map(lambda body: body[: len(body) // 4 * 4]),
)


@given(st.one_of(st.binary(max_size=64), st.lists(PACKETS, max_size=4).map(b"".join)))
def test_junk_is_read_or_refused(data: bytes) -> None:
    try:
        reports = rtcp.parse(data)
    except BadPacket:
        return
    assert len(reports) <= len(data)
