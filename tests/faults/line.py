"""A line between halls and the coordinator that can be cut, stalled, delayed and lost on.

``LossyTcp`` is the rule of what loss and delay do to a stream, pure, for virtual time too;
``Line`` the sockets. Words after Toxiproxy's: ``swallow``, ``reset``, ``rebind``, ``slow``.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Self

RTO_LEAST_S = 0.2
"Linux: TCP_RTO_MIN."
CHUNK = 65_536


class LossyTcp:
    """When what is sent over TCP arrives, on a line that delays and loses.

    A lost segment comes again after a retransmission timeout that doubles, and what was sent
    after it waits for it: a stream has an order. Fast retransmission is left out: reports are too
    far apart to cause it.

    Args:
        delay_s: One way.
        loss: Share of the segments that vanish.
        draw: Returns the next number of a uniform distribution over 0 <= x < 1.

    """

    def __init__(self, delay_s: float, loss: float, draw: Callable[[], float]) -> None:
        self._delay_s = delay_s
        self._loss = loss
        self._draw = draw
        self._last_at = 0.0

    def arrives(self, now: float) -> float:
        """Return when what is sent now arrives."""
        at, rto_s = now, max(RTO_LEAST_S, 3 * self._delay_s)
        while self._draw() < self._loss:
            at += rto_s
            rto_s *= 2
        self._last_at = max(self._last_at, at + self._delay_s)
        return self._last_at


class _Pair:
    """One connection through the line."""

    def __init__(self, ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self.ends = ends
        self.swallowed = False


class Line:
    """Listens on a port of its own and carries to the coordinator's.

    Args:
        port: The coordinator's.

    """

    def __init__(self, port: int) -> None:
        self.port = 0
        self.lossy: Callable[[], LossyTcp] | None = None
        "Makes the rule of each direction of a new connection; None: an ideal line."
        self.dead = False
        "New connections stay silent, too."
        self.carried = 0
        "Connections so far."
        self._to = port
        self._over = asyncio.Event()
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where halls find the coordinator."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        self._over.set()
        self.reset()
        await asyncio.gather(*self._tasks)
        await self._server.wait_closed()

    def swallow(self) -> None:
        """From now on nothing of the present connections arrives, and nobody is told.

        A NAT that forgot a mapping, a cable pulled behind a switch: new connections work.
        """
        for pair in self._pairs:
            pair.swallowed = True

    def reset(self) -> None:
        """End every connection by RST, to both ends."""
        for pair in list(self._pairs):
            for end in pair.ends:
                if not end.transport.is_closing():
                    raw = end.get_extra_info("socket")
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.carried += 1
        there: asyncio.StreamWriter | None = None
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self._to)
            await self._carry(_Pair((writer, there)), reader, back)
        except OSError:
            pass  # nobody listens there now
        finally:
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()
            self._tasks.discard(task)

    async def _carry(
        self, pair: _Pair, reader: asyncio.StreamReader, back: asyncio.StreamReader
    ) -> None:
        pair.swallowed = self.dead
        self._pairs.add(pair)
        writer, there = pair.ends
        pumps = [
            asyncio.create_task(self._pump(pair, reader, there)),
            asyncio.create_task(self._pump(pair, back, writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._pairs.discard(pair)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(
        self, pair: _Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry one direction; an end of it that is swallowed is never told either."""
        loop, rule = asyncio.get_running_loop(), self.lossy() if self.lossy else None
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(CHUNK):
                if pair.swallowed:
                    continue
                if rule is None:
                    writer.write(chunk)
                else:
                    loop.call_at(rule.arrives(loop.time()), _deliver, pair, writer, chunk)
        if pair.swallowed:
            await self._over.wait()


def _deliver(pair: _Pair, writer: asyncio.StreamWriter, chunk: bytes) -> None:
    if not pair.swallowed and not writer.transport.is_closing():
        writer.write(chunk)
