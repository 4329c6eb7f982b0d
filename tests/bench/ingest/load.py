"""Hundreds of websocket clients in one process, cheap enough not to be what is measured.

Written by hand on raw streams: a client library would cost more than the servers it loads. Frames
are masked with a zero key, which RFC 6455 allows and which leaves the payload as it is.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from dataclasses import dataclass, field


def frame(payload: bytes) -> bytes:
    """Return a masked text frame."""
    size = len(payload)
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    elif size < 65_536:
        head = bytes((0x81, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x81, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where clients connect, and what they say."""

    port: int
    path: Callable[[int], str]
    headers: Callable[[int], dict[str, str]]
    greeting: bytes | None
    "The first message of a connection, None for none."
    message: Callable[[int], bytes]
    "Message number n of a connection."


@dataclass(slots=True)
class Client:
    """One connection."""

    writer: asyncio.StreamWriter
    reader: asyncio.StreamReader
    reading: "asyncio.Task[None]"
    received: list[int] = field(default_factory=lambda: [0])


async def connect(target: Target, number: int) -> Client:
    """Open connection ``number`` and greet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "Host": f"127.0.0.1:{target.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
        **target.headers(number),
    }
    lines = [f"GET {target.path(number)} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer.split(b"\r\n")[0]:
        raise ConnectionError(answer.decode(errors="replace"))
    received = [0]
    client = Client(writer, reader, asyncio.create_task(_drain(reader, received)), received)
    if target.greeting is not None:
        writer.write(frame(target.greeting))
    return client


async def _drain(reader: asyncio.StreamReader, received: list[int]) -> None:
    while data := await reader.read(65_536):
        received[0] += len(data)


async def send_for(
    clients: list[Client], message: Callable[[int], bytes], rate: float, seconds: float
) -> int:
    """Send at ``rate`` a second on each connection, evenly spread; return how many were sent."""
    loop = asyncio.get_running_loop()
    began, rounds = loop.time(), round(rate * seconds)
    for n in range(rounds):
        data = frame(message(n + 1))
        slices = 10
        for part in range(slices):
            for client in clients[part::slices]:
                client.writer.write(data)
            due = began + (n + (part + 1) / slices) / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
    return rounds * len(clients)


async def close(clients: list[Client]) -> None:
    """Drop the connections."""
    for client in clients:
        client.writer.transport.abort()
    await asyncio.gather(*(client.reading for client in clients), return_exceptions=True)
