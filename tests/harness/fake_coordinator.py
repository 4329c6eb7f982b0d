"""A coordinator that speaks the wire by script, on real sockets, and keeps what it was told.

Tests set the fields of ``Script`` to make it fail in a chosen way. It keeps its journal in
memory across ``stop`` and ``start``, as the real one does on disk.
"""

import asyncio
import contextlib
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from signaling.connection import Conversation, End, choose_version
from signaling.errors import BadMessage, ProtocolViolation
from signaling.messages import (
    CLOSE_PROTOCOL,
    MAX_MESSAGE_BYTES,
    NOTE_CONFLICT,
    ClockAnswer,
    ClockProbe,
    FactAcked,
    FactEnter,
    FromDevice,
    Goodbye,
    Hello,
    Message,
    OrderAnswer,
    PointCard,
    PointReport,
    PreflightReport,
    Refusal,
    SessionState,
    Welcome,
    decode_from_device,
    encode,
)
from tests.harness.runner import put_down

UTC = "2026-11-01T01:00:00.000Z"
SESSION = SessionState(session="q4", title="Giờ sinh hoạt toàn Đảng bộ")


@dataclass(slots=True, kw_only=True)
class Script:
    """How the coordinator misbehaves."""

    status: int | None = None
    "Answer the upgrade with this HTTP status."
    retry_after: str = ""
    "The header beside it."
    silent: bool = False
    "Never answer the greeting."
    version: int | None = None
    "Speak this version whatever was offered."
    close_on_hello: int | None = None
    "Answer the greeting with this close code."
    junk: list[str | bytes] = field(default_factory=list)
    "Say this after the welcome, once."
    lost_acks: int = 0
    "Record this many facts without acking them, then drop the line each time."
    mute_acks: bool = False
    "Record facts and never ack them."
    report_interval_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCode:
    """A code a device may join with."""

    point: str
    used: bool = False


class FakeCoordinator:
    """The server; ``async with`` runs it."""

    def __init__(self, routes: Sequence[web.AbstractRouteDef] = ()) -> None:
        self.script = Script()
        self.routes = routes
        "What is served beside, such as the programme."
        self.credentials: dict[str, str] = {"secret-1": "d1"}
        "Device by credential."
        self.codes: dict[str, JoinCode] = {}
        self.joins: dict[str, str] = {}
        "Credential by Idempotency-Key."
        self.problem: tuple[int, bytes] | None = None
        "Answer joins with this status and body."
        self.journal: dict[tuple[str, str, int], FactEnter] = {}
        self.received: list[tuple[str, FactEnter]] = []
        "Facts as they came, repeats included."
        self.reports: dict[str, list[PointReport]] = defaultdict(list)
        self.preflights: dict[str, list[PreflightReport]] = defaultdict(list)
        self.hellos: list[tuple[str, Hello]] = []
        self.order_answers: list[tuple[str, OrderAnswer]] = []
        self.goodbyes: list[str] = []
        self.refused: list[str] = []
        "Texts of the refusals we sent."
        self.dials = 0
        self.open: dict[str, web.WebSocketResponse] = {}
        self.port = 0
        self.something = asyncio.Condition()
        "Notified whenever a device said something or went."
        self._runner: web.AppRunner | None = None
        self._numbers = itertools.count(2)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "FakeCoordinator":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the port of the last time if there was one."""
        app = web.Application(client_max_size=MAX_MESSAGE_BYTES)
        app.router.add_get("/ws/agent", self._serve)
        app.router.add_post("/api/v1/join", self._join)
        app.router.add_routes(self.routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Drop every line without a word, as kill -9 does."""
        for device in list(self.open):
            self.drop(device)
        if self._runner is not None:
            await put_down(self._runner)
            self._runner = None

    def drop(self, device: str) -> None:
        """Drop the line of one device."""
        ws = self.open.pop(device)
        if (transport := ws._req.transport if ws._req else None) is not None:
            transport.abort()

    async def say(self, device: str, message: Message) -> None:
        await self.open[device].send_bytes(encode(message))

    async def close(self, device: str, code: int) -> None:
        await self.open[device].close(code=code)

    async def until(
        self, *, facts: int = 0, reports: int = 0, dials: int = 0, answers: int = 0
    ) -> None:
        """Wait until so much of each has come."""

        def enough() -> bool:
            came = sum(len(all_) for all_ in self.reports.values())
            return (
                len(self.journal) >= facts
                and came >= reports
                and self.dials >= dials
                and len(self.order_answers) >= answers
            )

        async with asyncio.timeout(15), self.something:
            await self.something.wait_for(enough)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.dials += 1
        await self._notify()
        if self.script.status is not None:
            headers = {"Retry-After": self.script.retry_after} if self.script.retry_after else {}
            return web.Response(status=self.script.status, headers=headers)
        credential = request.headers.get("Authorization", "").removeprefix("Bearer ")
        device = self.credentials.get(credential)
        if device is None:
            return web.Response(status=401)
        ws = web.WebSocketResponse(
            compress=False, max_msg_size=MAX_MESSAGE_BYTES, heartbeat=10, timeout=1.0
        )
        await ws.prepare(request)
        self.open[device] = ws
        conversation = Conversation(End.COORDINATOR)
        conversation.receive_opened(0.0)
        async for frame in ws:
            if (
                frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY)
                or self.open.get(device) is not ws
            ):
                break  # what was still in the buffer of a dropped line is not read
            with contextlib.suppress(ConnectionError):
                await self._receive(ws, device, conversation, frame.data)
            await self._notify()
        if self.open.get(device) is ws:
            del self.open[device]
        await self._notify()
        return ws

    async def _notify(self) -> None:
        async with self.something:
            self.something.notify_all()

    async def _receive(
        self,
        ws: web.WebSocketResponse,
        device: str,
        conversation: Conversation,
        text: str | bytes,
    ) -> None:
        try:
            message = decode_from_device(text)
        except BadMessage as error:
            self.refused.append(str(error))
            await ws.send_bytes(encode(Refusal(code=error.code, text=str(error))))
            return
        try:
            conversation.receive_message(message)
        except ProtocolViolation as error:
            await ws.close(code=CLOSE_PROTOCOL, message=str(error).encode()[:100])
            return
        await self._answer(ws, device, message)

    async def _answer(self, ws: web.WebSocketResponse, device: str, message: FromDevice) -> None:
        match message:
            case Hello():
                await self._greet(ws, device, message)
            case FactEnter():
                await self._record(ws, device, message)
            case PointReport():
                self.reports[device].append(message)
            case PreflightReport():
                self.preflights[device].append(message)
            case ClockProbe(sent_ms=sent_ms):
                answer = ClockAnswer(sent_ms=sent_ms, received_ms=5e11, answered_ms=5e11)
                await ws.send_bytes(encode(answer))
            case OrderAnswer():
                self.order_answers.append((device, message))
            case Goodbye():
                self.goodbyes.append(device)

    async def _greet(self, ws: web.WebSocketResponse, device: str, hello: Hello) -> None:
        self.hellos.append((device, hello))
        version = self.script.version or choose_version(hello.versions)
        if self.script.silent:
            return
        if self.script.close_on_hello is not None or version is None:
            await ws.close(code=self.script.close_on_hello or CLOSE_PROTOCOL)
            return
        seqs = {seq for d, spool, seq in self.journal if (d, spool) == (device, hello.spool)}
        through = next(n for n in itertools.count(0) if n + 1 not in seqs)
        welcome = Welcome(
            version=version,
            boot="b1",
            device=device,
            point=PointCard(code="MH-001", name="Phường Dị Sử"),
            report_interval_s=self.script.report_interval_s,
            have_through=through,
            server_utc=UTC,
            session=SESSION,
        )
        await ws.send_bytes(encode(welcome))
        for junk in self.script.junk:
            await (ws.send_str(junk) if isinstance(junk, str) else ws.send_bytes(junk))
        self.script.junk = []

    async def _record(self, ws: web.WebSocketResponse, device: str, fact: FactEnter) -> None:
        self.received.append((device, fact))
        kept = self.journal.setdefault((device, fact.spool, fact.seq), fact)
        note = None if bytes(kept.body) == bytes(fact.body) else NOTE_CONFLICT
        if self.script.lost_acks > 0:
            self.script.lost_acks -= 1
            self.drop(device)
        elif not self.script.mute_acks:
            acked = FactAcked(spool=fact.spool, seq=fact.seq, recorded_utc=UTC, note=note)
            await ws.send_bytes(encode(acked))

    async def _join(self, request: web.Request) -> web.Response:
        if self.problem is not None:
            status, body = self.problem
            return web.Response(status=status, body=body)
        key, body_ = request.headers.get("Idempotency-Key", ""), await request.json()
        code = self.codes.get(body_["code"])
        if code is None:
            return problem(404, "unknown_code")
        if key not in self.joins:
            if code.used:
                return problem(409, "code_used")
            self.codes[body_["code"]] = JoinCode(point=code.point, used=True)
            device = f"d{next(self._numbers)}"
            self.joins[key] = f"secret-of-{device}"
            self.credentials[self.joins[key]] = device
        credential = self.joins[key]
        point = {"code": code.point, "name": "Phường Dị Sử"}
        device = self.credentials[credential]
        return web.json_response(
            {"device": device, "credential": credential, "point": point}, status=201
        )


def problem(status: int, code: str) -> web.Response:
    """RFC 9457."""
    return web.json_response(
        {"type": "about:blank", "title": code, "code": code},
        status=status,
        content_type="application/problem+json",
    )
