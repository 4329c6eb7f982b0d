"""A coordinator that does as the test says: the real pages, a scripted feed and API.

It speaks the wire of ``signaling/watch.py`` with its structs, so that what the screens are
tested with is what the schema allows.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import WSCloseCode, web

from dashboards.pages import page_routes
from signaling.schema import Broadcast, Decoding, Phase, Presence, Readiness, Reception
from signaling.watch import (
    AlarmView,
    Condition,
    LinkView,
    MediaView,
    Patch,
    PeopleView,
    PointView,
    SessionView,
    Snapshot,
    Tick,
    Tile,
    TotalsView,
)
from tests.harness.runner import put_down

TICK_S = 2.0
# 2026-10-04 08:00 in Asia/Ho_Chi_Minh, a first Sunday of a quarter.
START_AT = 1_791_075_600_000
NAMES = [
    "Hội trường phường Bần Yên Nhân",
    "Nhà văn hóa thôn Ngọc Lãng, xã Ngọc Lâm",
    "Trạm Y tế phường Phùng Chí Kiên (3)",
    "Hội trường UBND xã Hòa Phong",
    "Trường THCS Lê Hữu Trác",
    "Nhà văn hóa tổ dân phố Cộng Hòa",
    "Công ty may Hưng Yên, xưởng 2",
    "Chi bộ Quân sự phường Nhân Hòa",
]


@dataclass
class Fleet:
    """A made-up state of the world."""

    now: int = START_AT - 12 * 60_000
    session: SessionView = field(default_factory=SessionView)
    media: MediaView = field(default_factory=lambda: MediaView(relay=True, studio=True))
    points: dict[str, PointView] = field(default_factory=dict)
    alarms: dict[str, AlarmView] = field(default_factory=dict)

    def totals(self) -> TotalsView:
        """Add up the points."""
        people = [point.attendance for point in self.points.values()]
        reported = [p.reported for p in people if p.reported is not None]
        present = [p.present for p in people if p.present is not None]
        points = self.points.values()
        return TotalsView(
            points=len(self.points),
            points_reported=len(reported),
            people=PeopleView(
                expected=sum(p.expected for p in people),
                reported=sum(reported) if reported else None,
                present=sum(present) if present else None,
                guests=sum(p.guests for p in people),
            ),
            presence=dict(Counter(p.presence.value for p in points)),
            readiness=dict(Counter(p.readiness.value for p in points)),
            reception=dict(Counter(p.reception.value for p in points)),
            tiles=dict(Counter(p.tile.value for p in points)),
        )


def well(code: str, name: str, now: int, **changes: Any) -> PointView:
    """Return a point that is ready, with changes."""
    number = int("".join(c for c in code if c.isdigit()) or 0)
    expected = 38 + number * 7 % 61
    point = PointView(
        code=code,
        name=name,
        unit=f"Đảng bộ {name.split()[-1]}",
        kind="Hội trường",
        provider=["Viettel", "VNPT", "FPT"][number % 3],
        tile=Tile.OK,
        why="ready",
        since=now - 600_000,
        presence=Presence.ONLINE,
        presence_since=now - 1_800_000,
        readiness=Readiness.READY,
        readiness_since=now - 600_000,
        reception=Reception.CONNECTED,
        reception_since=now - 900_000,
        decoding=Decoding.ALL if number % 4 == 0 else Decoding.KEY_FRAMES,
        attendance=PeopleView(expected=expected, reported=expected - number % 4),
        checked_in_at=now - 500_000,
        link=LinkView(
            rtt_ms=38,
            loss_ratio=0.01,
            frames_per_second=25,
            bitrate_kbps=900,
            delay_ms=240,
            skew_ms=-40,
        ),
        contact_name="Nguyễn Văn Hải",
        contact_phone="0912 345 678",
    )
    return msgspec.structs.replace(point, **changes)


ILL: list[dict[str, Any]] = [
    {"tile": Tile.LOST, "why": "silence", "presence": Presence.LOST, "age": 192_000},
    {"tile": Tile.DEGRADED, "why": "loss_high", "reasons": ("loss_high",), "age": 44_000},
    {"tile": Tile.NOT_JOINED, "why": "never_seen", "presence": Presence.NEVER_SEEN, "age": 3.6e6},
    {"tile": Tile.DEGRADED, "why": "no_frames", "age": 130_000},
    {"tile": Tile.LOST, "why": "no_packets", "age": 12_000},
    {"tile": Tile.NOT_JOINED, "why": "never_seen", "presence": Presence.NEVER_SEEN, "age": 3.6e6},
    {"tile": Tile.DEGRADED, "why": "not_checked_in", "age": 900_000},
    {"tile": Tile.UNKNOWN, "why": "restarted", "presence": Presence.UNKNOWN, "age": 9_000},
    {"tile": Tile.LEFT, "why": "left", "presence": Presence.LEFT, "age": 61_000},
    {"tile": Tile.DEGRADED, "why": "frozen", "age": 71_000},
]


def fleet(points: int, *, ill: int = 10, phase: Phase = Phase.CHECK_IN) -> Fleet:
    """Return a fleet, every ninth point ill in one of ten ways, up to ``ill`` of them."""
    made = Fleet()
    for number in range(points):
        code = f"MH-{number:03d}"
        name = NAMES[number % len(NAMES)]
        point = well(code, name, made.now)
        turn, rest = divmod(number, 9)
        if rest == 3 and turn < ill:
            case = dict(ILL[turn % len(ILL)])
            since = made.now - int(case.pop("age"))
            point = well(code, name, made.now, since=since, **case)
            if point.why in ("not_checked_in", "no_frames"):
                point = msgspec.structs.replace(point, readiness=Readiness.DEGRADED)
            if point.tile in (Tile.NOT_JOINED, Tile.UNKNOWN):
                point = msgspec.structs.replace(point, readiness=Readiness.UNCHECKED)
            if point.tile is Tile.NOT_JOINED or point.why == "not_checked_in":
                people = PeopleView(expected=point.attendance.expected)
                point = msgspec.structs.replace(point, attendance=people, link=None)
        made.points[code] = point
    if points:
        main = made.points["MH-000"]
        made.points["MH-000"] = msgspec.structs.replace(
            main, main=True, name="Hội trường Thị ủy Mỹ Hào"
        )
    made.session = session(made, phase)
    return made


def session(made: Fleet, phase: Phase, **changes: Any) -> SessionView:
    """Return the session in a phase, with conditions by the fleet."""
    ready = sum(p.tile is Tile.OK for p in made.points.values())
    total = len(made.points)
    reported = made.totals().points_reported
    need = round(total * 0.9)
    conditions = (
        Condition(code="points_ready", met=0 < need <= ready, have=ready, need=need, of=total),
        Condition(code="main_point", met=True),
        Condition(code="studio_picture", met=made.media.studio),
        Condition(code="studio_sound", met=made.media.studio),
        Condition(code="relay", met=made.media.relay),
        Condition(code="checked_in", met=0 < need <= reported, have=reported, need=need, of=total),
    )
    view = SessionView(
        id="s1",
        title="Giờ sinh hoạt toàn Đảng bộ quý IV/2026",
        chair="Đ/c Trần Thị Lan",
        main_point="MH-000",
        start_at=START_AT,
        phase=phase,
        phase_since=made.now - 1_500_000,
        go=all(c.met for c in conditions),
        conditions=conditions,
        may_enter=MAY_ENTER[phase],
    )
    return msgspec.structs.replace(view, **changes)


MAY_ENTER: dict[Phase, tuple[Phase, ...]] = {
    Phase.PLANNED: (Phase.REHEARSAL, Phase.CHECK_IN, Phase.POSTPONED),
    Phase.REHEARSAL: (Phase.CHECK_IN, Phase.POSTPONED),
    Phase.CHECK_IN: (Phase.LIVE, Phase.REHEARSAL, Phase.POSTPONED),
    Phase.LIVE: (Phase.CHECK_IN, Phase.BRANCH_MEETINGS),
    Phase.BRANCH_MEETINGS: (Phase.CLOSED,),
    Phase.CLOSED: (),
    Phase.POSTPONED: (Phase.CHECK_IN,),
}

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


# The chart of a line that was never measured.
EMPTY_CHART: dict[str, list[float]] = {
    name: []
    for name in (
        "at",
        "rtt_ms",
        "jitter_ms",
        "loss_ratio",
        "concealed_ratio",
        "frozen_ratio",
        "frames_per_second",
        "bitrate_kbps",
    )
}


def _nothing_to_tell(made: Fleet) -> dict[str, object]:
    """Return what a point's sheet asks for, of a town where nothing happened."""
    found: dict[str, object] = {"technicians": {"technicians": []}}
    chart = {"link": "unknown", "why": "", "minutes": EMPTY_CHART, "seconds": EMPTY_CHART}
    for code in made.points:
        found[f"points/{code}/alarms"] = {"alarms": []}
        found[f"points/{code}/link"] = chart | {"code": code}
    return found


class FakeCoordinator:
    """Serves the pages; what it sends, answers and cuts is the test's to say."""

    def __init__(self, made: Fleet, routes: Sequence[web.RouteDef] = ()) -> None:
        self.fleet = made
        self._routes = routes
        self.epoch = "boot-1"
        self.rev = 1
        self.role = "host"
        self.me = "t1"
        self.signed_in = True
        self.silent = False
        "Send nothing, and keep the connection: a half-dead server."
        self.refuse = False
        "Refuse new connections of the feed."
        self.preflights: dict[str, list[dict[str, Any]]] = {}
        "What the devices of a point found, by its code; as the API answers it."
        self.orders: list[dict[str, Any]] = []
        self.refuse_orders: str | None = None
        "Refuse orders with this code."
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.received: list[dict[str, Any]] = []
        self.answer: Answer = self._record
        self.answers: dict[str, object] = _nothing_to_tell(made)
        "What other paths below /api/v1/ answer; those that are not here are not found."
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._epoch_began = asyncio.get_event_loop().time()

    @property
    def base(self) -> str:
        """Address without a path."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def now(self) -> int:
        """The clock of the made-up world."""
        return self.fleet.now + int((asyncio.get_event_loop().time() - self._epoch_began) * 1000)

    async def __aenter__(self) -> "FakeCoordinator":
        app = web.Application()
        app.add_routes(page_routes())
        app.add_routes(self._routes)
        app.add_routes(
            [
                web.get("/ws/watch", self._watch),
                web.get("/api/v1/me", self._me),
                web.post("/api/v1/signin", self._sign_in),
                web.post("/api/v1/invitations/accept", self._accept),
                web.post("/api/v1/signout", self._sign_out),
                web.post("/api/v1/session/{what}", self._command),
                web.get("/api/v1/points/{code}", self._point),
                web.get("/api/v1/points/{code}/orders", self._orders),
                web.post("/api/v1/points/{code}/orders", self._give),
                web.post("/api/v1/points/{code}/rendition", self._give),
                web.route("*", "/api/v1/{path:.+}", self._other),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self.cut()
        await put_down(self._runner)

    async def _listen(self) -> None:
        assert self._runner is not None
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    # --- what the test says -----------------------------------------------------------

    async def send_snapshot(self) -> None:
        """Send everything to every screen."""
        await self._send(self._snapshot())

    async def patch(self, *, skip: int = 0, **changes: Any) -> None:
        """Send a patch of these fields; with ``skip``, as if so many had been lost."""
        self.rev += 1 + skip
        base = self.rev - 1
        await self._send(Patch(epoch=self.epoch, base=base, rev=self.rev, now=self.now, **changes))

    async def set_point(self, point: PointView) -> None:
        """Change a point and tell the screens."""
        self.fleet.points[point.code] = point
        await self.patch(set={point.code: point}, totals=self.fleet.totals())

    async def set_alarms(self, *alarms: AlarmView, gone: tuple[str, ...] = ()) -> None:
        """Raise or change alarms, take others away, and tell the screens."""
        changed = {alarm.id: alarm for alarm in alarms}
        self.fleet.alarms = {
            id_: alarm for id_, alarm in (self.fleet.alarms | changed).items() if id_ not in gone
        }
        await self.patch(alarms=changed, alarms_gone=gone)

    async def set_session(self, view: SessionView) -> None:
        """Change the session and tell the screens."""
        self.fleet.session = view
        await self.patch(session=view)

    async def cut(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every feed."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    def restart(self) -> None:
        """Begin another life: numbers start anew."""
        self.epoch = "boot-2"
        self.rev = 1

    # --- what the pages ask -----------------------------------------------------------

    async def _point(self, request: web.Request) -> web.Response:
        return web.json_response({"preflight": self.preflights.get(request.match_info["code"], [])})

    async def _orders(self, _request: web.Request) -> web.Response:
        return web.json_response({"orders": self.orders})

    async def _give(self, request: web.Request) -> web.Response:
        if self.refuse_orders is not None:
            return web.json_response({"code": self.refuse_orders}, status=409)
        body = await request.json()
        self.posts.append((request.path.removeprefix("/api/v1/"), body))
        order = {
            "id": f"o{len(self.orders)}",
            "point": request.match_info["code"],
            "device": "d",
            "role": "agent",
            "action": body.get("action", "change_rendition"),
            "state": "sent",
            "why": "",
            "given_at": self.now,
            "given_by": "Kỹ thuật viên Tú",
            "ended_at": None,
        }
        self.orders.insert(0, order)
        return web.json_response({"orders": [order]}, status=202)

    def _snapshot(self) -> Snapshot:
        return Snapshot(
            epoch=self.epoch,
            rev=self.rev,
            now=self.now,
            role=self.role,
            session=self.fleet.session,
            totals=self.fleet.totals(),
            media=self.fleet.media,
            points=self.fleet.points,
            alarms=self.fleet.alarms,
            me=self.me,
        )

    async def _send(self, message: msgspec.Struct) -> None:
        text = msgspec.json.encode(message).decode()
        for socket in list(self._sockets):
            if not socket.closed:
                await socket.send_str(text)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if not self.signed_in:
            await socket.close(code=4401)
            return socket
        await socket.send_str(msgspec.json.encode(self._snapshot()).decode())
        self._sockets.add(socket)
        ticker = asyncio.create_task(self._tick(socket))
        try:
            async for message in socket:
                body = json.loads(message.data)
                self.received.append(body)
                if body["type"] == "watch.resync":
                    await socket.send_str(msgspec.json.encode(self._snapshot()).decode())
        finally:
            self._sockets.discard(socket)
            ticker.cancel()
        return socket

    async def _tick(self, socket: web.WebSocketResponse) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if not self.silent:
                tick = Tick(epoch=self.epoch, rev=self.rev, now=self.now)
                await socket.send_str(msgspec.json.encode(tick).decode())

    async def _me(self, _: web.Request) -> web.Response:
        if not self.signed_in:
            return problem(401, "unauthenticated")
        return web.json_response({"role": self.role, "name": "Đ/c Trần Thị Lan"})

    async def _sign_in(self, request: web.Request) -> web.Response:
        given = await request.json()
        self.posts.append(("signin", given))
        if given not in ({"token": "dung-ma"}, {"login": "lan", "password": "mot-mat-khau"}):
            return problem(401, "unauthorized")
        self.signed_in = True
        return web.Response(status=204)

    async def _accept(self, request: web.Request) -> web.Response:
        given = await request.json()
        self.posts.append(("accept", given))
        if given["invitation"] != "dung-thu":
            return problem(403, "bad_invitation")
        if given["password"] == "1234567890":
            return problem(409, "weak_password")
        self.signed_in = True
        return web.Response(status=204)

    async def _sign_out(self, _: web.Request) -> web.Response:
        self.signed_in = False
        return web.Response(status=204)

    async def _command(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        body = await request.json()
        self.posts.append((request.match_info["what"], body))
        return await self.answer(body)

    async def _other(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        if request.method == "POST":
            self.posts.append((path, await request.json()))
        found = self.answers.get(path)
        if isinstance(found, web.Response):
            return found
        return problem(404, "not_found") if found is None else web.json_response(found)

    async def _record(self, body: dict[str, Any]) -> web.Response:
        if "phase" in body:
            phase = Phase(body["phase"])
            live = phase is Phase.LIVE
            view = session(
                self.fleet,
                phase,
                phase_since=self.now,
                broadcast=Broadcast.ON if live else Broadcast.OFF,
                way_back_until=self.now + 120_000 if live else None,
            )
            if live:
                self.fleet.media = msgspec.structs.replace(self.fleet.media, programme="studio")
        elif "point" in body:
            given = {"floor": body["point"], "floor_since": self.now if body["point"] else None}
            view = msgspec.structs.replace(self.fleet.session, **given)
        else:
            view = msgspec.structs.replace(self.fleet.session, **body)
        self.fleet.session = view
        await self.patch(session=view, media=self.fleet.media)
        return web.json_response({**body, "recorded_utc": "2026-10-04T01:00:03.250Z"})


def problem(status: int, code: str, detail: str = "") -> web.Response:
    """Return an RFC 9457 answer."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
