"""Websocket frames by hand (RFC 6455 section 5), right ones and wrong ones. No library's help."""

import asyncio
import base64
import os
import struct
from dataclasses import dataclass

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
GENEROUS_S = 20.0


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = b"\x01\x02\x03\x04",
    length: bytes | None = None,
) -> bytes:
    """Return a client's frame; ``length`` overrides what stands where the length belongs."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    size = _length(len(payload)) if length is None else length
    if mask is None:
        return bytes([first]) + size + payload
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([first, size[0] | 0x80]) + size[1:] + mask + masked


def close(code: int | None, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([size])
    if size < 2**16:
        return b"\x7e" + struct.pack("!H", size)
    return b"\x7f" + struct.pack("!Q", size)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the server sent."""

    opcode: int
    payload: bytes
    fin: bool
    masked: bool

    @property
    def code(self) -> int:
        """The code of a close frame; 1005 when it has none."""
        return int(struct.unpack("!H", self.payload[:2])[0]) if len(self.payload) >= 2 else 1005


class RawSocket:
    """A websocket whose owner writes every byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, path: str, headers: dict[str, str]) -> "RawSocket":
        """Open a connection and shake hands."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket"]
        key = base64.b64encode(os.urandom(16)).decode()
        lines += ["Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert b"sec-websocket-extensions" not in head.lower(), "no compression"
        return cls(reader, writer)

    async def send(self, *parts: bytes) -> None:
        """Send bytes; a server that has hung up is no fault of the sender."""
        try:
            for part in parts:
                self._writer.write(part)
                await self._writer.drain()
        except ConnectionError:
            return

    async def receive(self) -> Frame | None:
        """Return the next frame, None at the end of the connection."""
        try:
            async with asyncio.timeout(GENEROUS_S):
                first, second = await self._reader.readexactly(2)
                size = second & 0x7F
                if size == 126:
                    [size] = struct.unpack("!H", await self._reader.readexactly(2))
                elif size == 127:
                    [size] = struct.unpack("!Q", await self._reader.readexactly(8))
                payload = await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        return Frame(first & 0xF, payload, bool(first & 0x80), bool(second & 0x80))

    async def outcome(self) -> int | None:
        """Return the code the server closes with; None when it answers a ping instead.

        A connection that ends without a close frame is 1006.
        """
        await self.send(frame(PING, b"still there?"))
        while (got := await self.receive()) is not None:
            assert not got.masked, "a server masks nothing"
            if got.opcode == CLOSE:
                return got.code
            if (got.opcode, got.payload) == (PONG, b"still there?"):
                return None
        return 1006

    async def leave(self) -> None:
        """Hang up, and wait until the server has."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return
