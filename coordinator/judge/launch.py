"""Start the judge without systemd, or adopt the one that runs."""

import logging
from pathlib import Path

from signaling.errors import BadMessage
from signaling.process import check_socket_path, first_line, tell_to_go
from signaling.program import Program, ensure

from . import line
from .settings import LOG, JudgeSettings

logger = logging.getLogger(__name__)

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
    program = Program(
        module="coordinator.judge",
        arguments=arguments(settings),
        ask=lambda: ask_hello(settings.socket_path),
        matches=lambda hello: matches(hello, settings),
        stop=lambda: stop(settings.socket_path),
    )
    hello = await ensure(program)
    if hello is None:
        raise JudgeNotStarted(f"see {settings.data_dir / LOG}")
    return hello.pid


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
