"""What the pages believe of the wire is what the server declares."""

import re
from pathlib import Path

import msgspec
import pytest

from coordinator.api import attendance, member, secretary
from signaling import messages, preflight, watch

WIRE = (Path(__file__).parent.parent.parent / "dashboards" / "shared" / "wire.d.ts").read_text()
INTERFACES = dict(re.findall(r"export interface (\w+) \{\n(.*?)\n\}", WIRE, re.DOTALL))


@pytest.mark.parametrize("name", sorted(INTERFACES))
def test_the_pages_know_the_fields_that_the_server_sends(name: str) -> None:
    struct = getattr(watch, name)
    declared = {field.encode_name for field in msgspec.structs.fields(struct)}
    written = set(re.findall(r"^  (\w+)\??:", INTERFACES[name], re.MULTILINE))
    tagged = {"type"} if struct.__struct_config__.tag else set()
    assert written == declared | tagged


ATTENDANCE = (
    Path(__file__).parent.parent.parent / "dashboards" / "shared" / "attendance.d.ts"
).read_text()


@pytest.mark.parametrize(
    ("name", "body"), re.findall(r"export interface (\w+) \{\n(.*?)\n\}", ATTENDANCE, re.DOTALL)
)
def test_the_pages_know_the_fields_that_the_api_answers(name: str, body: str) -> None:
    struct = next(getattr(m, name) for m in (attendance, secretary, member) if hasattr(m, name))
    declared = {field.encode_name for field in msgspec.structs.fields(struct)}
    assert set(re.findall(r"^  (\w+):", body, re.MULTILINE)) == declared


def test_every_view_of_the_wire_is_known() -> None:
    views = {"Snapshot", "Patch", "Tick", "PointView", "SessionView", "TotalsView", "MediaView"}
    assert views <= set(INTERFACES)


@pytest.mark.parametrize("name", ["Tile", "Phase", "Broadcast"])
def test_the_pages_know_the_values_that_the_server_sends(name: str) -> None:
    written = re.search(rf"export type {name} =(.*?);", WIRE, re.DOTALL)
    assert written is not None
    assert set(re.findall(r'"(\w+)"', written[1])) == {v.value for v in getattr(watch, name)}


HALL = (Path(__file__).parent.parent.parent / "dashboards" / "hall" / "wire.d.ts").read_text()
HALL_INTERFACES = dict(re.findall(r"export interface (\w+) \{\n(.*?)\n\}", HALL, re.DOTALL))


@pytest.mark.parametrize("name", sorted(HALL_INTERFACES))
def test_the_hall_page_knows_only_fields_that_the_wire_declares(name: str) -> None:
    struct = getattr(messages, name, None) or getattr(preflight, name)
    declared = {field.encode_name for field in msgspec.structs.fields(struct)}
    written = set(re.findall(r"^  (\w+)\??:", HALL_INTERFACES[name], re.MULTILINE))
    assert written - {"type"} <= declared
    tag = re.search(r'^  type: "([\w.]+)";', HALL_INTERFACES[name], re.MULTILINE)
    assert (tag[1] if tag else None) == struct.__struct_config__.tag
