import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.negotiation import H264, answer, choose
from signaling.sdp import Direction, parse
from signaling.simulcast import (
    MAX_STREAMS,
    REPAIRED_URI,
    RID_URI,
    Simulcast,
    read_simulcast,
    simulcast_lines,
)
from tests.signaling.test_sdp import TRANSPORT

NUMBERS = {RID_URI: 10, REPAIRED_URI: 11}
# Debian's Chromium 1xx with sendEncodings [{rid: "h"}, {rid: "l", …}], shortened.
CHROMIUM = """v=0
o=- 7714677405652399609 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS 81d3c90c
m=video 9 UDP/TLS/RTP/SAVPF 96 97 108 109
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:v76K
a=ice-pwd:FHd91SdavP7GlaFkLR5WINMP
a=ice-options:trickle
a=fingerprint:sha-256 FE:02
a=setup:actpass
a=mid:0
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:81d3c90c bdec1581
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:108 H264/90000
a=rtcp-fb:108 nack
a=rtcp-fb:108 nack pli
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:109 rtx/90000
a=fmtp:109 apt=108
a=rid:h send
a=rid:l send
a=simulcast:send h;l
"""


def attributes(*lines: str) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in lines]
    return [(name, value) for name, _, value in pairs]


def offered(simulcast: str, *rids: str) -> Simulcast | None:
    lines = [f"rid:{rid} send" for rid in rids]
    return read_simulcast(attributes(*lines, f"simulcast:{simulcast}"), NUMBERS)


def test_a_browsers_offer_is_understood_and_answered() -> None:
    offer = parse(CHROMIUM)
    [section] = offer.sections
    assert section.simulcast == Simulcast(rids=("h", "l"), rid_id=10, repaired_id=11)
    codec = choose(section, H264)
    assert codec is not None
    text = answer(offer, TRANSPORT, Direction.RECVONLY, {"video": codec}, {})
    lines = text.split("\r\n")
    for line in (
        "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=rid:h recv",
        "a=rid:l recv",
        "a=simulcast:recv h;l",
    ):
        assert line in lines
    assert "simulcast" not in answer(offer, TRANSPORT, Direction.SENDONLY, {"video": codec}, {})


@pytest.mark.parametrize(
    ("text", "rids"),
    [
        ("send 0;1", ("0", "1")),
        ("send 0;1;2", ("0", "1", "2")),
        ("recv a;b send 1;0", ("1", "0")),
        ("send 0,2;~1", ("0", "1")),  # alternatives, and one that begins paused
        ("send 0;0;1", ("0", "1")),
        ("send 0;9;1", ("0", "1")),  # without a=rid
    ],
)
def test_the_first_alternative_of_each_stream_is_meant(text: str, rids: tuple[str, ...]) -> None:
    found = offered(text, "0", "1", "2")
    assert found is not None
    assert found.rids == rids


@pytest.mark.parametrize("text", ["send 0", "send", "recv 0;1", "", "send 0;", "send ;;"])
def test_one_picture_or_none_is_no_simulcast(text: str) -> None:
    assert offered(text, "0", "1") is None


def test_without_names_in_the_packets_there_is_none() -> None:
    lines = attributes("rid:0 send", "rid:1 send", "simulcast:send 0;1")
    assert read_simulcast(lines, {}) is None
    found = read_simulcast(lines, {RID_URI: 3})
    assert found is not None
    assert found.repaired_id is None
    assert list(simulcast_lines(found, "recv")) == [
        f"a=extmap:3 {RID_URI}",
        "a=rid:0 recv",
        "a=rid:1 recv",
        "a=simulcast:recv 0;1",
    ]
    assert read_simulcast(attributes("rid:0", "rid:1 recv", "simulcast:send 0;1"), NUMBERS) is None


def test_an_extension_that_a_short_header_cannot_hold_names_nothing() -> None:
    offer = parse(CHROMIUM.replace("a=extmap:10 ", "a=extmap:15 "))
    assert offer.sections[0].simulcast is None


def test_names_and_numbers_of_streams_are_bounded() -> None:
    names = [str(n) for n in range(20)]
    found = offered(f"send {';'.join(names)}", *names)
    assert found is not None
    assert len(found.rids) == MAX_STREAMS
    assert offered(f"send {'a' * 17};b", "a" * 17, "b") is None
    assert offered("send ä;b", "ä", "b") is None


@given(st.lists(st.tuples(st.sampled_from(["rid", "simulcast"]), st.text(max_size=30))))
def test_junk_is_none(lines: list[tuple[str, str]]) -> None:
    found = read_simulcast(lines, NUMBERS)
    assert found is None or len(found.rids) >= 2
