"""The devices' websocket against a real coordinator over real sockets."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace

from coordinator import gateway as gateway_module
from coordinator import keepalive
from coordinator.gateway import CLOSE_INTERNAL
from signaling.media_plane import Rendition, ViewerChanged, Why
from signaling.messages import MAX_MESSAGE_BYTES, OrderAction, OrderAnswer, OrderGive, Outcome
from signaling.schema import Sending
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

UTC = "2026-10-04T00:45:00.000Z"
ENDED = (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE)
STATES = ("session.state", "roll.state", "hall.recorded")
Socket = aiohttp.ClientWebSocketResponse[bool]
HELLO = {"type": "hello", "versions": [1], "spool": "spool-1", "software": "test"}


def fact(seq: int, reported: object = 48, **changes: object) -> dict[str, Any]:
    body = {"branches": [{"reported": reported}], "in_charge": {"name": "Lan", "phone": "0900"}}
    message = {
        "type": "fact.enter",
        "spool": "spool-1",
        "seq": seq,
        "entered_utc": UTC,
        "kind": "point.checked_in",
        "body": body,
    }
    return message | changes


async def ask(socket: Socket, message: object) -> dict[str, Any]:
    """Send a message and return the next answer that is not a state."""
    await socket.send_str(message if isinstance(message, str) else json.dumps(message))
    async with asyncio.timeout(5):
        while True:
            answer: dict[str, Any] = await socket.receive_json()
            if answer["type"] not in STATES:
                return answer


async def closed(socket: Socket) -> int | None:
    """Read until the server closes; return the code."""
    async with asyncio.timeout(15):
        async for _ in socket:
            pass
    return socket.close_code


async def test_a_hall_is_welcomed_and_its_head_count_is_recorded_once(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        async with served.agent(credential) as socket:
            welcome = await ask(socket, HELLO)
            assert welcome["point"]["code"] == "MH-001"
            assert welcome["session"]["phase"] == "planned"
            assert welcome["have_through"] == 0
            first = await ask(socket, fact(1))
            again = await ask(socket, fact(1))
            assert first == again
            assert first["note"] is None
        async with served.agent(credential) as socket:
            assert (await ask(socket, HELLO))["have_through"] == 1
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert point["attendance"]["reported"] == 48
        assert point["branches"][0]["reported"] == 48
        assert served.coordinator.runtime.state.kept == {}


@pytest.mark.parametrize(
    ("message", "note"),
    [
        (fact(1, kind="hall.danced"), "unknown_kind"),
        (fact(1, reported=-3), "bad_body"),
        (fact(1, body={"branches": "many"}), "bad_body"),
        (fact(1, session="nowhere"), "unknown_session"),
        (fact(1, entered_utc="this morning"), "bad_envelope"),
        (fact(1, kind="NOT A KIND"), "bad_envelope"),
    ],
)
async def test_an_entered_fact_is_never_refused(
    tmp_path: Path, message: dict[str, Any], note: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            answer = await ask(socket, message)
            assert (answer["type"], answer["seq"], answer["note"]) == ("fact.acked", 1, note)
        runtime = served.coordinator.runtime
        [n] = runtime.state.kept
        assert n == runtime.facts - 1 or n <= runtime.facts
        assert any(
            str(message["kind"]) in text or "branches" in text for text in runtime.notes.values()
        )


async def test_an_order_reaches_its_device_and_the_answer_comes_back(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential, gateway = await served.enrol("MH-001"), served.coordinator.gateway
        answers: asyncio.Queue[tuple[str, OrderAnswer]] = asyncio.Queue()
        gateway.on_answer = lambda device, answer: answers.put_nowait((device, answer))
        order = OrderGive(id="o1", action=OrderAction.REJOIN_MEDIA)
        async with served.agent(credential) as socket:
            await ask(socket, HELLO)
            [device] = gateway.devices_of("MH-001")
            assert gateway.send_to(device, order)
            given = await ask(socket, {"type": "order.answer", "id": "o1", "outcome": "done"})
            assert (given["type"], given["action"]) == ("order.give", "rejoin_media")
            async with asyncio.timeout(5):
                assert await answers.get() == (
                    device,
                    OrderAnswer(id="o1", outcome=Outcome.DONE),
                )
        assert not gateway.send_to("nobody", order)


async def test_a_device_is_told_what_the_relay_sends_to_it(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential, desk = await served.enrol("MH-001"), served.coordinator.desk
        async with served.agent(credential) as socket:
            await ask(socket, HELLO)
            [device] = served.coordinator.gateway.devices_of("MH-001")
            change = ViewerChanged(
                session="s", who="MH-001", device=device, rendition=Rendition.SOUND, why=Why.BUDGET
            )
            desk.receive(change)
            desk.receive(replace(change, device="another"))
            told = {"type": "programme.sending", "sending": "sound_only", "why": "budget"}
            assert await ask(socket, {"type": "point.report", "seq": 1}) == told
        async with served.agent(credential) as socket:
            await ask(socket, HELLO)
            assert await ask(socket, {"type": "point.report", "seq": 1}) == told
        sending = desk.sending(device)
        assert sending is not None
        assert sending.sending is Sending.SOUND_ONLY


async def test_another_fact_under_a_taken_number_is_kept_and_told(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            assert (await ask(socket, fact(1, 48)))["note"] is None
            assert (await ask(socket, fact(1, 12)))["note"] == "conflict"
            assert (await ask(socket, fact(1, 48)))["note"] is None
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert point["attendance"]["reported"] == 48
        assert len(served.coordinator.runtime.state.kept) == 1


@pytest.mark.parametrize(
    "junk",
    [
        "not json",
        "[]",
        '{"type":"point.dance"}',
        '{"type":"fact.enter"}',
        '{"type":"point.report","seq":-1}',
        '{"type":"point.report","seq":1,"media":' + "[" * 3000,
        '{"type":"point.report","seq":1,"cpu_ratio":NaN}',
    ],
)
async def test_junk_is_answered_and_the_conversation_goes_on(tmp_path: Path, junk: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            assert (await ask(socket, junk))["code"] == "bad_message"
            await socket.send_bytes(b"\x00\x01")
            assert (await ask(socket, fact(1)))["type"] in ("refusal", "fact.acked")


async def test_endless_junk_ends_the_connection_and_nobody_elses(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        good, bad = await served.enrol("MH-001"), await served.enrol("MH-002")
        async with served.agent(good) as other, served.agent(bad) as socket:
            await ask(other, HELLO)
            await ask(socket, HELLO)
            for _ in range(20):
                await socket.send_str("junk")
            assert await closed(socket) == 4400
            assert (await ask(other, fact(1)))["type"] == "fact.acked"


async def test_a_frame_of_a_megabyte_is_too_big(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            await socket.send_str("x" * 1_000_000)
            assert await closed(socket) == 1009
        async with served.agent(await served.enrol("MH-002")) as socket:
            await ask(socket, HELLO)
            padded = json.dumps(fact(1)) + " " * (MAX_MESSAGE_BYTES - 500)
            assert (await ask(socket, padded))["type"] == "fact.acked"


@pytest.mark.parametrize(
    "first",
    [
        "junk",
        json.dumps(fact(1)),
        json.dumps(HELLO | {"versions": [99]}),
        json.dumps(HELLO | {"versions": []}),
    ],
)
async def test_who_does_not_begin_with_hello_is_told_and_closed(tmp_path: Path, first: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            refusal = await ask(socket, first)
            expected = "no_common_version" if "[99]" in first else "protocol_violation"
            assert refusal["code"] == expected
            assert await closed(socket) == 4400


async def test_a_flood_of_messages_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            for _ in range(300):
                await socket.send_str('{"type":"clock.probe","sent_ms":1}')
            assert await closed(socket) == 4400


async def test_the_newest_connection_of_a_device_wins(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        async with served.agent(credential) as old:
            await ask(old, HELLO)
            async with served.agent(credential) as new:
                await ask(new, HELLO)
                assert await closed(old) == 4409
                assert (await ask(new, fact(1)))["type"] == "fact.acked"


async def test_a_revoked_device_is_cut_off_and_stays_out(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        async with served.agent(credential) as socket:
            device = (await ask(socket, HELLO))["device"]
            path = f"/api/v1/devices/{device}/revocation"
            assert (await served.call("POST", path, {"reason": "lost"}))[0] == 204
            assert await closed(socket) == 4403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.agent(credential)
        assert refused.value.status == 403


@pytest.mark.parametrize("credential", ["", "ncd_0_0", "nct_", "junk", "ncd_" + "a" * 500])
async def test_without_a_credential_there_is_no_conversation(
    tmp_path: Path, credential: str
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.agent(credential)
        assert refused.value.status == 401


async def test_a_person_s_token_is_not_a_device(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await served.agent(served.tokens["admin"])
        assert refused.value.status == 403


async def test_devices_hear_when_the_session_moves_on(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            await served.call("POST", "/api/v1/session/phase", {"phase": "rehearsal"})
            async with asyncio.timeout(5):
                state = await socket.receive_json()
                while state.get("phase") != "rehearsal" or state.get("broadcast") != "on":
                    state = await socket.receive_json()
            assert state["type"] == "session.state"


async def test_every_device_hears_who_has_the_floor(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            await served.call("POST", "/api/v1/session/phase", {"phase": "rehearsal"})
            async with asyncio.timeout(10):
                for point in ("MH-001", None):
                    status, _ = await served.call("POST", "/api/v1/session/floor", {"point": point})
                    assert status == 200
                    state = await socket.receive_json()
                    while state.get("type") != "session.state" or state["floor"] != point:
                        state = await socket.receive_json()


async def test_a_goodbye_is_left_and_silence_is_not(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            await ask(socket, HELLO)
            await ask(socket, {"type": "clock.probe", "sent_ms": 5})
            await socket.send_str('{"type":"goodbye"}')
            await ask(socket, {"type": "fact.enter"})
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert point["presence"] == "left"


async def test_a_restart_keeps_every_fact_and_earns_presence_again(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        async with served.agent(credential) as socket:
            await ask(socket, HELLO)
            await ask(socket, fact(1))
    async with serving(tmp_path) as served:
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert (point["presence"], point["attendance"]["reported"]) == ("unknown", 48)
        async with served.agent(credential) as socket:
            assert (await ask(socket, HELLO))["have_through"] == 1
            _status, point = await served.call("GET", "/api/v1/points/MH-001")
            assert point["presence"] == "online"


async def join(served: Served, role: str, point: str = "MH-001") -> str:
    """Join a screen or a phone with the session's code; return its credential."""
    _status, issued = await served.call("POST", "/api/v1/codes", {})
    body = {"code": issued["code"], "role": role, "point": point}
    status, joined = await served.call("POST", "/api/v1/join", body, role=None)
    assert status == 201, joined
    return str(joined["credential"])


def page(served: Served, credential: str, **headers: str) -> Any:
    """Open the websocket as a browser's page does."""
    origin = {"Origin": served.url} | headers
    offered = ("nhipcau", f"bearer.{credential}")
    return served.http.ws_connect(served.url + "/ws/agent", protocols=offered, headers=origin)


async def test_a_page_brings_its_credential_as_a_subprotocol(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with page(served, await join(served, "phone")) as socket:
            assert socket.protocol == "nhipcau"
            assert (await ask(socket, HELLO))["type"] == "welcome"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://{host}", "http://{host}.evil.example", "null", ""]
)
async def test_a_page_of_another_site_gets_no_connection(tmp_path: Path, origin: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential, host = await join(served, "phone"), served.url.removeprefix("http://")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with page(served, credential, Origin=origin.format(host=host)):
                pass
        assert refused.value.status == 403


async def test_a_phone_hears_how_the_centre_sees_its_hall_and_makes_nobody_present(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        async with page(served, await join(served, "phone")) as phone:
            await ask(phone, HELLO)
            first = await hear(phone, "point.state")
            assert (first["presence"], first["reception"]) == ("never_seen", "unknown")
            status, point = await served.call("GET", "/api/v1/points/MH-001")
            assert (status, point["presence"]) == (200, "never_seen"), "a phone is no hall"
            async with page(served, await join(served, "screen")) as screen:
                await ask(screen, HELLO)
                while (await hear(phone, "point.state"))["presence"] != "online":
                    pass


async def hear(socket: Socket, kind: str) -> dict[str, Any]:
    """Return the next message of a kind."""
    async with asyncio.timeout(5):
        while True:
            message: dict[str, Any] = await socket.receive_json()
            if message["type"] == kind:
                return message


async def test_a_silent_device_is_asked_and_one_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepalive, "SILENT_S", 0.3)
    monkeypatch.setattr(keepalive, "ANSWER_S", 1.0)
    monkeypatch.setattr(gateway_module, "LOOK_S", 0.05)
    async with serving(tmp_path, *TOWN) as served:
        gateway = served.coordinator.gateway
        answers, silent = await served.enrol("MH-001"), await served.enrol("MH-002")
        headers = {"Authorization": f"Bearer {silent}"}
        async with (
            served.agent(answers) as alive,
            served.http.ws_connect(
                served.url + "/ws/agent", headers=headers, autoping=False
            ) as dead,
        ):
            await ask(alive, HELLO)
            await ask(dead, HELLO)
            reading = asyncio.create_task(closed(alive))
            async with asyncio.timeout(20):
                while (await dead.receive()).type not in ENDED:
                    pass
            assert gateway.devices_of("MH-001")
            assert not gateway.devices_of("MH-002")
            reading.cancel()


async def test_a_report_that_cannot_be_taken_ends_that_line_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        credential = await served.enrol("MH-001")
        other = await served.enrol("MH-002")
        async with served.agent(credential) as socket, served.agent(other) as neighbour:
            await ask(socket, HELLO)
            await ask(neighbour, HELLO)

            def broken(*_report: object) -> None:
                raise RuntimeError("a bug of ours")

            monkeypatch.setattr(served.coordinator.context.watch, "receive_report", broken)
            await socket.send_json({"type": "point.report", "seq": 1})
            assert await closed(socket) == CLOSE_INTERNAL
            probe = {"type": "clock.probe", "sent_ms": 1.0}
            assert (await ask(neighbour, probe))["type"] == "clock.answer"
