"""The door of the port: nobody stands in it for long, and no address fills it.

aiohttp waits for a request's head as long as for the next request of a kept connection, and
takes as many connections as come. This shell aborts a connection whose first head is not there
in time, or whose address has too many (``crowd``). Once the head is in, it costs nothing.
"""

import asyncio
from ssl import SSLContext
from typing import cast

from aiohttp import web

from .crowd import Crowd

HEAD_S = 10.0
"Also for the TLS handshake."

DOOR: web.AppKey["Door"] = web.AppKey("door")


class Door:
    """Watches connections until their first request's head has come.

    Args:
        crowd: Who is here.
        head_s: How long a head may take, seconds.

    """

    def __init__(self, crowd: Crowd, head_s: float = HEAD_S) -> None:
        self.crowd = crowd
        self._head_s = head_s
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}

    @property
    def waiting(self) -> int:
        """Connections whose head has not come yet."""
        return len(self._waiting)

    def receive_connection(self, transport: asyncio.Transport) -> None:
        """Give a connection its time."""
        self._waiting[transport] = self._loop.call_later(self._head_s, transport.abort)

    def receive_head(self, transport: asyncio.BaseTransport | None) -> None:
        """A request is here, or its connection is gone: the time does not count any more."""
        timer = self._waiting.pop(transport, None) if transport is not None else None
        if timer is not None:
            timer.cancel()


class _Guard:
    """Stands between a transport and aiohttp's handler; all that flows goes past it."""

    def __init__(self, door: Door, handler: web.RequestHandler) -> None:
        self._door = door
        self._handler = handler
        self._address: str | None = None
        self._transport: asyncio.Transport | None = None
        # Bound once: a frame costs no further call.
        self.data_received = handler.data_received
        self.eof_received = handler.eof_received
        self.pause_writing = handler.pause_writing
        self.resume_writing = handler.resume_writing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in, or drop it without a word."""
        connection = cast(asyncio.Transport, transport)
        peer = connection.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not self._door.crowd.enter(address):
            connection.abort()
            return
        self._address, self._transport = address, connection
        self._door.receive_connection(connection)
        self._handler.connection_made(connection)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget it."""
        if self._address is None:
            return
        self._door.receive_head(self._transport)
        self._door.crowd.leave(self._address)
        self._handler.connection_lost(error)


class GuardedSite(web.BaseSite):
    """A port with a door. As ``web.TCPSite`` otherwise."""

    def __init__(
        self,
        runner: web.AppRunner,
        door: Door,
        address: tuple[str, int],
        *,
        backlog: int = 128,
        ssl_context: SSLContext | None = None,
    ) -> None:
        super().__init__(runner, ssl_context=ssl_context, backlog=backlog)
        self._door = door
        self._address = address

    @property
    def name(self) -> str:
        """Where it listens."""
        host, port = self._address
        return f"{'https' if self._ssl_context else 'http'}://{host}:{port}"

    async def start(self) -> None:
        """Listen."""
        await super().start()
        server = self._runner.server
        assert server is not None, "the runner is set up"

        def guarded() -> asyncio.BaseProtocol:
            return cast(asyncio.BaseProtocol, _Guard(self._door, server()))

        host, port = self._address
        self._server = await asyncio.get_running_loop().create_server(
            guarded,
            host,
            port,
            ssl=self._ssl_context,
            backlog=self._backlog,
            ssl_handshake_timeout=HEAD_S if self._ssl_context else None,
        )
