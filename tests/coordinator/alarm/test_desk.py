"""Alarms, shares and orders of a real coordinator, as a technician meets them."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec
import pytest

from coordinator.fact import FaultReported, PhaseEntered, PresenceChanged, ReceptionChanged
from signaling.entry import FaultKind
from signaling.schema import Phase, Presence, Reception
from tests.dashboards.test_feed import HELLO, Screen, watch
from tests.harness.facts import planned, point
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io
T = TypeVar("T")

PLAYING = Reception.PLAYING
LIVE = PhaseEntered(phase=Phase.LIVE)
SEEN = PresenceChanged(point="MH-001", presence=Presence.ONLINE, why="word")
LOST = PresenceChanged(point="MH-001", presence=Presence.LOST, why="silence")


async def lose(served: Served) -> str:
    """Have MH-001 lost; return its alarm."""
    session = next(iter(served.coordinator.runtime.state.sessions))
    await served.coordinator.runtime.change([LIVE, SEEN, LOST], actor="test", session=session)
    [found] = await until(lambda: alarms(served, "MH-001"), bool)
    return str(found["id"])


async def until(ask: Callable[[], Awaitable[T]], good: Callable[[T], object]) -> T:
    """Ask until the answer is good."""
    async with asyncio.timeout(10):
        while not good(answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer


async def alarms(served: Served, point: str | None) -> list[dict[str, Any]]:
    _status, body = await served.call("GET", "/api/v1/alarms", role="technician")
    return [alarm for alarm in body["alarms"] if alarm["point"] == point]


async def deed(served: Served, path: str, body: object = None, role: str = "technician") -> Any:
    return await served.call("POST", f"/api/v1/alarms/{path}", body, role)


async def test_a_technician_sees_takes_notes_and_puts_aside(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        id_ = await lose(served)
        status, body = await deed(served, f"{id_}/take", {})
        assert (status, body["state"], body["holder"]) == (200, "acknowledged", "technician")
        status, body = await deed(served, f"{id_}/take", {}, role="admin")
        assert (status, body["code"]) == (409, "taken")
        other = {"instead_of": served.tokens["technician"].split("_")[1]}
        assert (await deed(served, f"{id_}/take", other, role="admin"))[0] == 200
        assert (await deed(served, f"{id_}/release", role="admin"))[1]["taken_by"] is None
        assert (await deed(served, f"{id_}/notes", {"text": "Mất điện cả xã"}))[0] == 200
        shelf = {"minutes": 10, "reason": "Chờ điện"}
        assert (await deed(served, f"{id_}/shelve", shelf))[1]["state"] == "shelved"
        assert (await deed(served, f"{id_}/unshelve"))[1]["state"] == "acknowledged"
        _status, body = await served.call("GET", f"/api/v1/alarms/{id_}", role="technician")
        notes = [mark["note"] for mark in body["history"] if mark["note"]]
        assert notes == ["Mất điện cả xã", "Chờ điện"]
        assert body["to_acknowledge_s"] >= 0
        _status, body = await served.call("GET", f"/api/v1/alarms/{id_}", role="viewer")
        assert {(mark["by"], mark["note"]) for mark in body["history"]} == {(None, None)}
        _status, body = await served.call("GET", "/api/v1/points/MH-001/alarms")
        assert [one["alarm"]["id"] for one in body["alarms"]] == [id_]


@pytest.mark.parametrize("role", ["viewer", "host", "secretary"])
async def test_others_look_and_touch_nothing(tmp_path: Path, role: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        id_ = await lose(served)
        assert (await served.call("GET", "/api/v1/alarms", role=role))[0] == 200
        for path, body in (("acknowledge", None), ("take", {}), ("notes", {"text": "x"})):
            assert (await deed(served, f"{id_}/{path}", body, role=role))[0] == 403
        order = {"action": "rejoin_media"}
        status, _ = await served.call("POST", "/api/v1/points/MH-001/orders", order, role=role)
        assert status == 403


async def test_a_call_for_help_is_an_alarm_until_it_is_done(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        runtime = served.coordinator.runtime
        session = next(iter(runtime.state.sessions))
        stamp = {"device": "d", "entered_utc": "2026-10-04T00:45:00.000Z", "digest": ""}
        call = FaultReported(point="MH-002", what=FaultKind.ECHO, **stamp)
        await runtime.change([LIVE], actor="test", session=session)
        for _ in range(2):
            await runtime.change([call], actor="test", session=session)
            found = await until(lambda: alarms(served, "MH-002"), bool)
            assert [(one["what"], one["why"]) for one in found] == [("help_wanted", "echo")]
            await deed(served, f"{found[0]['id']}/resolve")
            assert await alarms(served, "MH-002") == []


async def test_an_alarm_reaches_the_screens_and_leaves_them(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "technician") as socket:
        screen = Screen(socket)
        await screen.read()
        id_ = await lose(served)
        await screen.until(f"alarms.{id_}.what", "lost")
        await deed(served, f"{id_}/take", {})
        await screen.until(f"alarms.{id_}.holder", "technician")
        async with watch(served, "viewer") as other:
            late = Screen(other)
            await late.read()
            assert late.look(f"alarms.{id_}.holder") is None
            assert late.look(f"alarms.{id_}.taken_by") == screen.state["me"]
        session = served.coordinator.runtime.state.session
        assert session is not None
        over = PhaseEntered(phase=Phase.BRANCH_MEETINGS)
        await served.coordinator.runtime.change([over], actor="test", session=session.id)
        while id_ in screen.state["alarms"]:
            await screen.read()


async def test_alarms_outlive_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        id_ = await lose(served)
        await deed(served, f"{id_}/shelve", {"minutes": 30, "reason": "Chờ điện"})
    async with serving(tmp_path) as served:
        [alarm] = await alarms(served, "MH-001")
        assert (alarm["id"], alarm["state"]) == (id_, "shelved")


async def test_points_are_shared_out(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "viewer") as socket:
        screen = Screen(socket)
        await screen.read()
        mine = served.tokens["technician"].split("_")[1]
        body = {"points": ["MH-001", "MH-002"], "technician": mine}
        status, answer = await served.call("POST", "/api/v1/shares", body, role="technician")
        assert status == 200
        assert {one["id"]: one["points"] for one in answer["technicians"]}[mine] == 2
        await screen.until("points.MH-001.share", mine)
        body = {"points": ["MH-001"], "technician": "nobody"}
        status, answer = await served.call("POST", "/api/v1/shares", body, role="technician")
        assert (status, answer["code"]) == (404, "unknown_technician")


async def orders(served: Served) -> list[tuple[str, str]]:
    _status, body = await served.call("GET", "/api/v1/points/MH-001/orders", role="technician")
    return [(one["state"], one["why"]) for one in body["orders"]]


async def until_orders(served: Served, expected: list[tuple[str, str]]) -> None:
    await until(lambda: orders(served), lambda found: found == expected)


async def give(served: Served, body: dict[str, Any]) -> Any:
    return await served.call("POST", "/api/v1/points/MH-001/orders", body, role="technician")


async def receive(socket: "aiohttp.ClientWebSocketResponse[bool]", kind: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = await socket.receive_json()
            if message["type"] == kind:
                return message


async def test_an_order_goes_out_and_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as agent:
            await agent.send_json(HELLO)
            await receive(agent, "welcome")
            status, body = await give(served, {"action": "rejoin_media"})
            assert (status, [one["state"] for one in body["orders"]]) == (202, ["sent"])
            order = await receive(agent, "order.give")
            assert order["action"] == "rejoin_media"
            await agent.send_json({"type": "order.answer", "id": order["id"], "outcome": "begun"})
            await until_orders(served, [("begun", "")])
            answer = {"outcome": "refused", "why": "not_receiving"}
            await agent.send_json({"type": "order.answer", "id": order["id"], **answer})
            await until_orders(served, [("refused", "not_receiving")])


async def test_an_order_nobody_could_take_is_refused_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        assert (await give(served, {"action": "rejoin_media"}))[1]["code"] == "no_device"
        assert (await give(served, {"action": "dance"}))[0] == 422
        assert (await give(served, {"action": "show_message"}))[1]["code"] == "text_required"
        body = {"action": "rejoin_media"}
        assert (await served.call("POST", "/api/v1/points/X/orders", body))[0] == 404
        assert (await served.call("GET", "/api/v1/points/X/orders"))[0] == 404
        assert (await served.call("GET", "/api/v1/points/X/alarms"))[0] == 404
        assert (await served.call("GET", "/api/v1/alarms/X"))[0] == 404


async def test_300_points_with_one_provider_cut_are_one_line_on_the_wall(tmp_path: Path) -> None:
    providers = ("Viettel", "VNPT", "FPT")
    town = [
        msgspec.structs.replace(
            point(f"MH-{n:03d}"), provider=providers[n % 3], place=f"Xã {n // 20}", main=n == 0
        )
        for n in range(300)
    ]
    codes = [one.code for one in town]
    hit = [one.code for one in town if one.provider == "VNPT"]
    async with serving(tmp_path, *town, planned(main_point="MH-000")) as served:
        runtime = served.coordinator.runtime
        session = next(iter(runtime.state.sessions))
        here = [PresenceChanged(point=c, presence=Presence.ONLINE, why="word") for c in codes]
        well = [ReceptionChanged(point=c, reception=PLAYING, why="playing") for c in codes]
        await runtime.change([LIVE, *here, *well], actor="test", session=session)
        for code in hit:
            gone = PresenceChanged(point=code, presence=Presence.LOST, why="silence")
            await runtime.change([gone], actor="test", session=session)

        async def halls() -> list[dict[str, Any]]:
            _status, body = await served.call("GET", "/api/v1/alarms", role="technician")
            # No relay runs here: the centre's own lines are of another family.
            return [one for one in body["alarms"] if one["family"] == "programme"]

        [line] = await until(halls, lambda lines: len(lines) == 1 and lines[0]["had"] == len(hit))
        assert (line["cause"], line["name"], line["priority"]) == ("provider", "VNPT", "high")
        assert sorted(line["points"]) == hit
