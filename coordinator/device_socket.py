"""A device's websocket whose text is heard where it is read: a report wakes no task.

aiohttp puts every message into a queue and wakes the task that waits there, 9 of the 25 us that
taking in a report costs it (docs/decisions/0024). Here the queue offers a text to a callback
first, and keeps what that declines. This leans on names that aiohttp does not promise, so its
version is bounded in pyproject.toml and a test sees that reports come this way.
"""

import asyncio
from collections.abc import Callable

from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_websocket import (
    WebSocketReader,
    WebSocketWriter,
    WSMessage,
    WSMessageTextBytes,
)

from signaling.messages import MAX_MESSAGE_BYTES

from .access import SUBPROTOCOL

Hear = Callable[[str], bool]


class _Queue(WebSocketDataQueue):
    """aiohttp's queue of messages, with an ear in front."""

    def __init__(self, protocol: BaseProtocol, limit: int, *, loop: asyncio.AbstractEventLoop):
        super().__init__(protocol, limit, loop=loop)
        self.hear: Hear | None = None
        self.heard_at = loop.time()
        self._clock = loop.time

    def feed_data(self, data: WSMessage | WSMessageTextBytes, size: int) -> None:
        self.heard_at = self._clock()
        if self.hear is None or data.type is not WSMsgType.TEXT or not self.hear(str(data.data)):
            super().feed_data(data, size)


class DeviceSocket(web.WebSocketResponse):
    """A websocket that tells a callback of its texts, and when anything came last."""

    _reader: _Queue | None

    def __init__(self) -> None:
        # permessage-deflate would cost 100 KiB a connection and has corrupted concurrent sends.
        super().__init__(compress=False, max_msg_size=MAX_MESSAGE_BYTES, protocols=(SUBPROTOCOL,))

    @property
    def heard_at(self) -> float:
        """When the last frame of any kind came, seconds of the loop."""
        assert self._reader is not None, "prepared"
        return self._reader.heard_at

    def hear(self, hear: Hear) -> None:
        """Have every text from now on offered to ``hear`` first.

        It must not block and must not raise; what it answers False to is received as usual.
        """
        assert self._reader is not None, "prepared"
        self._reader.hear = hear

    def _post_start(
        self, request: web.BaseRequest, protocol: str | None, writer: WebSocketWriter
    ) -> None:
        """As aiohttp's own, with our queue, and without a timer that each chunk sets anew."""
        assert self._loop is not None
        self._ws_protocol, self._writer = protocol, writer
        self._reader = _Queue(request.protocol, MAX_MESSAGE_BYTES, loop=self._loop)
        self._parser = WebSocketReader(
            self._reader, self._max_msg_size, compress=False, decode_text=True
        )
        request.protocol.set_parser(self._parser)
        request.protocol.keep_alive(False)
