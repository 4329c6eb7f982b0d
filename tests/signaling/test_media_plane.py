"""The contract of every media plane: the embedded relay's process, and the tests' fake.

Another plane (Janus, a foreign WHIP/WHEP server) joins by an entry in ``PLANES``, and in
``CARRIERS`` where its packets can be looked at on loopback.
"""

import asyncio
import base64
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from signaling import negotiation, rtcp, sdp
from signaling.media_errors import BadSdp, MediaRefused, PlaneUnavailable
from signaling.media_plane import (
    EndReason,
    MediaPlane,
    Opened,
    OutputChanged,
    PlaneEvent,
    PlaneSample,
    PlaneUp,
    Rendition,
    SessionConnected,
    SessionEnded,
    SourceChanged,
)
from signaling.relay.client import RelayPlane
from signaling.relay.launch import ask_hello, drain, ensure_relay
from signaling.relay.settings import RelaySettings
from tests.bench.cuts import OPTIONS, VIDEO, Publisher, Viewer, shows
from tests.harness.fake_plane import PEER, PUBLISH, WATCH, FakePlane
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io
CANDIDATE = "a=ice-ufrag:peer\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n"
E = TypeVar("E")


@dataclass
class Subject:
    """A plane and all it told."""

    plane: MediaPlane
    events: list[PlaneEvent]
    publishers: list[Publisher] = field(default_factory=list)
    viewers: list[Viewer] = field(default_factory=list)

    async def publish(self, name: str, number: int) -> Publisher:
        """Publish; ended with the test at the latest."""
        publisher = Publisher(self.plane, name, number)
        self.publishers.append(publisher)
        await publisher.start()
        return publisher

    async def watch(self, who: str = "hall") -> Viewer:
        """Watch the programme; ended with the test."""
        viewer = Viewer(self.plane, who)
        self.viewers.append(viewer)
        await viewer.start()
        return viewer

    async def close(self) -> None:
        """End who is still there."""
        for publisher in self.publishers:
            await publisher.kill()
        for viewer in self.viewers:
            await viewer.transport.close()

    def told(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def ended(self, opened: Opened) -> EndReason:
        """Wait for the news that a session is over; return why."""
        name = opened.session.session
        await until(lambda: any(e.session == name for e in self.told(SessionEnded)))
        [event] = [e for e in self.told(SessionEnded) if e.session == name]
        session = opened.session
        assert (event.role, event.name, event.who) == (session.role, session.name, session.who)
        return event.reason


@asynccontextmanager
async def relay() -> AsyncIterator[Subject]:
    """Run the embedded relay as a process."""
    with tempfile.TemporaryDirectory(prefix="nc") as name:
        folder, events = Path(name), list[PlaneEvent]()
        settings = RelaySettings(run_dir=folder, data_dir=folder, transport=OPTIONS)
        await ensure_relay(settings)
        plane = RelayPlane(settings.socket_path, events.append)
        running = asyncio.create_task(plane.run())
        try:
            await plane.wait_up()
            yield Subject(plane, events)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            if await ask_hello(settings.socket_path) is not None:
                await drain(settings.socket_path)


@asynccontextmanager
async def fake() -> AsyncIterator[Subject]:
    """Run the fake of the tests."""
    events: list[PlaneEvent] = []
    plane = FakePlane(events.append)
    plane.start()
    yield Subject(plane, events)


Runner = Callable[[], AbstractAsyncContextManager[Subject]]
PLANES: list[Runner] = [relay, fake]
CARRIERS: list[Runner] = [relay]


@pytest.fixture(params=PLANES)
async def any_plane(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with request.param() as found:
        yield found


@pytest.fixture(params=CARRIERS)
async def carrier(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with request.param() as found:
        try:
            yield found
        finally:
            await found.close()


async def test_the_first_word_is_that_it_is_up(any_plane: Subject) -> None:
    first = any_plane.events[0]
    assert isinstance(first, PlaneUp)
    assert (bool(first.boot), first.restarted) == (True, False)


async def test_a_session_is_what_was_asked_for(any_plane: Subject) -> None:
    plane = any_plane.plane
    studio = await plane.publish("studio", PUBLISH, "OBS")
    viewer = await plane.subscribe("programme", WATCH, "MH-001")
    for opened, role, name, who in (
        (studio, "publisher", "studio", "OBS"),
        (viewer, "viewer", "programme", "MH-001"),
    ):
        session = opened.session
        assert (session.role, session.name, session.who) == (role, name, who)
        assert (session.codec, session.remote_ufrag) == ("H264", "peer")
        assert not session.connected
        assert plane.find(session.secret) == session
        answer = sdp.parse(opened.answer)
        assert {s.kind for s in answer.sections if not s.rejected} == {"audio", "video"}
        wanted = sdp.Direction.RECVONLY if role == "publisher" else sdp.Direction.SENDONLY
        assert {s.direction for s in answer.sections} == {wanted}
    assert plane.find("guessed") is None


async def test_a_sessions_url_cannot_be_guessed(any_plane: Subject) -> None:
    plane = any_plane.plane
    opened = [await plane.subscribe("programme", WATCH, "MH-001") for _ in range(8)]
    secrets = {o.session.secret for o in opened}
    assert len(secrets) == len({o.session.session for o in opened}) == 8
    for session in (o.session for o in opened):
        assert len(base64.urlsafe_b64decode(session.secret + "==")) >= 16
        assert session.session not in session.secret


async def test_a_place_is_taken_once_and_may_be_taken_over(any_plane: Subject) -> None:
    plane = any_plane.plane
    first = await plane.publish("studio", PUBLISH, "OBS")
    with pytest.raises(MediaRefused) as refused:
        await plane.publish("studio", PUBLISH, "somebody else")
    assert refused.value.code == "occupied"
    await plane.publish("studio-backup", PUBLISH, "OBS 2")
    await plane.publish("point/MH-001", PUBLISH, "MH-001")
    second = await plane.publish("studio", PUBLISH, "somebody else", takeover=True)
    assert await any_plane.ended(first) is EndReason.REPLACED
    assert plane.find(first.session.secret) is None
    assert plane.find(second.session.secret) is not None


@pytest.mark.parametrize("offer", ["", "v=0", "junk", PUBLISH.replace("opus", "PCMA")[:200]])
async def test_an_offer_that_cannot_be_taken_is_bad_sdp(any_plane: Subject, offer: str) -> None:
    with pytest.raises(BadSdp):
        await any_plane.plane.publish("studio", offer, "OBS")
    with pytest.raises(BadSdp):
        await any_plane.plane.subscribe("programme", offer, "MH-001")
    # And nothing was taken by it.
    await any_plane.plane.publish("studio", PUBLISH, "OBS")


async def test_offers_the_wrong_way_round_and_of_another_codec_are_bad_sdp(
    any_plane: Subject,
) -> None:
    with pytest.raises(BadSdp):
        await any_plane.plane.publish("studio", WATCH, "OBS")
    with pytest.raises(BadSdp):
        await any_plane.plane.subscribe("programme", PUBLISH, "MH-001")
    other = negotiation.offer(PEER, sdp.Direction.RECVONLY, ["VP8"])
    with pytest.raises(BadSdp, match="H264"):
        await any_plane.plane.subscribe("programme", other, "MH-001")


async def test_unknown_names_are_told_apart(any_plane: Subject) -> None:
    plane = any_plane.plane
    asks: dict[str, list[Coroutine[object, object, object]]] = {
        "unknown_source": [plane.publish("nobody", PUBLISH, "x"), plane.floor("studio")],
        "unknown_output": [plane.subscribe("nothing", WATCH, "x"), plane.route("nothing", None)],
        "unknown_session": [plane.trickle("none", CANDIDATE)],
    }
    for code, calls in asks.items():
        for call in calls:
            with pytest.raises(MediaRefused) as refused:
                await call
            assert refused.value.code == code
    assert await plane.end("none") is False


async def test_candidates_are_taken_and_junk_is_not(any_plane: Subject) -> None:
    opened = await any_plane.plane.subscribe("programme", WATCH, "MH-001")
    name = opened.session.session
    await any_plane.plane.trickle(name, CANDIDATE)
    await any_plane.plane.trickle(name, "a=end-of-candidates\r\n")
    with pytest.raises(BadSdp):
        await any_plane.plane.trickle(name, "junk")


@pytest.mark.parametrize("reason", [EndReason.CLIENT, EndReason.OPERATOR])
async def test_a_session_ends_once_and_everybody_is_told_why(
    any_plane: Subject, reason: EndReason
) -> None:
    plane = any_plane.plane
    opened = await plane.subscribe("programme", WATCH, "MH-001")
    assert await plane.end(opened.session.session, reason)
    assert await any_plane.ended(opened) is reason
    assert plane.find(opened.session.secret) is None
    assert not await plane.end(opened.session.session)


async def test_routes_and_the_floor_may_be_set_before_anybody_publishes(
    any_plane: Subject,
) -> None:
    plane = any_plane.plane
    for source in ("studio", "point/MH-001", None):
        await plane.route("programme", source)
    await plane.floor("point/MH-001")
    await plane.floor(None)


async def test_renditions_may_be_chosen_for_who_has_not_come(any_plane: Subject) -> None:
    await any_plane.plane.choose({"MH-001": Rendition.LOW, "MH-002": Rendition.SOUND})
    await any_plane.plane.choose({})


async def test_a_drained_plane_ends_its_sessions_and_takes_nobody(any_plane: Subject) -> None:
    plane = any_plane.plane
    opened = await plane.subscribe("programme", WATCH, "MH-001")
    await plane.drain()
    assert await any_plane.ended(opened) in (EndReason.DRAINED, EndReason.UNSEEN)
    with pytest.raises((MediaRefused, PlaneUnavailable)):
        await plane.subscribe("programme", WATCH, "MH-002")


# --- of planes whose packets can be looked at ------------------------------------------


async def test_there_is_picture_and_sound_before_anybody_publishes(carrier: Subject) -> None:
    viewer = await carrier.watch()
    await until(lambda: all(len(kept.arrivals) > 5 for kept in viewer.kept.values()))
    await until(lambda: carrier.told(SessionConnected))


async def test_three_viewers_see_the_studio_and_the_slate_when_it_dies(carrier: Subject) -> None:
    studio = await carrier.publish("studio", 1)
    viewers = [await carrier.watch(f"hall {number}") for number in range(3)]
    await until(lambda: all(shows(viewer, 1) for viewer in viewers))
    await studio.kill()
    await until(lambda: all(shows(viewer, 0) for viewer in viewers))
    await until(lambda: [e.up for e in carrier.told(SourceChanged)] == [True, False])
    seen = [e.source for e in carrier.told(OutputChanged) if e.output == "programme"]
    assert seen[0] == "studio"
    assert seen[-1] == "slate"
    assert not any(kept.steps_back for viewer in viewers for kept in viewer.kept.values())


async def test_a_route_and_the_floor_change_what_is_seen_in_the_same_session(
    carrier: Subject,
) -> None:
    plane = carrier.plane
    await carrier.publish("studio", 1)
    await carrier.publish("point/a", 2)
    viewer = await carrier.watch()
    for source, number in (("studio", 1), ("point/a", 2), (None, 0), ("studio", 1)):
        await plane.route("programme", source)
        await until(partial(shows, viewer, number))
    for source, number in (("point/a", 2), (None, 1)):
        await plane.floor(source)
        await until(partial(shows, viewer, number))
    assert not any(kept.steps_back for kept in viewer.kept.values())
    assert viewer.transport.closed is None


async def test_a_plea_for_a_key_frame_reaches_the_publisher_within_a_second(
    carrier: Subject,
) -> None:
    await carrier.publish("studio", 1)
    viewer = await carrier.watch()
    await until(lambda: shows(viewer, 1))
    await asyncio.sleep(0.6)
    keys = viewer.keys
    [video] = [ssrc for ssrc, kind in viewer.ssrcs.items() if kind == VIDEO]
    viewer.transport.send_rtcp(rtcp.build_pli(1, video))
    await until(lambda: viewer.keys > keys, 1.0)


async def test_what_was_lost_is_sent_again(carrier: Subject) -> None:
    await carrier.publish("studio", 1)
    viewer = await carrier.watch()
    await until(lambda: shows(viewer, 1))
    [video] = [ssrc for ssrc, kind in viewer.ssrcs.items() if kind == VIDEO]
    last = viewer.kept[VIDEO].last
    assert last is not None
    viewer.transport.send_rtcp(rtcp.build_nack(1, video, [last[0] & 0xFFFF]))
    await until(lambda: viewer.repairs == 1)
    assert viewer.kept[VIDEO].steps_back == 0


async def test_figures_come_once_a_second_and_name_everybody(carrier: Subject) -> None:
    await carrier.publish("studio", 1)
    viewer = await carrier.watch("MH-001")
    await until(lambda: shows(viewer, 1))
    carrier.events.clear()
    await until(lambda: len(carrier.told(PlaneSample)) >= 3, 6)
    first, *_, last = carrier.told(PlaneSample)
    assert 1.5 < last.uptime_s - first.uptime_s < 3.0 + len(carrier.told(PlaneSample))
    assert last.packets_forwarded > first.packets_forwarded
    assert last.cpu_s >= first.cpu_s
    assert (last.viewers, last.codec) == (1, "H264")
    programme = next(o for o in last.outputs if o.output == "programme")
    assert (programme.video, programme.audio, programme.viewers) == ("studio", "studio", 1)
    by_role = {s.role: s for s in last.sessions}
    assert (by_role["publisher"].who, by_role["viewer"].who) == ("studio", "MH-001")
    for sample in by_role.values():
        assert sample.connected
        assert {s.kind for s in sample.streams} == {"audio", "video"}
    assert all(s.packets_received > 0 for s in by_role["publisher"].streams)
    assert all(s.packets_sent > 0 for s in by_role["viewer"].streams)
