"""Start the judge without systemd, or adopt the one that runs; as the relay's ``launch`` does.

Shell. A judge of another version or other settings is told to stop and replaced.
"""

import asyncio
import logging
import sys
from pathlib import Path

from signaling.errors import BadMessage
from signaling.process import check_socket_path

from . import line
from .settings import LOG, JudgeSettings

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
LOOK_S = 0.05


class JudgeNotStarted(Exception):
    """None came up in time; its log says why."""


async def ensure_judge(settings: JudgeSettings) -> int:
    """Return the process id of a judge with these settings, started if need be.

    Raises:
        JudgeNotStarted: If none came up in time.
        SocketPathTooLong: If the run directory cannot hold a socket.

    """
    check_socket_path(settings.socket_path)
    hello = await ask_hello(settings.socket_path)
    if hello is not None and matches(hello, settings):
        return hello.pid
    if hello is not None:
        logger.warning("replacing judge %d: another version or other settings", hello.pid)
        await stop(settings.socket_path)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "coordinator.judge", "--detach", *arguments(settings)
    )
    await child.wait()
    return (await _wait_for(settings)).pid


def matches(hello: line.JudgeHello, settings: JudgeSettings) -> bool:
    """Tell whether a running judge is the one wanted."""
    return hello.version == line.VERSION and hello.config_hash == settings.config_hash()


def arguments(settings: JudgeSettings) -> list[str]:
    """Return the command line that ``__main__`` reads these settings from."""
    words = ["--run-dir", str(settings.run_dir), "--data", str(settings.data_dir)]
    words += ["--relay", str(settings.relay_socket)]
    words += [f"--address={address}" for address in settings.transport.addresses]
    return [*words, "--allow-loopback"] if settings.transport.allow_loopback else words


async def ask_hello(path: Path) -> line.JudgeHello | None:
    """Return what the judge at a path says of itself, None when nobody is there."""
    try:
        async with asyncio.timeout(2.0):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                told = line.decode_from_judge(await reader.readline())
            finally:
                writer.close()
    except (OSError, BadMessage, TimeoutError, ValueError):
        return None
    return told if isinstance(told, line.JudgeHello) else None


async def stop(path: Path) -> None:
    """Tell the judge at a path to go, and wait until it has. One that is gone is fine."""
    try:
        _reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        return
    writer.write(line.encode(line.Stop()))
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            while await ask_hello(path) is not None:  # noqa: ASYNC110  (a process, not a task)
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        logger.warning("the judge at %s did not go in time", path)
    finally:
        writer.close()


async def _wait_for(settings: JudgeSettings) -> line.JudgeHello:
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while True:
                hello = await ask_hello(settings.socket_path)
                if hello is not None and matches(hello, settings):
                    return hello
                await asyncio.sleep(LOOK_S)
    except TimeoutError as error:
        raise JudgeNotStarted(f"see {settings.data_dir / LOG}") from error
