"""The control socket: lines in, commands carried out, answers and pushes out.

Shell. The socket is guarded by a lock on a file beside it: a second relay on a live path
would steal it silently. Several clients may be connected, none is ever waited for: who does
not read loses samples first and the connection in the end.
"""

import asyncio
import logging
import os
from typing import assert_never

from signaling.errors import BadMessage
from signaling.media_errors import MediaError
from signaling.media_plane import PlaneSample
from signaling.process import check_socket_path

from . import control
from .relay import Relay
from .settings import RelaySettings

logger = logging.getLogger(__name__)

SAMPLE_BACKLOG_BYTES = 512 * 1024
MAX_BACKLOG_BYTES = 8 * 1024 * 1024


class ControlServer:
    """The socket of one relay.

    Args:
        settings: Where the socket is.
        boot: Of this process: sessions of another boot are gone.

    """

    def __init__(self, settings: RelaySettings, boot: str) -> None:
        self._settings = settings
        self._boot = boot
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._relay: Relay | None = None

    async def start(self, relay: Relay) -> None:
        """Listen. The caller holds the ``RunLock``."""
        path = self._settings.socket_path
        check_socket_path(path)
        path.unlink(missing_ok=True)
        self._relay = relay
        self._server = await asyncio.start_unix_server(
            self._serve, path, limit=control.MAX_COMMAND_BYTES
        )
        path.chmod(0o600)

    def push(self, event: control.Push) -> None:
        """Tell everybody connected."""
        if not self._writers:
            return
        line = control.encode(event)
        limit = SAMPLE_BACKLOG_BYTES if isinstance(event, PlaneSample) else MAX_BACKLOG_BYTES
        for writer in list(self._writers):
            if writer.transport.get_write_buffer_size() <= limit:
                writer.write(line)
            elif limit == MAX_BACKLOG_BYTES:
                writer.transport.abort()

    async def close(self) -> None:
        """Hang up and remove the socket."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        self._settings.socket_path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._relay is not None
        hello = control.Hello(
            version=control.VERSION,
            config_hash=self._settings.config_hash(),
            boot=self._boot,
            pid=os.getpid(),
            draining=self._relay.draining(),
        )
        writer.write(control.encode(hello))
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                writer.write(control.encode(await self._answer(self._relay, line)))
        except (ConnectionError, ValueError) as error:
            logger.info("a control client was dropped: %s", error)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, relay: Relay, line: bytes) -> control.Done | control.Refused:
        """Carry out one command. Whatever is wrong with it is answered."""
        try:
            command = control.decode_command(line)
        except BadMessage as error:
            return control.Refused(id=control.command_id(line), code=error.code, text=str(error))
        try:
            return await carry_out(relay, command)
        except MediaError as error:
            return control.Refused(id=command.id, code=error.code, text=str(error))
        except Exception:
            logger.exception("command %d failed", command.id)
            return control.Refused(id=command.id, code="internal", text="see the relay's log")


async def carry_out(relay: Relay, command: control.AnyCommand) -> control.Done:
    """Do what a command says.

    Raises:
        MediaError: If it cannot be done.

    """
    done = control.Done(id=command.id)
    match command:
        case control.Publish():
            opened = await relay.publish(
                command.source, command.offer, command.who, command.takeover
            )
            return control.Done(id=command.id, opened=opened)
        case control.Subscribe():
            opened = await relay.subscribe(
                command.output,
                command.offer,
                command.who,
                device=command.device,
                beside=command.beside,
            )
            return control.Done(id=command.id, opened=opened)
        case control.Trickle():
            await relay.trickle(command.session, command.fragment)
        case control.End():
            return control.Done(id=command.id, found=relay.end(command.session, command.reason))
        case control.Route():
            relay.route(command.output, command.source)
        case control.Floor():
            relay.floor(command.source)
        case control.Choose():
            relay.choose(command.chosen)
        case control.List():
            return control.Done(id=command.id, sessions=relay.sessions())
        case control.Drain():
            asyncio.get_running_loop().call_later(0.05, relay.drain)
        case _:
            assert_never(command)
    return done
