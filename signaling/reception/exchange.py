"""Where a media session gets its answer from. Pure: types only."""

from typing import Protocol

from ..ice_server import IceServer


class Exchange(Protocol):
    """One endpoint of a programme, with at most one resource at a time."""

    async def open(self, offer: str) -> str:
        """Send an offer and return the answer.

        Raises:
            ExchangeFailed: There is no session, for whatever reason.

        """

    async def ice_servers(self) -> tuple[IceServer, ...]:
        """Return the STUN and TURN servers the endpoint tells us of; none when it does not."""

    async def close(self) -> None:
        """Free the resource, if there is one. Never raises but when cancelled."""
