"""Dead studios, cuts and returning publishers through a real relay; short of tests.bench.cuts."""

import asyncio

import pytest

from signaling.media_errors import MediaRefused
from signaling.media_plane import EndReason, SessionEnded
from signaling.relay.session import GIVES_WAY_S
from tests.bench.cuts import AUDIO, VIDEO, Publisher, Viewer, cut, kill_main, shows
from tests.signaling.peers import until
from tests.signaling.relay.rig import rig

pytestmark = pytest.mark.real_io


async def kill(*publishers: Publisher) -> None:
    await asyncio.gather(*(publisher.kill() for publisher in publishers))


async def test_a_killed_main_is_replaced_within_a_second_and_let_in_again_at_once() -> None:
    async with rig(stall_s=1.0) as it:
        main, backup = (
            Publisher(it.plane, "studio", 1),
            Publisher(it.plane, "studio-backup", 2, 0.1),
        )
        viewer = Viewer(it.plane)
        await viewer.start()
        await main.start()
        await backup.start()
        pictures, sounds = await kill_main(viewer, main, backup, 1)
        assert pictures[0] < 1.0
        assert sounds[0] < 1.0
        ended = [e for e in it.seen(SessionEnded) if isinstance(e, SessionEnded)]
        assert [(e.name, e.reason) for e in ended] == [("studio", EndReason.REPLACED)]
        assert sum(kept.steps_back for kept in viewer.kept.values()) == 0
        assert max(abs(askew) for askew in viewer.askew_s) < 0.08
        with pytest.raises(MediaRefused) as refused:
            await Publisher(it.plane, "studio", 3).start()
        assert refused.value.code == "occupied"
        await kill(main, backup)
        await viewer.transport.close()


async def test_the_floor_goes_from_hall_to_hall_and_each_hears_all_but_itself() -> None:
    async with rig(stall_s=1.0) as it:
        studio = Publisher(it.plane, "studio", 1)
        points = (Publisher(it.plane, "point/a", 3, 0.05), Publisher(it.plane, "point/b", 4, 0.15))
        viewer, own, back = Viewer(it.plane), Viewer(it.plane, "a"), Viewer(it.plane, "studio")
        await asyncio.gather(*(publisher.start() for publisher in (studio, *points)))
        await asyncio.gather(viewer.start(), own.start(), back.start("return"))
        await until(lambda: shows(viewer, 1))
        pictures, sounds = await cut(viewer, it.plane, points, 4)
        assert max(pictures) < 0.4
        assert max(sounds) < 0.1
        assert sum(kept.steps_back for kept in viewer.kept.values()) == 0
        assert max(abs(askew) for askew in viewer.askew_s) < 0.08
        assert {who for _, who in own.kept[AUDIO].arrivals} <= {0, 1, 4}
        assert {who for _, who in own.kept[VIDEO].arrivals} >= {3, 4}
        assert {who for _, who in back.kept[AUDIO].arrivals} <= {0, 3, 4}
        assert sum(kept.steps_back for kept in own.kept.values()) == 0
        with pytest.raises(MediaRefused):
            await it.plane.floor("studio")
        await it.plane.floor(None)
        await until(lambda: shows(viewer, 1))
        await kill(studio, *points)
        for watching in (viewer, own, back):
            await watching.transport.close()


async def test_a_stranger_does_not_get_the_place_of_a_studio_that_pauses() -> None:
    async with rig() as it:
        main, stranger = Publisher(it.plane, "studio", 1), Publisher(it.plane, "studio", 2)
        stranger.who = "stranger"
        await main.start()
        await main.kill()
        await asyncio.sleep(GIVES_WAY_S + 0.1)
        with pytest.raises(MediaRefused):
            await stranger.start()
        await main.start()
        await kill(main)


async def test_a_frozen_picture_beside_running_sound_is_replaced() -> None:
    async with rig(stall_s=1.0) as it:
        main, backup = Publisher(it.plane, "studio", 1), Publisher(it.plane, "studio-backup", 2)
        viewer = Viewer(it.plane)
        await viewer.start()
        await main.start()
        await backup.start()
        await until(lambda: shows(viewer, 1))
        main.blind = True
        await until(lambda: shows(viewer, 2), 1.0)
        assert it.on_air() == "studio-backup"
        await kill(main, backup)
        await viewer.transport.close()
