"""Journals written by earlier versions are read for ever."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from coordinator.fact import KINDS
from coordinator.fold import replay
from coordinator.journal import SqliteJournal
from signaling.schema import Phase, Presence, Reception

JOURNALS = Path(__file__).parent / "journals"


@pytest.mark.parametrize("version", ["0.1.0"])
def test_a_journal_of_an_earlier_version_says_what_it_said(tmp_path: Path, version: str) -> None:
    shutil.copy(JOURNALS / f"{version}.db", tmp_path / "journal.db")
    journal = SqliteJournal(tmp_path / "journal.db", "test")
    rows = list(journal.read())
    people, notes = journal.people(), journal.notes()
    journal.close()
    state = replay(rows)
    assert {row.fact.KIND for row in rows} <= set(KINDS)
    session = state.session
    assert session is not None
    assert (session.phase, session.main_point) == (Phase.LIVE, "MH-000")
    assert session.chair is not None
    assert people[session.chair].name == "Nguyễn Thị Lan"
    assert (set(state.points), set(state.withdrawn)) == ({"MH-000", "MH-003"}, {"MH-009"})
    attendance = state.attendance["s1", "MH-003"]
    assert sum(count.reported for count in attendance.branches) == 103
    assert attendance.note is not None
    assert notes[attendance.note] == "Máy chiếu mới"
    status = state.status["MH-003"]
    assert (status.presence, status.reception) == (Presence.ONLINE, Reception.PLAYING)
    assert state.receipts["d1", "spool"].through == 2
    assert [device.revoked for device in state.devices.values()] == [False, True]


def test_a_journal_of_version_0_2_says_what_it_said(tmp_path: Path) -> None:
    shutil.copy(JOURNALS / "0.2.0.db", tmp_path / "journal.db")
    journal = SqliteJournal(tmp_path / "journal.db", "test")
    state = replay(journal.read())
    people, notes = journal.people(), journal.notes()
    journal.close()
    assert state.open_session == "s1"
    session = state.sessions["s1"]
    assert (session.phase, session.floor, session.source) == (Phase.LIVE, "MH-003", "auto")
    accounts = state.accounts
    assert {u.login: u.removed for u in accounts.users.values()} == {"minh": False, "cu": True}
    assert accounts.users["u1"].password is not None
    assert notes[accounts.users["u1"].password].startswith("$argon2id$")
    assert set(accounts.signins) == {"s-1"}
    assert people[accounts.users["u1"].person].name == "Trần Văn Minh"
    assert state.status["MH-003"].reception is Reception.VERIFIED
    assert set(state.alarms.open) == {"i1"}, "over, and nobody has seen it"
    assert state.shares == {"MH-003": "t1"}
    assert state.orders["o1"].outcome == "done"
    closing = state.registers["s1"].rolls[1].closing
    assert closing is not None
    assert (closing.attended, closing.expected) == (39, 102)
    assert state.rooms["s1", "MH-003"].picture == "yes"
    assert state.receipts["d1", "spool"].through == 10


def test_the_newest_journal_knows_every_kind_in_its_version() -> None:
    """A new kind, or a new version of one, asks for a journal that has it."""
    newest = sorted(JOURNALS.glob("*.db"))[-1]
    with contextlib.closing(sqlite3.connect(f"file:{newest}?mode=ro", uri=True)) as db:
        found = set(db.execute("SELECT DISTINCT kind, v FROM journal"))
    assert found == {(kind, cls.V) for kind, cls in KINDS.items()}
