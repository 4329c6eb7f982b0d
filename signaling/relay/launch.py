"""Start the relay without systemd, or adopt the one that runs.

Shell. The relay is never a child whose life or pipes depend on us: it gets a session and a
log file of its own, and stays when we go. One that runs with another version or other
settings is drained and replaced; a matching one is left alone.
"""

import asyncio
import logging
import sys
from pathlib import Path

from signaling.errors import BadMessage
from signaling.media_errors import PlaneUnavailable
from signaling.process import check_socket_path, first_line, tell_to_go, wait_for

from . import control
from .settings import LOG, RelaySettings

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 10.0
DRAIN_TIMEOUT_S = 5.0


async def ensure_relay(settings: RelaySettings) -> int:
    """Return the process id of a relay with these settings, started if need be.

    Raises:
        PlaneUnavailable: If none came up in time; its log says why.
        SocketPathTooLong: If the run directory cannot hold a socket.

    """
    check_socket_path(settings.socket_path)
    hello = await ask_hello(settings.socket_path)
    if hello is not None and matches(hello, settings):
        return hello.pid
    if hello is not None:
        logger.warning("replacing relay %s: another version or other settings", hello.boot)
        await drain(settings.socket_path)
    await start(settings)
    return (await _wait_for(settings)).pid


def matches(hello: control.Hello, settings: RelaySettings) -> bool:
    """Tell whether a running relay is the one wanted."""
    return (
        hello.version == control.VERSION
        and hello.config_hash == settings.config_hash()
        and not hello.draining
    )


async def start(settings: RelaySettings) -> None:
    """Start a relay that is nobody's child."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling.relay", "--detach", *arguments(settings)
    )
    await child.wait()


def arguments(settings: RelaySettings) -> list[str]:
    """Return the command line that ``__main__`` reads these settings from."""
    transport = settings.transport
    words = ["--run-dir", str(settings.run_dir), "--data", str(settings.data_dir)]
    words += [f"--address={address}" for address in transport.addresses]
    words += [f"--advertise={address}" for address in transport.advertised]
    if transport.ports is not None:
        words.append(f"--ports={transport.ports[0]}-{transport.ports[1]}")
    if transport.allow_loopback:
        words.append("--allow-loopback")
    words.append(f"--ceiling-kbps={settings.ceiling_bps // 1000}")
    if settings.uplink_bps is not None:
        words.append(f"--uplink-kbps={settings.uplink_bps // 1000}")
    words.append(f"--stall={settings.stall_s}")
    words.append(f"--egress={'gso' if transport.segmentation else 'plain'}")
    words.append(f"--burst={settings.burst_packets}")
    return words


async def ask_hello(path: Path) -> control.Hello | None:
    """Return what the relay at a path says of itself, None when nobody is there."""
    try:
        line = control.decode_from_relay(await first_line(path))
    except BadMessage:
        return None
    return line if isinstance(line, control.Hello) else None


async def drain(path: Path) -> None:
    """Tell the relay at a path to go, and wait until it has. One that is gone is fine."""
    if not await tell_to_go(path, control.encode(control.Drain(id=1)), DRAIN_TIMEOUT_S):
        logger.warning("the relay at %s did not go in time", path)


async def _wait_for(settings: RelaySettings) -> control.Hello:
    async def matching() -> control.Hello | None:
        hello = await ask_hello(settings.socket_path)
        return hello if hello is not None and matches(hello, settings) else None

    hello = await wait_for(matching, START_TIMEOUT_S)
    if hello is None:
        raise PlaneUnavailable(f"the relay did not start; see {settings.data_dir / LOG}")
    return hello
