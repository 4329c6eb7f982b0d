"""A preflight carried out: over real sockets to a server, with an invented room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from endpoints.notice import Connected, SessionTold, SpoolRenewed
from endpoints.preflight import preflight
from endpoints.preflight.desk import PreflightDesk
from endpoints.preflight.network import turn_over_tcp
from endpoints.preflight.preflight import Kit, Preflight
from endpoints.preflight.simulated import Room, SimulatedDevices
from endpoints.receiver import Receiver
from endpoints.server import Server
from signaling.media_errors import BadSdp, MediaError, TransportFailed
from signaling.messages import (
    OrderAction,
    OrderGive,
    PointCard,
    PreflightReport,
    SessionState,
    Welcome,
)
from signaling.preflight import AUDIBLE, Check, Verdict
from signaling.schema import Decoding, Phase
from signaling.stats import InboundAudio, InboundVideo, MediaStats

pytestmark = pytest.mark.real_io

UTC = "2026-11-01T01:00:00.000Z"
WELCOME = Welcome(
    version=1,
    boot="b",
    device="d1",
    point=PointCard(code="MH-001", name="Phường Dị Sử"),
    report_interval_s=1.0,
    have_through=0,
    server_utc=UTC,
    session=SessionState(),
)


class Steady:
    """A receiver, or a test's reception, to which the programme comes at 2 Mbit/s."""

    def __init__(self, *, connected: bool = True, fails: MediaError | None = None) -> None:
        self.connected = connected
        self.fails = fails
        self.stopped = 0
        self.began = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Nothing has to be done."""

    def set_decoding(self, decoding: Decoding) -> None:
        """Everything is decoded."""

    async def rejoin(self) -> None:
        """It comes as before."""

    async def joined(self) -> None:
        """It comes."""

    async def start(self) -> None:
        if self.fails is not None:
            raise self.fails

    async def stop(self) -> None:
        self.stopped += 1

    def stats(self, now: float) -> MediaStats:
        if not self.connected:
            return MediaStats()
        grown = int((now - self.began) * 250)
        video = InboundVideo(
            packets_received=grown, bytes_received=grown * 1000, frames_received=grown
        )
        return MediaStats(connected=True, video=video, audio=InboundAudio(packets_received=grown))


class Machine:
    cpu_ratio: float | None = 0.2
    disk_free_bytes: int | None = 50_000_000_000

    def measure(self, now: float) -> None:
        """Nothing changes."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same steps at a third of the pace: what answers here answers at once."""
    for name, value in (("CONNECT_S", 2.0), ("TEST_S", 2), ("LOAD_S", 1.5), ("RATE_S", 1.0)):
        assert hasattr(preflight, name)
        monkeypatch.setattr(preflight, name, value)


@asynccontextmanager
async def server(link: str = "") -> AsyncIterator[tuple[Server, aiohttp.ClientSession]]:
    async def livez(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def options(_request: web.Request) -> web.Response:
        return web.Response(headers={"Link": link} if link else {})

    app = web.Application()
    app.router.add_get("/livez", livez)
    app.router.add_route("OPTIONS", "/whep/programme", options)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        yield Server(f"http://127.0.0.1:{runner.addresses[0][1]}"), http
    await runner.cleanup()


@asynccontextmanager
async def hall(
    receiver: Receiver | None,
    room: Room | None = None,
    *,
    extra: Steady | None = None,
    link: str = "",
) -> AsyncIterator[tuple[PreflightDesk, list[PreflightReport]]]:
    async with server(link) as (address, http):
        kit = Kit(
            server=address,
            http=http,
            devices=SimulatedDevices(room or Room(), lambda: 0.5),
            machine=Machine(),
            software="test",
            receiver=receiver,
            make_session=None if extra is None else lambda: extra,
            clock_offset_ms=lambda: 12.0,
        )
        told: list[PreflightReport] = []
        desk = PreflightDesk(Preflight(kit), lambda: 1_793_494_800.0)
        desk.tell = told.append
        running = asyncio.create_task(desk.run())
        try:
            yield desk, told
        finally:
            running.cancel()
            await asyncio.wait([running])


def order(action: OrderAction) -> OrderGive:
    return OrderGive(id="o1", action=action)


async def until_told(told: list[PreflightReport], count: int) -> None:
    async with asyncio.timeout(60):
        while len(told) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_device_looks_when_it_joins_and_only_tells_when_it_joins_again() -> None:
    async with hall(Steady()) as (desk, told):
        desk.receive(SpoolRenewed())
        desk.receive(Connected(welcome=WELCOME))
        await until_told(told, 1)
        desk.receive(Connected(welcome=WELCOME))
        await until_told(told, 2)
        assert told[0].checks == told[1].checks
        verdicts = {result.check: result.verdict for result in told[0].checks}
        assert set(verdicts) == set(Check) - AUDIBLE - {Check.BANDWIDTH}
        not_well = {check for check, verdict in verdicts.items() if verdict is not Verdict.OK}
        assert not_well <= {Check.CAMERA, Check.TCP_TURN, Check.CONTROL_RTT, Check.CONTROL_JITTER}
        desk.ask()
        await until_told(told, 3)
        assert told[2].run != told[0].run
        assert not desk.heard


async def test_the_rehearsal_makes_the_hall_sound_once() -> None:
    async with hall(None) as (desk, told):
        rehearsal = SessionState(session="s1", phase=Phase.REHEARSAL)
        desk.receive(SessionTold(session=SessionState(session="s1", phase=Phase.CHECK_IN)))
        desk.receive(SessionTold(session=rehearsal))
        await until_told(told, 1)
        desk.receive(SessionTold(session=rehearsal))
        await asyncio.sleep(0.1)
        assert len(told) == 1
        found = {result.check: result for result in told[0].checks}
        assert set(found) == AUDIBLE
        assert all(result.verdict is Verdict.OK for result in found.values())
        assert found[Check.SOUND_DELAY].figure == pytest.approx(90.0, abs=1.0)
        assert desk.heard
        assert [result.check for result in desk.in_order()] == [c for c in Check if c in AUDIBLE]


async def test_orders_are_carried_out_and_named_and_live_stays_quiet() -> None:
    extra = Steady()
    async with hall(Steady(), Room(echo=0.7), extra=extra) as (desk, told):
        assert await desk.deeds[OrderAction.TEST_SOUND](order(OrderAction.TEST_SOUND)) == ""
        assert await desk.deeds[OrderAction.TEST_BANDWIDTH](order(OrderAction.TEST_BANDWIDTH)) == ""
        assert {report.order for report in told} == {"o1"}
        assert told[1].checks[0].check == Check.BANDWIDTH
        assert (told[1].checks[0].verdict, told[1].checks[0].unit) == (Verdict.OK, "kbps")
        assert extra.stopped == 1
        desk.receive(SessionTold(session=SessionState(session="s1", phase=Phase.LIVE)))
        for action in (OrderAction.TEST_SOUND, OrderAction.TEST_BANDWIDTH):
            assert await desk.deeds[action](order(action)) == "not_now"
        assert await desk.deeds[OrderAction.RUN_PREFLIGHT](order(OrderAction.RUN_PREFLIGHT)) == ""
        assert len(told) == 3


@pytest.mark.parametrize(
    ("extra", "verdict", "why"),
    [
        (TransportFailed("no path"), Verdict.FAIL, "blocked"),
        (BadSdp("refused"), Verdict.SKIPPED, "not_now"),
        (None, Verdict.OK, ""),
    ],
)
async def test_a_receiver_without_a_programme_finds_out_whose_fault_it_is(
    extra: MediaError | None, verdict: Verdict, why: str
) -> None:
    async with hall(Steady(connected=False), extra=Steady(fails=extra)) as (desk, told):
        await desk.look()
        found = {result.check: result for result in told[0].checks}
        assert found[Check.PROGRAMME_TEST].why == "no_connection"
        assert (found[Check.UDP].verdict, found[Check.UDP].why) == (verdict, why)


async def test_a_bandwidth_test_that_gets_no_reception_says_so() -> None:
    async with hall(None, extra=Steady(fails=TransportFailed("no path"))) as (desk, told):
        await desk.deeds[OrderAction.TEST_BANDWIDTH](order(OrderAction.TEST_BANDWIDTH))
        assert (told[0].checks[0].verdict, told[0].checks[0].why) == (
            Verdict.FAIL,
            "no_connection",
        )
    async with hall(Steady(), extra=Steady(fails=TransportFailed("full"))) as (desk, told):
        await desk.deeds[OrderAction.TEST_BANDWIDTH](order(OrderAction.TEST_BANDWIDTH))
        assert told[0].checks[0].why == "not_now", "the hall has its programme: no accusation"
    async with hall(None) as (desk, told):
        await desk.deeds[OrderAction.TEST_BANDWIDTH](order(OrderAction.TEST_BANDWIDTH))
        assert told[0].checks[0].why == "unsupported"


async def test_a_way_around_the_firewall_is_tried() -> None:
    async with server() as (reached, _http):
        port = reached.url.rpartition(":")[2]
        link = f'<turn:127.0.0.1:{port}?transport=tcp>; rel="ice-server"'
        async with hall(None, link=link) as (desk, told):
            await desk.look()
        assert {r.check: r.verdict for r in told[0].checks}[Check.TCP_TURN] is Verdict.OK
    dead = '<turns:127.0.0.1:9>; rel="ice-server"'
    async with hall(None, link=dead) as (desk, told):
        await desk.look()
    assert {r.check: r.why for r in told[0].checks}[Check.TCP_TURN] == "unreachable"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<turn:t.vn:3478?transport=tcp>; rel="ice-server"', ("t.vn", 3478)),
        ("<turns:t.vn:443>", ("t.vn", 443)),
        ("<turns:t.vn?transport=tcp>", ("t.vn", 5349)),
        ("<turn:t.vn?transport=tcp>", ("t.vn", 3478)),
        ("<turn:t.vn:3478?transport=udp>", None),
        ("<stun:t.vn:3478>", None),
        ("<turns:t.vn:99999>", None),
        ("<turns:>", None),
        ("junk", None),
    ],
)
def test_links_are_read(link: str, expected: tuple[str, int] | None) -> None:
    assert turn_over_tcp(link) == expected


async def test_a_server_that_is_not_there_is_said_to_be() -> None:
    async with hall(None) as (desk, told):
        pass
    async with aiohttp.ClientSession() as http:
        kit = Kit(
            server=Server("http://127.0.0.1:9"),
            http=http,
            devices=SimulatedDevices(Room(microphone=False, loudspeaker=False), lambda: 0.1),
            machine=Machine(),
            software="test",
        )
        found = {f.check: f for f in await Preflight(kit).silent()}
        assert found[Check.CONTROL_RTT].why == "no_answer"
        assert found[Check.LOUDSPEAKER].why == "none"
        assert found[Check.CLOCK_OFFSET].verdict is Verdict.SKIPPED
        audible = {f.check: f.why for f in await Preflight(kit).audible()}
        assert audible == {Check.CHIME: "not_played", Check.SOUND_PATH: "no_device"}
        kit = Kit(
            server=Server("http://no-such-host.invalid"),
            http=http,
            devices=kit.devices,
            machine=Machine(),
            software="test",
        )
        found = {f.check: f for f in await Preflight(kit).silent()}
        assert found[Check.NAME_RESOLUTION].why == "no_answer"
