"""Writes the journal of this version, for later versions to read: a story with every kind of fact.

    python -m tests.coordinator.write_journal tests/coordinator/journals/0.2.0.db

Once a version is released its file never changes again; a new kind, or a new version of one, asks
for a file of the next version.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from coordinator import fact as f
from coordinator.account import fact as u
from coordinator.alarm import fact as a
from coordinator.attendance import fact as t
from coordinator.fact_base import Fact
from coordinator.fold import evolve
from coordinator.journal import Entry, SqliteJournal
from coordinator.person import Person
from coordinator.state import Recorded, State
from signaling.entry import Answer, FaultKind
from signaling.preflight import Verdict
from signaling.roll import Mark
from signaling.schema import (
    Broadcast,
    DeviceRole,
    Phase,
    Presence,
    Readiness,
    Reception,
    RenditionChoice,
)

UTC = "2026-11-01T00:{:02}:{:02}.000Z"
LATER = "2027-01-01T00:00:00.000Z"
HALL = f.Stamp(point="MH-003", device="d1", entered_utc="2026-11-01T00:30:00.000Z", digest="d")
PEOPLE = {
    "p-chair": Person(name="Nguyễn Thị Lan", phone="0912 000 111"),
    "p-admin": Person(name="Trần Văn Minh"),
    "p-hall": Person(name="Lê Thị Hoa", phone="0912 000 222"),
    "p-gone": Person(name="Phạm Văn Cũ"),
    "m1": Person(name="Đỗ Văn Một", number="001"),
    "m2": Person(name="Đỗ Văn Hai", number="002"),
}
NOTES = {"n-note": "Máy chiếu mới", "n-why": "Đã gọi điện kiểm tra", "n-pass": "$argon2id$v=19$x"}


def story() -> Iterator[tuple[Fact, str | None]]:
    """Yield every fact, with its origin for what a hall entered."""
    seq = 0
    for fact in (*deployment(), *session()):
        seq += isinstance(fact, f.EnteredFact)
        yield fact, f"d1/spool/{seq}" if isinstance(fact, f.EnteredFact) else None


def deployment() -> Iterator[Fact]:
    yield f.CoordinatorStarted(software="0.2.0")
    yield f.LoadShed(what="dashboards")
    branches = (
        f.Branch(name="Chi bộ 1", members=70, exempt=4),
        f.Branch(name="Chi bộ 2", members=40),
    )
    for code, main in (("MH-000", True), ("MH-003", False), ("MH-009", False)):
        yield f.PointEntered(
            code=code, name=f"Hội trường {code}", unit="Đảng bộ phường Dị Sử", provider="VNPT",
            main=main, contact="p-hall", branches=branches,
        )  # fmt: skip
    yield f.PointWithdrawn(code="MH-009")
    yield f.TokenIssued(token="t1", role="host", name="Lan", hash="h1")
    yield f.TokenIssued(token="t2", role="viewer", name="cũ", hash="h2")
    yield f.TokenRevoked(token="t2")
    yield u.UserEntered(user="u1", login="minh", person="p-admin", role="admin")
    yield u.UserInvited(user="u1", hash="hi", expires_utc=LATER)
    yield u.PasswordSet(user="u1", password="n-pass")
    yield u.SignedIn(signin="s-1", hash="hs", user="u1", expires_utc=LATER)
    yield u.SignedIn(signin="s-2", hash="ht", token="t1", expires_utc=LATER)
    yield u.SignedOut(signin="s-2", why="signed_out")
    yield u.UserEntered(user="u2", login="cu", person="p-gone", role="viewer")
    yield u.UserRemoved(user="u2")
    roles = (DeviceRole.AGENT, DeviceRole.SCREEN, DeviceRole.PHONE)
    yield f.CodeIssued(code="c1", hash="hc", roles=roles, single_use=False)
    yield f.CodeIssued(code="c2", hash="hd", roles=roles, point="MH-003")
    yield f.CodeRevoked(code="c2")
    for device, role in (("d1", DeviceRole.AGENT), ("d2", DeviceRole.PHONE)):
        yield f.DeviceEnrolled(device=device, point="MH-003", role=role, hash="hx", code="c1")
    yield f.DeviceContested(device="d1", point="MH-003")
    yield f.DeviceRevoked(device="d2", reason="mất máy")


def session() -> Iterator[Fact]:
    yield f.SessionPlanned(
        id="s1", title="Quý IV", start_utc="2026-11-01T01:00:00.000Z", chair="p-chair",
        main_point="MH-000",
    )  # fmt: skip
    yield t.BranchListed(
        point="MH-003",
        branch="Chi bộ 1",
        members=(t.Member(ref="m1"), t.Member(ref="m2", exempt=True)),
    )
    yield t.RollPlanned(roll=1, opens_utc=UTC.format(50, 0))
    yield f.PhaseEntered(phase=Phase.REHEARSAL)
    yield f.PresenceChanged(point="MH-003", presence=Presence.ONLINE, why="word")
    yield f.ReceptionChanged(point="MH-003", reception=Reception.VERIFIED, why="verified")
    finding = f.Finding(
        check="clock_offset", verdict=Verdict.OK, figure=12.0, measured_utc=UTC.format(1, 0)
    )
    yield f.PreflightDone(point="MH-003", device="d1", run="r1", findings=(finding,))
    yield f.ReadinessChanged(point="MH-003", readiness=Readiness.READY, why="checked_in")
    yield from alarms()
    yield f.PhaseEntered(phase=Phase.CHECK_IN)
    yield from halls()
    yield f.SessionOverridden(reason="n-why", unmet=(f.Unmet(code="points_ready", have=1, need=2),))
    yield f.PhaseEntered(phase=Phase.LIVE)
    yield f.BroadcastSet(broadcast=Broadcast.ON)
    yield f.FloorGiven(point="MH-003")
    yield f.SourceChosen(source="auto")


def alarms() -> Iterator[Fact]:
    for n, point in (("1", "MH-003"), ("2", "MH-000")):
        yield a.AlarmRaised(
            alarm=f"a{n}", point=point, what="no_programme", why="no_packets", priority="high"
        )
    yield a.IncidentOpened(
        incident="i1", family="programme", cause="time", name="", priority="high", alarms=("a1",)
    )
    yield a.IncidentJoined(incident="i1", alarm="a2")
    yield a.IncidentRevised(incident="i1", cause="provider", name="VNPT", priority="high")
    yield a.AlarmAcknowledged(alarm="a1")
    yield a.AlarmTaken(alarm="a1")
    yield a.AlarmNoted(alarm="a1", note="n-why")
    yield a.AlarmReleased(alarm="a1")
    yield a.AlarmShelved(alarm="a1", until_utc=UTC.format(20, 0), reason="n-why")
    yield a.AlarmUnshelved(alarm="a1", why="time")
    yield a.AlarmChanged(alarm="a1", what="lost", why="silence", priority="high")
    for n in ("1", "2"):
        yield a.AlarmCleared(alarm=f"a{n}", why="well")
    yield a.IncidentClosed(incident="i1")
    yield a.PointsShared(technician="t1", points=("MH-003",))
    yield a.OrderGiven(order="o1", point="MH-003", device="d1", action="rejoin_media")
    yield a.OrderEnded(order="o1", outcome="done")
    yield a.RenditionChosen(point="MH-003", choice=RenditionChoice.LOW)
    yield a.LinkChanged(point="MH-003", link="good", why="good")


def halls() -> Iterator[Fact]:
    counts = (
        t.BranchAttendance(branch="Chi bộ 1", reported=63, excused=2),
        t.BranchAttendance(branch="Chi bộ 2", reported=40),
    )
    yield t.CheckedIn(**HALL, branches=counts, in_charge="p-hall", note="n-note")
    yield f.EntryKept(**HALL, entry_kind="hall.danced", why="unknown_kind", raw="n-note")
    yield f.RoomAnswered(**HALL, picture=Answer.YES, sound=Answer.YES)
    yield f.FaultReported(**HALL, what=FaultKind.ECHO)
    yield t.RollOpened(roll=1)
    yield t.RollCounted(**HALL, roll=1, branches=(t.BranchRoll(branch="Chi bộ 2", present=38),))
    yield t.RollMarked(**HALL, roll=1, branch="Chi bộ 1", marks={"m1": Mark.PRESENT})
    yield t.TransferAnnounced(**HALL, transfer="x1", branch="Chi bộ 2", to="MH-000", people=1)
    yield t.TransferConfirmed(**HALL, transfer="x1", people=1)
    yield t.GuestCounted(**HALL, home="MH-000", people=2)
    yield t.GuestNamed(**HALL, guest="g1", who="p-gone")
    yield t.GuestMatched(guest="g1", home="MH-000")
    yield t.ConflictResolved(conflict="twice/m1", decision="MH-003")
    yield t.RollClosed(roll=1, expected=102, attended=39, excused=0, guests=3, points=1)
    yield t.EntrySettled(n=1)
    yield t.NamesRead(what="search", people=1)
    yield t.PersonForgotten(refs=("p-gone",), why="asked")


async def write(path: Path) -> None:
    """Write the story; it must fold."""
    journal, state = SqliteJournal(path, "writer"), State()
    list(journal.read())
    journal.start()
    for n, (fact, origin) in enumerate(story(), 1):
        row = Recorded(
            n=n,
            session="s1",
            utc=UTC.format(n // 60, n % 60),
            actor="token:t1",
            origin=origin,
            fact=fact,
        )
        evolve(state, row)
        first = n == 1
        await journal.append(
            Entry(rows=(row,), people=PEOPLE if first else {}, notes=NOTES if first else {})
        )
    journal.close()
    with sqlite3.connect(path) as db:
        # One file, as git keeps it.
        db.execute("PRAGMA journal_mode=DELETE")
    db.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.unlink(missing_ok=True)
    asyncio.run(write(target))
