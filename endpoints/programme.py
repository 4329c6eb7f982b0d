"""Makes the receivers of the programme for one process: what all its halls share.

Sharing pays: one HTTP client and one timer for however many halls.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp

from signaling.backoff import Backoff
from signaling.ice_path import TransportOptions
from signaling.reception.receiver import ProgrammeReceiver
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding

from .enrolment import Enrolment
from .media.exchange import Exchange
from .receiver import Receiver
from .server import check_server

MakeSession = Callable[["Programmes", Enrolment, Decoding], MediaSession]


class Programmes:
    """Use as an async context manager, on the loop the receivers will run on.

    Args:
        options: Sockets; by default they follow from the server's address.

    """

    def __init__(self, options: TransportOptions | None = None) -> None:
        self.http = aiohttp.ClientSession()
        self.ticker = Ticker()
        self._options = options

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()

    def receiver(
        self,
        enrolment: Enrolment,
        backoff: Backoff,
        decoding: Decoding = Decoding.ALL,
        make_session: MakeSession | None = None,
    ) -> Receiver:
        """Return a receiver for this device; it does nothing until it runs."""
        make = make_session or Programmes.session
        return ProgrammeReceiver(lambda wanted: make(self, enrolment, wanted), backoff, decoding)

    def session(self, enrolment: Enrolment, decoding: Decoding) -> MediaSession:
        """Return a media session of this device that has not been started."""
        return MediaSession(
            self.exchange(enrolment),
            self.ticker,
            name=enrolment.point,
            decoding=decoding,
            options=self.options(enrolment),
        )

    def exchange(self, enrolment: Enrolment) -> Exchange:
        """Return the WHEP endpoint with this device's credential."""
        # Whether plain http is allowed was decided when the agent was made.
        server = check_server(enrolment.server, allow_plain=True)
        return Exchange(self.http, server.programme_url, enrolment.credential)

    def options(self, enrolment: Enrolment) -> TransportOptions:
        """Return how to open sockets: on this machine alone if the server is on it."""
        if self._options is not None:
            return self._options
        if check_server(enrolment.server, allow_plain=True).is_loopback:
            return TransportOptions(addresses=("127.0.0.1",), allow_loopback=True)
        return TransportOptions()
