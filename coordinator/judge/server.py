"""The judge's socket: samples in, verdicts out.

Shell. Whoever connects gets every verdict; a client that does not read is cut off.
"""

import asyncio
import logging
import os
import time
from typing import assert_never

from signaling.errors import BadMessage
from signaling.process import check_socket_path

from . import line
from .docket import Docket
from .reference import Reference
from .settings import JudgeSettings
from .sound import level_db
from .watcher import Watcher

logger = logging.getLogger(__name__)

TICK_S = 0.1
TICKS_A_SECOND = 10
MAX_BACKLOG_BYTES = 1024 * 1024


class JudgeServer:
    """The socket of one judge.

    Args:
        settings: Where the socket is.
        reference: What the watcher keeps.
        watcher: Asked for the relay's clocks.

    """

    def __init__(self, settings: JudgeSettings, reference: Reference, watcher: Watcher) -> None:
        self._settings = settings
        self._reference = reference
        self._watcher = watcher
        self._docket = Docket(reference)
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.get_running_loop()
        self.stopped = asyncio.Event()
        "Set when a client asked us to end."

    async def run(self) -> None:
        """Serve until cancelled. The caller holds the ``RunLock``."""
        path = self._settings.socket_path
        check_socket_path(path)
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, path, limit=line.MAX_LINE_BYTES)
        path.chmod(0o600)
        try:
            await self._work()
        finally:
            server.close()
            for writer in list(self._writers):
                writer.close()
            path.unlink(missing_ok=True)

    async def _work(self) -> None:
        tick = 0
        while True:
            await asyncio.sleep(TICK_S)
            self._push(*self._docket.handle_timer(self._loop.time()))
            tick += 1
            if tick % TICKS_A_SECOND == 0:
                self._watcher.learn_instants()
                self._push(self._watching())

    def _watching(self) -> line.Watching:
        now, reference = self._loop.time(), self._reference
        picture, sound_at = reference.pictures.newest(), reference.sounds.came_at()
        end = reference.sounds.newest()
        mean_square = None if end is None else reference.sounds.mean_square(end, 1.0)
        return line.Watching(
            picture_age_s=None if picture is None else now - picture.came_at,
            sound_age_s=None if sound_at is None else now - sound_at,
            level_db=None if mean_square is None else round(level_db(mean_square), 1),
            devices=len(self._docket),
            cpu_s=time.process_time(),
        )

    def _push(self, *told: line.FromJudge) -> None:
        data = b"".join(map(line.encode, told))
        for writer in list(self._writers):
            if writer.transport.get_write_buffer_size() > MAX_BACKLOG_BYTES:
                writer.transport.abort()
            else:
                writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = line.JudgeHello(
            version=line.VERSION, config_hash=self._settings.config_hash(), pid=os.getpid()
        )
        writer.write(line.encode(hello))
        self._writers.add(writer)
        try:
            while data := await reader.readline():
                self._receive(line.decode_to_judge(data))
        except (ConnectionError, ValueError, BadMessage) as error:
            logger.warning("a client was dropped: %s", error)
        finally:
            self._writers.discard(writer)
            writer.close()

    def _receive(self, told: line.ToJudge) -> None:
        match told:
            case line.Sample():
                self._docket.receive(told, self._loop.time())
            case line.Stop():
                self.stopped.set()
            case _:
                assert_never(told)
