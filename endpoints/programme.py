"""Keeps one hall's receiver of the programme running: starts it, watches it, starts another.

The receiver is somebody else's business (``Receiver``); here is only the patience. It does not
depend on the control connection: a killed coordinator must not darken a hall.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from signaling.backoff import Backoff
from signaling.schema import Decoding
from signaling.stats import MediaStats

START_S = 20.0
STOP_S = 5.0
CONNECT_S = 15.0
SILENCE_S = 8.0
LOOK_S = 1.0

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Receiver(Protocol):
    """One media session: WHEP, packets, counters."""

    async def start(self) -> None:
        """Negotiate and begin to receive. Raises whatever hinders it."""

    async def stop(self) -> None:
        """End the session and free everything. Never raises; calling it twice is safe."""

    def stats(self, now: float) -> MediaStats:
        """Return what was counted; ``now`` in seconds of the loop's clock."""

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much is decoded from now on."""


def is_dead(stats: MediaStats, up_s: float) -> bool:
    """Is a session that started ``up_s`` seconds ago beyond hope?"""
    if stats.last_packet_age is None:
        return up_s >= CONNECT_S
    return stats.last_packet_age >= SILENCE_S


class Programme:
    """One receiver after the other.

    Args:
        make: Makes a receiver that has not been started.
        backoff: Between two of them.
        decoding: How much to decode at first.

    """

    def __init__(
        self, make: Callable[[], Receiver], backoff: Backoff, decoding: Decoding = Decoding.ALL
    ) -> None:
        self._make = make
        self._backoff = backoff
        self._decoding = decoding
        self._receiver: Receiver | None = None

    def stats(self, now: float) -> MediaStats:
        """Return the present receiver's figures, those of none when there is none."""
        if self._receiver is None:
            return MediaStats(decoding=self._decoding)
        return self._receiver.stats(now)

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much is decoded, now and by receivers to come."""
        self._decoding = decoding
        if self._receiver is not None:
            self._receiver.set_decoding(decoding)

    async def run(self) -> None:
        """Receive until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self._receive()
            # The edge of a unit: whatever befalls one media session, the next one starts.
            except Exception as error:  # noqa: BLE001
                log.warning("programme.failed", error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(self._backoff.receive_closed(loop.time(), at_least_s=LOOK_S))

    async def _receive(self) -> None:
        """Run one receiver until it is dead."""
        loop = asyncio.get_running_loop()
        receiver = self._receiver = self._make()
        receiver.set_decoding(self._decoding)
        try:
            async with asyncio.timeout(START_S):
                await receiver.start()
            started_at = loop.time()
            self._backoff.receive_opened(started_at)
            while True:
                await asyncio.sleep(LOOK_S)
                now = loop.time()
                if is_dead(receiver.stats(now), now - started_at):
                    log.warning("programme.silent")
                    return
        finally:
            self._receiver = None
            async with asyncio.timeout(STOP_S):
                await receiver.stop()
