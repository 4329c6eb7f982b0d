"""What a packet costs: CPU of 92 receivers in one process, and of their 92 senders in another.

    python -m tests.bench.packet_transport [--peers 92] [--seconds 10] [--asyncio]

Traffic of a hall: 15 frames/s of two packets of 830 bytes (200 kbps) and 50 Opus packets
of 120 bytes. The CPU of the same peers idle (ICE consent, timers) is told apart.
"""

import argparse
import asyncio
import json
import struct
import sys
import time
from dataclasses import asdict, dataclass

from signaling.ice_path import TransportOptions
from signaling.packet_transport import PacketTransport
from signaling.sdp import Setup, TransportDescription

OPTIONS = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True, silence_s=60)
TICK_S = 1 / 150
VIDEO, SOUND = b"v" * 818, b"a" * 108


@dataclass
class Cost:
    """CPU of one process over one span of real time."""

    cpu_s: float
    packets: int


def make(controlling: bool, count: list[int]) -> PacketTransport:
    def on_rtp(data: bytes, at: float) -> None:
        count[0] += 1

    return PacketTransport(
        controlling=controlling, on_rtp=on_rtp, on_rtcp=lambda d, t: None, options=OPTIONS
    )


async def measure(seconds: float, count: list[int]) -> Cost:
    cpu, before = time.process_time(), count[0]
    await asyncio.sleep(seconds)
    return Cost(time.process_time() - cpu, count[0] - before)


async def pump(peers: list[PacketTransport], seconds: float, count: list[int]) -> None:
    """Send every peer its share, spread over ticks as a network would."""
    loop = asyncio.get_running_loop()
    start, tick, seq = loop.time(), 0, 0
    while loop.time() < start + seconds:
        for index, peer in enumerate(peers):
            slot = (tick + index) % 150
            if slot % 3 == 0:
                seq += 1
                peer.send_rtp_parts(struct.pack("!BBHII", 128, 111, tick & 65535, 0, 1), SOUND)
                count[0] += 1
            if slot % 10 == 0:
                for part in (0, 1):
                    number = (tick * 2 + part) & 65535
                    peer.send_rtp_parts(struct.pack("!BBHII", 128, 96, number, 0, 2), VIDEO)
                    count[0] += 1
        tick += 1
        await asyncio.sleep(max(0, start + tick * TICK_S - loop.time()))


async def send(seconds: float) -> None:
    """Be the sending process: descriptions come on stdin, figures go to stdout."""
    remotes = json.loads(sys.stdin.readline())
    count = [0]
    peers = [make(False, count) for _ in remotes]
    for peer in peers:
        await peer.gather()
    print(json.dumps([asdict(p.local(Setup.PASSIVE)) for p in peers]), flush=True)
    await connect(peers, remotes)
    idle = await measure(seconds / 2, count)
    cpu = time.process_time()
    await pump(peers, seconds, count)
    busy = Cost(time.process_time() - cpu, count[0])
    print(json.dumps([asdict(idle), asdict(busy)]), flush=True)
    await asyncio.sleep(0.5)
    await asyncio.gather(*(p.close() for p in peers))


async def connect(peers: list[PacketTransport], remotes: list[dict[str, object]]) -> None:
    descriptions = [TransportDescription(**remote) for remote in remotes]  # type: ignore[arg-type]
    await asyncio.gather(*(p.connect(r) for p, r in zip(peers, descriptions, strict=True)))


async def receive(args: argparse.Namespace) -> None:
    """Be the receiving process, start the other, and print the table."""
    count = [0]
    peers = [make(True, count) for _ in range(args.peers)]
    for peer in peers:
        await peer.gather()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.packet_transport", "--send", *sys.argv[1:],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 22,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps([asdict(p.local()) for p in peers]).encode() + b"\n")
    started = time.perf_counter()
    cpu = time.process_time()
    await connect(peers, json.loads(await child.stdout.readline()))
    joined = f"{args.peers} joined in {time.perf_counter() - started:.2f} s"
    joined += f", {1000 * (time.process_time() - cpu) / args.peers:.1f} ms CPU each"
    idle = await measure(args.seconds / 2, count)
    cpu = time.process_time()
    figures = json.loads(await child.stdout.readline())
    busy = Cost(time.process_time() - cpu, count[0])
    await child.wait()
    await asyncio.gather(*(p.close() for p in peers))
    loop_name = "asyncio" if args.asyncio else "uvloop"
    print(f"{loop_name}, {args.peers} peers, {args.seconds:g} s: {joined}")
    report("receive", args, idle, busy)
    report("send", args, *(Cost(**figure) for figure in figures))


def report(name: str, args: argparse.Namespace, idle: Cost, busy: Cost) -> None:
    idle_ms = 1000 * idle.cpu_s / (args.seconds / 2) / args.peers
    busy_ms = 1000 * busy.cpu_s / args.seconds / args.peers
    per_packet_us = (busy_ms - idle_ms) * 1000 / (busy.packets / args.seconds / args.peers)
    print(
        f"  {name:8} {busy.packets / args.seconds:8.0f} packets/s  {per_packet_us:5.1f} us a packet"
        f"  {busy_ms:5.2f} ms CPU per peer and second (idle {idle_ms:.2f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=int, default=92)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--asyncio", action="store_true", help="the standard loop, as on Windows")
    parser.add_argument("--send", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    work = send(args.seconds) if args.send else receive(args)
    if args.asyncio:
        asyncio.run(work)
    else:
        import uvloop

        uvloop.run(work)


if __name__ == "__main__":
    main()
