"""Agents of earlier releases still get along with us, and we with coordinators of theirs.

``tests/vectors/conversation-*.jsonl`` are whole conversations as they were. What each end said is
played to today's other end, which must say all that it said then: messages of the same kinds,
with at least the same members, of the same types. More may come; nothing may go.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

from endpoints.agent import Agent
from endpoints.enrolment import Enrolment
from endpoints.spool_desk import open_desk
from signaling.entry import BODIES
from signaling.messages import PROTOCOL_VERSIONS
from tests.harness.server import TOWN, serving
from tests.vectors.conversation import FOLDER, POINT, hall

pytestmark = pytest.mark.real_io

Frame = dict[str, Any]
RECORDED = sorted(FOLDER.glob("conversation-*.jsonl"))
NOT_OURS = {"session.state"}
"Said when somebody at the centre does something; the playing of a device alone does not."


def frames(file: Path, who: str) -> list[Frame]:
    """Return what one end said."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [json.loads(line["text"]) for line in lines if line["from"] == who]


def lacks(then: Any, now: Any, at: str = "$") -> list[str]:
    """Return what was said then and is not said now: members gone, or of another type."""
    if then is None or now is None:
        return []  # Whatever may be absent is null in one of the two.
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{at}.{name}" for name in then.keys() - now.keys()]
        return gone + [w for k in then.keys() & now.keys() for w in lacks(then[k], now[k], at + k)]
    if isinstance(then, list) and isinstance(now, list):
        return lacks(then[0], now[0], at + "[]") if then and now else []
    number = isinstance(then, int | float) and isinstance(now, int | float)
    return [] if number or type(then) is type(now) else [f"{at} is {now!r}, was {then!r}"]


def missing(then: list[Frame], now: list[Frame]) -> list[Frame]:
    """Return every frame of then that has no like now."""
    return [
        frame
        for frame in then
        if not any(one["type"] == frame["type"] and not lacks(frame, one) for one in now)
    ]


def acked(said: list[Frame]) -> set[int]:
    """Return the numbers of the facts that were acked."""
    return {frame["seq"] for frame in said if frame["type"] == "fact.acked"}


def test_there_is_a_recording_of_every_version_we_speak() -> None:
    spoken = {hello["versions"][0] for file in RECORDED for hello in frames(file, "device")[:1]}
    assert set(PROTOCOL_VERSIONS) <= spoken


def test_a_recording_says_everything_that_an_agent_can_enter() -> None:
    entered = {f["kind"] for f in frames(RECORDED[-1], "device") if f["type"] == "fact.enter"}
    assert entered == set(BODIES)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_an_agent_of_then_hears_what_it_heard(tmp_path: Path, file: Path) -> None:
    said, heard = frames(file, "device"), list[Frame]()
    expected = [f for f in frames(file, "coordinator") if f["type"] not in NOT_OURS]
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol(POINT)) as socket:
            for frame in said:
                if frame["type"] not in ("goodbye", "order.answer"):
                    await socket.send_json(frame)
            order = {"action": "rejoin_media", "text": ""}
            path = f"/api/v1/points/{POINT}/orders"
            await socket.receive_json()
            assert (await served.call("POST", path, order, role="technician"))[0] == 202
            async with asyncio.timeout(30):
                while missing(expected[1:], heard) or acked(heard) != acked(expected):
                    heard.append(await socket.receive_json())
            await socket.send_json(said[-1])


class CoordinatorOfThen:
    """Says to an agent what a coordinator said, in its order; acks when something came."""

    def __init__(self, said: list[Frame]) -> None:
        self.heard: list[Frame] = []
        self._said = said
        self._spool = ""

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            frame = json.loads(message.data)
            self.heard.append(frame)
            for answer in self._answers(frame):
                await socket.send_json(answer)
        return socket

    def _answers(self, frame: Frame) -> list[Frame]:
        match frame["type"]:
            case "hello":
                self._spool = frame["spool"]
                told = ("welcome", "session.state", "order.give")
                return [one for one in self._said if one["type"] in told]
            case "fact.enter":
                acks = [one for one in self._said if one["type"] == "fact.acked"]
                like = next(one for one in acks if one["seq"] == frame["seq"])
                return [like | {"spool": self._spool}]
            case "clock.probe":
                answer = next(one for one in self._said if one["type"] == "clock.answer")
                return [answer | {"sent_ms": frame["sent_ms"]}]
            case _:
                return []


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
async def test_a_coordinator_of_then_hears_what_it_heard(tmp_path: Path, file: Path) -> None:
    then = CoordinatorOfThen(frames(file, "coordinator"))
    expected = [f for f in frames(file, "device") if f["type"] not in ("goodbye",)]
    app = web.Application()
    app.router.add_get("/ws/agent", then.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with ThreadPoolExecutor(1) as executor:
        desk = await open_desk(tmp_path / "spool.db", executor, moment="t")
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        enrolment = Enrolment(
            server=url, device="d1", credential="nc1_x", point=POINT, point_name=POINT
        )
        agent = Agent(hall(enrolment, desk, tmp_path))
        running = asyncio.create_task(agent.run())
        for fact in expected:
            if fact["type"] == "fact.enter":
                body = json.dumps(fact["body"])
                await agent.enter(msgspec.json.decode(body, type=BODIES[fact["kind"]]))
        async with asyncio.timeout(30):
            while missing(expected, then.heard) or desk.pending:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        agent.stop("heard")
        await running
        await desk.close()
    await runner.cleanup()
    assert then.heard[-1]["type"] == "goodbye"
