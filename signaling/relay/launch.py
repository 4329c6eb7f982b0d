"""Start the relay without systemd, or adopt the one that runs."""

import logging
from pathlib import Path

from signaling.errors import BadMessage
from signaling.media_errors import PlaneUnavailable
from signaling.process import check_socket_path, first_line, tell_to_go
from signaling.program import Program, ensure

from . import control
from .settings import LOG, RelaySettings

logger = logging.getLogger(__name__)

DRAIN_TIMEOUT_S = 5.0


async def ensure_relay(settings: RelaySettings) -> int:
    """Return the process id of a relay with these settings, started if need be.

    Raises:
        PlaneUnavailable: If none came up in time; its log says why.
        SocketPathTooLong: If the run directory cannot hold a socket.

    """
    check_socket_path(settings.socket_path)
    program = Program(
        module="signaling.relay",
        arguments=arguments(settings),
        ask=lambda: ask_hello(settings.socket_path),
        matches=lambda hello: matches(hello, settings),
        stop=lambda: drain(settings.socket_path),
    )
    hello = await ensure(program)
    if hello is None:
        raise PlaneUnavailable(f"the relay did not start; see {settings.data_dir / LOG}")
    return hello.pid


def matches(hello: control.Hello, settings: RelaySettings) -> bool:
    """Tell whether a running relay is the one wanted."""
    return (
        hello.version == control.VERSION
        and hello.config_hash == settings.config_hash()
        and not hello.draining
    )


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
