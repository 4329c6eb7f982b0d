"""``python -m endpoints.studio``: publish the film until a signal comes.

Composition root: command line, log, event loop.
"""

import argparse
import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path

import aiohttp

from config.log import configure_log
from endpoints.media.exchange import Exchange
from signaling.ice_path import TransportOptions
from signaling.reception.frame import VideoCodec

from .encoder import PictureFormat
from .film import Film
from .publisher import StudioPublisher
from .talk import Talk

SHOWS = {"film": Film, "talk": Talk}
"A film that always moves and sounds; a talk of slides, black and pauses."


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m endpoints.studio", description=__doc__)
    parser.add_argument("--server", required=True, help="e.g. http://127.0.0.1:8080")
    parser.add_argument("--path", default="/whip/studio", help="the WHIP endpoint there")
    parser.add_argument("--token-file", type=Path, help="holds the bearer token")
    parser.add_argument("--show", choices=sorted(SHOWS), default="film", help="what is published")
    parser.add_argument("--width", type=int, default=320)
    parser.add_argument("--height", type=int, default=180)
    parser.add_argument("--fps", type=int, default=15)
    parser.add_argument("--kbps", type=int, default=200, help="of the picture")
    parser.add_argument("--key-interval", type=float, default=2.0, metavar="SECONDS")
    parser.add_argument("--low-kbps", type=int, default=0, help="also publish in fewer bits")
    parser.add_argument("--low-path", default="/whip/studio-low", help="where that goes")
    parser.add_argument("--low-every", type=int, default=3, help="which pictures it has")
    parser.add_argument("--codec", choices=[codec.value for codec in VideoCodec], default="h264")
    parser.add_argument("--loopback", action="store_true", help="media on 127.0.0.1 only")
    args = parser.parse_args(argv)
    if args.width < 320 or args.height < 180 or args.width % 2 or args.height % 4:
        parser.error("the picture must be at least 320x180, even, its height a multiple of 4")
    if not 1 <= args.fps <= 60:
        parser.error("1 to 60 frames a second")
    return args


async def publish(args: argparse.Namespace) -> None:
    """Publish until SIGINT or SIGTERM."""
    token = args.token_file.read_text().strip() if args.token_file else None
    format = PictureFormat(
        codec=VideoCodec(args.codec),
        width=args.width,
        height=args.height,
        fps=args.fps,
        bitrate_bps=args.kbps * 1000,
        key_interval_s=args.key_interval,
    )
    make = SHOWS[args.show]
    options = TransportOptions()
    if args.loopback:
        options = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True)
    async with aiohttp.ClientSession() as http:
        exchange = Exchange(http, args.server.rstrip("/") + args.path, token)
        origin = asyncio.get_running_loop().time()
        publishers = [StudioPublisher(exchange, format, options, origin=origin, make=make)]
        if args.low_kbps:
            low = replace(format, bitrate_bps=args.low_kbps * 1000, every=args.low_every)
            exchange = Exchange(http, args.server.rstrip("/") + args.low_path, token)
            publishers.append(
                StudioPublisher(exchange, low, options, origin=origin, sounding=False, make=make)
            )
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        work = [*(publisher.run() for publisher in publishers), stop.wait()]
        tasks = {asyncio.ensure_future(one) for one in work}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    args = arguments(sys.argv[1:] if argv is None else argv)
    configure_log()
    asyncio.run(publish(args))


if __name__ == "__main__":
    main()
