"""One device's websocket: what goes out is queued here, and nobody waits for a slow peer.

Facts' answers are never dropped: a device that lets them pile up is cut off. States are
latest-wins.
"""

import asyncio
from collections import deque

import structlog
from aiohttp import web

from signaling.messages import CLOSE_SLOW, Message, encode

from .access import Principal
from .allowance import Budget
from .device_socket import DeviceSocket
from .keepalive import Call, Keepalive

log = structlog.get_logger(__name__)

MAX_WAITING = 256
SEND_TIMEOUT_S = 10.0


class Connection:
    """The outgoing side of a device's websocket, and what the line may carry."""

    def __init__(
        self, caller: Principal, request: web.Request, socket: DeviceSocket, budget: Budget
    ) -> None:
        self.device = caller.id
        self.point = str(caller.point)
        self.role = caller.role
        self._transport = request.transport
        self._socket = socket
        self._waiting: deque[bytes] = deque()
        self._states: dict[type[Message], Message] = {}
        self._wake = asyncio.Event()
        self._close: tuple[int, str] | None = None
        self._keepalive = Keepalive()
        self._asks = False
        self.budget = budget
        self.heard_at = 0.0
        "When it last said anything, monotonic seconds."

    def send(self, message: Message) -> None:
        """Queue a message; a device with too many waiting is cut off."""
        if len(self._waiting) >= MAX_WAITING:
            self.close(CLOSE_SLOW, "too slow")
            return
        self._waiting.append(encode(message))
        self._wake.set()

    def send_state(self, state: Message) -> None:
        """Queue a state; an older one of its kind that still waits is replaced."""
        self._states[type(state)] = state
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close after what is queued. The first reason stays."""
        if self._close is None:
            self._close = (code, reason)
        self._wake.set()

    def look(self, now: float) -> None:
        """See that the line still stands: ask a silent device, give up one that is gone."""
        match self._keepalive.look(self._socket.heard_at, now):
            case Call.ASK:
                self._asks = True
                self._wake.set()
            case Call.GIVE_UP:
                log.info("device.silent", device=self.device)
                self._abort()
            case Call.NOTHING:
                return

    @property
    def closing(self) -> bool:
        """Whether it was told to end."""
        return self._close is not None

    async def write(self) -> None:
        """Send what is queued until the connection ends. Run as a task beside the reader."""
        try:
            while self._close is None or self._waiting:
                await self._wake.wait()
                self._wake.clear()
                await self._drain()
            code, reason = self._close
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._socket.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError) as error:
            log.info("device.send_failed", device=self.device, error=repr(error))
            self._abort()

    def _abort(self) -> None:
        """Drop a peer that does not read or is gone, without waiting for its goodbye."""
        if self._transport is not None:
            self._transport.abort()

    async def _drain(self) -> None:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            while self._waiting:
                await self._socket.send_str(self._waiting.popleft().decode())
            while self._states:
                state = self._states.pop(next(iter(self._states)))
                await self._socket.send_str(encode(state).decode())
            if self._asks:
                self._asks = False
                await self._socket.ping()
