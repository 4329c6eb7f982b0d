"""A wall that notes when a point's change reaches it."""

import asyncio
import json
from collections.abc import Mapping

import aiohttp


class Screen:
    """Reads patches and remembers what they said of points' presence, and when."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[bool]) -> None:
        self.bytes = 0
        self.frames = 0
        self.seen: dict[tuple[str, str], float] = {}
        "(point, presence) -> when, seconds of the loop."
        self._socket = socket
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(
        cls, http: aiohttp.ClientSession, port: int, headers: Mapping[str, str]
    ) -> "Screen":
        """Connect."""
        address = f"http://127.0.0.1:{port}/ws/watch"
        return cls(await http.ws_connect(address, headers=headers, max_msg_size=0))

    async def close(self) -> None:
        """Turn it off."""
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        async for frame in self._socket:
            now = loop.time()
            self.frames += 1
            self.bytes += len(frame.data)
            # The patch is large when everybody's figures change; look for the word first.
            if '"left"' in frame.data:
                for code, view in json.loads(frame.data).get("set", {}).items():
                    self.seen.setdefault((code, view["presence"]), now)
