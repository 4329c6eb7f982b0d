import asyncio

import pytest

from signaling.burst import Burst
from signaling.relay.line import Line
from signaling.relay.pacing import COLLECT_S, new_departures
from signaling.relay.splice import Out
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io


class Hall:
    def __init__(self) -> None:
        self.got: list[int] = []

    def forward_burst(self, burst: Burst) -> None:
        self.got += [packet.sequence for packet in burst.packets]


async def test_a_frame_without_an_end_leaves_by_the_loops_clock() -> None:
    now, hall = asyncio.get_running_loop().time(), Hall()
    departures = new_departures(256, Line())["video"]
    departures.join(hall)
    departures.add(Out(1, 0, False, b"x", False), now)
    assert hall.got == []
    await until(lambda: hall.got == [1])
    assert departures.next_timer() is None
    assert COLLECT_S <= 0.002


async def test_sound_waits_for_nothing() -> None:
    hall = Hall()
    departures = new_departures(256, Line())["audio"]
    departures.join(hall)
    departures.add(Out(1, 0, False, b"x", False), asyncio.get_running_loop().time())
    assert hall.got == [1]


async def test_many_halls_are_served_in_steps_until_all_have_it() -> None:
    halls = [Hall() for _ in range(50)]
    departures = new_departures(10, Line())["video"]
    for hall in halls:
        departures.join(hall)
    departures.add(Out(1, 0, True, b"x", False), asyncio.get_running_loop().time())
    assert 0 < sum(len(hall.got) for hall in halls) < 50
    await until(lambda: all(hall.got == [1] for hall in halls))
    assert departures.waiting() == 0
