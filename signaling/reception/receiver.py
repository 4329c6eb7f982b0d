"""Keeps a hall's programme coming: one media session after another, until told to stop.

It does not depend on the control connection: a killed coordinator must not darken a hall.
"""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from signaling.backoff import Backoff
from signaling.media_errors import MediaError, TransportFailed
from signaling.schema import Decoding
from signaling.stats import MediaStats

from .errors import ExchangeFailed
from .session import MediaSession

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class ProgrammeReceiver:
    """A hall's receiver.

    Args:
        make: Makes a session that has not been started, decoding as it is told.
        backoff: How long to wait between two of them; full jitter, 0.5..15 s by default.
        decoding: How much to decode at first.

    """

    def __init__(
        self,
        make: Callable[[Decoding], MediaSession],
        backoff: Backoff,
        decoding: Decoding = Decoding.ALL,
    ) -> None:
        self._make = make
        self._backoff = backoff
        self._decoding = decoding
        self._session: MediaSession | None = None
        self._joined = asyncio.Event()
        self._hurry = asyncio.Event()
        "Somebody wants the next session now."
        # Which way is tried next: straight, or by TURN when straight failed last.
        self._relayed = False
        self.sessions = 0
        "How many were started."

    @property
    def stalled(self) -> bool:
        """Whether the programme stands still now."""
        return self._session is None or self._session.stalled

    def stats(self, now: float) -> MediaStats:
        """Return the figures of the present session; between two, those of none.

        The counters are of one session and begin anew with each.
        """
        if self._session is None:
            return MediaStats(decoding=self._decoding)
        return self._session.stats(now)

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much is decoded, now and by sessions to come."""
        self._decoding = decoding
        if self._session is not None:
            self._session.set_decoding(decoding)

    async def rejoin(self) -> None:
        """End the present session; return when the next one has begun. ``run`` must run."""
        self._joined.clear()
        self._hurry.set()
        if self._session is not None:
            self._session.ended.set()
        await self._joined.wait()

    async def joined(self) -> None:
        """Return when a session has begun, at once if one has."""
        await self._joined.wait()

    async def run(self) -> None:
        """Receive until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            at_least_s = await self._receive()
            wait_s = self._backoff.receive_closed(loop.time(), at_least_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._hurry.wait()
            self._hurry.clear()

    async def _receive(self) -> float:
        """Run one session to its end; return how long the server wants us to stay away."""
        session = self._session = self._make(self._decoding)
        self.sessions += 1
        try:
            await session.start(relayed=self._relayed)
            self._joined.set()
            self._backoff.receive_opened(asyncio.get_running_loop().time())
            await session.ended.wait()
        except ExchangeFailed as error:
            log.warning("programme.refused", error=str(error)[:300])
            return error.retry_after_s or 0.0
        except TransportFailed as error:
            log.warning("programme.no_path", relayed=self._relayed, error=str(error)[:300])
            self._relayed = not self._relayed
        except MediaError as error:
            log.warning("programme.failed", error=repr(error)[:300])
        # The edge of a unit: whatever befalls one session, the next one starts.
        except Exception:
            log.exception("programme.failed")
        finally:
            self._session = None
            self._joined.clear()
            await session.stop()
        return 0.0
