"""What goes wrong with whole machines: a hall's power and line, the relay; and what people say.

Each deed is done in a live session of a running demo, watched from outside and undone.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from config.utc import format_utc
from tests.harness.agent_process import AgentProcess
from tests.harness.demo import RunningDemo
from tests.harness.fault_table import Outcome, Point, is_proven

LOOK_S = 0.1
READ_S = 1.0
"A line that went into an incident sooner was read by nobody."
HELLO = {"type": "hello", "versions": [1], "spool": "fault-table", "software": "test"}
RECEIVES = ("receiving", "playing", "verified", "confirmed_in_room")
ROOM = "room_contradicts"
Alarm = dict[str, Any]


class Phone:
    """The phone of a hall's operator. It reads all the time, and so answers who asks for it."""

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse[bool]") -> None:
        self._socket = socket
        self._seq = 0
        self._told: asyncio.Queue[str] = asyncio.Queue()

    async def say(self, sees_and_hears: bool) -> None:
        """Answer what the centre asks ten minutes before the start."""
        self._seq += 1
        word = "yes" if sees_and_hears else "no"
        await self._socket.send_json(
            {
                "type": "fact.enter",
                "spool": HELLO["spool"],
                "seq": self._seq,
                "entered_utc": format_utc(time.time()),
                "kind": "room.answered",
                "body": {"picture": "yes", "sound": word, "note": ""},
            }
        )
        await self._hear("fact.acked")

    async def greet(self) -> None:
        """Say who it is."""
        await self._socket.send_json(HELLO)
        await self._hear("welcome")

    async def read(self) -> None:
        """Take what comes until the line ends. Run as a task."""
        async for frame in self._socket:
            self._told.put_nowait(frame.json()["type"])

    async def _hear(self, type_: str) -> None:
        async with asyncio.timeout(10):
            while await self._told.get() != type_:
                pass


@asynccontextmanager
async def phone_of(demo: RunningDemo, code: str) -> AsyncIterator[Phone]:
    """Join as the phone of a hall, with the session's code."""
    body = {"code": demo.access["join_code"], "role": "phone", "point": code}
    async with demo.http.post(f"{demo.url}/api/v1/join", json=body) as answer:
        credential = (await answer.json())["credential"]
    async with demo.http.ws_connect(
        f"{demo.url}/ws/agent",
        protocols=("nhipcau", f"bearer.{credential}"),
        headers={"Origin": demo.url},
    ) as socket:
        phone = Phone(socket)
        reading = asyncio.create_task(phone.read())
        await phone.greet()
        yield phone
        await socket.close()
        await reading


async def alarms(demo: RunningDemo) -> list[Alarm]:
    """Return what the wall lists."""
    answer = await demo.get("/api/v1/alarms", "technician")
    return list(answer["alarms"]) if answer else []


async def acknowledge_all(demo: RunningDemo) -> None:
    """Take note of every alarm: those that are over leave the list."""
    headers = {"Authorization": f"Bearer {demo.access['tokens']['technician']}"}
    for alarm in await alarms(demo):
        url = f"{demo.url}/api/v1/alarms/{alarm['id']}/acknowledge"
        async with demo.http.post(url, headers=headers):
            pass  # one that went in between is fine


async def lose_power(demo: RunningDemo, agent: AgentProcess, code: str) -> Outcome:
    """Take a hall's machine away without a word, and switch another run of it on."""

    async def back() -> None:
        await agent.end()
        await agent.start()

    return await _vanish(demo, agent, code, back)


async def lose_line(demo: RunningDemo, agent: AgentProcess, code: str) -> Outcome:
    """Have nothing go in or out of a hall while all its connections stay open."""

    async def back() -> None:
        agent.go_on()

    return await _vanish(demo, agent, code, back)


async def _vanish(
    demo: RunningDemo, agent: AgentProcess, code: str, back: Callable[[], Awaitable[None]]
) -> Outcome:
    agent.hold()
    detected = await _seconds(demo, lambda points: points[code]["tile"] == "lost", 30)
    await back()
    cleared = await _seconds(demo, lambda points: is_proven(points[code]), 60)
    return Outcome(detected_s=detected, cleared_s=cleared)


async def contradict(demo: RunningDemo, phone: Phone, code: str) -> Outcome:
    """Have a hall say no while its machine proves picture and sound, then yes."""
    began = time.monotonic()
    await phone.say(False)
    while not any(a["what"] == ROOM and a["point"] == code for a in await alarms(demo)):
        assert time.monotonic() < began + 20, await alarms(demo)
        await asyncio.sleep(LOOK_S)
    detected = time.monotonic() - began
    await phone.say(True)
    cleared = await _seconds(
        demo, lambda points: points[code]["reception"] == "confirmed_in_room", 20
    )
    return Outcome(detected_s=detected, cleared_s=cleared)


@dataclass
class Death:
    """What the wall said from the relay's death to the last hall's return."""

    detected_s: float | None = None
    "Until nobody was shown as receiving any more, or the last of them just before."
    back_s: float | None = None
    "Until every hall received again."
    proven_s: float | None = None
    "Until every hall was verified again."
    stood: dict[str, tuple[float, float, str]] = field(default_factory=dict)
    "By alarm: when it was first and last listed, and what it said; an incident is one line."

    def lines(self) -> list[str]:
        """Return what stood long enough to be read."""
        return [said for first, last, said in self.stood.values() if last - first >= READ_S]


async def kill_relay(demo: RunningDemo) -> Death:
    """Kill the relay under a live session; it is started again by whoever keeps it."""
    before = {alarm["id"] for alarm in await alarms(demo)}
    death, began = Death(), time.monotonic()
    demo.kill("relay")
    while death.proven_s is None and time.monotonic() < began + 60:
        points, listed = await demo.points(), await alarms(demo)
        after = time.monotonic() - began
        for alarm in listed:
            if alarm["id"] not in before:
                first = death.stood.get(alarm["id"], (after, 0.0, ""))[0]
                said = f"{alarm['cause'] or alarm['what']} ({alarm['why']})"
                death.stood[alarm["id"]] = (first, after, said)
        out = [p for p in points.values() if p["reception"] not in RECEIVES]
        if points and len(out) >= len(points) / 2 and death.detected_s is None:
            death.detected_s = after
        if death.detected_s is not None and not out and death.back_s is None:
            death.back_s = after
        if death.back_s is not None and all(is_proven(p) for p in points.values()):
            death.proven_s = after
        await asyncio.sleep(LOOK_S)
    return death


async def _seconds(
    demo: RunningDemo, true: Callable[[dict[str, Point]], bool], patience_s: float
) -> float | None:
    """Return how long it took until something was true, None if it did not come true."""
    began = time.monotonic()
    try:
        await demo.until(true, patience_s)
    except AssertionError:
        return None
    return time.monotonic() - began
