"""When copies of the journal are made, and how the last one went. A shell, and its one rule.

Copies are rare on ordinary days and frequent around a session: from an hour before its start
until it is closed, and at once when its phase changes.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from config.settings import Backup
from config.utc import parse_utc

from .backup import Verified, back_up, copies, prune
from .errors import JournalDamaged
from .fact import PhaseEntered
from .runtime import Runtime
from .state import Recorded, State

log = structlog.get_logger(__name__)

CALM_S = 24 * 3600.0
BEFORE_START_S = 3600.0
RETRY_S = 60.0


def copy_due(state: State, last_s: float, every_s: float, now_s: float) -> float:
    """Return when the next copy is due, seconds since 1970; in the past means now.

    Args:
        state: Whose session decides whether today matters.
        last_s: When the last copy was made, 0 for never.
        every_s: Between copies around a session.
        now_s: Seconds since 1970.

    """
    session = state.session
    if state.open_session is not None:
        return last_s + every_s
    calm = last_s + CALM_S
    if session is None:
        return calm
    begins = parse_utc(session.start_utc) - BEFORE_START_S
    if now_s >= begins:
        return last_s + every_s
    return min(calm, max(begins, last_s + every_s))


class BackupDesk:
    """Makes the copies while the coordinator runs.

    Args:
        runtime: Whose sessions say when.
        journal: The file to copy.
        folder: Where copies go; best on another disk.
        settings: How often, and how many are kept.

    """

    def __init__(self, runtime: Runtime, journal: Path, folder: Path, settings: Backup) -> None:
        self.last: Verified | None = None
        "The newest copy of this life; None before the first."
        self.failed = ""
        "Why the last attempt failed; empty when it did not."
        self.attempted = asyncio.Event()
        "Set after every attempt by the clock."
        self._runtime = runtime
        self._journal = journal
        self._folder = folder
        self._settings = settings
        self._wake = asyncio.Event()
        self._making = asyncio.Lock()
        self._wanted = False
        runtime.listen(self._hear)

    @property
    def made_s(self) -> float:
        """When the newest copy was made, seconds since 1970; 0 for never."""
        newest = next(iter(copies(self._folder)), None)
        return 0.0 if newest is None else newest.stat().st_mtime

    async def run(self) -> None:
        """Make a copy whenever one is due, until cancelled."""
        while True:
            wait_s = self._due_in()
            if wait_s <= 0:
                self._wanted = False
                wait_s = 0.0 if await self._try() else RETRY_S
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def make(self) -> Verified:
        """Make a copy now.

        Raises:
            JournalDamaged: If the copy is not whole.
            OSError: If the folder cannot be written.

        """
        async with self._making:
            utc = self._runtime.now_utc()
            made = await asyncio.to_thread(back_up, self._journal, self._folder, utc)
            await asyncio.to_thread(prune, self._folder, self._settings.keep)
        self.last, self.failed = made, ""
        log.info("backup.made", file=made.path.name, rows=made.rows, bytes=made.bytes)
        return made

    def _due_in(self) -> float:
        if self._wanted:
            return 0.0
        every_s, now_s = self._settings.every_minutes * 60.0, time.time()
        return copy_due(self._runtime.state, self.made_s, every_s, now_s) - now_s

    async def _try(self) -> bool:
        try:
            await self.make()
        except (JournalDamaged, OSError) as error:
            self.failed = str(error)
            log.error("backup.failed", error=str(error))
            return False
        finally:
            self.attempted.set()
        return True

    def _hear(self, rows: Sequence[Recorded]) -> None:
        if any(isinstance(row.fact, PhaseEntered) for row in rows):
            self._wanted = True
            self._wake.set()
