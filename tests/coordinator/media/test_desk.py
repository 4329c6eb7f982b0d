"""The media desk against a fake plane: what is on air follows the journal, whatever dies."""

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from coordinator.alarm.fact import RenditionChosen
from coordinator.fact import BroadcastSet, FloorGiven, PhaseEntered, PointWithdrawn, SourceChosen
from coordinator.judge.line import Watching
from coordinator.media.desk import MediaDesk
from coordinator.preflight.readiness import MediaState
from coordinator.runtime import Runtime
from signaling.media_errors import PlaneUnavailable
from signaling.media_plane import (
    CodecChanged,
    OutputState,
    PlaneLost,
    PlaneSample,
    PlaneUp,
    Rendition,
    SessionSample,
    SourceChanged,
    StreamSample,
)
from signaling.schema import Broadcast, Phase, RenditionChoice
from tests.harness.facts import planned, point
from tests.harness.memory_journal import MemoryJournal


class FakePlane:
    """A plane that only remembers what it was told."""

    def __init__(self) -> None:
        self.routes: list[str | None] = []
        self.floors: list[str | None] = []
        self.chosen: list[dict[str, Rendition]] = []
        self.away = False

    async def route(self, output: str, source: str | None) -> None:
        if self.away:
            raise PlaneUnavailable("away")
        self.routes.append(source)

    async def floor(self, source: str | None) -> None:
        self.floors.append(source)

    async def choose(self, chosen: Mapping[str, Rendition]) -> None:
        self.chosen.append(dict(chosen))


async def started() -> tuple[Runtime, MediaDesk, FakePlane, "asyncio.Task[None]"]:
    runtime = Runtime(MemoryJournal(), "boot", lambda: None)
    await runtime.change([point("MH-000"), planned()], actor="t", session="s1")
    desk, plane = MediaDesk(runtime, None), FakePlane()
    return runtime, desk, plane, asyncio.create_task(desk.run(plane))  # type: ignore[arg-type]


async def on_air(runtime: Runtime, broadcast: Broadcast) -> None:
    facts = [PhaseEntered(phase=Phase.LIVE), BroadcastSet(broadcast=broadcast)]
    await runtime.change(facts, actor="t", session="s1")
    await asyncio.sleep(0.01)


async def test_the_programme_follows_the_broadcast() -> None:
    runtime, desk, plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    await asyncio.sleep(0.01)
    await on_air(runtime, Broadcast.ON)
    await on_air(runtime, Broadcast.PAUSED)
    assert plane.routes[0] is None
    assert plane.routes[-2:] == ["studio", None]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_plane_that_comes_back_is_told_again_what_is_on_air() -> None:
    runtime, desk, plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    await on_air(runtime, Broadcast.ON)
    desk.receive(PlaneLost())
    await asyncio.sleep(2)
    assert desk.state() == MediaState()
    plane.routes.clear()
    desk.receive(PlaneUp(boot="b", restarted=True))
    await asyncio.sleep(0.01)
    assert plane.routes == ["studio"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_plane_that_comes_back_is_told_again_who_speaks() -> None:
    runtime, desk, plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    await on_air(runtime, Broadcast.ON)
    steps = [FloorGiven(point="MH-000"), SourceChosen(source="studio-backup")]
    for fact in steps:
        await runtime.change([fact], actor="t", session="s1")
        await asyncio.sleep(0.01)
    assert (plane.routes[-1], plane.floors[-1]) == ("studio-backup", "point/MH-000")
    desk.receive(PlaneLost())
    plane.routes.clear()
    plane.floors.clear()
    desk.receive(PlaneUp(boot="b", restarted=True))
    await asyncio.sleep(0.01)
    assert (plane.routes, plane.floors) == (["studio-backup"], ["point/MH-000"])
    await runtime.change([PointWithdrawn(code="MH-000")], actor="t")
    await asyncio.sleep(0.01)
    assert plane.floors[-1] is None
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_plane_that_comes_back_is_told_again_what_was_chosen_for_whom() -> None:
    runtime, desk, plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    fact = RenditionChosen(point="MH-000", choice=RenditionChoice.SOUND)
    await runtime.change([fact], actor="t", session="s1")
    await asyncio.sleep(0.01)
    assert plane.chosen[-1] == {"MH-000": Rendition.SOUND}
    assert desk.has_taken("MH-000", RenditionChoice.SOUND)
    desk.receive(PlaneLost())
    assert not desk.has_taken("MH-000", RenditionChoice.SOUND)
    plane.chosen.clear()
    desk.receive(PlaneUp(boot="b", restarted=True))
    await asyncio.sleep(0.01)
    assert plane.chosen == [{"MH-000": Rendition.SOUND}]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_plane_that_is_away_is_started_until_it_is_there() -> None:
    asked = 0

    async def ensure() -> int:
        nonlocal asked
        asked += 1
        raise PlaneUnavailable("not yet")

    runtime = Runtime(MemoryJournal(), "boot", lambda: None)
    desk, plane = MediaDesk(runtime, ensure), FakePlane()
    plane.away = True
    task = asyncio.create_task(desk.run(plane))  # type: ignore[arg-type]
    await asyncio.sleep(3)
    assert asked >= 5
    desk.receive(PlaneUp(boot="a", restarted=False))
    await asyncio.sleep(0.01)
    assert desk.state().relay
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_the_plane_measures_is_shown() -> None:
    _runtime, desk, _plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    desk.receive(CodecChanged(codec="VP8"))
    assert (desk.state().uplink_kbps, desk.state().budget_kbps) == (None, None)
    line = {"uplink_bps": 100_000_000, "budget_bps": 85_000_000, "used_bps": 1_004_000}
    desk.receive(replace(sample(0), **line))
    state = desk.state()
    assert (state.uplink_kbps, state.budget_kbps) == (100_000, 85_000)
    assert (state.studio, state.programme, state.viewers) == (True, "studio", 1)
    assert (state.egress_kbps, state.packets_forwarded) == (1000, 7)
    desk.receive(SourceChanged(source="studio", up=False))
    assert not desk.state().studio
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_studio_is_up_while_its_backup_stands_in() -> None:
    _runtime, desk, _plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    desk.receive(SourceChanged(source="studio", up=True))
    desk.receive(SourceChanged(source="studio-backup", up=True))
    desk.receive(SourceChanged(source="studio", up=False))
    state = desk.state()
    assert (state.studio, state.backup) == (True, True)
    desk.receive(SourceChanged(source="studio-backup", up=False))
    assert not desk.state().studio
    desk.receive(SourceChanged(source="point/a", up=True))
    assert desk.state().sources == ("point/a",)
    assert not desk.state().studio
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_sound_and_picture_on_air_are_told_apart() -> None:
    _runtime, desk, _plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    output = OutputState(output="programme", route="studio", video="studio-backup", audio="point/a")
    desk.receive(replace(sample(0), outputs=(output,)))
    assert (desk.state().programme, desk.state().sound) == ("studio-backup", "point/a")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def sample(sent: int) -> PlaneSample:
    viewer = SessionSample(
        session="v",
        role="viewer",
        name="programme",
        who="MH-001",
        connected=True,
        streams=(StreamSample(kind="video", bytes_sent=sent),),
    )
    studio = SessionSample(
        session="p",
        role="publisher",
        name="studio",
        who="x",
        connected=True,
        last_packet_age_s=0.01,
    )
    output = OutputState(
        output="programme", route="studio", video="studio", audio="studio", viewers=1
    )
    return PlaneSample(
        cpu_s=1.0,
        uptime_s=2.0,
        packets_forwarded=7,
        viewers=1,
        codec="H264",
        outputs=(output,),
        sessions=(viewer, studio),
    )


async def test_the_studios_sound_is_what_the_judge_hears_of_it_lately() -> None:
    _runtime, desk, _plane, task = await started()
    desk.receive(PlaneUp(boot="a", restarted=False))
    for packets in (50, 100):
        desk.receive(studio_sample(packets))
    assert desk.state().studio_sound is None
    desk.receive_watching(Watching(sound_age_s=9.0, level_db=-20.0))
    assert desk.state().studio_sound is None, "that was a while ago"
    desk.receive_watching(Watching(sound_age_s=0.1, level_db=-20.0))
    assert desk.state().studio_sound is True
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def studio_sample(packets: int) -> PlaneSample:
    """Return a sample of a studio that is on air."""
    stream = StreamSample(kind="audio", packets_received=packets)
    studio = SessionSample(
        session="s", role="publisher", name="studio", who="w", connected=True, streams=(stream,)
    )
    programme = OutputState(output="programme", route="studio", video="studio", audio="studio")
    return PlaneSample(
        cpu_s=0.0,
        uptime_s=1.0,
        packets_forwarded=0,
        viewers=0,
        codec="h264",
        outputs=(programme,),
        sessions=(studio,),
    )
