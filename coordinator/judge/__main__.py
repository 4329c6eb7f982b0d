"""``python -m coordinator.judge --run-dir DIR --data DIR --relay SOCKET``: the judge's process."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from signaling.ice_path import TransportOptions
from signaling.process import stand_alone
from signaling.relay.client import RelayPlane

from .reference import Reference
from .server import JudgeServer
from .settings import JudgeSettings
from .watcher import Watcher

logger = logging.getLogger("coordinator.judge")


def main() -> None:
    """Read the command line and judge until SIGTERM, SIGINT or ``stop``."""
    settings, detach = read_arguments(sys.argv[1:])
    stand_alone(settings, lambda: serve(settings), detach=detach)


def read_arguments(arguments: list[str]) -> tuple[JudgeSettings, bool]:
    """Return the settings of a command line, and whether to detach."""
    parser = argparse.ArgumentParser(prog="python -m coordinator.judge", description=__doc__)
    parser.add_argument("--run-dir", type=Path, required=True, help="of the socket")
    parser.add_argument("--data", type=Path, required=True, help="of the log")
    parser.add_argument("--relay", type=Path, required=True, help="the relay's control socket")
    parser.add_argument("--address", action="append", default=[], help="local address to bind")
    parser.add_argument("--allow-loopback", action="store_true", help="demo and tests only")
    parser.add_argument("--detach", action="store_true", help="become nobody's child")
    args = parser.parse_args(arguments)
    transport = TransportOptions(addresses=tuple(args.address), allow_loopback=args.allow_loopback)
    settings = JudgeSettings(
        run_dir=args.run_dir, data_dir=args.data, relay_socket=args.relay, transport=transport
    )
    return settings, args.detach


async def serve(settings: JudgeSettings) -> None:
    """Be the judge until told to stop."""
    reference = Reference()
    plane = RelayPlane(settings.relay_socket, lambda event: None)
    watcher = Watcher(plane, reference, settings.transport)
    server = JudgeServer(settings, reference, watcher)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stopped.set)
    logger.info("the judge sits at %s", settings.socket_path)
    async with asyncio.TaskGroup() as group:
        work = (plane.run(), watcher.run(), server.run())
        tasks = [group.create_task(coroutine) for coroutine in work]
        await server.stopped.wait()
        # The watcher first: it says goodbye to the relay over the plane's connection.
        for task in (tasks[1], tasks[2], tasks[0]):
            task.cancel()
            await asyncio.wait([task])
    logger.info("the judge has risen")


if __name__ == "__main__":
    main()
