"""The runtime and the machines' shell on virtual time."""

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.errors import CommitFailed
from coordinator.fact import PhaseEntered, PointWithdrawn
from coordinator.fold import replay
from coordinator.point_watch import PointWatch
from coordinator.runtime import Personal, Runtime
from coordinator.state import Recorded
from signaling.messages import PointReport
from signaling.schema import Decoding, Phase, Presence, Reception
from signaling.stats import InboundVideo, MediaStats
from tests.harness.facts import planned, point
from tests.harness.memory_journal import MemoryJournal


async def town() -> tuple[Runtime, MemoryJournal]:
    journal = MemoryJournal()
    runtime = Runtime(journal, "boot", lambda: None)
    facts = [point("MH-001"), point("MH-002"), planned()]
    await runtime.change(facts, actor="t", session="s1")
    await runtime.change([PhaseEntered(phase=Phase.CHECK_IN)], actor="t", session="s1")
    return runtime, journal


def report(seq: int, packets: int, decoding: Decoding = Decoding.ALL) -> PointReport:
    video = InboundVideo(packets_received=packets, frames_decoded=packets // 2)
    return PointReport(seq=seq, media=MediaStats(connected=True, decoding=decoding, video=video))


async def test_listeners_hear_what_is_on_disk_and_in_its_order() -> None:
    runtime, journal = await town()
    heard: list[int] = []

    def listen(rows: Sequence[Recorded]) -> None:
        assert rows[-1].n <= len(journal.rows)
        heard.extend(row.n for row in rows)

    runtime.listen(listen)
    first = asyncio.ensure_future(runtime.change([point("A")], actor="t"))
    runtime.record([point("B"), point("C")], actor="t")
    await first
    await runtime.settled()
    await asyncio.sleep(0)
    assert sorted(heard) == heard
    assert len(heard) == 3
    assert replay(journal.rows) == runtime.state


async def test_a_failed_commit_is_fatal_and_is_never_shown() -> None:
    journal, fatal = MemoryJournal(), []
    runtime = Runtime(journal, "boot", lambda: fatal.append(1))
    heard: list[Recorded] = []
    runtime.listen(heard.extend)
    journal.fail = CommitFailed("disk full")
    with pytest.raises(CommitFailed):
        await runtime.change([point("A")], actor="t")
    await asyncio.sleep(0)
    assert (fatal, heard) == ([1], [])


async def test_a_change_without_facts_is_done_at_once() -> None:
    runtime, journal = await town()
    before = len(journal.rows)
    assert (await runtime.change([], actor="t")).rows == ()
    assert len(journal.rows) == before


async def test_personal_data_is_known_by_its_reference_only() -> None:
    runtime, _journal = await town()
    personal = Personal()
    ref, note = personal.add_person("Lan", "0900"), personal.add_note("chú ý")
    await runtime.change(
        [PhaseEntered(phase=Phase.LIVE)], actor="t", session="s1", personal=personal
    )
    person = runtime.person(ref)
    assert person is not None
    assert (person.name, runtime.notes[note]) == ("Lan", "chú ý")
    assert runtime.person(None) is None


async def test_silence_of_one_point_is_noticed_without_a_word_of_another() -> None:
    runtime, _journal = await town()
    watch = PointWatch(runtime, lambda _code: None)
    watch.receive_word("MH-001", "d1")
    await asyncio.sleep(6.5)
    late = runtime.state.status["MH-001"].presence
    await asyncio.sleep(10)
    lost = runtime.state.status["MH-001"].presence
    assert [late, lost] == [Presence.LATE, Presence.LOST]
    assert runtime.state.status["MH-002"].presence is Presence.NEVER_SEEN
    watch.close()


async def test_reports_make_a_hall_play_and_their_end_makes_it_unknown() -> None:
    runtime, _journal = await town()
    touched: list[str] = []
    watch = PointWatch(runtime, touched.append)
    for second in range(10):
        watch.receive_report("MH-001", "d1", report(second, 10 * second + 10))
        await asyncio.sleep(1)
    status = runtime.state.status["MH-001"]
    assert status.reception is Reception.PLAYING
    assert set(touched) == {"MH-001"}
    assert watch.telemetry("MH-001")[1] is Decoding.ALL
    assert watch.reports == 10
    await asyncio.sleep(6)
    assert runtime.state.status["MH-001"].reception is Reception.UNKNOWN
    watch.close()


async def test_verdicts_are_facts_and_telemetry_is_not() -> None:
    runtime, journal = await town()
    watch = PointWatch(runtime, lambda _code: None)
    before = len(journal.rows)
    for second in range(60):
        watch.receive_report("MH-001", "d1", report(second, 10 * second + 10))
        await asyncio.sleep(1)
    kinds = [row.fact.KIND for row in journal.rows[before:]]
    assert kinds == [
        "point.presence_changed",
        "point.reception_changed",
    ]
    watch.close()


async def test_a_withdrawn_point_is_watched_no_more() -> None:
    runtime, _journal = await town()
    watch = PointWatch(runtime, lambda _code: None)
    watch.receive_word("MH-001", "d1")
    await runtime.change([PointWithdrawn(code="MH-001")], actor="t")
    await asyncio.sleep(30)
    assert "MH-001" not in runtime.state.status
    assert watch.telemetry("MH-001")[1] is Decoding.NONE
    watch.close()
