import pytest

from signaling.media_errors import BadSdp
from signaling.negotiation import H264, VP8, offer
from signaling.relay.intake import LayerName
from signaling.relay.opening import read_publish_offer, read_view_offer
from signaling.sdp import Direction, Setup, Track, parse
from tests.signaling import test_simulcast
from tests.signaling.test_sdp import CHROMIUM, TRANSPORT

TRACKS = {"audio": Track(ssrc=3), "video": Track(ssrc=4, rtx_ssrc=5)}


def number(bits: int) -> int:
    return bits * 1000 % (1 << bits)


def publishing(*video: str) -> str:
    return offer(TRANSPORT, Direction.SENDONLY, video, TRACKS)


def viewing(*video: str) -> str:
    return offer(TRANSPORT, Direction.RECVONLY, video)


@pytest.mark.parametrize(
    ("offered", "preferred", "taken"),
    [
        ((H264, VP8), H264, H264),
        ((H264, VP8), VP8, VP8),
        ((VP8,), H264, VP8),
        ((H264,), VP8, H264),
        ((), H264, None),
    ],
)
def test_the_sessions_codec_is_taken_where_it_is_offered(
    offered: tuple[str, ...], preferred: str, taken: str | None
) -> None:
    read = read_publish_offer(publishing(*offered), preferred)
    assert read.video == taken
    assert set(read.codecs) == ({"audio", "video"} if taken else {"audio"})


def test_feeds_know_their_ssrc_when_the_offer_says_it() -> None:
    feeds = {feed.kind: feed for feed in read_publish_offer(publishing(H264), H264).feeds()}
    assert feeds["video"].ssrc == 4
    assert feeds["video"].codec.rtx_payload_type == 103
    untold = read_publish_offer(CHROMIUM, VP8).feeds()
    assert {feed.kind: feed.ssrc for feed in untold} == {"audio": None, "video": 2231627014}
    answer = parse(read_publish_offer(publishing(H264), H264).answer(TRANSPORT))
    assert {s.direction for s in answer.sections} == {Direction.RECVONLY}
    assert all(section.track is None for section in answer.sections)


def test_a_viewer_is_told_the_numbers_it_will_see() -> None:
    read = read_view_offer(viewing(H264, VP8), VP8, number)
    answer = parse(read.answer(TRANSPORT))
    for section in answer.sections:
        address = read.addresses[section.kind]
        assert section.track is not None
        assert (section.track.ssrc, section.track.rtx_ssrc) == (address.ssrc, address.rtx_ssrc)
        assert section.track.cname == read.cname
        assert section.track.stream == "nhipcau"
        assert [c.payload_type for c in section.codecs] == [address.payload_type]
    assert read.codecs["video"].name == VP8
    assert read.addresses["audio"].rtx_ssrc is None
    assert answer.transport.setup is Setup.ACTPASS


def test_sound_alone_may_be_watched() -> None:
    read = read_view_offer(viewing(), H264, number)
    assert set(read.addresses) == {"audio"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        viewing(H264),
        publishing(H264).replace("H264/90000", "H265/90000"),
        publishing().replace("opus/", "speex/"),
        publishing(H264).replace("m=audio", "m=text"),
    ],
)
def test_a_publisher_we_cannot_take_is_refused(text: str) -> None:
    with pytest.raises(BadSdp):
        read_publish_offer(text, H264)


def test_a_viewer_without_the_sessions_codec_is_told_which_it_is() -> None:
    with pytest.raises(BadSdp, match=VP8):
        read_view_offer(viewing(H264), VP8, number)


def test_a_viewer_with_two_sounds_has_an_address_for_each() -> None:
    text = offer(TRANSPORT, Direction.RECVONLY, [H264], sounds=2)
    counted = iter(range(1, 100))
    read = read_view_offer(text, H264, lambda bits: next(counted))
    assert list(read.addresses) == ["audio", "floor", "video"]
    answer = parse(read.answer(TRANSPORT))
    tracks = [section.track for section in answer.sections if section.track is not None]
    assert [track.label for track in tracks] == ["audio", "floor", "video"]
    assert len({track.ssrc for track in tracks}) == 3


def test_a_publisher_that_tells_its_level_is_asked_for_it() -> None:
    text = offer(TRANSPORT, Direction.SENDONLY, [H264], TRACKS, level_id=1)
    read = read_publish_offer(text, H264)
    assert {feed.kind: feed.level_id for feed in read.feeds()} == {"audio": 1, "video": None}
    assert parse(read.answer(TRANSPORT)).sections[0].level_id == 1


def test_simulcast_is_one_feed_for_each_picture_unless_it_is_not_wanted() -> None:
    read = read_publish_offer(test_simulcast.CHROMIUM, H264)
    layers = [feed.layer for feed in read.feeds()]
    assert layers == [LayerName(b"h", 10, 11), LayerName(b"l", 10, 11)]
    assert {feed.codec.rtx_payload_type for feed in read.feeds()} == {109}
    assert "a=simulcast:recv h;l" in read.answer(TRANSPORT)
    once = read_publish_offer(test_simulcast.CHROMIUM, H264, several=False)
    assert [feed.layer for feed in once.feeds("low")] == [None]
    assert "simulcast" not in once.answer(TRANSPORT)
