"""Whether a TURN server takes our credentials: one allocation, made and given back.

Shell. It proves in one go that the server can be reached, that it has our secret and that its
clock agrees with ours.
"""

import asyncio

from aioice import stun, turn

from .ice_server import TurnServer
from .media_errors import TransportFailed

PROBE_S = 5.0


async def probe(server: TurnServer) -> None:
    """Allocate and free.

    Raises:
        TransportFailed: With what went wrong, in a few words.

    """
    closed = asyncio.get_running_loop().create_future()
    try:
        async with asyncio.timeout(PROBE_S):
            transport, _protocol = await turn.create_turn_endpoint(
                lambda: _Closing(closed),
                (server.host, server.port),
                server.username,
                server.password,
                ssl=server.tls,
                transport=server.transport,
            )
            transport.close()
            await closed
    except stun.TransactionFailed as error:
        code, reason = error.response.attributes.get("ERROR-CODE", (0, "no reason"))
        raise TransportFailed(f"{code} {reason}") from error
    except TimeoutError as error:
        raise TransportFailed(f"no answer within {PROBE_S:.0f} s") from error
    except (OSError, stun.TransactionError) as error:
        raise TransportFailed(str(error) or type(error).__name__) from error


class _Closing(asyncio.DatagramProtocol):
    """Tells when the allocation was given back."""

    def __init__(self, closed: "asyncio.Future[None]") -> None:
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)
