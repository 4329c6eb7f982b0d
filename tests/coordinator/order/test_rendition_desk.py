"""Choosing what a hall is sent: API, journal and plane, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from coordinator.alarm.fact import OrderGiven, RenditionChosen
from coordinator.state import Recorded
from signaling.media_plane import (
    OutputState,
    PlaneLost,
    PlaneSample,
    PlaneUp,
    Rendition,
    SessionSample,
    Why,
)
from tests.coordinator.test_gateway import HELLO, ask
from tests.harness.fake_plane import FakePlane
from tests.harness.server import TOWN, Served, serving
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io
PATH = "/api/v1/points/MH-001"


@asynccontextmanager
async def plane(served: Served) -> AsyncIterator[FakePlane]:
    """A plane that is up and steered."""
    found, desk = FakePlane(served.coordinator.desk.receive), served.coordinator.desk
    found.start()
    steering = asyncio.create_task(desk.run(found))
    try:
        yield found
    finally:
        steering.cancel()
        await asyncio.gather(steering, return_exceptions=True)


@asynccontextmanager
async def hall(served: Served) -> AsyncIterator[str]:
    """An agent that is connected; yields its device."""
    async with served.agent(await served.enrol("MH-001")) as socket:
        await ask(socket, HELLO)
        [device] = served.coordinator.gateway.devices_of("MH-001")
        yield device


def tell(served: Served, device: str, rendition: Rendition, why: Why = Why.NOTHING) -> None:
    """Say once what the hall is sent."""
    viewer = SessionSample(
        session="v", role="viewer", name="programme", who="MH-001", device=device,
        connected=True, rendition=rendition, why=why,
    )  # fmt: skip
    output = OutputState(
        output="programme", route="studio", video="studio", audio="studio", low=True
    )
    served.coordinator.desk.receive(
        PlaneSample(
            cpu_s=1.0, uptime_s=1.0, packets_forwarded=1, viewers=1, codec="H264",
            outputs=(output,), sessions=(viewer,),
        )
    )  # fmt: skip


async def choose(served: Served, choice: str, role: str = "technician") -> Any:
    return await served.call("POST", f"{PATH}/rendition", {"choice": choice}, role=role)


async def stands(served: Served) -> tuple[str, str]:
    _status, body = await served.call("GET", f"{PATH}/orders")
    return body["orders"][0]["state"], body["orders"][0]["why"]


async def asked(found: FakePlane, *words: str) -> None:
    await until(lambda: ("choose", *words) in found.asked)


async def test_a_choice_goes_to_the_plane_and_is_done_when_the_hall_is_sent_it(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served, plane(served) as found, hall(served) as device:
        rows: list[Recorded] = []
        served.coordinator.runtime.listen(rows.extend)
        status, body = await choose(served, "low")
        assert (status, body["orders"][0]["state"]) == (202, "sent")
        assert [type(row.fact) for row in rows[-2:]] == [RenditionChosen, OrderGiven]
        assert {row.actor.partition(":")[0] for row in rows[-2:]} == {"token"}, "a fact, with who"
        await asked(found, "MH-001 low")
        tell(served, device, Rendition.HIGH)
        assert await stands(served) == ("begun", "")
        tell(served, device, Rendition.LOW, Why.CHOICE)
        assert await stands(served) == ("done", "")
        view = served.coordinator.context.point_view("MH-001")
        assert (view.rendition, view.sending, view.sending_why) == ("low", "picture_low", "choice")


async def test_what_the_line_does_not_bear_is_refused_and_stays_wanted(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, plane(served) as found, hall(served) as device:
        await choose(served, "high")
        await asked(found, "MH-001 high")
        tell(served, device, Rendition.LOW, Why.BUDGET)
        assert await stands(served) == ("refused", "budget")
        await choose(served, "auto")
        await asked(found)
        tell(served, device, Rendition.LOW, Why.BUDGET)
        assert await stands(served) == ("done", "")


async def test_nothing_is_shown_as_done_while_the_plane_is_away(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, plane(served) as found, hall(served) as device:
        served.coordinator.desk.receive(PlaneLost())
        await choose(served, "sound")
        tell(served, device, Rendition.SOUND, Why.LOSS)
        assert await stands(served) == ("sent", "")
        served.coordinator.desk.receive(PlaneUp(boot="b", restarted=True))
        await asked(found, "MH-001 sound")
        tell(served, device, Rendition.SOUND, Why.CHOICE)
        assert await stands(served) == ("done", "")


async def test_a_choice_outlives_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, hall(served):
        await choose(served, "low")
    async with serving(tmp_path) as served, plane(served) as found:
        await asked(found, "MH-001 low")


@pytest.mark.parametrize(
    ("choice", "role", "status"),
    [("low", "viewer", 403), ("low", "host", 403), ("4k", "technician", 422)],
)
async def test_who_may_not_or_cannot_choose_is_told(
    tmp_path: Path, choice: str, role: str, status: int
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        assert (await choose(served, choice, role))[0] == status


async def test_a_hall_that_is_not_there_cannot_be_sent_anything(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        status, body = await choose(served, "low")
        assert (status, body["code"]) == (409, "no_device")
        assert served.coordinator.runtime.state.renditions == {}
