"""Which codec, and what offers and answers say of it."""

from dataclasses import replace

import pytest

from signaling.media_errors import BadSdp
from signaling.negotiation import (
    H264,
    OPUS,
    VP8,
    answer,
    check_offer,
    choose,
    offer,
    offered_video,
    section_names,
)
from signaling.sdp import Codec, Direction, Section, Setup, Track, TransportDescription, parse
from tests.signaling.test_sdp import CHROMIUM, TRANSPORT

HELLO = parse(offer(TRANSPORT, Direction.RECVONLY))


def h264(payload_type: int, mode_and_profile: str) -> Codec:
    mode, _, profile = mode_and_profile.partition(" ")
    text = f"packetization-mode={mode}" if mode else "level-asymmetry-allowed=1"
    text += f";profile-level-id={profile}" if profile else ""
    return Codec(payload_type=payload_type, name=H264, clock_hz=90_000, parameters=text)


def section(*codecs: Codec) -> Section:
    return Section(kind="video", mid="0", direction=Direction.SENDONLY, codecs=codecs)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["1 42001f", "1 42e01f"], 1),
        (["0 42e01f", "1 4d001f"], 1),
        (["1 640c1f", "1 4D401F"], 1),
        (["1 42f02a"], 0),
        (["1"], 0),
        (["0 42e01f"], None),
        (["1 f4001f"], None),
        ([""], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_profile_most_halls_decode_is_chosen(offered: list[str], chosen: int | None) -> None:
    codecs = [h264(100 + index, text) for index, text in enumerate(offered)]
    found = choose(section(*codecs), H264)
    assert found == (None if chosen is None else codecs[chosen])


def test_other_codecs_are_taken_as_they_come() -> None:
    vp8 = Codec(payload_type=96, name=VP8, clock_hz=90_000)
    assert choose(section(vp8, replace(vp8, payload_type=97)), VP8) == vp8
    assert choose(section(), VP8) is None


def test_an_offer_of_ours_can_be_answered_by_us() -> None:
    check_offer(HELLO, Direction.RECVONLY)
    assert offered_video(HELLO) == (H264, VP8)
    assert offered_video(parse(offer(TRANSPORT, Direction.RECVONLY, video=()))) == ()
    tracks = {"video": Track(ssrc=1, rtx_ssrc=2, cname="c"), "audio": Track(ssrc=3, cname="c")}
    publishing = parse(offer(TRANSPORT, Direction.SENDONLY, [H264], tracks))
    check_offer(publishing, Direction.SENDONLY)
    assert [s.track for s in publishing.sections] == [tracks["audio"], tracks["video"]]


def test_an_answer_has_one_codec_and_only_the_feedback_that_was_offered() -> None:
    chromium = parse(CHROMIUM)
    video = choose(chromium.sections[0], VP8)
    audio = choose(chromium.sections[1], OPUS)
    assert video is not None
    assert audio is not None
    codecs = {"video": video, "audio": audio}
    own = replace(TRANSPORT, setup=Setup.PASSIVE)
    text = answer(chromium, own, Direction.RECVONLY, codecs, {})
    read = parse(text)
    assert [s.mid for s in read.sections] == ["0", "1"]
    assert [s.direction for s in read.sections] == [Direction.RECVONLY] * 2
    [answered] = read.sections[0].codecs
    assert (answered.name, answered.payload_type, answered.rtx_payload_type) == ("VP8", 96, 97)
    assert answered.feedback == ("goog-remb", "nack")
    assert read.sections[1].codecs[0].parameters == "minptime=10;useinbandfec=1"
    assert "a=setup:passive" in text
    assert "a=group:BUNDLE 0 1\r\n" in text
    # Chromium offers the level of its sound as number 1 or not at all.
    assert ("extmap" in text) is (chromium.sections[1].level_id is not None)


def test_a_kind_without_codec_is_rejected_and_left_out_of_the_bundle() -> None:
    audio = choose(HELLO.sections[0], OPUS)
    assert audio is not None
    text = answer(HELLO, TRANSPORT, Direction.SENDONLY, {"audio": audio}, {})
    read = parse(text)
    assert read.sections[1].rejected
    assert read.section("video") is None
    assert "a=group:BUNDLE 0\r\n" in text
    refused = replace(HELLO, sections=(replace(HELLO.sections[0], rejected=True),))
    text = answer(refused, TRANSPORT, Direction.SENDONLY, {"audio": audio}, {})
    assert parse(text).sections[0].rejected


def broken(change: str) -> tuple[object, Direction]:
    audio, video = HELLO.sections
    sections = {
        "three sounds": (audio, replace(audio, mid="2"), replace(audio, mid="3")),
        "two pictures": (audio, video, replace(video, mid="2")),
        "data": (audio, replace(video, kind="application")),
        "wrong way": (audio, replace(video, direction=Direction.SENDONLY)),
        "inactive": (replace(audio, direction=Direction.INACTIVE), video),
    }
    return replace(HELLO, sections=sections[change]), Direction.RECVONLY


@pytest.mark.parametrize("change", ["two pictures", "data", "wrong way", "inactive"])
def test_an_offer_we_cannot_take_is_refused(change: str) -> None:
    offered, wants = broken(change)
    with pytest.raises(BadSdp):
        check_offer(offered, wants)  # type: ignore[arg-type]


def test_sendrecv_is_taken_for_what_is_needed() -> None:
    both = tuple(replace(s, direction=Direction.SENDRECV) for s in HELLO.sections)
    check_offer(replace(HELLO, sections=both), Direction.SENDONLY)
    check_offer(replace(HELLO, sections=both), Direction.RECVONLY)


def test_two_ends_that_would_both_wait_are_refused() -> None:
    waiting: TransportDescription = replace(HELLO.transport, setup=Setup.PASSIVE, ice_lite=True)
    with pytest.raises(BadSdp):
        check_offer(replace(HELLO, transport=waiting), Direction.RECVONLY)


def test_a_viewer_may_hear_studio_and_floor_apart_but_nobody_publishes_two_sounds() -> None:
    both = parse(offer(TRANSPORT, Direction.RECVONLY, [H264], sounds=2))
    check_offer(both, Direction.RECVONLY)
    assert section_names(both.sections) == ["audio", "floor", "video"]
    two = parse(offer(TRANSPORT, Direction.SENDONLY, [H264], sounds=2))
    with pytest.raises(BadSdp, match="more than one audio"):
        check_offer(two, Direction.SENDONLY)


def test_the_level_of_a_sound_is_told_by_publishers_only() -> None:
    publishing = parse(offer(TRANSPORT, Direction.SENDONLY, [H264], {}, level_id=3))
    assert [section.level_id for section in publishing.sections] == [3, None]
    audio = choose(publishing.sections[0], OPUS)
    assert audio is not None
    for direction, level_id in ((Direction.RECVONLY, 3), (Direction.SENDONLY, None)):
        text = answer(publishing, TRANSPORT, direction, {"audio": audio}, {})
        assert parse(text).sections[0].level_id == level_id
