"""SDP of strangers: read, refused or written, never a surprise."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import sdp
from signaling.media_errors import BadSdp
from signaling.sdp import (
    Codec,
    Direction,
    Section,
    Setup,
    Track,
    TransportDescription,
    describe,
    parse,
    parse_fragment,
)

TRANSPORT = TransportDescription(
    ufrag="abcd",
    password="p" * 22,
    fingerprints=(("sha-256", "AA:BB"),),
    setup=Setup.ACTPASS,
    candidates=("1 1 udp 1 192.0.2.1 5000 typ host",),
)
VIDEO = Section(
    kind="video",
    mid="1",
    direction=Direction.SENDONLY,
    codecs=(
        Codec(
            payload_type=102,
            name="H264",
            clock_hz=90_000,
            parameters="packetization-mode=1;profile-level-id=42e01f",
            feedback=("nack", "nack pli"),
            rtx_payload_type=103,
        ),
        Codec(payload_type=96, name="VP8", clock_hz=90_000),
    ),
    track=Track(ssrc=7, rtx_ssrc=8, cname="c", stream="s", label="l"),
)
AUDIO = Section(
    kind="audio",
    mid="0",
    direction=Direction.SENDONLY,
    codecs=(Codec(payload_type=111, name="OPUS", clock_hz=48_000, channels=2),),
    track=Track(ssrc=9, cname="c", stream="s", label="a"),
)
OFFER = describe(TRANSPORT, [AUDIO, VIDEO])

# What Chromium 150 sends, shortened: extensions, RED, unbundled candidates, two apt.
CHROMIUM = """v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS 7a
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 35 36
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2113937151 0a1b.local 51000 typ host generation 0 network-cost 999
a=ice-ufrag:4ZcD
a=ice-pwd:2/1muCWoOi3uLifh0NuRHlme
a=ice-options:trickle
a=fingerprint:sha-256 7B:8B
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:toffset
a=sendonly
a=msid:7a 9c
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 nack
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=rtcp-fb:102 nack pli
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:35 AV1/90000
a=ssrc-group:FID 2231627014 632943048
a=ssrc:2231627014 cname:Kp
a=ssrc:2231627014 msid:7a 9c
a=ssrc:632943048 cname:Kp
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0
a=ice-ufrag:4ZcD
a=ice-pwd:2/1muCWoOi3uLifh0NuRHlme
a=fingerprint:sha-256 7B:8B
a=setup:actpass
a=mid:1
a=sendonly
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=rtcp-fb:* transport-cc
"""


def test_what_is_written_is_read_back() -> None:
    read = parse(OFFER)
    assert read.transport == TRANSPORT
    assert read.sections == (AUDIO, VIDEO)


def test_a_browsers_offer_is_understood() -> None:
    read = parse(CHROMIUM.replace("\n", "\r\n"))
    assert read.transport.ufrag == "4ZcD"
    assert read.transport.fingerprints == (("sha-256", "7B:8B"),)
    assert len(read.transport.candidates) == 1
    video, audio = read.section("video"), read.section("audio")
    assert video is not None
    assert audio is not None
    assert [(c.name, c.payload_type, c.rtx_payload_type) for c in video.codecs] == [
        ("VP8", 96, 97),
        ("H264", 102, 103),
        ("AV1", 35, None),
    ]
    assert video.codecs[0].feedback == ("goog-remb", "nack")
    assert video.track == Track(
        ssrc=2231627014, rtx_ssrc=632943048, cname="Kp", stream="7a", label="9c"
    )
    assert [c.name for c in audio.codecs] == ["OPUS", "RED"]
    assert audio.codecs[0].feedback == ("transport-cc",)
    assert audio.codecs[0].parameter("useinbandfec") == "1"
    assert audio.codecs[0].parameter("stereo") is None
    assert audio.track is None


def test_session_level_transport_counts_for_all_sections() -> None:
    lines = [line for line in OFFER.split("\r\n") if line]
    moved = [w for w in lines if w.startswith(("a=ice-", "a=setup", "a=finger"))]
    rest = [line for line in lines if line not in moved]
    at = next(i for i, line in enumerate(rest) if line.startswith("m="))
    text = "\n".join([*rest[:at], *dict.fromkeys(moved), "a=ice-lite", *rest[at:]])
    read = parse(text)
    assert read.transport == replace(TRANSPORT, ice_lite=True, candidates=())
    assert "a=ice-lite" in describe(read.transport, read.sections)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v=0", "v=1"),
        ("s=-", "no line"),
        ("s=-", "s=" + "x" * 5000),
        ("a=setup:actpass", "a=setup:maybe"),
        ("a=setup:actpass", "a=other"),
        ("a=ice-ufrag:abcd", "a=ice-ufrag:ab"),
        ("a=ice-ufrag:abcd", "a=ice-ufrag:ab cd"),
        ("a=ice-pwd:" + "p" * 22, "a=other"),
        ("a=fingerprint:sha-256 AA:BB", "a=other"),
        ("a=fingerprint:sha-256 AA:BB", "a=fingerprint:AA:BB"),
        ("m=video 9 ", "m=video nine "),
        ("m=video 9 ", "m=VIDEO 9 "),
        ("a=mid:1", "a=mid:a b"),
        ("a=rtpmap:102 H264/90000", "a=rtpmap:102 H264/x"),
        ("a=rtpmap:102 H264/90000", "a=rtpmap:102 H264"),
        ("a=rtpmap:102 H264/90000", "a=rtpmap:102 H264/9000000000"),
        ("SAVPF 102 103 96", "SAVPF 102 103 96 72\r\na=rtpmap:72 VP8/90000"),
        ("SAVPF 102 103 96", "SAVPF 102 103 96 1299\r\na=rtpmap:1299 VP8/90000"),
    ],
)
def test_what_cannot_be_taken_is_refused(old: str, new: str) -> None:
    assert old in OFFER
    with pytest.raises(BadSdp):
        parse(OFFER.replace(old, new))


def test_sizes_are_bounded() -> None:
    with pytest.raises(BadSdp, match="characters"):
        parse("v=0\r\n" + "a=x\r\n" * sdp.MAX_SDP_CHARS)
    with pytest.raises(BadSdp, match="sections"):
        parse(describe(TRANSPORT, [VIDEO] * (sdp.MAX_SECTIONS + 1)))
    with pytest.raises(BadSdp, match="no media"):
        parse("v=0\r\n")
    with pytest.raises(BadSdp):
        parse("")


def test_what_is_not_needed_is_passed_over() -> None:
    read = parse(
        OFFER.replace("a=ssrc:9 cname:c", "a=ssrc:x cname:c")
        .replace("a=ssrc:9 msid:s a", "a=ssrc:99999999999999 msid:s a")
        .replace("a=mid:0\r\n", "")
        .replace("SAVPF 111", "SAVPF 111 0 junk \u0661")
        .replace("a=sendonly", "a=something", 1)
        .replace("opus/48000/2", "opus/48000/9")
    )
    audio = read.section("audio")
    assert audio is not None
    assert audio.track is None
    assert audio.mid == "0"
    assert audio.direction is Direction.SENDRECV
    assert [c.channels for c in audio.codecs] == [1]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("FID 7 8", (7, 8)),
        ("FID 8 7", (8, 7)),
        ("SIM 7 8", (7, None)),
        ("FID 5 8", (7, 8)),
        ("FID 7 5", (7, None)),
        ("FID 7", (7, None)),
    ],
)
def test_repairs_are_known_by_their_group(group: str, expected: tuple[int, int | None]) -> None:
    section = parse(OFFER.replace("FID 7 8", group)).section("video")
    assert section is not None
    assert section.track is not None
    assert (section.track.ssrc, section.track.rtx_ssrc) == expected


def test_a_track_without_name_or_stream_is_still_one() -> None:
    text = OFFER.replace("a=msid:s a\r\n", "").replace("a=ssrc:9 cname:c\r\n", "")
    section = parse(text).section("audio")
    assert section is not None
    assert section.track == Track(ssrc=9)
    text = OFFER.replace("a=msid:s a\r\n", "a=msid:only\r\n")
    section = parse(text).section("audio")
    assert section is not None
    assert section.track is not None
    assert (section.track.stream, section.track.label) == ("only", "-")


def test_rejected_and_foreign_sections_are_seen_as_such() -> None:
    rejected = parse(describe(TRANSPORT, [replace(AUDIO, rejected=True, codecs=()), VIDEO]))
    assert rejected.section("audio") is None
    bundled = parse(
        OFFER.replace("m=audio 9", "m=audio 0").replace("a=mid:0", "a=mid:0\r\na=bundle-only")
    )
    assert bundled.section("audio") is not None
    data = OFFER + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n"
    assert parse(data).sections[2].codecs == ()


@pytest.mark.parametrize(
    ("setup", "answered"),
    [
        (Setup.ACTPASS, Setup.PASSIVE),
        (Setup.ACTIVE, Setup.PASSIVE),
        (Setup.PASSIVE, Setup.ACTIVE),
    ],
)
def test_the_peer_says_hello_unless_it_will_not(setup: Setup, answered: Setup) -> None:
    assert replace(TRANSPORT, setup=setup).answer_setup() is answered


def test_a_fragment_is_read() -> None:
    read = parse_fragment(
        "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        "a=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\na=end-of-candidates\r\n"
    )
    assert (read.ufrag, read.password, read.ended) == ("abcd", "x", True)
    assert read.candidates == ("1 1 udp 1 192.0.2.1 5000 typ host",)
    assert parse_fragment("a=end-of-candidates").ended
    for junk in ("", "junk", "a=mid:0", "x" * 70_000):
        with pytest.raises(BadSdp):
            parse_fragment(junk)


WORDS = st.sampled_from(
    [line for line in (OFFER + CHROMIUM).replace("\r", "").split("\n") if line]
) | st.text(max_size=40)


@given(st.lists(WORDS, max_size=60), st.booleans())
def test_junk_raises_only_bad_sdp(lines: list[str], begins: bool) -> None:
    text = "\r\n".join(["v=0", *lines] if begins else lines)
    for read in (parse, parse_fragment):
        try:
            read(text)
        except BadSdp:
            continue


@given(st.text(max_size=60), st.integers(0, len(OFFER)))
def test_a_spoilt_offer_raises_only_bad_sdp_and_what_is_read_can_be_written(
    junk: str, at: int
) -> None:
    try:
        read = parse(OFFER[:at] + junk + OFFER[at:])
    except BadSdp:
        return
    describe(read.transport, read.sections).encode()
