"""What a server of the comparison is, and how one is started and measured."""

import asyncio
import os
import socket
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from signaling import negotiation, sdp

from .halls import OPTIONS, Hall
from .stream import Send

SERVER_CORE, LOAD_CORE = 0, 1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """A process at one moment."""

    cpu_s: float
    "All threads, from the scheduler's own nanoseconds."
    resident_bytes: int


def usage(pid: int) -> Usage:
    """Return what a process has used."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    cpu_ns = sum(int(task.read_text().split()[0]) for task in tasks)
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Usage(cpu_ns / 1e9, pages * PAGE_BYTES)


class Server(ABC):
    """One forwarding server as a process on a core of its own.

    Args:
        folder: For its files, empty and removed afterwards.

    """

    name = ""
    halls_offer = True
    "Whether the halls make the offer; else the server does."
    options = OPTIONS
    "Of the halls' sockets."

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: asyncio.subprocess.Process | None = None

    @abstractmethod
    async def start(self) -> None:
        """Run it, until it takes halls."""

    @abstractmethod
    async def publish(self) -> Send:
        """Return where the studio's packets go."""

    @abstractmethod
    async def join(self, hall: Hall) -> None:
        """Let a hall watch; returns when its path is up."""

    async def stop(self) -> None:
        """End the process."""
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(5):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()

    def usage(self) -> Usage:
        """Return what it has used."""
        assert self.process is not None
        return usage(self.process.pid)

    async def spawn(self, *command: str, pipe: bool = False) -> asyncio.subprocess.Process:
        """Start a command on the server's core, its words in a file of the folder."""
        with (self.folder / "log").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                "taskset", "-c", str(SERVER_CORE), *command,
                stdin=asyncio.subprocess.PIPE if pipe else asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if pipe else log, stderr=log, limit=1 << 22,
            )  # fmt: skip
        return self.process


def python(module: str) -> list[str]:
    """Return the command for a module of this repository."""
    return [sys.executable, "-m", module]


def free_port() -> int:
    """Return an even UDP port of loopback that nobody had a moment ago."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            port: int = udp.getsockname()[1]
            if port % 2 == 0:
                return port


def plain_rtp(ports: dict[str, int]) -> Send:
    """Return a studio that sends unencrypted RTP to ports of loopback, by kind."""
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setblocking(False)

    def send(kind: str, packet: bytes) -> None:
        udp.sendto(packet, ("127.0.0.1", ports[kind]))

    return send


def hall_offer(hall: Hall) -> str:
    """Return a hall's WHEP offer, gathered before."""
    return negotiation.offer(hall.transport.local(), sdp.Direction.RECVONLY, ["H264"])


def hall_answer(hall: Hall, offer: sdp.Description) -> str:
    """Return a hall's answer to a server that offers."""
    local = hall.transport.local(offer.transport.answer_setup())
    codecs = {section.kind: section.codecs[0] for section in offer.sections}
    return negotiation.answer(offer, local, sdp.Direction.RECVONLY, codecs, {})
