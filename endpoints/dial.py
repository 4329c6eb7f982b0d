"""Opens the websocket to the coordinator; every way it can fail becomes an advice."""

import logging
import socket
import sys
from dataclasses import replace

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from signaling.connection import LOST, Advice, after_status
from signaling.messages import MAX_MESSAGE_BYTES

from .server import Server

PING_S = 10.0
CLOSE_S = 2.0
OPEN_S = 20.0
UNANSWERED_MS = 20_000
MAX_RETRY_AFTER_S = 60.0

# websockets prints whole requests at DEBUG, the credential among them.
_logger = logging.getLogger("nhipcau.websocket")
_logger.setLevel(logging.WARNING)


class DialFailed(Exception):
    """No connection came about. Of the world, or of the credential: ``advice`` says which."""

    def __init__(self, detail: str, advice: Advice = LOST) -> None:
        super().__init__(detail)
        self.detail = detail
        self.advice = advice


async def dial(server: Server, credential: str) -> ClientConnection:
    """Open the connection, not yet greeted.

    Raises:
        DialFailed: For whatever reason, within ``OPEN_S``.

    """
    try:
        connection = await connect(
            server.agent_url,
            additional_headers={"Authorization": f"Bearer {credential}"},
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            max_size=MAX_MESSAGE_BYTES,
            compression=None,
            proxy=None,
            user_agent_header="nhipcau-agent",
            logger=_logger,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        wait = retry_after_s(error.response.headers.get("Retry-After", ""))
        advice = after_status(status)
        raise DialFailed(f"HTTP {status}", replace(advice, at_least_s=wait)) from error
    # A bare ConnectionResetError escapes connect() when TLS breaks off (websockets 17.4).
    except (OSError, WebSocketException, EOFError) as error:
        raise DialFailed(f"{type(error).__name__}: {error}") from error
    _limit_retransmission(connection)
    return connection


def retry_after_s(header: str) -> float:
    """Read a Retry-After of seconds, bounded; 0 for none or a date (RFC 9110 section 10.2.3)."""
    return min(float(header), MAX_RETRY_AFTER_S) if header.isascii() and header.isdigit() else 0.0


def _limit_retransmission(connection: ClientConnection) -> None:
    """Have the kernel give up on a dead line as soon as the pings would."""
    if sys.platform == "linux":
        raw = connection.transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
