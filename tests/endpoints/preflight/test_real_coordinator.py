"""A real agent looks at an invented room, and a real coordinator shows what it found."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from coordinator.fact import SessionOverridden
from coordinator.state import Recorded
from endpoints.agent import Agent, Hall
from endpoints.enrolment import Enrolment
from endpoints.machine import MachineMeter
from endpoints.preflight.desk import PreflightDesk
from endpoints.preflight.preflight import Kit, Preflight
from endpoints.preflight.simulated import Room, SimulatedDevices
from endpoints.server import check_server
from endpoints.spool_desk import open_desk
from signaling.backoff import Backoff
from signaling.messages import OrderAction, OrderAnswer, OrderGive, Outcome
from tests.endpoints.conftest import running
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

CODE = "MH-001"
CLOCK_ERROR_S = 90.0


def wall() -> float:
    """Return the time by the hall's clock."""
    return time.time() + CLOCK_ERROR_S


async def found(served: Served, until: str) -> dict[str, dict[str, Any]]:
    """Wait until the point's preflight has a check; return all by check."""
    async with asyncio.timeout(60):
        while True:
            _status, answer = await served.call("GET", f"/api/v1/points/{CODE}")
            checks = {f["check"]: f for p in answer["preflight"] for f in p["findings"]}
            if until in checks:
                return checks
            await asyncio.sleep(0.1)


async def test_what_a_hall_finds_is_shown_with_its_evidence_and_makes_its_readiness(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path / "data", *TOWN) as served:
        credential = await served.enrol(CODE)
        enrolment = Enrolment(
            server=served.url, device="d", credential=credential, point=CODE, point_name="P"
        )
        with ThreadPoolExecutor(1) as executor:
            desk = await open_desk(tmp_path / "spool.db", executor, moment="t")
            async with aiohttp.ClientSession() as http:
                kit = Kit(
                    server=check_server(served.url),
                    http=http,
                    devices=SimulatedDevices(Room(gain=400.0), lambda: 0.5),
                    machine=MachineMeter(tmp_path),
                    software="test",
                    clock_offset_ms=lambda: agent.clock_offset_ms,
                )
                preflights = PreflightDesk(Preflight(kit), wall)
                agent = Agent(
                    Hall(
                        enrolment=enrolment,
                        desk=desk,
                        receiver=None,
                        meter=MachineMeter(tmp_path),
                        backoff=Backoff(lambda: 0.5),
                        notify=preflights.receive,
                        wall=wall,
                        deeds=preflights.deeds,
                    )
                )
                preflights.tell = agent.tell
                looking = asyncio.create_task(preflights.run())
                try:
                    async with running(agent):
                        await check(served)
                finally:
                    looking.cancel()
                    await asyncio.wait([looking])
            await desk.close()


async def check(served: Served) -> None:
    checks = await found(served, "bandwidth")
    microphone = checks["microphone"]
    assert (microphone["verdict"], microphone["why"]) == ("fail", "clipping")
    assert microphone["fresh"]
    assert checks["clock_offset"]["figure"] == pytest.approx(CLOCK_ERROR_S * 1000, abs=500)
    assert checks["bandwidth"]["why"] == "unsupported", "the ticket came by itself"
    assert "chime" not in checks, "nobody asked for a sound"
    _status, point = await served.call("GET", f"/api/v1/points/{CODE}")
    assert point["readiness"] == "degraded"
    device = point["preflight"][0]["device"]
    gateway, answers = served.coordinator.gateway, []
    gateway.on_answer = lambda _device, answer: answers.append(answer)
    gateway.send_to(device, OrderGive(id="again", action=OrderAction.TEST_SOUND))
    checks = await found(served, "sound_path")
    assert checks["sound_path"]["verdict"] == "warn", "the room is heard, and clips"
    async with asyncio.timeout(20):
        while OrderAnswer(id="again", outcome=Outcome.DONE) not in answers:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    _status, session = await served.call("GET", "/api/v1/session")
    codes = [condition["code"] for condition in session["conditions"]]
    assert codes[:3] == ["relay", "studio_picture", "studio_sound"]
    await override(served)


async def override(served: Served) -> None:
    """Start against the board: refused without a reason, and with one a fact."""
    await served.call("POST", "/api/v1/session/phase", {"phase": "check_in"}, "host")
    status, problem = await served.call("POST", "/api/v1/session/phase", {"phase": "live"}, "host")
    assert (status, problem["code"]) == (409, "reason_required")
    runtime, heard = served.coordinator.runtime, list[Recorded]()
    runtime.listen(heard.extend)
    body = {"phase": "live", "reason": "Đã gọi điện cho các điểm cầu"}
    status, _answer = await served.call("POST", "/api/v1/session/phase", body, "host")
    assert status == 200
    fact = heard[0].fact
    assert isinstance(fact, SessionOverridden)
    assert runtime.notes[fact.reason] == "Đã gọi điện cho các điểm cầu"
    assert {"relay", "points_ready"} <= {unmet.code for unmet in fact.unmet}
