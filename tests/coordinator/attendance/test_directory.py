"""The index of members as the journal grows, on a real coordinator."""

from pathlib import Path

import msgspec
import pytest

from coordinator.attendance.directory import AT_ONCE
from coordinator.attendance.fact import PersonForgotten
from coordinator.runtime import Personal
from signaling.roll import GuestNamed
from tests.harness.hall import TOWN
from tests.harness.members import list_members
from tests.harness.server import serving

pytestmark = pytest.mark.real_io

MANY = tuple(f"Nguyễn Văn {number}" for number in range(3 * AT_ONCE))


async def test_whoever_asks_before_it_is_ready_is_answered_in_full(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN, names=True) as served:
        refs = await list_members(served, "B", MANY)
        directory = served.coordinator.gateway.desk.directory
        assert set(directory.search("nguyen")) == set(refs)
    # After a start it is made again, from what is kept.
    async with serving(tmp_path, names=True) as served:
        directory = served.coordinator.gateway.desk.directory
        assert directory.search(f"van {len(MANY) - 1}") == [refs[-1]]


async def test_it_follows_who_is_forgotten_and_what_a_hall_is_called(tmp_path: Path) -> None:
    async with serving(tmp_path, *TOWN, names=True) as served:
        runtime, directory = served.coordinator.runtime, served.coordinator.gateway.desk.directory
        assert directory.find(GuestNamed(guest="g", name="Lan")) is None
        [ours] = await list_members(served, "B", ("Trần Thị Lan",))
        [theirs] = await list_members(served, "C", ("Trần Thị Lan",))
        lan = GuestNamed(guest="g", name="Trần Thị Lan", unit="Xưởng dệt kim")
        found = directory.find(lan)
        assert found is not None
        assert found.remark == "ambiguous"
        renamed = msgspec.structs.replace(TOWN[1], name="Xưởng dệt kim")
        await runtime.change([renamed], actor="test")
        found = directory.find(lan)
        assert found is not None
        assert found.member == ours
        gone = PersonForgotten(refs=(ours,), why="asked")
        personal = Personal(forgotten=(ours,))
        await runtime.change([gone], actor="test", personal=personal)
        assert directory.search("lan") == [theirs]
