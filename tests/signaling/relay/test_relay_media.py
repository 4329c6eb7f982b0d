"""Stock aiortc peers, and lean ones, publish and play through a real relay on loopback."""

import asyncio
import socket

import pytest

from signaling import rtcp, rtp, sdp
from signaling.burst import Burst, Stream
from signaling.media_errors import BadSdp, MediaRefused
from signaling.media_plane import (
    CodecChanged,
    EndReason,
    OutputChanged,
    SessionConnected,
    SessionEnded,
    SourceChanged,
    StreamSample,
)
from signaling.packet_transport import PacketTransport
from signaling.relay.keyframe import starts_key_frame
from signaling.relay.session import Publication
from tests.signaling.peers import until
from tests.signaling.relay.rig import (
    BRIGHT,
    DARK,
    Rig,
    brightness,
    loopback_only,
    publish,
    rig,
    sees,
    watch,
    watch_lean,
)

pytestmark = pytest.mark.real_io


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    loopback_only(monkeypatch)


def publication(it: Rig) -> Publication:
    return it.relay._publications["studio"]


def key_requests(it: Rig) -> int:
    return sum(stream.key_requests for stream in publication(it).intake.streams)


async def test_slate_before_studio_and_slate_after() -> None:
    async with rig() as it:
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma < DARK)
        studio = await publish(it)
        await sees(viewer, lambda luma: luma > BRIGHT)
        assert it.on_air() == "studio"
        await until(lambda: len(viewer.frames["audio"]) > 20)
        await studio.close()
        await sees(viewer, lambda luma: luma < DARK)
        assert it.on_air() == "slate"
        stamps = [frame.pts or 0 for frame in viewer.frames["video"]]
        assert stamps == sorted(stamps)
        assert len(set(stamps)) == len(stamps)
        assert brightness(viewer.frames["video"][0]) < DARK
        told = [e for e in it.seen(OutputChanged) if isinstance(e, OutputChanged)]
        cuts = [e.source for e in told if (e.output, e.kind) == ("programme", "video")]
        assert cuts == ["studio", "slate"]
        ups = [e.up for e in it.seen(SourceChanged)]  # type: ignore[union-attr]
        assert ups == [True, False]
        assert len(it.seen(SessionConnected)) == 2
        await viewer.close()


async def test_a_studio_that_falls_silent_gives_way_to_the_slate_and_comes_back() -> None:
    async with rig(stall_s=0.4) as it:
        viewer = await watch(it)
        studio = await publish(it)
        await sees(viewer, lambda luma: luma > BRIGHT)
        senders = studio.connection.getSenders()
        tracks = [sender.track for sender in senders]
        for sender in senders:
            sender.replaceTrack(None)
        await sees(viewer, lambda luma: luma < DARK)
        for sender, track in zip(senders, tracks, strict=True):
            sender.replaceTrack(track)
        await sees(viewer, lambda luma: luma > BRIGHT)
        await studio.close()
        await viewer.close()


async def test_vp8_only_changes_the_session_and_ends_viewers_of_the_old_codec() -> None:
    async with rig() as it:
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma < DARK)
        studio = await publish(it, "video/VP8")
        await until(lambda: it.seen(SessionEnded))
        [ended] = it.seen(SessionEnded)
        assert isinstance(ended, SessionEnded)
        assert ended.reason is EndReason.CODEC_CHANGED
        assert [e.codec for e in it.seen(CodecChanged)] == ["VP8"]  # type: ignore[union-attr]
        again = await watch(it)
        await sees(again, lambda luma: luma > BRIGHT)
        with pytest.raises(BadSdp, match="VP8"):
            await watch_lean(it, ("H264",))
        await viewer.close()
        await again.close()
        await studio.close()


async def test_a_joining_viewer_begins_with_a_key_frame_that_the_publisher_was_asked_for() -> None:
    async with rig() as it:
        studio = await publish(it)
        await until(lambda: it.on_air() == "studio")
        await asyncio.sleep(0.6)
        asked = key_requests(it)
        viewer = await watch_lean(it)
        await until(lambda: viewer.packets("video"))
        first = viewer.packets("video")[0]
        assert starts_key_frame("H264", first[12:])
        assert rtp.parse(first).ssrc == viewer.ssrcs["video"].ssrc
        assert key_requests(it) > asked
        await viewer.peer.transport.close()
        await studio.close()


async def test_what_a_viewer_lost_is_sent_again_on_its_repair_stream() -> None:
    async with rig() as it:
        viewer = await watch_lean(it)
        await until(lambda: len(viewer.packets("video")) >= 4)
        lost = viewer.packets("video")[1]
        header = rtp.parse(lost)
        nack = rtcp.build_nack(1, header.ssrc, [header.sequence])
        viewer.peer.transport.send_rtcp(nack)
        viewer.peer.transport.send_rtcp(nack)
        await until(viewer.repairs)
        await asyncio.sleep(0.1)
        [again] = viewer.repairs()
        repaired = rtp.parse(again)
        assert repaired.ssrc == viewer.ssrcs["video"].rtx_ssrc
        assert repaired.timestamp == header.timestamp
        assert again[12:] == header.sequence.to_bytes(2, "big") + lost[12:]
        await until(lambda: told(it).retransmitted_packets_sent == 1, 3)
        assert told(it).nack_count == 2
        await viewer.peer.transport.close()


def told(it: Rig) -> StreamSample:
    """Return the figures of the only viewer's picture."""
    viewers = [s for s in it.relay.sample().sessions if s.role == "viewer"]
    return next(s for session in viewers for s in session.streams if s.kind == "video")


@pytest.mark.parametrize("segmentation", [True, False])
async def test_stock_viewers_see_all_frames_over_a_lossy_line(
    monkeypatch: pytest.MonkeyPatch, segmentation: bool
) -> None:
    sent = [0]
    send_burst = PacketTransport.send_burst

    def lossy(self: PacketTransport, burst: Burst, stream: Stream) -> None:
        sent[0] += len(burst.packets)
        kept = [p for n, p in enumerate(burst.packets, sent[0]) if n % 10]
        if kept:
            send_burst(self, Burst(kept), stream)

    monkeypatch.setattr(PacketTransport, "send_burst", lossy)
    async with rig(segmentation=segmentation) as it:
        studio = await publish(it)
        viewer = await watch(it)
        await sees(viewer, lambda luma: luma > BRIGHT)
        begin = len(viewer.frames["video"])
        # One packet in ten is lost: without repairs nearly every second frame would be.
        await until(lambda: len(viewer.frames["video"]) - begin > 45)
        await until(lambda: told(it).retransmitted_packets_sent > 3)
        await viewer.close()
        await studio.close()


async def test_packets_lost_on_the_way_from_the_studio_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    received = [0]
    receive = Publication.receive_rtp

    def lossy(self: Publication, data: bytes, now: float) -> None:
        received[0] += 1
        if received[0] % 15:
            receive(self, data, now)

    monkeypatch.setattr(Publication, "receive_rtp", lossy)
    async with rig() as it:
        studio = await publish(it)
        await until(lambda: it.on_air() == "studio")
        reception = next(s.reception for s in publication(it).intake.streams if s.kind == "video")
        await until(lambda: reception.recovered > 3)
        assert reception.nacks > 0
        await studio.close()


async def test_one_publisher_at_a_time_unless_it_takes_over() -> None:
    async with rig() as it:
        studio = await publish(it)
        await until(lambda: it.on_air() == "studio")
        offer = studio.connection.localDescription.sdp
        with pytest.raises(MediaRefused) as refused:
            await it.plane.publish("studio", offer, "second")
        assert refused.value.code == "occupied"
        await it.plane.publish("studio", offer, "second", takeover=True)
        await until(lambda: it.seen(SessionEnded))
        assert [e.reason for e in it.seen(SessionEnded)] == [EndReason.REPLACED]  # type: ignore[union-attr]
        await studio.close()


async def test_the_programme_can_be_routed_to_a_point_and_back() -> None:
    async with rig() as it:
        viewer = await watch(it)
        point = await publish(it, path="/whip/point/di-su")
        await asyncio.sleep(0.3)
        assert it.on_air() == "slate"
        await it.plane.route("programme", "point/di-su")
        await sees(viewer, lambda luma: luma > BRIGHT)
        assert it.on_air() == "point/di-su"
        await it.plane.route("programme", None)
        await sees(viewer, lambda luma: luma < DARK)
        for name in ("unknown_output", "nowhere"):
            with pytest.raises(MediaRefused):
                await it.plane.route(name, None)
        await point.close()
        await viewer.close()


async def test_junk_is_refused_and_changes_nothing() -> None:
    async with rig() as it:
        viewer = await watch_lean(it)
        good = sdp.describe(
            viewer.peer.transport.local(),
            [sdp.Section(kind="audio", mid="0", direction=sdp.Direction.RECVONLY, codecs=())],
        )
        for offer in ("", "v=0", "\0" * 100, good, good.replace("a=setup", "a=nothing")):
            with pytest.raises(BadSdp):
                await it.plane.subscribe("programme", offer, "junk")
            with pytest.raises(BadSdp):
                await it.plane.publish("studio", offer, "junk")
        for fragment in ("", "a=candidate:1 1 udp"):
            with pytest.raises(BadSdp):
                await it.plane.trickle(viewer.session.session, fragment)
        with pytest.raises(MediaRefused):
            await it.plane.trickle("nobody", "a=end-of-candidates")
        with pytest.raises(MediaRefused):
            await it.plane.publish("elsewhere", good, "junk")
        assert not await it.plane.end("nobody")
        seen = len(viewer.packets("audio"))
        for junk in (b"", b"\x80", b"\x80\xc9" + b"\xff" * 30, b"\x8f\xcd\x00\x01" + b"\0" * 4):
            viewer.peer.transport.send_rtcp(junk + b"\0" * 8)
            viewer.peer.transport.send_rtp(junk + b"\0" * 12)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for session in it.relay._sessions.values():
                port = int(session.transport.local().candidates[0].split()[5])
                for first in range(256):
                    stranger.sendto(bytes([first]) * 40, ("127.0.0.1", port))
        await until(lambda: len(viewer.packets("audio")) > seen + 20)
        await viewer.peer.transport.close()
        await until(lambda: it.seen(SessionEnded))


async def test_a_viewer_that_vanishes_is_noticed() -> None:
    async with rig() as it:
        viewer = await watch_lean(it)
        await until(lambda: viewer.packets("audio"))
        # Its process is gone: no goodbye, no checks, no reports.
        ice = viewer.peer.transport._ice
        for protocol in ice._protocols:
            protocol.transport.abort()
        await until(lambda: it.seen(SessionEnded), 5)
        [ended] = it.seen(SessionEnded)
        assert isinstance(ended, SessionEnded)
        assert ended.reason is EndReason.SILENCE
        await viewer.peer.transport.close()


async def test_sender_reports_tie_sound_and_picture_to_one_clock() -> None:
    async with rig() as it:
        studio = await publish(it)
        viewer = await watch_lean(it)
        await until(lambda: it.on_air() == "studio")
        viewer.peer.rtcp.clear()
        await until(lambda: len(viewer.peer.rtcp) >= 4, 5)
        reports = [r for data in viewer.peer.rtcp for r in rtcp.parse(data)]
        by_ssrc = {r.ssrc: r for r in reports if isinstance(r, rtcp.SenderReport)}
        video = by_ssrc[viewer.ssrcs["video"].ssrc]
        audio = by_ssrc[viewer.ssrcs["audio"].ssrc]
        assert abs(video.ntp - audio.ntp) / 2**32 < 0.05
        newest = rtp.parse(viewer.packets("video")[-1]).timestamp
        assert abs(rtp.extend(newest, video.timestamp, 32) - video.timestamp) < 90_000 * 1.5
        await viewer.peer.transport.close()
        await studio.close()
