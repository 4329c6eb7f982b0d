"""The question to the halls, over real sockets."""

import asyncio
import time
from pathlib import Path

import msgspec
import pytest

from config.utc import format_utc
from coordinator.fact import SessionPlanned
from coordinator.reception.room import BEFORE_S
from signaling.entry import Answer
from tests.coordinator.test_gateway import HELLO, ask, fact, hear, join, page
from tests.harness.facts import planned
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io


async def enter(served: Served, phase: str) -> None:
    body = {"phase": phase, "reason": "test"}
    status, answer = await served.call("POST", "/api/v1/session/phase", body)
    assert status == 200, answer


async def test_phones_are_asked_ten_minutes_before_the_start_and_the_answer_is_kept(
    tmp_path: Path,
) -> None:
    start_utc = format_utc(time.time() + BEFORE_S - 1.0)
    soon = msgspec.structs.replace(planned(main_point="MH-000"), start_utc=start_utc)
    town = [f for f in TOWN if not isinstance(f, SessionPlanned)]
    async with serving(tmp_path, *town, soon) as served:
        state = served.coordinator.runtime.state
        async with (
            page(served, await join(served, "phone")) as phone,
            page(served, await join(served, "screen")) as screen,
        ):
            await ask(phone, HELLO)
            await ask(screen, HELLO)
            await enter(served, "rehearsal")
            assert (await hear(phone, "order.give"))["action"] == "ask_room"
            body = {"picture": "yes", "sound": "no", "note": ""}
            await phone.send_json(fact(1, kind="room.answered", body=body))
            assert (await hear(phone, "fact.acked"))["note"] is None
            word = state.rooms["s1", "MH-001"]
            assert (word.picture, word.sound) == (Answer.YES, Answer.NO)
            # Nothing is ever put on a screen by itself.
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await hear(screen, "order.give")


async def test_nobody_is_asked_long_before_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with page(served, await join(served, "phone")) as phone:
            await ask(phone, HELLO)
            await enter(served, "rehearsal")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await hear(phone, "order.give")
