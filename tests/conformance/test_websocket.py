"""Raw bytes against both websockets: right ones are taken, wrong ones closed with their code."""

import json
from pathlib import Path

import pytest

from tests.attack.intruder import HELLO
from tests.conformance.frame import TEXT, RawSocket, frame
from tests.conformance.websocket_vectors import VECTORS
from tests.harness.server import TOWN, Served, serving

pytestmark = pytest.mark.real_io


def test_there_are_enough_vectors_and_no_two_of_a_name() -> None:
    assert len({vector.name for vector in VECTORS}) == len(VECTORS) >= 100


async def _open(served: Served, path: str, secret: str) -> RawSocket:
    port = int(served.url.rpartition(":")[2])
    socket = await RawSocket.open(port, path, {"Authorization": f"Bearer {secret}"})
    if path == "/ws/agent":
        await socket.send(frame(TEXT, json.dumps(HELLO).encode()))
    first = await socket.receive()
    assert first is not None
    assert json.loads(first.payload)["type"] in ("welcome", "snapshot")
    return socket


@pytest.mark.parametrize("path", ["/ws/agent", "/ws/watch"])
async def test_every_vector_ends_as_the_rfc_says(tmp_path: Path, path: str) -> None:
    wrong = []
    async with serving(tmp_path, *TOWN) as served:
        secret = await served.enrol("MH-001") if "agent" in path else served.tokens["viewer"]
        for vector in VECTORS:
            socket = await _open(served, path, secret)
            await socket.send(*vector.parts)
            code = await socket.outcome()
            if code != vector.code and code not in vector.also:
                wrong.append(f"{vector.name}: {code} instead of {vector.code}")
            await socket.leave()
    assert not wrong, "\n".join(wrong)
