"""The screens' feed of a real coordinator: a snapshot, then patches that add up to the truth."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from dashboards import feed as feed_module
from signaling.messages import PointReport
from signaling.schema import Decoding
from signaling.stats import InboundVideo, MediaStats
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io

Socket = aiohttp.ClientWebSocketResponse[bool]
HELLO = {"type": "hello", "versions": [1], "spool": "spool-1"}
CHECK_IN = {
    "type": "fact.enter",
    "spool": "spool-1",
    "seq": 1,
    "entered_utc": "2026-10-04T00:45:00.000Z",
    "kind": "point.checked_in",
    "body": {"branches": [{"reported": 48}]},
}


def measured(seq: int, rtt_s: float) -> PointReport:
    video = InboundVideo(packets_received=100 * seq, frames_decoded=25 * seq)
    media = MediaStats(
        connected=True, decoding=Decoding.ALL, current_round_trip_time=rtt_s, video=video
    )
    return PointReport(seq=seq, media=media)


class Screen:
    """What a page does with the feed, in a few lines."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}
        self.patches = 0

    async def read(self) -> str:
        """Take one message into account; return its type."""
        async with asyncio.timeout(10):
            message: dict[str, Any] = json.loads(await self.socket.receive_str())
        kind = str(message["type"])
        if kind == "snapshot":
            self.state = message
        elif kind == "patch":
            self.patches += 1
            assert message["base"] <= self.state["rev"] < message["rev"]
            self.state["points"] |= message.get("set", {})
            for code in message.get("gone", ()):
                del self.state["points"][code]
            self.state["alarms"] |= message.get("alarms", {})
            for id_ in message.get("alarms_gone", ()):
                self.state["alarms"].pop(id_, None)
            whole = {k: v for k, v in message.items() if k in ("session", "totals", "media", "rev")}
            self.state |= whole
        return kind

    async def until(self, what: str, expected: object) -> None:
        """Read until a place of the state has a value; the path is dotted."""
        while self.look(what) != expected:
            await self.read()

    def look(self, what: str) -> Any:
        value: Any = self.state
        for part in what.split("."):
            value = value[part] if value else None
        return value


def watch(served: Served, role: str) -> "aiohttp.client._WSRequestContextManager":
    headers = {"Authorization": f"Bearer {served.tokens[role]}"}
    return served.http.ws_connect(served.url + "/ws/watch", headers=headers)


async def test_patches_lead_from_the_snapshot_to_the_truth(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "technician") as socket:
        screen = Screen(socket)
        await screen.until("points.MH-001.presence", "never_seen")
        assert screen.look("points.MH-001.tile") == "not_joined"
        async with served.agent(await served.enrol("MH-001")) as agent:
            await agent.send_json(HELLO)
            await screen.until("points.MH-001.presence", "online")
            await agent.send_json(CHECK_IN)
            await screen.until("points.MH-001.attendance.reported", 48)
            await screen.until("totals.people.reported", 48)
        await served.call("POST", "/api/v1/session/phase", {"phase": "rehearsal"}, role="host")
        await screen.until("session.phase", "rehearsal")
        await screen.until("points.MH-001.tile", "unknown")
        async with watch(served, "technician") as other:
            late = Screen(other)
            await late.read()
            for place in ("points", "session", "totals", "media", "rev"):
                assert late.state[place] == screen.state[place], place


async def test_a_screen_that_lost_track_gets_everything_again(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "viewer") as socket:
        screen = Screen(socket)
        assert await screen.read() == "snapshot"
        await socket.send_str('{"type":"watch.dance"}')
        await socket.send_str('{"type":"watch.resync"}')
        assert await screen.read() == "snapshot"


async def test_a_quiet_feed_ticks(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "viewer") as socket:
        screen = Screen(socket)
        said = [await screen.read() for _ in range(3)]
        assert "tick" in said


async def test_a_burst_of_changes_leaves_in_few_patches(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "viewer") as socket:
        screen = Screen(socket)
        await screen.read()
        async with served.agent(await served.enrol("MH-001")) as agent:
            await agent.send_json(HELLO)
            for seq in range(1, 101):
                body = {"branches": [{"reported": seq}]}
                await agent.send_json(CHECK_IN | {"seq": seq, "body": body})
            began = asyncio.get_running_loop().time()
            await screen.until("points.MH-001.attendance.reported", 100)
            seconds = asyncio.get_running_loop().time() - began
        assert screen.patches <= 4 * seconds + 4


async def test_who_may_not_read_names_gets_none(tmp_path: Path) -> None:
    csv = "Mã điểm cầu,Tên điểm cầu,Số đảng viên,Người phụ trách,Điện thoại\n"
    csv += "MH-009,Hội trường X,9,Lan,0900"
    async with serving(tmp_path, *TOWN) as served:
        headers = {"Authorization": f"Bearer {served.tokens['secretary']}"}
        url = served.url + "/api/v1/roster?filename=p.csv"
        async with served.http.post(url, data=csv.encode(), headers=headers) as answer:
            assert (await answer.json())["applied"]
        for role, phone in (("technician", "0900"), ("viewer", None)):
            async with watch(served, role) as socket:
                screen = Screen(socket)
                await screen.read()
                while "MH-009" not in screen.state["points"]:
                    await screen.read()
                assert screen.look("points.MH-009.contact_phone") == phone


async def test_a_revoked_token_ends_the_picture(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served, watch(served, "viewer") as socket:
        await Screen(socket).read()
        token = served.tokens["viewer"].split("_")[1]
        await served.call("DELETE", f"/api/v1/tokens/{token}")
        async with asyncio.timeout(5):
            async for _ in socket:
                pass
        assert socket.close_code == 4401


@pytest.mark.parametrize("role", ["publisher", "player"])
async def test_an_encoder_sees_no_picture_of_the_session(tmp_path: Path, role: str) -> None:
    async with serving(tmp_path, *TOWN) as served:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await watch(served, role)
        assert refused.value.status == 403


async def test_a_screen_that_never_reads_hurts_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        host, port = served.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1)
        request = (
            "GET /ws/watch HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {served.tokens['viewer']}\r\n\r\n"
        )
        writer.write(request.encode())
        await reader.read(1)
        async with watch(served, "viewer") as socket:
            screen = Screen(socket)
            await screen.read()
            async with served.agent(await served.enrol("MH-002")) as agent:
                await agent.send_json(HELLO)
                await screen.until("points.MH-002.presence", "online")
        writer.close()
        await writer.wait_closed()


async def test_figures_alone_bring_a_patch_that_touches_nothing_else(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN) as served:
        watch, feed = served.coordinator.context.watch, served.coordinator.feed
        headers = {"Authorization": f"Bearer {served.tokens['viewer']}"}
        async with served.http.ws_connect(served.url + "/ws/watch", headers=headers) as socket:
            screen = Screen(socket)
            watch.receive_report("MH-001", "d1", measured(1, rtt_s=0.04))
            await screen.until("points.MH-001.link.rtt_ms", 40)
            before = screen.state["points"]["MH-001"]
            watch.receive_report("MH-001", "d1", measured(2, rtt_s=0.09))
            await screen.until("points.MH-001.link.rtt_ms", 90)
            after = screen.state["points"]["MH-001"]
            assert {k: v for k, v in after.items() if k != "link"} == {
                k: v for k, v in before.items() if k != "link"
            }
            feed.touch("MH-404")  # Withdrawn meanwhile: nothing to show.


async def test_a_town_is_looked_at_in_parts_and_nobody_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "MOST", 1)
    async with serving(tmp_path, *TOWN) as served:
        watch = served.coordinator.context.watch
        headers = {"Authorization": f"Bearer {served.tokens['viewer']}"}
        async with served.http.ws_connect(served.url + "/ws/watch", headers=headers) as socket:
            screen = Screen(socket)
            codes = ("MH-000", "MH-001", "MH-002")
            while set(screen.state.get("points", ())) != set(codes):
                await screen.read()
            for code in codes:
                watch.receive_word(code, f"d-{code}")
            for code in codes:
                await screen.until(f"points.{code}.presence", "online")
            await screen.until("totals.presence", {"online": 3})
            assert screen.patches >= 3
