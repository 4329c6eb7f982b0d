"""A report, the judge's verdict on it and the room's word, up to what the API says."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest

from coordinator.judge.line import Answer, Finding, Verdict
from tests.coordinator.test_gateway import HELLO, Socket, ask, fact, hear, join, page
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io
RIGHT = Answer(finding=Finding.RIGHT, why="right")
POINT = "MH-001"


def report(seq: int) -> dict[str, Any]:
    presented = {
        "by": "frame_callback",
        "rtpTimestamp": 90_000 * seq,
        "thumbnail": base64.b64encode(bytes(576)).decode(),
    }
    media = {
        "connected": True,
        "decoding": "all",
        "video": {"packetsReceived": 10 * seq, "framesDecoded": seq},
        "presented": presented,
    }
    return {"type": "point.report", "seq": seq, "media": media}


def verdict(served: Served, role: str, picture: Answer = RIGHT) -> Verdict:
    """Return a verdict on the device of a role."""
    devices = served.coordinator.runtime.state.devices.values()
    [device] = [d.id for d in devices if d.role == role]
    return Verdict(device=device, at=0.0, picture=picture, sound=RIGHT, delay_ms=240.0)


async def point(served: Served) -> dict[str, Any]:
    _status, view = await served.call("GET", f"/api/v1/points/{POINT}")
    return dict(view)


async def until_word(served: Served, word: str) -> dict[str, Any]:
    """Wait until the point's reception is this."""
    async with asyncio.timeout(5):
        while (view := await point(served))["reception"] != word:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return view


async def play(served: Served, socket: Socket, role: str = "screen", first: int = 1) -> None:
    """Report three times and have each found right."""
    for seq in range(first, first + 3):
        before = served.coordinator.context.watch.reports
        await socket.send_json(report(seq))
        async with asyncio.timeout(5):
            while served.coordinator.context.watch.reports == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        served.coordinator.context.watch.receive_verdict(verdict(served, role))


async def answer(phone: Socket, seq: int, sound: str) -> None:
    body = {"picture": "yes", "sound": sound, "note": ""}
    await phone.send_json(fact(seq, kind="room.answered", body=body))
    assert (await hear(phone, "fact.acked"))["note"] is None


async def test_what_the_judge_proves_is_verified_and_the_room_has_the_last_word(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await enter(served, "rehearsal")
        async with (
            page(served, await join(served, "screen")) as screen,
            page(served, await join(served, "phone")) as phone,
        ):
            await ask(screen, HELLO)
            await ask(phone, HELLO)
            await play(served, screen)
            view = await until_word(served, "verified")
            assert view["reasons"] == []
            link = served.coordinator.context.point_view(POINT).link
            assert link is not None
            assert (link.delay_ms, link.skew_ms) == (250, None)
            await answer(phone, 1, "no")
            assert (await until_word(served, "playing"))["reasons"] == ["room_contradicts"]
            await answer(phone, 2, "yes")
            await until_word(served, "confirmed_in_room")
    # The room's word is a fact; the machine's proof is earned anew after a restart.
    async with serving(tmp_path) as served:
        watch = served.coordinator.context.watch
        watch.receive_verdict(verdict(served, "screen"))
        assert (await point(served))["reception"] == "unknown"
        async with page(served, await join(served, "screen", "MH-002")) as other:
            await ask(other, HELLO)


async def test_the_screen_is_the_points_receiver_and_its_agent_only_without_one(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        await enter(served, "rehearsal")
        async with (
            served.agent(await served.enrol(POINT)) as agent,
            page(served, await join(served, "screen")) as screen,
        ):
            await ask(agent, HELLO)
            await ask(screen, HELLO)
            await play(served, agent, "agent")
            await until_word(served, "verified")
            await play(served, screen, "screen", 100)
            await until_word(served, "verified")
            before = (await point(served))["reception"]
            for _ in range(3):
                black = Answer(finding=Finding.WRONG, why="black")
                wrong = verdict(served, "agent", black)
                served.coordinator.context.watch.receive_verdict(wrong)
            assert (await point(served))["reception"] == before


async def enter(served: Served, phase: str) -> None:
    status, said = await served.call(
        "POST", "/api/v1/session/phase", {"phase": phase, "reason": "test"}
    )
    assert status == 200, said
