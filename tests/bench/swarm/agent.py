"""Thousands of agents in one process: raw sockets, one epoll, frames made beforehand.

A client library would cost more than the server it loads. Frames are masked with a zero key,
which RFC 6455 allows and which leaves the payload as it is. What comes back is read and only
looked at where the bench needs it.
"""

import asyncio
import base64
import random
from collections.abc import Callable
from dataclasses import dataclass

from signaling.messages import Hello, encode
from tests.bench.ingest.load import frame

KEY = base64.b64encode(bytes(16)).decode()
HELLO = frame(encode(Hello(versions=(1,), spool="bench")))


@dataclass(slots=True)
class Outcome:
    """How one agent came in."""

    began: float
    welcomed: float | None = None
    tries: int = 0


class Agent(asyncio.Protocol):
    """One connection: upgrades, greets, and tells when it is welcomed and when it is lost."""

    def __init__(
        self, head: bytes, on_welcome: Callable[["Agent"], None], on_lost: Callable[[], None]
    ) -> None:
        self.transport: asyncio.Transport | None = None
        self._head = head
        self._on_welcome = on_welcome
        self._on_lost = on_lost
        self._got = b""
        self.welcomed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        assert self.transport is not None
        self.transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        if self.welcomed:
            return
        self._got += data
        if b'"type":"welcome"' in self._got:
            self.welcomed, self._got = True, b""
            self._on_welcome(self)
        elif self._got.startswith(b"HTTP/1.1 101") and b"\r\n\r\n" in self._got:
            self._got = self._got.partition(b"\r\n\r\n")[2]
            assert self.transport is not None
            self.transport.write(HELLO)

    def connection_lost(self, error: Exception | None) -> None:
        self._on_lost()


class Swarm:
    """All agents of a town.

    Args:
        port: Where the coordinator listens.
        heads: What each agent sends first: its upgrade request.
        wait_s: Longest first wait before coming (back), seconds; spread evenly. Later tries wait
            as the agents of ours do.

    """

    def __init__(self, port: int, heads: list[bytes], wait_s: float) -> None:
        self._port = port
        self._heads = heads
        self._wait_s = wait_s
        self._loop = asyncio.get_running_loop()
        self.agents: list[Agent | None] = [None] * len(heads)
        self.outcomes: dict[int, Outcome] = {}
        self._missing = 0
        self.whole = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def come(self, numbers: range) -> None:
        """Let these connect."""
        now = self._loop.time()
        self.outcomes = {number: Outcome(now) for number in numbers}
        self._missing = len(numbers)
        self.whole.clear()
        for number in numbers:
            self._loop.call_later(random.uniform(0, self._wait_s), self._try, number)

    def send(self, numbers: range, data: bytes) -> int:
        """Send a frame on the lines of those who are welcomed; return on how many."""
        sent = 0
        for number in numbers:
            agent = self.agents[number]
            if agent is not None and agent.welcomed and agent.transport is not None:
                agent.transport.write(data)
                sent += 1
        return sent

    def close(self) -> None:
        """Drop all lines."""
        for agent in self.agents:
            if agent is not None and agent.transport is not None:
                agent.transport.abort()

    def _try(self, number: int) -> None:
        task = self._loop.create_task(self._connect(number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, number: int) -> None:
        outcome = self.outcomes[number]
        outcome.tries += 1
        try:
            _transport, agent = await self._loop.create_connection(
                lambda: Agent(
                    self._heads[number],
                    lambda agent: self._welcome(number, agent),
                    lambda: self._lost(number),
                ),
                "127.0.0.1",
                self._port,
            )
        except OSError:
            self._loop.call_later(random.uniform(0.1, 1.0), self._try, number)
            return
        self.agents[number] = agent

    def _welcome(self, number: int, agent: Agent) -> None:
        self.outcomes[number].welcomed = self._loop.time()
        self._missing -= 1
        if self._missing == 0:
            self.whole.set()

    def _lost(self, number: int) -> None:
        agent, self.agents[number] = self.agents[number], None
        if agent is not None and not agent.welcomed:
            self._loop.call_later(random.uniform(0.1, 1.0), self._try, number)


def head(port: int, credential: str) -> bytes:
    """Return the upgrade request of an agent."""
    lines = (
        "GET /ws/agent HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        f"Authorization: {credential}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def spread(count: int, slices: int, part: int) -> range:
    """Return the numbers of one slice of the agents."""
    return range(part, count, slices)
