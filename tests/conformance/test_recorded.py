"""What a device of an earlier protocol version said and heard is still said and heard.

``recorded/vN.jsonl`` is kept for ever: what devices sent, byte for byte, and what they must find in
the answers (``"?"``: anything). More members and more kinds of messages may come; none may go.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from signaling.messages import PROTOCOL_VERSIONS
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io

RECORDED = Path(__file__).parent / "recorded"
VERSIONS = sorted(int(path.stem[1:]) for path in RECORDED.glob("v*.jsonl"))


def test_every_version_we_speak_has_its_recording() -> None:
    assert sorted(PROTOCOL_VERSIONS) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_conversation_of_this_version_goes_on_as_recorded(
    tmp_path: Path, version: int
) -> None:
    lines = (RECORDED / f"v{version}.jsonl").read_text().splitlines()
    async with serving(tmp_path, *TOWN) as served:
        async with served.agent(await served.enrol("MH-001")) as socket:
            for line in map(json.loads, lines):
                if line["from"] == "device":
                    await socket.send_str(line["text"])
                    continue
                wanted = line["message"]
                async with asyncio.timeout(20):
                    heard = await socket.receive_json()
                    while heard["type"] != wanted["type"]:
                        heard = await socket.receive_json()
                assert lacking(wanted, heard) == [], heard
        _status, point = await served.call("GET", "/api/v1/points/MH-001")
        people = point["attendance"]
        assert (people["reported"], people["guests"], point["presence"]) == (46, 2, "left")


def lacking(wanted: Any, heard: Any, at: str = "$") -> list[str]:
    """Return where an answer lacks something that was promised."""
    if wanted == "?":
        return []
    if isinstance(wanted, dict) and isinstance(heard, dict):
        found = [f"{at}.{name} is gone" for name in wanted.keys() - heard.keys()]
        for name in wanted.keys() & heard.keys():
            found += lacking(wanted[name], heard[name], f"{at}.{name}")
        return found
    return [] if wanted == heard else [f"{at}: {heard!r} instead of {wanted!r}"]
