"""Readiness and preflights in the running house, on virtual time."""

import asyncio
from collections.abc import Callable

from config.thresholds import ReadinessLimits
from config.utc import format_utc
from coordinator.fact import (
    BranchAttendance,
    CheckedIn,
    DeviceEnrolled,
    DeviceRevoked,
    Fact,
    PhaseEntered,
    PointWithdrawn,
    PresenceChanged,
    ReceptionChanged,
    SessionPlanned,
)
from coordinator.preflight.desk import PreflightDesk
from coordinator.preflight.readiness import MediaState
from coordinator.preflight.readiness_watch import ReadinessWatch
from coordinator.runtime import Runtime
from signaling.messages import (
    Message,
    OrderAction,
    OrderAnswer,
    OrderGive,
    Outcome,
    PreflightReport,
)
from signaling.preflight import Check, CheckResult, Verdict
from signaling.schema import DeviceRole, Phase, Presence, Readiness, Reception
from tests.harness.facts import START_S, planned, point
from tests.harness.memory_journal import MemoryJournal

CODE = "MH-001"
START_IN_S = 3600.0
"The harness plans its session an hour after ``START_S``."


class House:
    """A runtime with its readiness and preflight shells; the wall clock runs with the loop's."""

    def __init__(self, media: MediaState | None = None) -> None:
        self.runtime = Runtime(MemoryJournal(), "boot", lambda: None)
        began = asyncio.get_running_loop().time()
        clock = asyncio.get_running_loop().time
        self.wall: Callable[[], float] = lambda: START_S - 100.0 + clock() - began
        self.media = media or MediaState()
        self.sent: list[tuple[str, OrderGive]] = []

    async def open(self, *facts: Fact) -> "House":
        await self.add(
            point(CODE),
            planned(),
            DeviceEnrolled(device="d1", point=CODE, role=DeviceRole.AGENT, hash="h", code="c"),
            DeviceEnrolled(device="p1", point=CODE, role=DeviceRole.PHONE, hash="i", code="c"),
            PhaseEntered(phase=Phase.CHECK_IN),
            *facts,
        )
        self.watch = ReadinessWatch(self.runtime, ReadinessLimits(), self.wall)
        self.desk = PreflightDesk(self.runtime, lambda: self.media, self.wall)
        self.desk.send = self._send
        return self

    def _send(self, device: str, message: Message) -> bool:
        assert isinstance(message, OrderGive)
        self.sent.append((device, message))
        return True

    def close(self) -> None:
        for shell in (self.watch, self.desk):
            shell.close()
            shell.close()

    async def add(self, *facts: Fact) -> None:
        await self.runtime.change(facts, actor="t", session="s1")

    async def told(self, *checks: tuple[Check, Verdict], device: str = "d1") -> None:
        utc = format_utc(self.wall())
        results = tuple(
            CheckResult(check=check, verdict=verdict, why="x", measured_utc=utc)
            for check, verdict in checks
        )
        self.desk.receive_report(
            CODE, device, PreflightReport(run="r", sent_utc=utc, checks=results)
        )
        await self.runtime.settled()
        await asyncio.sleep(0)

    @property
    def now(self) -> tuple[Readiness, str]:
        status = self.runtime.state.status[CODE]
        return status.readiness, status.readiness_why

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(device, order.action) for device, order in self.sent]


HERE = (
    PresenceChanged(point=CODE, presence=Presence.ONLINE, why="word"),
    ReceptionChanged(point=CODE, reception=Reception.PLAYING, why="playing"),
    CheckedIn(
        point=CODE,
        device="d1",
        entered_utc="2026-10-04T00:45:00.000Z",
        branches=(BranchAttendance(branch=f"Chi bộ {CODE}", reported=48),),
    ),
)


async def test_a_hall_is_ready_by_preflight_check_in_and_reception_for_an_hour() -> None:
    house = await House().open(*HERE)
    await asyncio.sleep(0)
    assert house.now == (Readiness.CHECKING, "unchecked")
    await house.told((Check.CPU, Verdict.OK))
    assert house.now == (Readiness.READY, "checked_in")
    await asyncio.sleep(3598)
    assert house.now == (Readiness.READY, "checked_in")
    await asyncio.sleep(2 + ReadinessLimits().worsen_s + 0.1)
    assert house.now == (Readiness.DEGRADED, "check_expired")
    house.close()


async def test_a_stumble_of_the_line_does_not_make_a_ready_hall_degraded() -> None:
    house = await House().open(*HERE)
    await house.told((Check.CPU, Verdict.OK))
    away = ReceptionChanged(point=CODE, reception=Reception.CONNECTED, why="no_packets")
    await house.add(away)
    await asyncio.sleep(3)
    await house.add(HERE[1])
    await asyncio.sleep(60)
    assert house.now == (Readiness.READY, "checked_in")
    await house.add(away)
    await asyncio.sleep(6)
    assert house.now == (Readiness.DEGRADED, "no_packets")
    await house.add(HERE[1])
    await asyncio.sleep(9)
    degraded = house.now
    await asyncio.sleep(2)
    assert (degraded[0], house.now[0]) == (Readiness.DEGRADED, Readiness.READY)
    house.close()


async def test_live_freezes_readiness_and_a_way_back_judges_anew() -> None:
    house = await House().open(*HERE)
    await house.told((Check.CPU, Verdict.OK))
    await house.add(PhaseEntered(phase=Phase.LIVE))
    await house.add(PresenceChanged(point=CODE, presence=Presence.LOST, why="silence"))
    await asyncio.sleep(4000)
    assert house.now == (Readiness.READY, "checked_in")
    await house.add(PhaseEntered(phase=Phase.CHECK_IN, reason="bấm nhầm"))
    await asyncio.sleep(0)
    assert house.now == (Readiness.FAILED, "silence")
    house.close()


async def test_what_a_revoked_machine_found_and_a_withdrawn_point_are_forgotten() -> None:
    house = await House().open(*HERE)
    await house.told((Check.MICROPHONE, Verdict.FAIL))
    assert house.now == (Readiness.DEGRADED, "preflight_microphone")
    await house.add(DeviceRevoked(device="d1"))
    await asyncio.sleep(11)
    assert house.now == (Readiness.CHECKING, "unchecked")
    await house.add(PointWithdrawn(code=CODE))
    await asyncio.sleep(4000)
    assert CODE not in house.runtime.state.preflights
    house.close()


async def test_equipment_is_asked_to_look_an_hour_and_a_quarter_before_and_phones_are_not() -> None:
    house = await House().open()
    house.desk.receive_joined("d1")
    house.desk.receive_joined("p1")
    house.desk.receive_joined("unknown")
    await house.told((Check.BANDWIDTH, Verdict.OK))
    house.sent.clear()
    await asyncio.sleep(100 + START_IN_S)
    actions = [(device, action) for device, action in house.asked if action == "run_preflight"]
    assert actions == [("d1", OrderAction.RUN_PREFLIGHT)] * 2
    house.close()


async def test_a_turn_goes_on_when_the_device_reports_refuses_or_leaves() -> None:
    house = await House().open(
        DeviceEnrolled(device="d2", point=CODE, role=DeviceRole.SCREEN, hash="j", code="c"),
        DeviceEnrolled(device="d3", point=CODE, role=DeviceRole.SCREEN, hash="k", code="c"),
    )
    for device in ("d1", "d2", "d3"):
        house.desk.receive_joined(device)
        await house.told((Check.CPU, Verdict.OK), device=device)
    await house.told((Check.CPU, Verdict.OK), device="p1")
    assert house.asked == [("d1", "test_bandwidth")]
    assert house.desk.testing == {"d1"}
    await house.told((Check.BANDWIDTH, Verdict.OK))
    order = house.sent[-1][1].id
    house.desk.receive_answer("d2", OrderAnswer(id=order, outcome=Outcome.BEGUN))
    house.desk.receive_answer("d2", OrderAnswer(id="of-another", outcome=Outcome.REFUSED))
    assert house.desk.testing == {"d2"}
    house.desk.receive_answer("d2", OrderAnswer(id=order, outcome=Outcome.REFUSED, why="x"))
    assert house.desk.testing == {"d3"}
    house.desk.receive_gone("d3")
    assert house.desk.testing == frozenset()
    house.close()


async def test_a_test_waits_for_room_on_the_uplink() -> None:
    house = await House(MediaState(budget_kbps=85_000, egress_kbps=82_000)).open()
    house.desk.receive_joined("d1")
    await house.told((Check.CPU, Verdict.OK))
    await asyncio.sleep(10)
    assert house.asked == []
    house.media = MediaState(budget_kbps=85_000, egress_kbps=40_000)
    await asyncio.sleep(3)
    assert house.asked == [("d1", "test_bandwidth")]
    house.close()


async def test_an_order_that_reaches_nobody_is_nobody_s_and_a_dull_test_is_made_again() -> None:
    house = await House().open()
    desk = PreflightDesk(house.runtime, lambda: house.media, house.wall)
    desk.receive_joined("d1")
    utc = format_utc(house.wall())
    silent = CheckResult(check=Check.CPU, verdict=Verdict.OK, measured_utc=utc)
    desk.receive_report(CODE, "d1", PreflightReport(run="r", sent_utc=utc, checks=(silent,)))
    assert desk.testing == {"d1"}, "nothing is sent before somebody has the lines"
    desk.close()
    house.desk.receive_joined("d1")
    await house.told((Check.BANDWIDTH, Verdict.SKIPPED))
    assert house.asked == []
    await house.told((Check.CPU, Verdict.WARN))
    assert house.asked == [("d1", "test_bandwidth")], "a slate proved nothing"
    house.close()


async def test_a_report_sent_again_after_a_new_connection_is_no_news() -> None:
    house = await House().open(*HERE)
    await house.told((Check.CPU, Verdict.OK))
    utc = format_utc(house.wall())
    again = PreflightReport(
        run="r",
        sent_utc=utc,
        checks=(CheckResult(check=Check.CPU, verdict=Verdict.OK, why="x", measured_utc=utc),),
    )
    before = house.runtime.facts
    house.desk.receive_report(CODE, "d1", again)
    assert house.runtime.facts == before
    house.close()


async def test_another_start_has_its_own_rounds() -> None:
    house = await House().open()
    house.desk.receive_joined("d1")
    await house.told((Check.BANDWIDTH, Verdict.OK))
    later = format_utc(START_S + 90_000)
    await house.add(SessionPlanned(id="s1", title="t", start_utc=later))
    await asyncio.sleep(80_000)
    house.sent.clear()
    await asyncio.sleep(10_200)
    assert ("d1", "run_preflight") in house.asked
    house.close()
