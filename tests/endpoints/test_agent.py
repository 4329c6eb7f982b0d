import asyncio
import dataclasses
import time
from collections.abc import Sequence

import pytest

from endpoints import link
from endpoints.agent import Agent, Ending
from endpoints.errors import FactInvalid, SpoolUnavailable
from endpoints.notice import (
    Connected,
    Disconnected,
    FactSaved,
    FactsRecorded,
    JunkReceived,
    MessageRefused,
    Notice,
    OrderReceived,
    SpoolFailed,
    SpoolRenewed,
)
from endpoints.spool_desk import SpoolDesk
from signaling.fact_window import FactsWanted
from signaling.messages import (
    CLOSE_CREDENTIAL,
    CLOSE_REPLACED,
    CLOSE_REVOKED,
    MAX_MESSAGE_BYTES,
    FactAcked,
    FactEnter,
    OrderAnswer,
    OrderGive,
    Outcome,
    Refusal,
    SessionState,
    encode,
)
from signaling.schema import Decoding
from signaling.stats import InboundVideo, MediaStats
from tests.endpoints.conftest import Bench, head_count, running
from tests.harness.fake_coordinator import SESSION, FakeCoordinator

pytestmark = pytest.mark.real_io


async def until_acked(desk: SpoolDesk) -> None:
    async with asyncio.timeout(10):
        while desk.pending:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_hall_greets_reports_each_second_and_leaves_politely(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.report_interval_s = 0.2
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    began = time.monotonic()
    async with running(agent) as task:
        await coordinator.until(reports=5)
        assert 0.7 < time.monotonic() - began < 3.0
    assert await task is Ending.STOPPED
    _device, hello = coordinator.hellos[0]
    assert (hello.versions, hello.spool, hello.last_seq) == ((1,), desk.spool, 0)
    reports = coordinator.reports["d1"]
    assert [report.seq for report in reports] == list(range(1, len(reports) + 1))
    assert reports[-1].disk_free_bytes
    assert reports[-1].control_rtt_ms is not None
    assert coordinator.goodbyes == ["d1"]
    await desk.close()


async def test_a_check_in_is_on_disk_before_it_is_said_and_acked_after(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    offline = await agent.enter(head_count(40))
    assert (offline.seq, offline.session) == (1, None), "entered before anybody told the session"
    async with running(agent):
        await bench.until_told(FactsRecorded, 1)
        assert agent.session == SESSION
        fact = await agent.enter(head_count(44))
        assert fact.session == "q4"
        await coordinator.until(facts=2)
        await bench.until_told(FactsRecorded, 2)
    assert [type(n) for n in bench.notices if isinstance(n, FactSaved | FactsRecorded)] == [
        FactSaved,
        FactsRecorded,
        FactSaved,
        FactsRecorded,
    ]
    assert desk.pending == 0
    await desk.close()


async def test_an_order_nobody_knows_is_refused(bench: Bench, coordinator: FakeCoordinator) -> None:
    order = OrderGive(id="o1", action="dance")
    coordinator.script.junk = [encode(order)]
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    answer = OrderAnswer(id="o1", outcome=Outcome.REFUSED, why="unknown_action")
    agent.answer(answer)  # without a connection it is lost, as the order is
    async with running(agent):
        await coordinator.until(answers=1)
    assert [n.order for n in bench.notices if isinstance(n, OrderReceived)] == [order]
    assert coordinator.order_answers == [("d1", answer)]
    await desk.close()


@pytest.mark.parametrize(
    ("action", "life"),
    [
        ("rejoin_media", ["began", "rejoined", "ended"]),
        ("restart_reception", ["began", "ended", "began", "ended"]),
    ],
)
async def test_reception_is_begun_anew_on_order(
    bench: Bench, coordinator: FakeCoordinator, action: str, life: list[str]
) -> None:
    coordinator.script.junk = [encode(OrderGive(id="o1", action=action))]
    desk, receiver = await bench.desk(), FakeReceiver()
    async with running(Agent(bench.hall(coordinator, desk, receiver))):
        await coordinator.until(answers=2)
    said = [answer.outcome for _device, answer in coordinator.order_answers]
    assert said == [Outcome.BEGUN, Outcome.DONE]
    assert receiver.life == life
    await desk.close()


@pytest.mark.parametrize("action", ["rejoin_media", "restart_reception"])
async def test_who_receives_nothing_says_so(
    bench: Bench, coordinator: FakeCoordinator, action: str
) -> None:
    coordinator.script.junk = [encode(OrderGive(id="o1", action=action))]
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await coordinator.until(answers=2)
    assert coordinator.order_answers[1][1].why == "not_receiving"
    await desk.close()


async def test_a_number_out_of_range_is_not_saved(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    with pytest.raises(FactInvalid):
        await Agent(bench.hall(coordinator, desk)).enter(head_count(-1))
    assert desk.last_seq == 0
    await desk.close()


async def test_every_fact_arrives_once_though_acks_are_lost(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.lost_acks = 7
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    for count in range(30):
        await agent.enter(head_count(count))
    async with running(agent):
        await coordinator.until(facts=30, dials=8)
        await until_acked(desk)
    spools = {(device, spool) for device, spool, _seq in coordinator.journal}
    assert spools == {("d1", desk.spool)}
    bodies = [bytes(f.body) for _key, f in sorted(coordinator.journal.items())]
    assert [body.count(b"reported") for body in bodies] == [1] * 30
    assert len(coordinator.received) > 30, "some had to be repeated"
    await desk.close()


async def test_what_was_entered_while_the_server_was_gone_arrives_when_it_is_back(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent):
        await bench.until_told(Connected)
        await coordinator.stop()
        await bench.until_told(Disconnected, 5)
        for count in range(100):
            await agent.enter(head_count(count))
        await coordinator.start()
        await coordinator.until(facts=100)
    waits = [n.wait_s for n in bench.notices if isinstance(n, Disconnected)][:4]
    assert waits == [0.025, 0.05, 0.1, 0.1], "each wait is longer than the last, up to the cap"
    await desk.close()


async def test_a_restored_coordinator_is_filled_again(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent):
        for count in range(10):
            await agent.enter(head_count(count))
        await until_acked(desk)
        for key in [key for key in coordinator.journal if key[2] > 4]:
            del coordinator.journal[key]
        coordinator.drop("d1")
        await coordinator.until(facts=10)
    await desk.close()


async def test_a_spool_restored_from_a_copy_loses_nothing_and_overwrites_nothing(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    old = await bench.desk("old.db")
    await Agent(bench.hall(coordinator, old)).enter(head_count(1))
    await old.close()
    (bench.folder / "new.db").write_bytes((bench.folder / "old.db").read_bytes())
    new = await bench.desk("new.db")
    agent = Agent(bench.hall(coordinator, new))
    async with running(agent):
        await agent.enter(head_count(2))
        await coordinator.until(facts=2)
    await new.close()

    restored = await bench.desk("old.db")
    agent = Agent(bench.hall(coordinator, restored))
    async with running(agent):
        await bench.until_told(SpoolRenewed)
        await agent.enter(head_count(3))
        await coordinator.until(facts=4)
    bodies = sorted(bytes(fact.body) for fact in coordinator.journal.values())
    assert len({body for body in bodies}) == 3, "1, 2 and 3; 1 once more under its new number"
    await restored.close()


async def test_a_number_given_out_twice_is_found_out_and_entered_anew(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    old = await bench.desk("old.db")
    await old.close()
    (bench.folder / "new.db").write_bytes((bench.folder / "old.db").read_bytes())
    new = await bench.desk("new.db")
    agent = Agent(bench.hall(coordinator, new))
    async with running(agent):
        await agent.enter(head_count(1))
        await coordinator.until(facts=1)
    await new.close()
    # The copy has no fewer facts than the coordinator, so the greeting gives nothing away.
    copy = await bench.desk("old.db")
    agent = Agent(bench.hall(coordinator, copy))
    await agent.enter(head_count(2))
    async with running(agent):
        await coordinator.until(facts=2)
        await bench.until_told(SpoolRenewed)
    assert len({bytes(f.body) for f in coordinator.journal.values()}) == 2
    await copy.close()


@pytest.mark.parametrize(("status", "ending"), [(401, Ending.CREDENTIAL), (403, Ending.REVOKED)])
async def test_a_refused_credential_stops_the_agent_at_once(
    bench: Bench, coordinator: FakeCoordinator, status: int, ending: Ending
) -> None:
    coordinator.script.status = status
    desk = await bench.desk()
    assert await Agent(bench.hall(coordinator, desk)).run() is ending
    assert coordinator.dials == 1
    await desk.close()


@pytest.mark.parametrize(
    ("code", "ending"), [(CLOSE_CREDENTIAL, Ending.CREDENTIAL), (CLOSE_REVOKED, Ending.REVOKED)]
)
async def test_a_credential_revoked_while_connected_stops_the_agent(
    bench: Bench, coordinator: FakeCoordinator, code: int, ending: Ending
) -> None:
    desk = await bench.desk()
    task = asyncio.create_task(Agent(bench.hall(coordinator, desk)).run())
    await coordinator.until(reports=1)
    await coordinator.close("d1", code)
    assert await task is ending
    await desk.close()


async def test_a_replaced_agent_stays_away_for_half_a_minute(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.close_on_hello = CLOSE_REPLACED
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await bench.until_told(Disconnected)
    gone = next(n for n in bench.notices if isinstance(n, Disconnected))
    assert gone.reason == "replaced"
    assert gone.wait_s is not None
    assert gone.wait_s >= 30.0
    await desk.close()


async def test_an_overloaded_server_says_when_to_come_back(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.status, coordinator.script.retry_after = 503, "7"
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await bench.until_told(Disconnected)
    gone = next(n for n in bench.notices if isinstance(n, Disconnected))
    assert gone.wait_s == pytest.approx(7.025)
    await desk.close()


async def test_junk_of_the_server_is_survived(bench: Bench, coordinator: FakeCoordinator) -> None:
    coordinator.script.junk = [
        "",
        "not json",
        '{"type":"future.thing","x":1}',
        '{"type":"fact.acked","spool":7}',
        b"\xff\xfe\x00",
        '{"type":"session.state","phase":"disco"}',
        "[" * 30_000,
    ]
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await bench.until_told(JunkReceived, 7)
        await coordinator.until(reports=1)
    assert coordinator.dials == 1
    await desk.close()


async def test_a_frame_of_a_megabyte_costs_the_connection_only(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.junk = ["x" * (16 * MAX_MESSAGE_BYTES)]
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await coordinator.until(reports=1, dials=2)
    await desk.close()


async def test_a_version_nobody_offered_is_not_spoken(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    coordinator.script.version = 9
    desk = await bench.desk()
    async with running(Agent(bench.hall(coordinator, desk))):
        await coordinator.until(dials=3)
    assert not coordinator.reports
    assert not bench.told(Connected)
    await desk.close()


async def test_refusals_and_changes_of_the_session_are_told(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent):
        await coordinator.until(reports=1)
        await coordinator.say("d1", Refusal(code="x", text="y"))
        await coordinator.say("d1", SessionState(session="q5"))
        await bench.until_told(MessageRefused)
        async with asyncio.timeout(5):
            while agent.session.session != "q5":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    await desk.close()


async def test_an_agent_without_a_server_stops_when_it_is_told_to(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    await coordinator.stop()
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent) as task:
        await bench.until_told(Disconnected, 3)
    assert await task is Ending.STOPPED
    await desk.close()


async def test_an_agent_stops_while_it_dials_a_server_that_does_not_answer(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    await coordinator.stop()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    mute = await asyncio.start_server(never, "127.0.0.1", coordinator.port)
    desk = await bench.desk()
    began = time.monotonic()
    async with running(Agent(bench.hall(coordinator, desk))), mute:
        await asyncio.sleep(0.1)
    assert time.monotonic() - began < 2.0
    await mute.wait_closed()
    await desk.close()


async def test_an_aborted_line_says_no_goodbye_and_is_made_again(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent):
        await coordinator.until(reports=1)
        agent.abort()
        await coordinator.until(dials=2)
        assert coordinator.goodbyes == []
    await desk.close()


async def test_a_cancelled_agent_leaves_nothing_behind(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk = await bench.desk()
    task = asyncio.create_task(Agent(bench.hall(coordinator, desk)).run())
    await coordinator.until(reports=1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert coordinator.goodbyes == []
    await desk.close()


class FakeReceiver:
    """Receives ten packets and waits."""

    def __init__(self) -> None:
        self.life: list[str] = []

    async def run(self) -> None:
        self.life.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            self.life.append("ended")

    def stats(self, now: float) -> MediaStats:
        return MediaStats(connected=True, video=InboundVideo(packets_received=10))

    def set_decoding(self, decoding: Decoding) -> None:
        raise AssertionError("an agent decodes what its receiver was made for")

    async def rejoin(self) -> None:
        self.life.append("rejoined")

    async def joined(self) -> None:
        while self.life[-1] != "began":  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_the_programme_is_received_whatever_becomes_of_the_connection(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    desk, receiver = await bench.desk(), FakeReceiver()
    async with running(Agent(bench.hall(coordinator, desk, receiver))):
        await coordinator.until(reports=1)
        media = coordinator.reports["d1"][0].media
        assert media is not None
        assert media.video == InboundVideo(packets_received=10)
        await coordinator.stop()
        await bench.until_told(Disconnected, 3)
        assert receiver.life == ["began"]
    assert receiver.life == ["began", "ended"]
    await desk.close()


class BadDisk(SpoolDesk):
    """A disk that cannot be read or written for a while."""

    failures = 3

    async def pending_after(self, wanted: FactsWanted) -> list[FactEnter]:
        self._fail()
        return await super().pending_after(wanted)

    async def acked(self, acks: Sequence[FactAcked]) -> None:
        self._fail()
        await super().acked(acks)

    async def purge(self, recorded_before_utc: str) -> int:
        self._fail()
        return await super().purge(recorded_before_utc)

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise SpoolUnavailable("disk I/O error")


async def test_a_disk_that_fails_takes_neither_connection_nor_reports_with_it(
    bench: Bench, coordinator: FakeCoordinator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "SPOOL_RETRY_S", 0.2)
    coordinator.script.report_interval_s = 0.2
    good = await bench.desk()
    desk = BadDisk(good.opened, bench.executor)
    agent = Agent(bench.hall(coordinator, desk))
    async with running(agent):
        await agent.enter(head_count(1))
        await bench.until_told(SpoolFailed, 3)
        await coordinator.until(facts=1, reports=5)
        assert coordinator.dials == 1
        coordinator.drop("d1")
        await until_acked(desk)
    assert len(coordinator.journal) == 1
    await desk.close()


async def test_a_mistake_of_ours_costs_one_connection_and_not_the_hall(
    bench: Bench, coordinator: FakeCoordinator
) -> None:
    told: list[Notice] = []

    def stumble(notice: Notice) -> None:
        told.append(notice)
        if len(told) == 1:
            raise ValueError("our mistake")

    desk = await bench.desk()
    hall = dataclasses.replace(bench.hall(coordinator, desk), notify=stumble)
    async with running(Agent(hall)):
        await coordinator.until(reports=1, dials=2)
    gone = next(notice for notice in told if isinstance(notice, Disconnected))
    assert gone.detail == "internal"
    await desk.close()
