"""``/ws/agent``: reads what devices say, and answers. The shell of the wire.

A device's identity is its credential's. Its newest connection wins. Words renew its lease,
reports go to the machines, facts to the journal; nothing here decides anything. What need not
wait is answered where it is read (``device_socket``); what waits for the disk, by a task.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog
from aiohttp import WSMsgType, web

from config.thresholds import PreflightLimits
from signaling.backoff import longest_wait
from signaling.connection import choose_version
from signaling.errors import BadMessage, NoCommonVersion, ProtocolViolation
from signaling.messages import (
    CLOSE_PROTOCOL,
    CLOSE_REPLACED,
    CLOSE_REVOKED,
    PROTOCOL_VERSIONS,
    ClockAnswer,
    ClockProbe,
    FactEnter,
    FromDevice,
    Goodbye,
    Hello,
    Message,
    OrderAnswer,
    PointCard,
    PointReport,
    PointState,
    PreflightReport,
    ProgrammeSending,
    Refusal,
    SessionState,
    Welcome,
    decode_from_device,
)
from signaling.preflight import told

from .access import Principal
from .allowance import BYTES_PER_FACT, RATE_PER_S, Budget
from .api.problem import ProblemRaised
from .connection import Connection
from .device_socket import DeviceSocket
from .entry import EntryDesk
from .fact import (
    BroadcastSet,
    DeviceContested,
    DeviceRevoked,
    FloorGiven,
    PhaseEntered,
    PointWithdrawn,
    PresenceChanged,
    ReadinessChanged,
    ReceptionChanged,
    SessionPlanned,
)
from .point_watch import PointWatch
from .policy import Role
from .preflight.desk import PreflightDesk
from .rivalry import Rivalry
from .runtime import Runtime
from .state import Recorded

log = structlog.get_logger(__name__)

LIMITS = told(PreflightLimits())
HELLO_TIMEOUT_S = 10.0
LOOK_S = 1.0
"Between two looks at who is silent."
REPORT_INTERVAL_S = 1.0
CLOSE_INTERNAL = 1011
REPORT = '{"type":"point.report"'
"As agents and pages write it; a report written otherwise is read even when there is no time to."
MAX_BAD = 20
"Unreadable messages after which a connection is closed."


class Gateway:
    """All devices' connections.

    Args:
        runtime: Where entered facts go, and whose state devices are told.
        watch: Told of every word of a screen or an agent: those make a point present.
        preflights: Told what devices find of themselves; gives orders through us.
        hotline: Telephone of the technicians, for phones.
        sending: Says what the relay sends to a device.

    """

    def __init__(
        self,
        runtime: Runtime,
        watch: PointWatch,
        preflights: PreflightDesk,
        hotline: str = "",
        sending: Callable[[str], ProgrammeSending | None] = lambda device: None,
    ) -> None:
        self._runtime = runtime
        self._sending = sending
        self._watch = watch
        self._preflights = preflights
        preflights.send = self.send_to
        self._hotline = hotline
        self.desk = EntryDesk(runtime)
        self._rivalry = Rivalry()
        self._connections: dict[str, Connection] = {}
        self._budgets: dict[str, Budget] = {}
        "Of every device that ever came."
        self._at: dict[str, set[str]] = {}
        "Connected devices by point."
        self.on_answer: Callable[[str, OrderAnswer], object] = _nobody_asked
        "Called with the device and what became of its order."
        self.on_join: Callable[[str], None] = _nobody_told
        "Called with a device that was just welcomed."
        self._loop = asyncio.get_running_loop()
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        runtime.listen(self._hear)

    @property
    def connected(self) -> int:
        """How many devices are connected."""
        return len(self._connections)

    def devices(self) -> tuple[str, ...]:
        """Return every device that is connected now."""
        return tuple(self._connections)

    async def serve(self, request: web.Request, caller: Principal) -> web.WebSocketResponse:
        """Hold one device's conversation until it ends.

        Raises:
            ProblemRaised: ``two_machines`` while another machine has its place.

        """
        wait_s = self._rivalry.wait_s(caller.id, self._loop.time())
        if wait_s > 0 and caller.id in self._connections:
            raise ProblemRaised("two_machines", headers={"Retry-After": f"{wait_s:.0f}"})
        socket = DeviceSocket()
        await socket.prepare(request)
        budget = self._budgets.setdefault(caller.id, Budget())
        connection = Connection(caller, request, socket, budget)
        writer = asyncio.create_task(connection.write(), name=f"write {caller.id}")
        try:
            await self._converse(connection, socket)
        except ProtocolViolation as violation:
            connection.send(Refusal(code=violation.code, text=str(violation)))
            connection.close(CLOSE_PROTOCOL, str(violation)[:100])
        finally:
            self._leave(connection)
            connection.close(1000, "")
            await writer
        return socket

    def devices_of(self, point: str) -> tuple[str, ...]:
        """Return the devices of a point that are connected now."""
        return tuple(self._at.get(point, ()))

    def send_to(self, device: str, message: Message) -> bool:
        """Queue a message for a device; False when it is not connected."""
        connection = self._connections.get(device)
        if connection is None:
            return False
        connection.send(message)
        return True

    def send_state(self, device: str, message: Message) -> None:
        """Queue a state for a device if it is connected; an older one that waits is replaced."""
        connection = self._connections.get(device)
        if connection is not None:
            connection.send_state(message)

    async def close(self) -> None:
        """Tell every device that the coordinator restarts. Calling it twice is safe."""
        self._look_timer.cancel()
        self.desk.directory.close()
        for connection in list(self._connections.values()):
            connection.close(1012, "restart")

    async def _converse(self, connection: Connection, socket: DeviceSocket) -> None:
        hello = await self._hello(connection, socket)
        self._join(connection, hello)
        socket.hear(partial(self._hear_text, connection))
        bad = 0
        async for frame in socket:
            connection.heard_at = self._loop.time()
            if not connection.budget.messages.take(connection.heard_at):
                raise ProtocolViolation(f"more than {RATE_PER_S:.0f} messages a second")
            try:
                await self._receive(connection, frame.type, frame.data)
            except BadMessage as error:
                bad += 1
                connection.send(Refusal(code=error.code, text=str(error)[:500]))
                if bad >= MAX_BAD:
                    raise ProtocolViolation(f"{bad} unreadable messages") from error

    def _hear_text(self, connection: Connection, text: str) -> bool:
        """Take what need not wait, at once; False for what the conversation's task must see."""
        if text.startswith(REPORT) and self._watch.receive_sign(
            connection.point, connection.device
        ):
            connection.heard_at = self._loop.time()
            return connection.budget.messages.take(connection.heard_at)
        try:
            message = decode_from_device(text)
        except BadMessage:
            return False
        if not isinstance(message, PointReport | ClockProbe):
            return False
        connection.heard_at = self._loop.time()
        if not connection.budget.messages.take(connection.heard_at):
            return False
        try:
            self._take(connection, message)
        except Exception:
            # We are inside the transport's read: what fails here must end this line only.
            log.exception("device.failed", device=connection.device)
            connection.close(CLOSE_INTERNAL, "failed")
        return True

    def _take(self, connection: Connection, message: PointReport | ClockProbe) -> None:
        if isinstance(message, ClockProbe):
            self._word(connection)
            connection.send(_clock_answer(message.sent_ms))
        # What a phone may receive says nothing of the hall.
        elif connection.role is not Role.PHONE and connection.point in self._runtime.state.points:
            self._watch.receive_report(connection.point, connection.device, message)

    async def _hello(self, connection: Connection, socket: DeviceSocket) -> Hello:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                frame = await socket.receive()
        except TimeoutError as error:
            raise ProtocolViolation(f"no hello within {HELLO_TIMEOUT_S:.0f} s") from error
        if frame.type is not WSMsgType.TEXT:
            raise ProtocolViolation("the first message must be hello")
        try:
            hello = decode_from_device(frame.data)
        except BadMessage as error:
            raise ProtocolViolation(f"the first message must be hello: {error}") from error
        if not isinstance(hello, Hello):
            raise ProtocolViolation("the first message must be hello")
        if choose_version(hello.versions) is None:
            raise NoCommonVersion(f"we speak versions {list(PROTOCOL_VERSIONS)}")
        return hello

    def _join(self, connection: Connection, hello: Hello) -> None:
        older = self._connections.get(connection.device)
        if older is not None:
            older.close(CLOSE_REPLACED, "a newer connection of this device")
            self._weigh(older)
        self._connections[connection.device] = connection
        self._at.setdefault(connection.point, set()).add(connection.device)
        state, code = self._runtime.state, connection.point
        point, receipts = state.points[code], state.receipts.get((connection.device, hello.spool))
        connection.send(
            Welcome(
                version=choose_version(hello.versions) or PROTOCOL_VERSIONS[0],
                boot=self._runtime.boot,
                device=connection.device,
                point=PointCard(
                    code=code,
                    name=point.name,
                    unit=point.unit,
                    branches=tuple(branch.name for branch in point.branches),
                ),
                report_interval_s=REPORT_INTERVAL_S,
                retry_cap_s=longest_wait(max(len(state.points), self.connected)),
                have_through=receipts.through if receipts else 0,
                server_utc=self._runtime.now_utc(),
                session=self._session_state(),
                limits=LIMITS,
            )
        )
        sending = self._sending(connection.device)
        if sending is not None:
            connection.send(sending)
        if connection.role is Role.PHONE:
            connection.send(self._point_state(code))
        self._word(connection)
        self._preflights.receive_joined(connection.device)
        self.on_join(connection.device)
        log.info("device.joined", device=connection.device, point=code, software=hello.software)

    def _weigh(self, older: Connection) -> None:
        """See whether it is another machine that takes this connection's place."""
        if self._rivalry.receive_takeover(older.device, older.heard_at, self._loop.time()):
            log.warning("device.contested", device=older.device, point=older.point)
            session = self._runtime.state.session
            self._runtime.record(
                [DeviceContested(device=older.device, point=older.point)],
                actor="coordinator",
                session=session.id if session else None,
            )

    def _leave(self, connection: Connection) -> None:
        if self._connections.get(connection.device) is connection:
            del self._connections[connection.device]
            self._at[connection.point].discard(connection.device)
            self._preflights.receive_gone(connection.device)
            log.info("device.gone", device=connection.device, point=connection.point)

    async def _read(
        self, connection: Connection, kind: WSMsgType, data: object
    ) -> FromDevice | None:
        """Return a frame's message; None for what needs no more care.

        Raises:
            BadMessage: If nothing can be made of it.

        """
        if kind is WSMsgType.BINARY:
            raise BadMessage("binary frames mean nothing here")
        if kind is not WSMsgType.TEXT or not isinstance(data, str):
            return None  # aiohttp reports a lost line as a message; the loop ends by itself.
        try:
            return decode_from_device(data)
        except BadMessage:
            await self._ration(connection, len(data))
            if not await self.desk.keep_unreadable(connection, data):
                raise
            return None

    async def _receive(self, connection: Connection, kind: WSMsgType, data: object) -> None:
        message = await self._read(connection, kind, data)
        if message is None:
            return
        if connection.point not in self._runtime.state.points:
            return  # Withdrawn while the close was on its way.
        self._word(connection)
        device = connection.device
        match message:
            case PointReport() | ClockProbe():
                self._take(connection, message)
            case PreflightReport():
                self._preflights.receive_report(connection.point, device, message)
            case FactEnter():
                if await self._ration(connection, len(str(data))):
                    await self.desk.enter(connection, message)
            case OrderAnswer():
                self._preflights.receive_answer(device, message)
                self.on_answer(device, message)
            case Goodbye():
                self._goodbye(connection)
            case Hello():
                raise ProtocolViolation("hello comes once")

    async def _ration(self, connection: Connection, size: int) -> bool:
        """Wait until the device may enter a fact of this size; False when it was shown out.

        What was not taken is not acked: the device keeps it and says it again.
        """
        cost = 1.0 + size // BYTES_PER_FACT
        await asyncio.sleep(connection.budget.facts.spend(self._loop.time(), cost))
        return not connection.closing

    def _word(self, connection: Connection) -> None:
        """A device spoke. A phone is carried about: it makes no hall present."""
        if connection.role is not Role.PHONE:
            self._watch.receive_word(connection.point, connection.device)

    def _goodbye(self, connection: Connection) -> None:
        if connection.role is not Role.PHONE:
            self._watch.receive_goodbye(connection.point, connection.device)

    def _look(self) -> None:
        """See who is still there. Walks all lines, so that no message need set a timer."""
        self._look_timer = self._loop.call_later(LOOK_S, self._look)
        now = self._loop.time()
        for connection in self._connections.values():
            connection.look(now)

    def _point_state(self, point: str) -> PointState:
        status = self._runtime.state.status[point]
        return PointState(
            presence=status.presence,
            readiness=status.readiness,
            readiness_why=status.readiness_why,
            reception=status.reception,
            reception_why=status.reception_why,
            hotline=self._hotline,
        )

    def _tell_phones(self, point: str) -> None:
        """Tell a point's phones how the centre sees it; silent about a withdrawn point."""
        if point not in self._runtime.state.status:
            return
        for device in self.devices_of(point):
            connection = self._connections[device]
            if connection.role is Role.PHONE:
                connection.send_state(self._point_state(point))

    def _session_state(self) -> SessionState:
        session = self._runtime.state.session
        if session is None:
            return SessionState()
        return SessionState(
            session=session.id,
            title=session.title,
            start_utc=session.start_utc,
            phase=session.phase,
            broadcast=session.broadcast,
            floor=session.floor,
        )

    def _hear(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            match row.fact:
                case PhaseEntered() | BroadcastSet() | SessionPlanned() | FloorGiven():
                    state = self._session_state()
                    for connection in self._connections.values():
                        connection.send_state(state)
                case (
                    PresenceChanged(point=point)
                    | ReadinessChanged(point=point)
                    | ReceptionChanged(point=point)
                ):
                    self._tell_phones(point)
                case DeviceRevoked(device=device):
                    self._budgets.pop(device, None)
                    self._cut([device], "revoked")
                case PointWithdrawn(code=code):
                    self._cut(self.devices_of(code), "point withdrawn")
                case _:
                    continue

    def _cut(self, devices: Sequence[str], reason: str) -> None:
        for device in devices:
            connection = self._connections.get(device)
            if connection is not None:
                connection.close(CLOSE_REVOKED, reason)


def _nobody_told(device: str) -> None:
    log.debug("device.nothing_to_tell", device=device)


def _clock_answer(sent_ms: float) -> ClockAnswer:
    now_ms = time.time() * 1000
    return ClockAnswer(sent_ms=sent_ms, received_ms=now_ms, answered_ms=now_ms)


def _nobody_asked(device: str, answer: OrderAnswer) -> None:
    log.debug("order.unasked", device=device, id=answer.id)
