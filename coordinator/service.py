"""What the service manager is told of us: that we serve, that we live, that we stop.

The protocol of ``sd_notify(3)``: datagrams of ``NAME=value`` lines to ``$NOTIFY_SOCKET``. The sign
of life comes from the event loop itself: a loop that hangs is silent, and is started anew.
Without a service manager nothing is said.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping

import structlog

log = structlog.get_logger(__name__)


class ServiceManager:
    """The other end of ``$NOTIFY_SOCKET``.

    Args:
        environ: Of this process.

    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._watchdog_s = _watchdog_s(environ)

    def tell_ready(self, status: str) -> None:
        """Say that we serve."""
        self._tell(f"READY=1\nSTATUS={status}")

    def tell_stopping(self) -> None:
        """Say that we were told to stop, and do."""
        self._tell("STOPPING=1\nSTATUS=stopping")

    async def run(self) -> None:
        """Give signs of life, twice as often as is asked for, until cancelled."""
        while self._address and self._watchdog_s is not None:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_s / 2)

    def _tell(self, lines: str) -> None:
        if not self._address:
            return
        # An "@" stands for the zero byte of an abstract address.
        address = self._address.replace("@", "\0", 1)
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as line:
            line.setblocking(False)
            try:
                line.sendto(lines.encode(), address)
            except OSError as error:
                log.warning("service.not_told", error=str(error))


def _watchdog_s(environ: Mapping[str, str]) -> float | None:
    """Return within which time a sign of life is expected; None when nobody waits for ours."""
    meant_for = environ.get("WATCHDOG_PID", str(os.getpid()))
    period_us = environ.get("WATCHDOG_USEC", "")
    if meant_for != str(os.getpid()) or not period_us.isdigit() or int(period_us) == 0:
        return None
    return int(period_us) / 1e6
