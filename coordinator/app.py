"""Composition root of the coordinator: one process, one port, one data folder.

Puts journal, runtime, machines, gateway, feed, API, pages and media together, serves until it is
told to stop, then lets go of everything in the reverse order.
"""

import asyncio
import gc
import os
import secrets
import signal
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from config.errors import BadSetting
from config.folder import DataFolder
from config.settings import Settings, listening_url
from config.thresholds import GoLimits
from config.words import Words
from dashboards.feed import Feed
from dashboards.pages import WORDS, page_routes
from dashboards.plain import plain_routes
from dashboards.sheets import sheet_routes
from signaling.ice_path import TransportOptions
from signaling.ice_server import IceServer, TurnAccess
from signaling.relay.client import RelayPlane
from signaling.relay.launch import ensure_relay
from signaling.relay.settings import RelaySettings
from signaling.schema import Sending

from .access import somebody_may_enter
from .alarm.desk import AlarmDesk
from .api import (
    alarm,
    alert,
    attendance,
    backup,
    device,
    export,
    link,
    member,
    order,
    point,
    roll,
    roster,
    secretary,
    session,
    signin,
    token,
    user,
)
from .api.context import CONTEXT, Context
from .api.middleware import problems, safe_headers
from .api.openapi import describe
from .api.route import ADMIN_SOCKET, PROXIES, RUNTIME, SECURE, Route, authorize
from .api.system import METRICS_FOR_ALL, OPENAPI, REGISTRY, system_routes
from .attendance.desk import RollDesk
from .backup_desk import BackupDesk
from .calendar import Expectation, check_rule
from .caller import networks
from .cli.office import Office, client
from .crowd import Crowd
from .door import DOOR, Door, GuardedSite
from .errors import JournalLocked
from .fact import CoordinatorStarted
from .gateway import Gateway
from .journal import DataLock, SqliteJournal
from .judge.launch import ensure_judge
from .judge.settings import JudgeSettings
from .load import LoadDesk
from .media.access import authorize_media
from .media.desk import MediaDesk
from .media.http import media_routes
from .metrics import StateCollector
from .order.desk import OrderDesk
from .order.rendition_desk import RenditionDesk
from .point_watch import PointWatch
from .policy import Action
from .preflight.board import Machine
from .preflight.desk import PreflightDesk
from .preflight.disk import DiskMeter
from .preflight.readiness import MediaState
from .preflight.readiness_watch import ReadinessWatch
from .reception.judging import JudgeDesk
from .reception.room_desk import RoomDesk
from .runtime import Runtime
from .service import ServiceManager
from .shedding import Shed
from .state import Device
from .webhook.desk import WebhookDesk

log = structlog.get_logger(__name__)

VERSION = version("nhipcau")
BACKLOG = 4096
EXIT_COMMIT_FAILED = 75
"EX_TEMPFAIL: the service manager starts us again, and we replay."

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *point.ROUTES,
    *alarm.ROUTES,
    *alert.ROUTES,
    *order.ROUTES,
    *link.ROUTES,
    *device.ROUTES,
    *signin.ROUTES,
    *token.ROUTES,
    *user.ROUTES,
    *roster.ROUTES,
    *attendance.ROUTES,
    *roll.ROUTES,
    *secretary.ROUTES,
    *member.ROUTES,
    *export.ROUTES,
    *backup.ROUTES,
)


@dataclass(frozen=True, kw_only=True)
class Coordinator:
    """What a running coordinator consists of."""

    app: web.Application
    runtime: Runtime
    context: Context
    gateway: Gateway
    feed: Feed
    plane: RelayPlane
    desk: MediaDesk
    judge: JudgeDesk


@asynccontextmanager
async def open_coordinator(
    settings: Settings, folder: DataFolder, *, serving: bool
) -> AsyncIterator[Coordinator]:
    """Open the data folder and put the coordinator together.

    Args:
        settings: What the operator set.
        folder: Locked while open.
        serving: False for a command line that only changes something: no start is recorded.

    Raises:
        JournalLocked: If another process has the folder.
        JournalDamaged: If the journal is not what was written.

    """
    lock = DataLock(folder.path)
    lock.take()
    boot = secrets.token_hex(8)
    journal = SqliteJournal(folder.journal, boot)
    try:
        runtime = Runtime(journal, boot, lambda: os._exit(EXIT_COMMIT_FAILED))
        journal.start()
        if serving:
            await runtime.change([CoordinatorStarted(software=VERSION)], actor="coordinator")
        async with _parts(settings, folder, runtime) as parts:
            # A command line that only changes something judges nobody.
            alarms = AlarmDesk(runtime, parts.desk.state, folder.disk_low) if serving else None
            try:
                yield parts
            finally:
                if alarms is not None:
                    alarms.close()
        await runtime.settled()
    finally:
        journal.close()
        lock.free()


@asynccontextmanager
async def _parts(
    settings: Settings, folder: DataFolder, runtime: Runtime
) -> AsyncIterator[Coordinator]:
    desks, touched, judges = list[MediaDesk](), list[Feed](), list[JudgeDesk]()
    registry = CollectorRegistry()
    load = LoadDesk(runtime, registry)
    watch = PointWatch(
        runtime,
        lambda code: touched[0].touch(code),
        lambda sample: judges[0].send(sample),
        sound_only=lambda device: desks[0].sends_sound_only(device),
        thin=lambda: load.sheds(Shed.TELEMETRY),
    )
    judging = judge_settings(settings, folder)
    ensure_ours = partial(ensure_judge, judging) if settings.media.start_judge else None
    judge = JudgeDesk(
        judging.socket_path,
        ensure_ours,
        watch.receive_verdict,
        lambda watching: desks[0].receive_watching(watching),
    )
    judges.append(judge)
    context = _context(settings, folder, runtime, _Senses(watch, judge, lambda: desks[0].state()))
    relay = relay_settings(settings, folder)
    desk = MediaDesk(runtime, partial(ensure_relay, relay) if settings.media.start_relay else None)
    desks.append(desk)
    plane = RelayPlane(relay.socket_path, desk.receive)
    feed = Feed(context)
    touched.append(feed)
    preflights = PreflightDesk(runtime, context.media)
    context.testing, context.sending = lambda: preflights.testing, desk.sending_at
    context.sheds, context.connected = load.sheds, lambda point: gateway.devices_of(point)
    gateway = Gateway(
        runtime, watch, preflights, hotline=settings.help.hotline, sending=desk.sending
    )
    desk.listen(gateway.send_to)
    desk.listen(lambda device, _told: _touch(feed, runtime.state.devices.get(device)))
    context.search = gateway.desk.directory.search
    orders, rolls = OrderDesk(runtime, gateway), RollDesk(runtime, gateway, settings)
    room, readiness = RoomDesk(runtime, orders), ReadinessWatch(runtime)
    registry.register(
        StateCollector(
            context,
            gateway,
            watching=lambda: judge.watching,
            totals=lambda: feed.totals,
            load=lambda: load.level,
        )
    )
    app = _application(folder, context, registry, gateway, feed)
    app[PROXIES] = networks(settings.server.trusted_proxies)
    app[DOOR] = Door(Crowd(trusted=app[PROXIES]))
    app[METRICS_FOR_ALL] = settings.server.metrics == "all"
    app[order.ORDERS] = orders
    app[order.RENDITIONS] = RenditionDesk(runtime, orders, desk)
    app.add_routes(media_routes(plane, authorize_media, _turn_servers(settings)))
    try:
        yield Coordinator(
            app=app,
            runtime=runtime,
            context=context,
            gateway=gateway,
            feed=feed,
            plane=plane,
            desk=desk,
            judge=judge,
        )
    finally:
        for part in (load, rolls, room, readiness, preflights, watch, orders):
            part.close()
        await gateway.close()
        await feed.close()


@dataclass(frozen=True, slots=True)
class _Senses:
    """What the coordinator knows of its halls and its media."""

    watch: PointWatch
    judge: JudgeDesk
    media: Callable[[], MediaState]


def _context(settings: Settings, folder: DataFolder, runtime: Runtime, senses: _Senses) -> Context:
    disk = DiskMeter(folder.path)
    copies = Path(settings.backup.folder) if settings.backup.folder else folder.backup

    def machine() -> Machine:
        judged = settings.media.start_judge or senses.judge.met
        return replace(disk.measure(), judge=senses.judge.sees if judged else None)

    return Context(
        runtime=runtime,
        watch=senses.watch,
        media=senses.media,
        words=Words(WORDS, "vi"),
        backup=BackupDesk(runtime, folder.journal, copies, settings.backup),
        go_limits=GoLimits(
            ready_ratio=settings.go.ready_ratio,
            reported_ratio=settings.go.reported_ratio,
            critical=settings.go.critical_points,
        ),
        rolls=settings.attendance.rolls,
        lines=tuple(sorted(settings.attendance.lines, reverse=True)),
        expected=_expected(settings),
        machine=machine,
        names_allowed=settings.privacy.names,
        secure=_secure(settings),
        hotline=settings.help.hotline,
        public_url=settings.server.public_url.rstrip("/"),
    )


def _turn_servers(settings: Settings) -> Callable[[str], tuple[IceServer, ...]]:
    given = settings.turn
    turn = TurnAccess(urls=given.urls, secret=given.secret, ttl_s=given.ttl_s)
    return lambda who: turn.servers(who, time.time())


def _application(
    folder: DataFolder, context: Context, registry: CollectorRegistry, gateway: Gateway, feed: Feed
) -> web.Application:
    app = web.Application(middlewares=[safe_headers, problems])
    app[RUNTIME] = context.runtime
    app[CONTEXT] = context
    app[SECURE] = context.secure
    app[REGISTRY] = registry
    app[ADMIN_SOCKET] = str(folder.admin_socket())
    app[OPENAPI] = msgspec.json.encode(describe(ROUTES, VERSION))
    app.add_routes([web.route(r.method, r.path, r.serve) for r in ROUTES])
    app.add_routes(system_routes())
    app.add_routes(page_routes())
    app.add_routes(plain_routes(context, gateway.desk))
    app.add_routes(sheet_routes(context))

    async def agent(request: web.Request) -> web.StreamResponse:
        return await gateway.serve(request, authorize(request, Action.SPEAK))

    async def screen(request: web.Request) -> web.StreamResponse:
        return await feed.serve(request)

    app.add_routes([web.get("/ws/agent", agent), web.get("/ws/watch", screen)])
    return app


async def serve(settings: Settings, folder: DataFolder, locked_out: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``locked_out`` is called when nobody can sign in yet."""
    stop, service = asyncio.Event(), ServiceManager(os.environ)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_coordinator(settings, folder, serving=True) as coordinator:
        context, url = coordinator.context, listening_url(settings)
        webhooks = WebhookDesk(context.runtime, settings.webhook, context.words, url)
        # What was replayed stays as long as we do; a full collection would walk it for 0.1 s.
        gc.freeze()
        runner = web.AppRunner(
            coordinator.app, access_log=None, shutdown_timeout=2.0, keepalive_timeout=30.0
        )
        await runner.setup()
        try:
            await start_sites(runner, settings, folder)
            log.info("coordinator.serving", url=url, version=VERSION)
            service.tell_ready(url)
            if not somebody_may_enter(coordinator.runtime.state, time.time()):
                log.warning("coordinator.nobody_may_enter", do="nhipcau setup")
                locked_out()
            # A task that dies takes the process with it: half a coordinator is worse than none.
            async with asyncio.TaskGroup() as group:
                work = (
                    coordinator.plane.run(),
                    coordinator.desk.run(coordinator.plane),
                    coordinator.judge.run(),
                    coordinator.context.backup.run(),
                    webhooks.run(),
                    service.run(),
                )
                tasks = [group.create_task(coroutine) for coroutine in work]
                await stop.wait()
                for task in tasks:
                    task.cancel()
            log.info("coordinator.stopping")
            service.tell_stopping()
            # Who is told to come back must not find us once more.
            for site in list(runner.sites):
                await site.stop()
            await coordinator.gateway.close()
            await coordinator.feed.close()
        finally:
            await runner.cleanup()


@asynccontextmanager
async def open_office(settings: Settings, folder: DataFolder) -> AsyncIterator[Office]:
    """Open the way to change things: through the running server, or by being it for a moment.

    Raises:
        JournalDamaged: If no server runs and the journal is not what was written.

    """
    try:
        async with open_coordinator(settings, folder, serving=False) as coordinator:
            runner = web.AppRunner(coordinator.app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                await start_admin_site(runner, folder)
                async with client(folder.admin_socket()) as http:
                    yield Office(http)
            finally:
                await runner.cleanup()
    except JournalLocked:
        async with client(folder.admin_socket()) as http:
            yield Office(http)


async def start_sites(runner: web.AppRunner, settings: Settings, folder: DataFolder) -> None:
    """Listen on the port and on the admin socket."""
    await start_admin_site(runner, folder)
    await start_port_site(runner, settings)


async def start_port_site(runner: web.AppRunner, settings: Settings) -> None:
    """Listen on the port, behind a door."""
    address = (settings.server.host, settings.server.port)
    door = runner.app[DOOR]
    await GuardedSite(runner, door, address, backlog=BACKLOG, ssl_context=_tls(settings)).start()


async def start_admin_site(runner: web.AppRunner, folder: DataFolder) -> None:
    """Listen on the admin socket. The data lock is ours, so a socket left there is dead."""
    path = folder.admin_socket()
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        await web.UnixSite(runner, str(path)).start()
    finally:
        os.umask(before)


def relay_settings(settings: Settings, folder: DataFolder) -> RelaySettings:
    """Return what the relay is started with."""
    media = settings.media
    transport = TransportOptions(
        addresses=(media.address,) if media.address else (),
        advertised=(media.public_address,) if media.public_address else (),
        ports=(media.port_min, media.port_max) if media.port_min else None,
        allow_loopback=media.loopback,
    )
    return RelaySettings(
        run_dir=folder.run_dir(),
        data_dir=folder.logs,
        transport=transport,
        uplink_bps=round(media.uplink_mbps * 1000) * 1000,
    )


def _expected(settings: Settings) -> Expectation:
    """Return when sessions are expected.

    Raises:
        BadSetting: If the rule is none.

    """
    given = settings.calendar
    try:
        check_rule(given.rule)
    except ValueError as error:
        raise BadSetting("calendar", "calendar.rule", str(error)) from error
    return Expectation(rule=given.rule, time=given.time, minutes=given.minutes, title=given.title)


def _touch(feed: Feed, device: Device | None) -> None:
    """Have a device's point shown anew."""
    if device is not None:
        feed.touch(device.point)


def _sound_only(desk: MediaDesk, device: str) -> bool:
    """Return whether the relay spares a device the picture, by choice."""
    told = desk.sending(device)
    return told is not None and told.sending is Sending.SOUND_ONLY


def judge_settings(settings: Settings, folder: DataFolder) -> JudgeSettings:
    """Return what the judge is started with: it sits beside the relay."""
    relay = relay_settings(settings, folder)
    return JudgeSettings(
        run_dir=relay.run_dir,
        data_dir=relay.data_dir,
        relay_socket=relay.socket_path,
        transport=TransportOptions(
            addresses=relay.transport.addresses, allow_loopback=relay.transport.allow_loopback
        ),
    )


def _secure(settings: Settings) -> bool:
    return listening_url(settings).startswith("https")


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if not settings.server.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.server.tls_certificate, settings.server.tls_key or None)
    return context
