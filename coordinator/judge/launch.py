"""Start the judge without systemd, or adopt the one that runs; as the relay's ``launch`` does.

Shell. A judge of another version or other settings is told to stop and replaced.
"""

import asyncio
import logging
import sys
from pathlib import Path

from signaling.errors import BadMessage
from signaling.process import check_socket_path, first_line, tell_to_go, wait_for

from . import line
from .settings import LOG, JudgeSettings

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0


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
        told = line.decode_from_judge(await first_line(path))
    except BadMessage:
        return None
    return told if isinstance(told, line.JudgeHello) else None


async def stop(path: Path) -> None:
    """Tell the judge at a path to go, and wait until it has. One that is gone is fine."""
    if not await tell_to_go(path, line.encode(line.Stop()), STOP_TIMEOUT_S):
        logger.warning("the judge at %s did not go in time", path)


async def _wait_for(settings: JudgeSettings) -> line.JudgeHello:
    async def matching() -> line.JudgeHello | None:
        hello = await ask_hello(settings.socket_path)
        return hello if hello is not None and matches(hello, settings) else None

    hello = await wait_for(matching, START_TIMEOUT_S)
    if hello is None:
        raise JudgeNotStarted(f"see {settings.data_dir / LOG}")
    return hello
