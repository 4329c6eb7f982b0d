"""The client's half of WHIP and WHEP: an offer becomes an answer and a resource to free.

RFC 9725 and draft-ietf-wish-whep. All candidates are in the offer, so there is no trickle.
"""

import asyncio
from urllib.parse import urljoin

import aiohttp

from signaling.ice_server import IceServer, read_links
from signaling.reception.errors import ExchangeFailed

TIMEOUT_S = 10.0
RELEASE_TIMEOUT_S = 2.0
MAX_RETRY_AFTER_S = 60.0


class Exchange:
    """One endpoint, asked again and again, with at most one resource at a time.

    Args:
        http: Whose connections are used; its owner closes it.
        url: Of the endpoint.
        token: Bearer token, None for an endpoint that asks for none.

    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str | None = None) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._resource: str | None = None

    async def open(self, offer: str, *, takeover: bool = False) -> str:
        """Post an offer and return the answer.

        Args:
            offer: SDP with all candidates.
            takeover: Put whoever publishes there out; no use to viewers.

        Raises:
            ExchangeFailed: There is no session, for whatever reason.

        """
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._post(offer, {"takeover": "1"} if takeover else {})
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ExchangeFailed(f"{self._url}: {error!r}") from error

    async def ice_servers(self) -> tuple[IceServer, ...]:
        """Return the STUN and TURN servers the endpoint tells us of; none when it does not."""
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                self._http.options(self._url, headers=self._headers) as response,
            ):
                return read_links(response.headers.getall("Link", []))
        except (aiohttp.ClientError, OSError, TimeoutError):
            return ()

    async def close(self) -> None:
        """Free the resource, if there is one. Never raises but when cancelled."""
        resource, self._resource = self._resource, None
        if resource is None:
            return
        try:
            async with (
                asyncio.timeout(RELEASE_TIMEOUT_S),
                self._http.delete(resource, headers=self._headers),
            ):
                pass
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass  # The server notices by itself that we are gone.

    def forget(self) -> None:
        """Leave the resource to the server, as a peer whose power failed does."""
        self._resource = None

    async def _post(self, offer: str, query: dict[str, str]) -> str:
        headers = self._headers | {"Content-Type": "application/sdp"}
        async with self._http.post(
            self._url, data=offer.encode(), headers=headers, params=query
        ) as response:
            text = await response.text()
            if response.status != 201:
                raise ExchangeFailed(
                    f"{self._url}: {response.status} {text[:200]}",
                    retry_after(response.headers.get("Retry-After")),
                )
            location = response.headers.get("Location")
            if location is not None:
                self._resource = urljoin(str(response.url), location)
            return text


def retry_after(value: str | None) -> float | None:
    """Return the seconds a server asks for, within reason; dates are not understood."""
    if value is None or not value.isascii() or not value.isdigit():
        return None
    return min(MAX_RETRY_AFTER_S, float(value[:9]))
