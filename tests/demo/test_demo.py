"""The demo driven as a whole: 92 halls, real media, real kills."""

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from coordinator.fact import ReceptionChanged
from coordinator.journal import SqliteJournal
from coordinator.state import Recorded
from signaling.schema import Reception
from tests.harness.demo import running_demo

pytestmark = [pytest.mark.real_io, pytest.mark.demo]

RECEIVES = ("receiving", "playing", "verified")
PLAYS = (Reception.PLAYING, Reception.VERIFIED)
POINTS = 92


def rows_of(data: Path) -> list[Recorded]:
    """Return the journal of a demo that has ended; its chain is checked on the way."""
    journal = SqliteJournal(data / "journal.db", "test")
    rows = list(journal.read())
    journal.close()
    return rows


def spooled(data: Path) -> Counter[tuple[str, int]]:
    """Return what the halls entered, by spool and number, from their own disks."""
    found: Counter[tuple[str, int]] = Counter()
    for path in (data / "fleet").rglob("spool*.db"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            found.update(db.execute("SELECT spool, seq FROM fact").fetchall())
        db.close()
    return found


async def test_a_session_runs_by_itself_from_the_roster_to_the_close(tmp_path: Path) -> None:
    seconds = 90
    async with running_demo(tmp_path, "--auto", "--seconds", str(seconds)) as demo:
        best: dict[str, str] = {}
        async with asyncio.timeout(seconds + 30):
            while (session := await demo.get("/api/v1/session")) or not best:
                for code, point in (await demo.points()).items():
                    if point["reception"] in RECEIVES:
                        best[code] = point["reception"]
                await asyncio.sleep(0.5)
                if session and session["phase"] == "closed":
                    break
        assert len(best) == POINTS, sorted(set(await demo.points()) - set(best))
    assert demo.log_errors() == []
    rows = rows_of(tmp_path)
    origins = Counter(row.origin for row in rows if row.origin is not None)
    assert set(origins.values()) == {1}
    entered = Counter((o.split("/")[1], int(o.split("/")[2])) for o in origins)
    assert entered == spooled(tmp_path)
    played = {
        row.fact.point
        for row in rows
        if isinstance(row.fact, ReceptionChanged) and row.fact.reception in PLAYS
    }
    assert len(played) >= POINTS // 2


@pytest.mark.alone
async def test_a_killed_coordinator_darkens_no_hall_and_forgets_nothing(tmp_path: Path) -> None:
    async with running_demo(tmp_path, "--points", "4") as demo:
        await demo.until(lambda ps: all(p["reception"] in RECEIVES for p in ps.values()), 60)
        for phase in ("check_in", "live"):
            await demo.enter(phase)
        before = await demo.until(
            lambda ps: all(p["attendance"]["reported"] is not None for p in ps.values()), 60
        )
        packets = await packets_forwarded(demo.url, demo.http)
        demo.kill("coordinator")
        after = await demo.until(lambda ps: all(p["presence"] == "online" for p in ps.values()), 5)
        for code, point in before.items():
            assert after[code]["attendance"] == point["attendance"], code
        session = await demo.get("/api/v1/session")
        assert (session["phase"], session["broadcast"]) == ("live", "on")
        await demo.until(lambda ps: all(p["reception"] in RECEIVES for p in ps.values()), 5)
        assert await packets_forwarded(demo.url, demo.http) > packets
        # No hall began a second media session: its packets never stopped.
        assert "programme.ended" not in (tmp_path / "log" / "fleet.log").read_text()


@pytest.mark.alone
async def test_after_a_killed_relay_the_halls_are_back_within_five_seconds(tmp_path: Path) -> None:
    async with running_demo(tmp_path, "--points", "4") as demo:
        await demo.until(lambda ps: all(p["reception"] in RECEIVES for p in ps.values()), 60)
        for phase in ("check_in", "live"):
            await demo.enter(phase)
        demo.kill("relay")
        await demo.until(lambda ps: any(p["reception"] not in RECEIVES for p in ps.values()), 5)
        await demo.until(lambda ps: all(p["reception"] in RECEIVES for p in ps.values()), 5)


async def packets_forwarded(url: str, http: object) -> float:
    """Return the relay's counter as the coordinator's metrics tell it."""
    async with http.get(url + "/metrics") as answer:  # type: ignore[attr-defined]
        text = await answer.text()
    [line] = [x for x in text.splitlines() if x.startswith("nhipcau_relay_packets_forwarded_total")]
    return float(line.split()[1])
