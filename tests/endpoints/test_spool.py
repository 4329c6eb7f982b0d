import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoints.errors import FactInvalid, SpoolBusy, SpoolUnavailable
from endpoints.spool import KEEP_ACKED_FACTS, Entry, Spool, connect
from endpoints.spool_file import open_spool
from signaling.fact_window import FactsWanted
from signaling.messages import FactAcked, FactEnter, encode
from signaling.schema import Ident

UTC = "2026-11-01T01:00:00.000Z"
LATER = "2026-11-04T01:00:00.001Z"
FIRST = FactsWanted(after=0, through=2**62, have_through=0, limit=64)
ENTRY = Entry(kind="point.checked_in", body=b'{"n":1}', entered_utc=UTC, session="q4")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    opened = open_spool(path, "now").spool
    yield opened
    opened.close()


def ack(fact: FactEnter, utc: str = UTC, note: str | None = None) -> FactAcked:
    return FactAcked(spool=fact.spool, seq=fact.seq, recorded_utc=utc, note=note)


def reopened(spool: Spool, path: Path) -> Spool:
    spool.close()
    return open_spool(path, "now").spool


def unacked(spool: Spool, **change: int) -> list[int]:
    """Numbers of what would be sent to a coordinator that has everything it acked."""
    wanted = FactsWanted(
        **({"after": 0, "through": 2**62, "have_through": 2**62, "limit": 64} | change)
    )
    return [fact.seq for fact in spool.pending_after(wanted)]


def test_a_new_spool_has_an_identity_of_its_own(tmp_path: Path) -> None:
    spools = [open_spool(tmp_path / f"{n}.db", "now").spool for n in range(2)]
    for spool in spools:
        assert msgspec.convert(spool.spool, Ident) == spool.spool
        assert len(spool.spool) >= 22, "128 bits"
        assert (spool.last_seq, spool.pending) == (0, 0)
        spool.close()
    assert spools[0].spool != spools[1].spool


def test_facts_are_numbered_without_gaps_and_read_back_as_entered(spool: Spool) -> None:
    facts = [spool.save(ENTRY) for _ in range(3)]
    assert [fact.seq for fact in facts] == [1, 2, 3]
    read = spool.pending_after(FIRST)
    assert [encode(fact) for fact in read] == [encode(fact) for fact in facts]
    assert bytes(read[0].body) == ENTRY.body


def test_what_was_saved_is_there_after_a_restart(spool: Spool, path: Path) -> None:
    identity = spool.spool
    spool.save(ENTRY)
    again = reopened(spool, path)
    assert (again.spool, again.last_seq, again.pending) == (identity, 1, 1)
    assert again.save(ENTRY).seq == 2
    again.close()


def test_acked_facts_are_not_sent_again(spool: Spool) -> None:
    facts = [spool.save(ENTRY) for _ in range(3)]
    spool.acked([ack(facts[1]), ack(facts[2])])
    assert spool.pending == 1
    assert unacked(spool) == [1]


def test_a_restored_coordinator_gets_everything_after_what_it_has(spool: Spool) -> None:
    spool.acked([ack(spool.save(ENTRY)) for _ in range(5)])
    assert unacked(spool, have_through=5) == []
    assert unacked(spool, have_through=2) == [3, 4, 5]


def test_reading_goes_on_after_a_number_and_stops_at_a_limit(spool: Spool) -> None:
    for _ in range(5):
        spool.save(ENTRY)
    assert unacked(spool, limit=2) == [1, 2]
    assert unacked(spool, after=2, through=4) == [3, 4]


def test_an_ack_of_another_spool_changes_nothing(spool: Spool) -> None:
    spool.save(ENTRY)
    spool.acked([FactAcked(spool="other", seq=1, recorded_utc=UTC)])
    assert spool.pending == 1


def test_the_note_of_an_ack_is_kept(spool: Spool, path: Path) -> None:
    spool.acked([ack(spool.save(ENTRY), note="late")])
    spool.close()
    database = sqlite3.connect(path)
    assert database.execute("SELECT recorded_utc, note FROM fact").fetchall() == [(UTC, "late")]
    database.close()


def test_only_old_acked_facts_are_purged_and_never_the_last_ones(spool: Spool) -> None:
    old = [spool.save(ENTRY) for _ in range(KEEP_ACKED_FACTS + 3)]
    spool.acked([ack(fact) for fact in old[1:]])
    assert spool.purge(recorded_before_utc=UTC) == 0, "not older than the moment"
    assert spool.purge(recorded_before_utc=LATER) == 2
    assert unacked(spool) == [1], "what was never acked is never dropped, however old"
    assert spool.save(ENTRY).seq == KEEP_ACKED_FACTS + 4


def test_numbers_are_not_given_out_twice_after_a_purge(spool: Spool, path: Path) -> None:
    spool.save(ENTRY)
    spool.close()
    database = sqlite3.connect(path)
    database.execute("DELETE FROM fact")
    database.commit()
    database.close()
    again = open_spool(path, "now").spool
    assert again.save(ENTRY).seq == 2
    again.close()


def test_a_renewed_spool_numbers_what_is_not_acked_anew(spool: Spool, path: Path) -> None:
    old = spool.spool
    facts = [spool.save(ENTRY) for _ in range(4)]
    spool.acked([ack(facts[0]), ack(facts[2], note="conflict")])
    spool.renew(again=[3])
    assert spool.spool != old
    assert (spool.last_seq, spool.pending) == (3, 3)
    assert unacked(spool) == [1, 2, 3]
    again = reopened(spool, path)
    assert again.spool not in (old, "")
    assert again.save(ENTRY).seq == 4
    again.close()


def test_a_second_agent_on_the_same_spool_is_told_so(spool: Spool, path: Path) -> None:
    spool.save(ENTRY)
    open_it = f"import pathlib, endpoints.spool as s; s.connect(pathlib.Path({str(path)!r}))"
    other = subprocess.run([sys.executable, "-c", open_it], capture_output=True, check=False)
    assert b"SpoolBusy" in other.stderr
    with pytest.raises(SpoolBusy):
        connect(path)


def test_a_damaged_spool_is_set_aside_whole(path: Path) -> None:
    path.write_bytes(b"this is not a database, but somebody's last hope" * 100)
    opened = open_spool(path, "20261101T010000Z")
    assert opened.set_aside == path.with_name("spool.db.damaged-20261101T010000Z")
    assert opened.set_aside.read_bytes().startswith(b"this is not a database")
    assert "not a database" in opened.damage
    assert opened.spool.save(ENTRY).seq == 1
    opened.spool.close()


def test_a_spool_with_a_broken_page_is_set_aside(spool: Spool, path: Path) -> None:
    for _ in range(200):
        spool.save(ENTRY)
    spool.close()
    raw = bytearray(path.read_bytes())
    raw[8192:12288] = os.urandom(4096)
    path.write_bytes(raw)
    opened = open_spool(path, "t")
    assert opened.set_aside is not None
    assert opened.spool.last_seq == 0
    opened.spool.close()


def test_a_spool_of_a_newer_version_is_left_alone(spool: Spool, path: Path) -> None:
    spool.close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(SpoolUnavailable, match="newer version"):
        open_spool(path, "t")
    assert path.exists()


def test_a_spool_in_no_folder_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(SpoolUnavailable):
        open_spool(tmp_path / "missing" / "spool.db", "t")


def test_a_damaged_file_that_cannot_be_moved_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"x" * 5000)

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError("read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SpoolUnavailable, match="read-only"):
        open_spool(path, "t")


def test_a_full_disk_saves_nothing_and_says_so(spool: Spool) -> None:
    spool.save(ENTRY)
    pages = spool._database.execute("PRAGMA page_count").fetchone()[0]
    spool._database.execute(f"PRAGMA max_page_count = {pages}")
    large = Entry(kind="a.b", body=b'"' + b"x" * 50_000 + b'"', entered_utc=UTC)
    with pytest.raises(SpoolUnavailable, match="full"):
        spool.save(large)
    assert (spool.last_seq, spool.pending) == (1, 1)
    spool._database.execute("PRAGMA max_page_count = 100000")
    assert spool.save(large).seq == 2, "it goes on by itself when there is room"


@pytest.mark.parametrize(
    "entry",
    [
        Entry(kind="a.b", body=b'"' + b"x" * 65_536 + b'"', entered_utc=UTC),
        Entry(kind="a.b", body=b"not json", entered_utc=UTC),
        Entry(kind="Wrong Kind", body=b"{}", entered_utc=UTC),
        Entry(kind="a.b", body=b"{}", entered_utc="yesterday"),
    ],
    ids=["too large", "not json", "kind", "time"],
)
def test_a_fact_nobody_could_read_is_refused_before_it_is_saved(spool: Spool, entry: Entry) -> None:
    with pytest.raises(FactInvalid):
        spool.save(entry)
    assert (spool.last_seq, spool.pending) == (0, 0)


SAVE_FOREVER = """
import pathlib, sys
from endpoints.spool import Entry
from endpoints.spool_file import open_spool
spool = open_spool(pathlib.Path(sys.argv[1]), "t").spool
while True:
    fact = spool.save(Entry(kind="a.b", body=b"{}", entered_utc="2026-11-01T01:00:00.000Z"))
    print(fact.seq, flush=True)
"""


@pytest.mark.real_io
def test_what_was_said_to_be_saved_survives_kill(path: Path) -> None:
    for after in (1, 20, 100):
        child = subprocess.Popen(
            [sys.executable, "-c", SAVE_FOREVER, str(path)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(after)]
        child.send_signal(signal.SIGKILL)
        said += [int(line) for line in child.stdout.read().split(b"\n")[:-1]]
        child.wait()
        child.stdout.close()
        spool = open_spool(path, "t").spool
        assert spool.last_seq in (said[-1], said[-1] + 1)
        assert spool.pending == spool.last_seq
        spool.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["save", "ack", "renew", "reopen"]), max_size=30))
def test_every_entry_is_acked_or_pending_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    path = tmp_path_factory.mktemp("spool") / "spool.db"
    spool = open_spool(path, "t").spool
    entered, recorded = 0, []
    for step in steps:
        waiting = spool.pending_after(FIRST)
        if step == "save":
            entered += 1
            body = b"%d" % entered
            spool.save(Entry(kind="a.b", body=body, entered_utc=UTC))
        elif step == "ack" and (new := [f for f in waiting if bytes(f.body) not in recorded]):
            recorded.append(bytes(new[0].body))
            spool.acked([ack(new[0])])
        elif step == "renew":
            spool.renew()
        elif step == "reopen":
            spool = reopened(spool, path)
        assert spool.pending == entered - len(recorded)
        numbers = [f.seq for f in spool.pending_after(FIRST)]
        assert numbers == sorted(set(numbers))
    spool.close()
