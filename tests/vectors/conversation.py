"""A whole conversation of an agent with a coordinator, frame by frame, both as they were then.

    python -m tests.vectors.conversation      records conversation-<version>.jsonl, once a release

A recording is never changed: it is what agents in the halls say and expect while the centre is
upgraded, and what an older centre says to new agents. ``tests/conformance/test_recorded_agent``
plays each end of every recording against today's other end.
"""

import asyncio
import json
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web

from endpoints.agent import SOFTWARE, Agent, Hall
from endpoints.enrolment import Enrolment
from endpoints.machine import MachineMeter
from endpoints.notice import Notice
from endpoints.spool_desk import SpoolDesk, open_desk
from signaling.backoff import Backoff
from signaling.entry import BODIES, Body
from tests.harness.server import TOWN, Served, serving

FOLDER = Path(__file__).parent
ENTRIES = (FOLDER.parents[1] / "signaling" / "ENTRIES.md").read_text()
POINT = "MH-001"
CALM_S = 3.0
"Long enough for some reports and the answers to everything."


def bodies() -> list[Body]:
    """Return the examples of everything that can be entered, as ENTRIES.md has them."""
    found = re.findall(r"^```json body:(\S+)\n(.*?)^```$", ENTRIES, re.MULTILINE | re.DOTALL)
    return [msgspec.json.decode(text, type=BODIES[kind]) for kind, text in found]


class Recorder:
    """Stands between an agent and a coordinator and writes down what passes."""

    def __init__(self, served: Served) -> None:
        self.frames: list[dict[str, str]] = []
        self._served = served

    async def carry(self, request: web.Request) -> web.WebSocketResponse:
        """Carry one connection."""
        here = web.WebSocketResponse()
        await here.prepare(request)
        headers = {"Authorization": request.headers["Authorization"]}
        url = self._served.url + "/ws/agent"
        async with self._served.http.ws_connect(url, headers=headers) as there:
            back = asyncio.create_task(self._pump("coordinator", there, here))
            await self._pump("device", here, there)
            await there.close()
            await back
        return here

    async def _pump(
        self,
        who: str,
        source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
        target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    ) -> None:
        async for frame in source:
            self.frames.append({"from": who, "text": frame.data})
            await target.send_str(frame.data)
        await target.close()


async def record() -> list[dict[str, str]]:
    """Return the frames of a conversation in which everything is said once."""
    with tempfile.TemporaryDirectory(prefix="nc-") as place, ThreadPoolExecutor(1) as executor:
        folder = Path(place)
        async with serving(folder / "data", *TOWN) as served:
            recorder = Recorder(served)
            app = web.Application()
            app.router.add_get("/ws/agent", recorder.carry)
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            credential = await served.enrol(POINT)
            desk = await open_desk(folder / "spool.db", executor, moment="t")
            enrolment = Enrolment(
                server=f"http://127.0.0.1:{runner.addresses[0][1]}",
                device=credential.split("_")[1],
                credential=credential,
                point=POINT,
                point_name=POINT,
            )
            await _speak(served, hall(enrolment, desk, folder))
            await desk.close()
            await runner.cleanup()
            return recorder.frames


def hall(enrolment: Enrolment, desk: SpoolDesk, folder: Path) -> Hall:
    """Return a hall that receives nothing and comes back at once."""
    return Hall(
        enrolment=enrolment,
        desk=desk,
        receiver=None,
        meter=MachineMeter(folder),
        backoff=Backoff(lambda: 0.0),
        notify=_unheard,
    )


async def _speak(served: Served, hall: Hall) -> None:
    agent = Agent(hall)
    running = asyncio.create_task(agent.run())
    while not served.coordinator.gateway.connected:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    for phase in ("rehearsal", "check_in"):
        path, body = "/api/v1/session/phase", {"phase": phase, "reason": "ghi lại"}
        assert (await served.call("POST", path, body, role="host"))[0] == 200
    for entered in bodies():
        await agent.enter(entered)
    order = {"action": "rejoin_media", "text": ""}
    path = f"/api/v1/points/{POINT}/orders"
    assert (await served.call("POST", path, order, role="technician"))[0] == 202
    await asyncio.sleep(CALM_S)
    agent.stop("recorded")
    await running


def _unheard(_notice: Notice) -> None:
    """Nobody looks on."""


def main() -> None:
    """Record today's."""
    file = FOLDER / f"conversation-{SOFTWARE.partition('/')[2]}.jsonl"
    frames = asyncio.run(record())
    file.write_text("".join(json.dumps(frame, ensure_ascii=False) + "\n" for frame in frames))


if __name__ == "__main__":
    main()
