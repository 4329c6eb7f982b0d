"""Two roll calls by names in a large town: ``python -m tests.bench.rolls [--seconds 600]``.

226 points, 32,000 members, one entry for every member and roll from 226 concurrent devices on the
wire, and beside them the hall page in a real Chromium, where names are tapped and the time runs
until the page says *đã ghi nhận*. A coordinator in a process of its own; the totals against what
was marked; then kill -9 and the time to serve again.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from config.folder import DataFolder
from config.settings import Media, Settings
from config.utc import format_utc
from coordinator.access import PRINTED_CODE_LENGTH, new_code, new_secret
from coordinator.app import open_coordinator
from coordinator.attendance.fact import BranchListed, Member, RollClosed
from coordinator.fact import (
    Branch,
    CodeIssued,
    DeviceEnrolled,
    Fact,
    PhaseEntered,
    PointEntered,
    TokenIssued,
)
from coordinator.fold import replay
from coordinator.journal import SqliteJournal
from coordinator.person import Person
from coordinator.runtime import Personal
from signaling.schema import DeviceRole, Phase
from tests.bench.control import Control
from tests.bench.demo import cpu_s
from tests.harness.chromium import Chromium, Page
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.facts import planned

BRANCHES = 3
AIM_S = 0.5
ROLLS = (1, 2)
MARKS = ("present", "late", "excused", "absent")
WEIGHTS = (90, 3, 4, 3)


@dataclass(kw_only=True)
class Town:
    """What was seeded, and what the halls will say."""

    members: dict[str, list[tuple[str, str]]]
    "Of a point: (branch, reference)."
    credentials: dict[str, str]
    "A phone of each point."
    code: str
    "Opens every point to a phone."
    token: str
    names: dict[str, str]
    "By reference."
    marks: dict[tuple[int, str], str]
    "By (roll, reference)."


def town_of(points: int, members: int) -> tuple[Town, list[Fact], Personal]:
    """Return a town, the facts that make it, and its names."""
    chance, personal = random.Random(7), Personal()
    facts: list[Fact] = [planned()]
    code = new_code(PRINTED_CODE_LENGTH)
    facts.append(
        CodeIssued(code="bench", hash=code.hash, roles=(DeviceRole.PHONE,), single_use=False)
    )
    by_point: dict[str, list[tuple[str, str]]] = {}
    credentials = {}
    for number in range(points):
        point = f"P-{number:03d}"
        people = members // points + (number < members % points)
        lists: list[list[Member]] = [[] for _ in range(BRANCHES)]
        for i in range(people):
            ref = f"m{number:03d}-{i:04d}"
            personal.people[ref] = Person(name=f"Đảng viên {number} {i}", number=ref)
            lists[i % BRANCHES].append(Member(ref=ref))
        names = [f"Chi bộ {b + 1}" for b in range(BRANCHES)]
        branches = tuple(
            Branch(name=name, members=len(listed))
            for name, listed in zip(names, lists, strict=True)
        )
        facts.append(
            PointEntered(
                code=point,
                name=f"Điểm cầu {number}",
                unit=f"Đảng bộ {number // 10}",
                branches=branches,
            )  # fmt: skip
        )
        for name, listed in zip(names, lists, strict=True):
            facts.append(BranchListed(point=point, branch=name, members=tuple(listed)))
        by_point[point] = [(n, m.ref) for n, ms in zip(names, lists, strict=True) for m in ms]
        secret = new_secret("device")
        facts.append(
            DeviceEnrolled(
                device=secret.id, point=point, role=DeviceRole.PHONE, hash=secret.hash, code="bench"
            )  # fmt: skip
        )
        credentials[point] = secret.text
    token = new_secret("token")
    facts.append(TokenIssued(token=token.id, role="secretary", name="Thư ký", hash=token.hash))
    facts.append(PhaseEntered(phase=Phase.CHECK_IN))
    marks = {
        (roll, ref): chance.choices(MARKS, WEIGHTS)[0]
        for roll in ROLLS
        for listed in by_point.values()
        for _branch, ref in listed
    }
    town = Town(
        members=by_point,
        credentials=credentials,
        code=code.text,
        token=token.text,
        marks=marks,
        names={ref: person.name for ref, person in personal.people.items()},
    )
    return town, facts, personal


async def seed(data: Path, facts: list[Fact], personal: Personal) -> None:
    """Write the town's journal."""
    settings = Settings(data=str(data), media=Media(start_relay=False))
    async with open_coordinator(settings, DataFolder(data), serving=False) as coordinator:
        runtime = coordinator.runtime
        await runtime.change(facts[:-1], actor="bench", session="s1", personal=personal)
        await runtime.change(facts[-1:], actor="bench", session="s1")


@dataclass(kw_only=True)
class Hall:
    """One device that calls rolls, tap by tap."""

    socket: aiohttp.ClientWebSocketResponse[bool]
    spool: str
    seq: int = 0
    sent_at: dict[int, float] = field(default_factory=dict)
    took_s: list[tuple[float, float]] = field(default_factory=list)
    "When it was sent (monotonic), and how long the ack took."
    refused: list[str] = field(default_factory=list)

    async def call(self, roll: int, taps: list[tuple[str, str, str]], seconds: float) -> None:
        """Mark members one by one, evenly over a time, and wait for the last ack."""
        reader = asyncio.create_task(self._read(self.seq + len(taps)))
        began, gap_s = time.monotonic() + random.random() * seconds / len(taps), seconds / len(taps)
        for i, (branch, ref, mark) in enumerate(taps):
            await asyncio.sleep(max(0.0, began + i * gap_s - time.monotonic()))
            self.seq += 1
            self.sent_at[self.seq] = time.monotonic()
            body = {"roll": roll, "branch": branch, "marks": {ref: mark}}
            await self.socket.send_json(
                {
                    "type": "fact.enter",
                    "spool": self.spool,
                    "seq": self.seq,
                    "session": "s1",
                    "entered_utc": format_utc(time.time()),
                    "kind": "roll.marked",
                    "body": body,
                }
            )
        await reader

    async def _read(self, last: int) -> None:
        while True:
            message: dict[str, Any] = await self.socket.receive_json()
            if message["type"] != "fact.acked":
                continue
            sent_at = self.sent_at.pop(message["seq"])
            self.took_s.append((sent_at, time.monotonic() - sent_at))
            if message["note"] or message["remark"]:
                self.refused.append(str(message["note"] or message["remark"]))
            if message["seq"] == last:
                return


@dataclass(kw_only=True)
class TappedPage:
    """The hall page of one point, tapped by a finger that is told which names."""

    page: Page
    took_ms: list[float] = field(default_factory=list)

    async def call(self, roll: int, names: list[str], seconds: float) -> None:
        """Tap every name once, evenly over a time."""
        await self.page.sees(f"Điểm danh lần {roll}", 30)
        await self.page.until("document.querySelector('.name-row') !== null", 30)
        began = time.monotonic()
        for i, name in enumerate(names):
            await asyncio.sleep(max(0.0, began + i * seconds / len(names) - time.monotonic()))
            self.took_ms.append(float(await self.page.evaluate(TAP % json.dumps(name))))


TAP = """(async () => {
  const rows = [...document.querySelectorAll(".name-row")];
  const row = rows.find((one) => one.querySelector(".name-who").innerText.trim() === %s);
  const began = performance.now();
  row.querySelector(".name-tap").click();
  await new Promise((done) => {
    const look = () => row.querySelector(".name-stage.is-recorded") && done();
    new MutationObserver(look).observe(row, { subtree: true, childList: true, attributes: true });
  });
  return performance.now() - began;
})()"""
"Milliseconds from a tap until the page says that it is recorded."
PAGE_POINT, PAGE_BRANCH = "P-000", "Chi bộ 1"
TAP_EVERY_S = 6.0


@asynccontextmanager
async def tapped_page(url: str, town: Town) -> AsyncIterator[TappedPage]:
    """Open the hall page of the first point in a real Chromium."""
    phone: dict[str, Any] = {"width": 390, "height": 844, "hasTouch": True, "isMobile": True}
    async with Chromium() as chromium:
        page = await chromium.open(f"{url}/hall#code={town.code}&point={PAGE_POINT}", **phone)
        await page.do("tap", selector=".primary.role")
        await page.do("fill", selector="input[autocomplete=name]", value="Nguyễn Thị Hường")
        await page.do("fill", selector="input[type=tel]", value="0912 345 678")
        await page.do("tap", selector=".primary")
        await page.sees("Đã nối với trung tâm", 30)
        yield TappedPage(page=page)


def tapped_refs(town: Town, roll: int, seconds: float) -> list[str]:
    """Return who is tapped on the page: one tap says present, so those who are."""
    branch = [ref for name, ref in town.members[PAGE_POINT] if name == PAGE_BRANCH]
    here = [ref for ref in branch if town.marks[roll, ref] == "present"]
    return here[: max(1, int(seconds / TAP_EVERY_S))]


async def call_rolls(url: str, town: Town, seconds: float, page: TappedPage) -> list[Hall]:
    """Open, call and close both rolls."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        halls = {}
        for point, credential in town.credentials.items():
            headers = {"Authorization": f"Bearer {credential}"}
            socket = await http.ws_connect(f"{url}/ws/agent", headers=headers)
            spool = f"spool-{point}"
            await socket.send_json({"type": "hello", "versions": [1], "spool": spool})
            halls[point] = Hall(socket=socket, spool=spool)
        admin = {"Authorization": f"Bearer {town.token}"}
        for roll in ROLLS:
            await post(http, f"{url}/api/v1/session/rolls/{roll}/open", admin)
            fingers = tapped_refs(town, roll, seconds / len(ROLLS))
            async with asyncio.TaskGroup() as group:
                names = [town.names[ref] for ref in fingers]
                group.create_task(page.call(roll, names, seconds / len(ROLLS)))
                for point, hall in halls.items():
                    listed = [(b, r) for b, r in town.members[point] if r not in fingers]
                    taps = [(b, r, town.marks[roll, r]) for b, r in listed]
                    group.create_task(hall.call(roll, taps, seconds / len(ROLLS)))
            await post(http, f"{url}/api/v1/session/rolls/{roll}/close", admin)
        for hall in halls.values():
            await hall.socket.close()
    return list(halls.values())


async def post(http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
    async with http.post(url, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


async def check_totals(url: str, town: Town) -> None:
    """Compare every branch of every roll with what was marked, to the person."""
    headers = {"Authorization": f"Bearer {town.token}"}
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{url}/api/v1/session/attendance", headers=headers) as answer:
            found = await answer.json()
    for point in found["points"]:
        for branch in point["branches"]:
            refs = [r for b, r in town.members[point["code"]] if b == branch["branch"]]
            for roll in ROLLS:
                said = [town.marks[roll, ref] for ref in refs]
                sums = branch["rolls"][roll - 1]
                here = said.count("present") + said.count("late")
                assert sums["attended"] == here, (point["code"], branch["branch"], roll)
                assert sums["excused"] == said.count("excused")
                assert sums["late"] == said.count("late")
    for roll in found["rolls"]:
        assert roll["frozen"]["attended"] == roll["total"]["attended"]
        print(f"  roll {roll['roll']}: {roll['total']['attended']} of {roll['total']['expected']}"
              f" present, {roll['total']['excused']} excused: right to the person")  # fmt: skip


async def measure(points: int, members: int, seconds: float) -> None:
    """Run once and print."""
    town, facts, personal = town_of(points, members)
    entries = len(ROLLS) * members
    print(f"{points} points, {members} members, {entries} entries in {seconds:.0f} s "
          f"({entries / seconds:.0f} a second; in ten minutes it would be {entries / 600:.0f}); "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        await seed(data, facts, personal)
        names = {"NHIPCAU_PRIVACY__NAMES": "true"}
        async with CoordinatorProcess(data, settings=names) as process:
            await process.start()
            await process.until_ready()
            before = cpu_s(process.pid)
            async with tapped_page(process.url, town) as page:
                with Control(data) as control:
                    halls = await call_rolls(process.url, town, seconds, page)
            took = [one for hall in halls for one in hall.took_s]
            assert len(took) + len(page.took_ms) == entries
            # The first point's list is marked from two devices, the page being one.
            assert {note for hall in halls for note in hall.refused} <= {"replaces_other"}
            cpu_us = 1e6 * (cpu_s(process.pid) - before) / entries
            print(f"  the coordinator's CPU: {cpu_us:.0f} µs an entry")
            print_times(took, control)
            shown_ms = sorted(page.took_ms)
            middle_ms, last_ms = shown_ms[len(shown_ms) // 2], shown_ms[-1]
            print(f"  on the page, from tap to shown as recorded, {len(shown_ms)} taps: "
                  f"p50 {middle_ms:.0f} ms, max {last_ms:.0f} ms")  # fmt: skip
            await check_totals(process.url, town)
            await process.kill()
            began = time.monotonic()
            await process.start()
            await process.until_ready()
            print(f"  killed; serves again after {time.monotonic() - began:.2f} s")
            await check_totals(process.url, town)
            await process.kill()
        await measure_replay(data)


def print_times(took: list[tuple[float, float]], control: Control) -> None:
    """Print from sending to ack: of all, and of those while the machine was not slow itself."""
    slow = control.slow_seconds(AIM_S / 5)
    quiet = [one for one in took if int(one[0]) not in slow]
    for what, some in (("all", took), ("while the machine kept up", quiet)):
        took_ms = sorted(1000 * took_s for _at, took_s in some) or [0.0]
        p50, p99, last = (took_ms[int(share * (len(took_ms) - 1))] for share in (0.5, 0.99, 1))
        late = sum(one > 1000 * AIM_S for one in took_ms)
        print(f"  sent to acked, {what} ({len(some)}): p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
              f"max {last:.0f} ms; over {1000 * AIM_S:.0f} ms: {late}")  # fmt: skip
    print(f"  the machine meanwhile: {control.report()}")


async def measure_replay(data: Path) -> None:
    journal = SqliteJournal(DataFolder(data).journal, "bench")
    began, cpu_s = time.monotonic(), time.process_time()
    state = replay(journal.read())
    took_s, cpu_s = time.monotonic() - began, time.process_time() - cpu_s
    closed = sum(isinstance(r.closing, RollClosed) for r in state.registers["s1"].rolls.values())
    assert closed == len(ROLLS)
    journal.close()
    print(f"  replay of the journal alone: {took_s:.2f} s, of it {cpu_s:.2f} s of CPU")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=226)
    parser.add_argument("--members", type=int, default=32_000)
    parser.add_argument("--seconds", type=float, default=600.0)
    options = parser.parse_args()
    asyncio.run(measure(options.points, options.members, options.seconds))


if __name__ == "__main__":
    main()
