"""Attendance over HTTP and the devices' websocket, on a real coordinator."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import openpyxl
import pytest

from config.roster.members import MemberRow
from coordinator.api.table import local_time
from coordinator.api.workbook import BOM
from coordinator.attendance.fact import (
    BranchListed,
    Member,
    NamesRead,
    PersonForgotten,
    RollClosed,
    RollMarked,
    RollOpened,
)
from coordinator.fact import Branch, Fact, PhaseEntered, PointEntered
from coordinator.runtime import Personal
from signaling.roll import Mark
from signaling.schema import Phase
from tests.harness.facts import planned
from tests.harness.hall import TOWN
from tests.harness.server import Served, serving

pytestmark = pytest.mark.real_io

OPEN: tuple[Fact, ...] = (planned(), *TOWN, PhaseEntered(phase=Phase.CHECK_IN))
BASE = "/api/v1/session"
UTC = "2026-10-04T00:45:00.000Z"
FORMULA = PointEntered(
    code="D", name="=cmd|'/c calc'!A1", unit="+84", branches=(Branch(name="@SUM(1)", members=3),)
)


async def seed(served: Served, *facts: Fact) -> None:
    for fact in facts:
        await served.coordinator.runtime.change([fact], actor="test", session="s1")


async def call(served: Served, path: str, body: object = None, role: str = "secretary") -> Any:
    """Call the API and expect it to go well; a body is posted."""
    method = "GET" if body is None else "POST"
    status, answer = await served.call(method, BASE + path, body, role=role)
    assert status == 200, answer
    return answer


async def refused(served: Served, path: str, body: object, role: str = "secretary") -> str:
    status, problem = await served.call("POST", BASE + path, body, role=role)
    assert status >= 400
    return str(problem["code"])


def counts(point: str, present: int, roll: int = 1) -> dict[str, object]:
    return {"point": point, "roll": roll, "branches": [{"present": present}]}


async def test_a_roll_is_called_from_the_centre_and_frozen(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        assert await refused(served, "/rolls/1/close", {}) == "roll_not_open"
        assert await refused(served, "/rolls/x/open", {}) == "unknown_roll"
        opened = await call(served, "/rolls/1/open", {}, role="host")
        assert opened["stage"] == "open"
        assert await refused(served, "/rolls/2/open", {}) == "other_roll_open"
        entered = await call(served, "/attendance/counts", counts("B", 5))
        assert entered["remark"] is None
        entered = await call(served, "/attendance/counts", counts("B", 6))
        assert entered["remark"] == "more_than_expected"
        await call(
            served, "/attendance/counts", counts("B", 4, roll=0) | {"note": "qua điện thoại"}
        )
        assert await refused(served, "/attendance/counts", counts("Z", 1)) == "unknown_point"
        assert await refused(served, "/attendance/counts", counts("A", 1)) == "unknown_branch"
        await call(served, "/rolls/1/close", {})
        answer = await call(served, "/attendance")
        [point] = [p for p in answer["points"] if p["code"] == "B"]
        assert (point["check_in"]["reported"], point["rolls"][0]["attended"]) == (4, 6)
        roll = answer["rolls"][0]
        assert (roll["stage"], roll["closed_by"], roll["frozen"]["attended"]) == (
            "closed",
            "secretary",
            6,
        )
        assert answer["lines"][0] == {"share": 1.0, "need": 28, "missing": 22}
        assert [c["by"] for c in answer["corrections"]] == ["secretary", "secretary"]
        _status, session = await served.call("GET", "/api/v1/session")
        assert session["people"]["present"] == 6


async def test_a_planned_roll_opens_by_the_clock(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        runtime = served.coordinator.runtime
        body = {"opens_utc": runtime.now_utc(), "closes_utc": None}
        await call(served, "/rolls/1/plan", body)
        assert runtime.state.registers["s1"].rolls[1].stage == "open"
        soon = runtime.now_utc()[:-4] + "999Z"
        assert await refused(served, "/rolls/2/plan", {"opens_utc": soon, "closes_utc": UTC}) == (
            "bad_time"
        )
        closed = asyncio.Event()
        runtime.listen(lambda rows: closed.set() if isinstance(rows[-1].fact, RollClosed) else None)
        await call(served, "/rolls/1/plan", {"opens_utc": None, "closes_utc": soon})
        async with asyncio.timeout(10):
            await closed.wait()
        [row] = [r for r in runtime.state.registers["s1"].rolls.values() if r.closing]
        assert row.closing is not None
        assert row.closing.name == ""


async def test_after_the_close_the_last_session_is_still_answered(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        status, problem = await served.call("GET", BASE + "/attendance")
        assert (status, problem["code"]) == (404, "no_session")
        await seed(served, *OPEN, PhaseEntered(phase=Phase.CLOSED))
        assert (await call(served, "/attendance"))["session"] == "s1"
        status, problem = await served.call("GET", BASE + "/attendance?session=s9")
        assert (status, problem["code"]) == (404, "unknown_session")


async def fetch(served: Served, path: str) -> tuple[aiohttp.ClientResponse, bytes]:
    headers = {"Authorization": f"Bearer {served.tokens['viewer']}"}
    async with served.http.get(served.url + path, headers=headers) as answer:
        assert answer.status == 200
        return answer, await answer.read()


async def test_the_numbers_leave_as_files_that_run_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN, FORMULA)
        await call(served, "/rolls/1/open", {})
        await call(served, "/attendance/counts", counts("B", 5))
        await call(served, "/rolls/1/close", {})
        await call(served, "/attendance/counts", counts("B", 4))
        answer, body = await fetch(served, BASE + "/attendance.xlsx")
        assert "diem-danh-s1.xlsx" in answer.headers["Content-Disposition"]
        book = openpyxl.load_workbook(io.BytesIO(body))
        assert book.sheetnames == [
            "Tổng hợp", "Theo đơn vị", "Theo điểm cầu", "Theo chi bộ", "Điều chỉnh",
        ]  # fmt: skip
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert FORMULA.name in {cell.value for cell in cells}
        heading = [cell.value for cell in book["Theo điểm cầu"][1]]
        assert {"Có mặt lần 1", "Có mặt lần 2", "Phải dự"} <= set(heading)
        row = next(r for r in book["Theo điểm cầu"].iter_rows(values_only=True) if r[1] == "B")
        assert row[heading.index("Có mặt lần 1")] == 4
        fixed = list(book["Điều chỉnh"].iter_rows(values_only=True))[-1]
        assert (fixed[1], fixed[-2], fixed[-1]) == ("secretary", 5, 4)
        _answer, body = await fetch(served, BASE + "/attendance.csv")
        text = body.decode()
        assert text.startswith(BOM)
        rows = list(csv.reader(io.StringIO(text.removeprefix(BOM))))
        assert [r[:4] for r in rows if r[1] == "D"] == [
            ["'+84", "D", f"'{FORMULA.name}", "'@SUM(1)"]
        ]
        _answer, body = await fetch(served, BASE + "/attendance.json")
        assert json.loads(body)["rolls"][0]["frozen"]["attended"] == 5
        _answer, body = await fetch(served, BASE + "/attendance.csv?lang=en")
        assert "Present, roll 1" in body.decode()
        _answer, body = await fetch(served, "/api/v1/calendar.ics")
        assert body.startswith(b"BEGIN:VCALENDAR")


def test_times_in_files_are_those_of_the_place() -> None:
    assert local_time("2026-12-31T18:05:00.000Z") == "01:05 01/01/2027"


async def said(socket: aiohttp.ClientWebSocketResponse[bool], type_: str) -> dict[str, Any]:
    """Return the next message of a type."""
    async with asyncio.timeout(5):
        while True:
            message: dict[str, Any] = await socket.receive_json()
            if message["type"] == type_:
                return message


def fact(seq: int, kind: str, body: object) -> dict[str, Any]:
    return {
        "type": "fact.enter",
        "spool": "spool-1",
        "seq": seq,
        "entered_utc": UTC,
        "kind": kind,
        "body": body,
    }


HELLO = {"type": "hello", "versions": [1], "spool": "spool-1"}


async def test_a_hall_hears_which_roll_is_open_and_what_is_recorded_of_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        home, host = await served.enrol("B"), await served.enrol("A")
        async with served.agent(home) as b, served.agent(host) as a:
            for socket in (a, b):
                await socket.send_json(HELLO)
            assert [r["stage"] for r in (await said(b, "roll.state"))["rolls"]] == ["waiting"] * 2
            assert (await said(b, "hall.recorded"))["recorded_utc"] is None
            await said(a, "hall.recorded")
            await call(served, "/rolls/1/open", {})
            assert (await said(b, "roll.state"))["rolls"][0]["stage"] == "open"
            await said(b, "hall.recorded")
            await b.send_json(fact(1, "roll.counted", {"roll": 1, "branches": [{"present": 6}]}))
            assert (await said(b, "fact.acked"))["remark"] == "more_than_expected"
            await b.send_json(fact(1, "roll.counted", {"roll": 1, "branches": [{"present": 6}]}))
            assert (await said(b, "fact.acked"))["remark"] == "more_than_expected"
            transfer = {"transfer": "t1", "to": "A", "people": 2}
            await b.send_json(fact(2, "transfer.announced", transfer))
            await said(a, "hall.recorded")
            [line] = (await said(a, "hall.recorded"))["transfers"]
            assert (line["outgoing"], line["other"], line["people"]) == (False, "B", 2)
            await a.send_json(fact(1, "transfer.confirmed", {"transfer": "t1", "people": 2}))
            recorded = await said(b, "hall.recorded")
            while not recorded["transfers"] or recorded["transfers"][0]["confirmed"] is None:
                recorded = await said(b, "hall.recorded")
            [line] = recorded["transfers"]
            assert (line["outgoing"], line["other"], line["confirmed"]) == (True, "A", 2)
            assert [r["present"] for r in recorded["branches"][0]["rolls"]] == [6]


async def test_the_secretary_decides_and_reads_what_had_no_effect(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        await call(served, "/rolls/1/open", {})
        await call(served, "/attendance/counts", counts("B", 5))
        async with served.agent(await served.enrol("A")) as socket:
            await socket.send_json(HELLO)
            guests = {"home": {"point": "B"}, "people": 2}
            outside = {"home": {"unit": "Xã Bạch Sam"}, "people": 1}
            unopened = {"roll": 7, "branches": [{"present": 1}]}
            await socket.send_json(fact(1, "guest.counted", guests))
            await socket.send_json(fact(2, "guest.counted", outside))
            await socket.send_json(fact(3, "roll.counted", unopened))
            notes = [(await said(socket, "fact.acked"))["note"] for _ in range(3)]
            assert notes == [None, None, "unknown_roll"]
        [conflict] = (await call(served, "/conflicts"))["conflicts"]
        assert (conflict["kind"], conflict["people"]) == ("over", 2)
        resolution = {"conflict": conflict["id"], "decision": "accept", "reason": "đúng"}
        await call(served, "/conflicts", resolution)
        [conflict] = (await call(served, "/conflicts"))["conflicts"]
        assert (conflict["decision"], conflict["decided_by"]) == ("accept", "secretary")
        moves = (await call(served, "/moves"))["moves"]
        assert [(m["home"], m["host"], m["confirmed"]) for m in moves] == [
            (None, "A", 1),
            ("B", "A", 2),
        ]
        [entry] = (await call(served, "/kept"))["entries"]
        assert (entry["why"], entry["settled"]) == ("unknown_roll", False)
        assert json.loads(entry["text"])["roll"] == 7
        await call(served, f"/kept/{entry['n']}", {"how": "đã gọi lại"})
        [entry] = (await call(served, "/kept"))["entries"]
        assert entry["settled"]
        assert await refused(served, "/kept/1", {}) == "unknown_entry"
        assert served.coordinator.runtime.state.readings != []


MEMBERS = (MemberRow(number="032.1", name="Nguyễn Văn An", exempt=False),
           MemberRow(number="", name="Phạm Thị Hòa", exempt=False))  # fmt: skip


async def with_names(served: Served) -> list[str]:
    """List the members of point B."""
    personal = Personal()
    members = tuple(Member(ref=personal.add_member(row)) for row in MEMBERS)
    branch = BranchListed(point="B", branch="Chi bộ Công ty May", members=members)
    await served.coordinator.runtime.change([branch], actor="test", personal=personal)
    return [member.ref for member in members]


def files_with(folder: Path, text: str) -> list[str]:
    """Return the journal's files that hold a text."""
    files = folder.glob("journal.db*")
    return [file.name for file in files if text.encode() in file.read_bytes()]


async def call_roll_by_names(served: Served, refs: list[str]) -> None:
    """Call roll 1 at point B, then have a member and a stranger walk in at point A."""
    await call(served, "/rolls/1/open", {})
    async with served.agent(await served.enrol("B")) as socket:
        await socket.send_json(HELLO)
        marks = {"roll": 1, "others": "present", "marks": {refs[1]: "excused"}}
        await socket.send_json(fact(1, "roll.marked", marks))
        assert (await said(socket, "fact.acked"))["note"] is None
    async with served.agent(await served.enrol("A")) as socket:
        await socket.send_json(HELLO)
        await socket.send_json(fact(1, "guest.named", {"guest": "g1", "number": "0321"}))
        assert (await said(socket, "fact.acked"))["remark"] == "seen_twice"
        stranger = {"guest": "g2", "name": "Ai Đó", "unit": "Xã xa"}
        await socket.send_json(fact(2, "guest.named", stranger))
        assert (await said(socket, "fact.acked"))["remark"] == "not_found"


async def test_names_are_found_extracted_and_deleted_and_every_reading_is_recorded(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        refs = await with_names(served)
        await call_roll_by_names(served, refs)
        found = (await call(served, "/conflicts"))["conflicts"]
        assert {c["name"] for c in found} == {"Ai Đó", "Nguyễn Văn An"}
        _status, answer = await served.call("GET", "/api/v1/members?text=hoa", role="secretary")
        [member] = answer["members"]
        assert (member["ref"], member["name"]) == (refs[1], "Phạm Thị Hòa")
        path = f"/api/v1/members/{refs[1]}"
        _status, extract = await served.call("GET", path, role="secretary")
        assert [(a["roll"], a["mark"]) for a in extract["attended"]] == [(1, "excused")]
        before = (await call(served, "/attendance"))["rolls"][0]["total"]
        status, _answer = await served.call("DELETE", path, role="secretary")
        assert status == 200
        _status, answer = await served.call("GET", "/api/v1/members?text=hoa", role="secretary")
        assert answer["members"] == []
        assert (await call(served, "/attendance"))["rolls"][0]["total"] == before
        status, problem = await served.call("GET", "/api/v1/members/x", role="secretary")
        assert (status, problem["code"]) == (404, "unknown_member")
        assert served.coordinator.runtime.state.forgotten == 1
    # The chain is whole, the name is in no file, and the readings are in the journal.
    async with serving(tmp_path) as served:
        runtime = served.coordinator.runtime
        assert len(runtime.state.readings) >= 3
        assert all("Hòa" not in person.name for person in runtime.people.values())
    assert not files_with(tmp_path, "Phạm Thị Hòa")


async def test_without_the_switch_no_name_is_shown_to_a_hall(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await seed(served, *OPEN)
        await with_names(served)
        status, problem = await members_of(served, await phone_at(served, "B"))
        assert (status, problem["code"]) == (403, "names_off")


async def members_of(served: Served, credential: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {credential}"}
    async with served.http.get(served.url + "/api/v1/hall/members", headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def phone_at(served: Served, point: str) -> str:
    _status, issued = await served.call("POST", "/api/v1/codes", {"form": "printed"})
    body = {"code": issued["code"], "role": "phone", "point": point}
    _status, joined = await served.call("POST", "/api/v1/join", body, role=None)
    return str(joined["credential"])


async def test_a_phone_reads_its_own_halls_names_while_a_session_is_open_and_leaves_a_trace(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, names=True) as served:
        runtime = served.coordinator.runtime
        await seed(served, *OPEN[:-1])
        refs = await with_names(served)
        phone, other = await phone_at(served, "B"), await phone_at(served, "A")
        status, problem = await members_of(served, phone)
        assert (status, problem["code"]) == (404, "no_session")
        await seed(served, OPEN[-1], RollOpened(roll=1))
        marks = RollMarked(
            point="B",
            device="p",
            entered_utc=UTC,
            roll=1,
            branch="Chi bộ Công ty May",
            marks={refs[0]: Mark.LATE},
        )
        await seed(served, marks)
        assert runtime.state.readings == []
        status, answer = await members_of(served, phone)
        assert status == 200
        [branch] = answer["branches"]
        assert [(m["name"], m["marks"]) for m in branch["members"]] == [
            ("Nguyễn Văn An", {"1": "late"}),
            ("Phạm Thị Hòa", {}),
        ]
        assert len(runtime.state.readings) == 1
        # Another hall, and a hall's agent, get none of them.
        assert (await members_of(served, other))[1]["branches"] == []
        assert (await members_of(served, await served.enrol("B")))[1]["code"] == "names_off"
        await seed(served, PhaseEntered(phase=Phase.CLOSED))
        assert (await members_of(served, phone))[1]["code"] == "no_session"


def test_facts_of_privacy_carry_no_name() -> None:
    for kind in (NamesRead, PersonForgotten, BranchListed):
        assert "name" not in {field.name for field in msgspec.structs.fields(kind)}
