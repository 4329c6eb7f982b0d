"""The judge's own seat: receives and decodes the programme like a hall, and keeps what it saw.

Shell. It asks the relay for its session over the control socket, as nobody else on this machine
needs a credential; it is a viewer like any other.
"""

import asyncio
import random
from contextlib import suppress

from signaling.backoff import Backoff, BackoffLimits
from signaling.ice_path import TransportOptions
from signaling.ice_server import IceServer
from signaling.media_errors import MediaError
from signaling.media_plane import PROGRAMME, MediaPlane
from signaling.reception.decoder import Loudness
from signaling.reception.errors import ExchangeFailed
from signaling.reception.receiver import ProgrammeReceiver
from signaling.reception.session import MediaSession
from signaling.reception.ticker import Ticker
from signaling.schema import Decoding
from signaling.thumbnail import Luma

from .reference import Reference
from .settings import WHO

# Without the judge's eyes every hall is only believed: it is less patient than they are.
BACKOFF = BackoffLimits(base_s=0.2, cap_s=2.0, stable_s=5.0)


class PlaneExchange:
    """Asks a media plane for the programme."""

    def __init__(self, plane: MediaPlane) -> None:
        self._plane = plane
        self._session: str | None = None

    async def open(self, offer: str) -> str:
        """See ``Exchange``."""
        try:
            opened = await self._plane.subscribe(PROGRAMME, offer, WHO, beside=True)
        except MediaError as error:
            raise ExchangeFailed(str(error)) from error
        self._session = opened.session.session
        return opened.answer

    async def ice_servers(self) -> tuple[IceServer, ...]:
        """See ``Exchange``. The relay is on our own machine: none is needed."""
        return ()

    async def close(self) -> None:
        """See ``Exchange``."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(MediaError):
                await self._plane.end(session)


class Watcher:
    """Receives the programme into a ``Reference``, one session after another."""

    def __init__(self, plane: MediaPlane, reference: Reference, options: TransportOptions) -> None:
        self._plane = plane
        self._reference = reference
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._ticker = Ticker()
        self._session: MediaSession | None = None

    async def run(self) -> None:
        """Watch until cancelled."""
        await ProgrammeReceiver(self._make, Backoff(random.random, BACKOFF)).run()

    def learn_instants(self) -> None:
        """Pass on what the relay last said of its clocks. Cheap; once a second will do."""
        reception = self._session.reception if self._session is not None else None
        for kind, (ntp, timestamp) in reception.instants.items() if reception else ():
            self._reference.receive_instant(kind, ntp, timestamp)

    def _make(self, decoding: Decoding) -> MediaSession:
        self._session = MediaSession(
            PlaneExchange(self._plane),
            self._ticker,
            name=WHO,
            decoding=decoding,
            on_frame=self._receive_frame,
            on_sound=self._receive_sound,
            options=self._options,
        )
        return self._session

    def _receive_frame(self, timestamp: int, luma: Luma) -> None:
        self._reference.pictures.receive(timestamp, luma, self._loop.time())

    def _receive_sound(self, timestamp: int, loudness: Loudness) -> None:
        self._reference.sounds.receive(timestamp, loudness, self._loop.time())
