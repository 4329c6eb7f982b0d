"""The demo's other uses: an empty town for one's own encoder, and a folder used again."""

from pathlib import Path

import pytest

from tests.harness.demo import running_demo

pytestmark = [pytest.mark.real_io, pytest.mark.demo]


async def test_an_empty_town_waits_for_an_encoder_of_one_s_own(tmp_path: Path) -> None:
    async with running_demo(tmp_path, "--points", "0", "--studio", "none") as demo:
        assert await demo.points() == {}
        pids = demo.access["pids"]
        assert (pids["fleet"], pids["studio"]) == (None, None)
        assert pids["judge"] is not None
        assert pids["coordinator"] != pids["relay"]
        session = await demo.get("/api/v1/session")
        assert (session["phase"], session["go"]) == ("planned", False)
    assert demo.log_errors() == []


async def test_a_folder_used_again_keeps_its_roster_its_halls_and_its_facts(tmp_path: Path) -> None:
    reported: list[dict[str, int]] = []
    for _ in range(2):
        async with running_demo(tmp_path, "--points", "3") as demo:
            points = await demo.until(
                lambda ps: all(
                    p["presence"] == "online" and p["attendance"]["reported"] is not None
                    for p in ps.values()
                ),
                60,
            )
            devices = (await demo.get("/api/v1/devices", role="technician"))["devices"]
            assert len(devices) == 3
            reported.append({c: p["attendance"]["expected"] for c, p in points.items()})
        assert demo.log_errors() == []
    assert reported[0] == reported[1]
