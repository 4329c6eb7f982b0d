"""With a hall's credential: nothing of another hall can be read, written or steered."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling.messages import OrderAction, OrderAnswer, OrderGive
from tests.attack.intruder import FOREIGN, HELLO, OWN, ask, bearer, devices
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

UTC = "2026-10-04T00:45:00.000Z"
Socket = aiohttp.ClientWebSocketResponse[bool]


async def say(socket: Socket, message: object) -> dict[str, Any]:
    """Send a message and return the next answer to it."""
    await socket.send_str(message if isinstance(message, str) else json.dumps(message))
    async with asyncio.timeout(20):
        while True:
            answer: dict[str, Any] = await socket.receive_json()
            if answer["type"] in ("welcome", "fact.acked", "refusal", "clock.answer"):
                return answer


def check_in(seq: int, **changes: object) -> dict[str, Any]:
    body: dict[str, Any] = {"branches": [{"reported": 41}], "point": FOREIGN, "device": "x"}
    fact = {"type": "fact.enter", "spool": "s", "seq": seq, "entered_utc": UTC}
    return fact | {"kind": "point.checked_in", "body": body} | changes


async def foreign_view(served: Served) -> Any:
    _status, view = await served.call("GET", f"/api/v1/points/{FOREIGN}")
    view.pop("since_utc")
    return view


@pytest.mark.parametrize("role", ["agent", "screen", "phone"])
async def test_whatever_a_device_says_is_said_of_its_own_hall(tmp_path: Path, role: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        own, foreign = await devices(served, OWN), await devices(served, FOREIGN)
        _status, other = await served.call("GET", "/api/v1/devices")
        victims = [d["device"] for d in other["devices"] if d["point"] == FOREIGN]
        before = await foreign_view(served)
        names = {"point": FOREIGN, "device": victims[0], "role": "admin", "actor": "token:x"}
        async with served.agent(own[role]) as socket:
            welcome = await say(socket, HELLO | names | {"device": victims[1]})
            assert welcome["point"]["code"] == OWN
            assert welcome["device"] not in victims
            for seq in range(1, 4):
                answer = await say(socket, check_in(seq, **names))
                assert answer["note"] is None
            report = {"type": "point.report", "seq": 1, "spooled": 3} | names
            await socket.send_json(report)
            await socket.send_json({"type": "preflight.report", "run": "r", "checks": []} | names)
            await say(socket, {"type": "clock.probe", "sent_ms": 1} | names)
            await socket.send_json({"type": "goodbye"} | names)
            await say(socket, {"type": "clock.probe", "sent_ms": 1})
        assert await foreign_view(served) == before
        state = served.coordinator.runtime.state
        assert {point for _session, point in state.attendance} == {OWN}
        async with served.agent(foreign[role]) as socket:
            assert (await say(socket, HELLO | {"spool": "s"}))["have_through"] == 0


async def test_another_device_s_spool_and_receipts_are_its_own(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        own, foreign = await devices(served, OWN), await devices(served, FOREIGN)
        async with served.agent(foreign["agent"]) as socket:
            await say(socket, HELLO | {"spool": "s"})
            assert (await say(socket, check_in(1)))["note"] is None
        async with served.agent(own["agent"]) as socket:
            assert (await say(socket, HELLO | {"spool": "s"}))["have_through"] == 0
            later = await say(socket, check_in(1, body={"branches": [{"reported": 1}]}))
            assert later["note"] is None, "the same spool and number of somebody else"
        _status, view = await served.call("GET", f"/api/v1/points/{FOREIGN}")
        assert view["attendance"]["reported"] == 41


async def test_an_order_is_answered_by_the_device_it_was_given_to(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        own, foreign = await devices(served, OWN), await devices(served, FOREIGN)
        gateway = served.coordinator.gateway
        answers: asyncio.Queue[tuple[str, OrderAnswer]] = asyncio.Queue()
        gateway.on_answer = lambda device, answer: answers.put_nowait((device, answer))
        async with served.agent(own["agent"]) as bad, served.agent(foreign["agent"]) as good:
            device = (await say(good, HELLO))["device"]
            intruder = (await say(bad, HELLO))["device"]
            gateway.send_to(device, OrderGive(id="o1", action=OrderAction.REJOIN_MEDIA))
            claimed = {"type": "order.answer", "id": "o1", "outcome": "done", "device": device}
            await bad.send_json(claimed)
            async with asyncio.timeout(20):
                who, _answer = await answers.get()
            assert who == intruder != device


@pytest.mark.parametrize("role", ["agent", "screen", "phone"])
async def test_a_device_neither_watches_nor_publishes_for_others(tmp_path: Path, role: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        secret = (await devices(served, OWN))[role]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.http.ws_connect(served.url + "/ws/watch", headers=bearer(secret))
        assert refused.value.status == 403
        offered = ("nhipcau", f"bearer.{secret}")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.http.ws_connect(
                served.url + "/ws/watch", protocols=offered, headers={"Origin": served.url}
            )
        assert refused.value.status == 403
        sdp = bearer(secret) | {"Content-Type": "application/sdp"}
        for path in (
            f"/whip/point/{FOREIGN}",
            "/whip/studio",
            "/whip/studio-backup",
            f"/whip/point/{OWN}%2F..%2F{FOREIGN}",
            f"/whip/point/{FOREIGN}%00",
            f"/whip/point/{FOREIGN.lower()}",
        ):
            answer = await ask(served, "POST", path, headers=sdp, body="v=0\r\n")
            assert answer.status in (403, 404), (path, answer)


async def test_steering_words_on_a_device_s_line_are_junk(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        secret = (await devices(served, OWN))["agent"]
        facts = served.coordinator.runtime.facts
        async with served.agent(secret) as socket:
            await say(socket, HELLO)
            for kind in ("session.state", "welcome", "order.give", "phase.enter", "point.state"):
                message = {"type": kind, "phase": "live", "id": "x", "action": "rejoin_media"}
                assert (await say(socket, message))["code"] == "bad_message"
            for seq, kind in enumerate(
                ("phase.entered", "device.revoked", "floor.given", "token.issued"), 1
            ):
                answer = await say(socket, check_in(seq, kind=kind))
                assert answer["note"] == "unknown_kind", "kept as it came, with no effect"
        state = served.coordinator.runtime.state
        assert state.session is not None
        assert state.session.phase == "planned"
        assert len(state.kept) == 4
        assert served.coordinator.runtime.facts >= facts


async def test_no_name_or_telephone_reaches_a_hall_or_a_viewer(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        own, foreign = await devices(served, OWN), await devices(served, FOREIGN)
        person = {"name": "Đặng Thị Bí Mật", "phone": "0912345678"}
        body = {"branches": [{"reported": 1}], "in_charge": person, "note": "bí mật"}
        async with served.agent(foreign["agent"]) as socket:
            await say(socket, HELLO)
            await say(socket, check_in(1, body=body))
        heard = []
        async with served.agent(own["phone"]) as socket:
            heard.append(json.dumps(await say(socket, HELLO), ensure_ascii=False))
        viewer = bearer(served.tokens["viewer"])
        async with served.http.ws_connect(served.url + "/ws/watch", headers=viewer) as socket:
            heard.append(await socket.receive_str())
        for path in ("/api/v1/session", "/api/v1/points", f"/api/v1/points/{FOREIGN}", "/metrics"):
            heard.append((await ask(served, "GET", path, headers=viewer)).text)
        for text in heard:
            for secret in ("Bí Mật", "0912345678", "bí mật"):
                assert secret not in text
