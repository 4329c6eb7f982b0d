"""A client written from PROTOCOL.md alone gets along with us."""

import ast
import contextlib
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.conformance import stranger as module
from tests.conformance.stranger import Stranger
from tests.harness.fake_coordinator import FakeCoordinator
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io


async def test_a_stranger_gets_along_with_the_real_coordinator(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", *TOWN) as served:
        credential = await served.enrol("MH-001")
        stranger = Stranger(served.url, credential, tmp_path / "spool.json")
        stranger.enter(44)
        stranger.enter(46)
        await stranger.converse()
        assert stranger.welcome["point"]["code"] == "MH-001"
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        assert (point["attendance"]["reported"], point["presence"]) == (46, "left")
        assert served.coordinator.runtime.state.kept == {}


async def test_a_stranger_enters_reports_and_leaves(tmp_path: Path) -> None:
    async with FakeCoordinator() as coordinator:
        stranger = Stranger(coordinator.url, "secret-1", tmp_path / "spool.json")
        stranger.enter(44)
        stranger.enter(76)
        await stranger.converse()
        assert stranger.welcome["point"]["code"] == "MH-001"
        assert len(coordinator.journal) == 2
        assert len(coordinator.reports["d1"]) == 1
        assert coordinator.goodbyes == ["d1"]
        assert coordinator.refused == []


async def test_a_stranger_fills_a_restored_coordinator_and_repeats_nothing_else(
    tmp_path: Path,
) -> None:
    async with FakeCoordinator() as coordinator:
        first = Stranger(coordinator.url, "secret-1", tmp_path / "spool.json")
        first.enter(44)
        await first.converse()
        again = Stranger(coordinator.url, "secret-1", tmp_path / "spool.json")
        await again.converse()
        assert len(coordinator.received) == 1
        coordinator.journal.clear()
        await again.converse()
        assert len(coordinator.journal) == 1


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", '{"type":"x.y"}', '{"type":"hello"}', b"\xff\xfe", "[" * 30_000]
)
async def test_junk_gets_a_refusal_and_the_connection_stays(junk: str | bytes) -> None:
    async with (
        FakeCoordinator() as coordinator,
        connect(
            f"ws://127.0.0.1:{coordinator.port}/ws/agent",
            additional_headers={"Authorization": "Bearer secret-1"},
        ) as ws,
    ):
        await ws.send(junk)
        assert json.loads(await ws.recv())["code"] == "bad_message"
        await ws.send('{"type":"hello","versions":[1],"spool":"s1"}')
        assert json.loads(await ws.recv())["type"] == "welcome"


async def test_a_frame_of_a_megabyte_is_answered_with_1009() -> None:
    async with (
        FakeCoordinator() as coordinator,
        connect(
            f"ws://127.0.0.1:{coordinator.port}/ws/agent",
            additional_headers={"Authorization": "Bearer secret-1"},
        ) as ws,
    ):
        with contextlib.suppress(ConnectionClosed):
            await ws.send("x" * 1_000_000)
            await ws.recv()
        assert ws.close_code == 1009


def test_the_stranger_knows_nothing_of_this_repository() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    names = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {"signaling", "endpoints", "coordinator", "config", "dashboards", "tests"}
    assert not {name.split(".")[0] for name in names} & ours
