"""``python -m signaling.relay --run-dir DIR --data DIR``: the relay as a process of its own."""

import argparse
import asyncio
import logging
import os
import resource
import secrets
import signal
import sys
from pathlib import Path

import msgspec

from signaling.ice_path import TransportOptions
from signaling.process import stand_alone

from .relay import Relay
from .server import ControlServer
from .settings import RECORD, RelaySettings
from .slate_picture import encode_slate

logger = logging.getLogger("signaling.relay")


def main() -> None:
    """Read the command line and serve until SIGTERM, SIGINT or ``drain``."""
    settings, detach = read_arguments(sys.argv[1:])
    raise_file_limit()
    stand_alone(settings, lambda: serve(settings), detach=detach)


def read_arguments(arguments: list[str]) -> tuple[RelaySettings, bool]:
    """Return the settings of a command line, and whether to detach."""
    parser = argparse.ArgumentParser(prog="python -m signaling.relay", description=__doc__)
    parser.add_argument("--run-dir", type=Path, required=True, help="of the control socket")
    parser.add_argument("--data", type=Path, required=True, help="of the log and the record")
    parser.add_argument("--address", action="append", default=[], help="local address to bind")
    parser.add_argument("--advertise", action="append", default=[], help="address behind a NAT")
    parser.add_argument("--ports", metavar="FIRST-LAST", type=_ports, help="UDP ports to use")
    parser.add_argument("--allow-loopback", action="store_true", help="demo and tests only")
    parser.add_argument("--ceiling-kbps", type=int, default=2500, help="of a publisher")
    parser.add_argument("--uplink-kbps", type=int, help="of the line; without it: no limit")
    parser.add_argument("--stall", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--egress", choices=["gso", "plain"], default="gso", help="see 0009")
    parser.add_argument("--burst", type=int, default=256, metavar="PACKETS", help="in 1 ms")
    parser.add_argument("--detach", action="store_true", help="become nobody's child")
    args = parser.parse_args(arguments)
    settings = RelaySettings(
        run_dir=args.run_dir,
        data_dir=args.data,
        transport=TransportOptions(
            addresses=tuple(args.address),
            advertised=tuple(args.advertise),
            ports=args.ports,
            allow_loopback=args.allow_loopback,
            segmentation=args.egress == "gso",
        ),
        ceiling_bps=args.ceiling_kbps * 1000,
        uplink_bps=args.uplink_kbps * 1000 if args.uplink_kbps else None,
        stall_s=args.stall,
        burst_packets=args.burst,
    )
    return settings, args.detach


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    ports = int(first), int(last or first)
    if not 0 < ports[0] <= ports[1] < 65536:
        raise ValueError(text)
    return ports


def raise_file_limit() -> None:
    """Take as many sockets as the system allows: a shell's 1024 are few for 226 halls."""
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def serve(settings: RelaySettings) -> None:
    """Be the relay until told to stop."""
    boot = secrets.token_hex(8)
    server = ControlServer(settings, boot)
    relay = Relay(settings, encode_slate(), server.push)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, relay.drain)
    await server.start(relay)
    record = {"pid": os.getpid(), "boot": boot, "socket": str(settings.socket_path)}
    (settings.data_dir / RECORD).write_bytes(msgspec.json.encode(record))
    logger.info("relay %s serves on %s", boot, settings.socket_path)
    try:
        await relay.run()
    finally:
        await server.close()
        logger.info("relay %s ended", boot)


if __name__ == "__main__":
    main()
