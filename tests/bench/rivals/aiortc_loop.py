"""aiortc sending ready packets: its own ``_send_rtp``, awaited for each hall and packet.

Nothing but the loop: plain RTP comes in on loopback, its header is packed anew for each
hall and given to ``RTCDtlsTransport._send_rtp``. No RTCP, no history, no repairs; aiortc's
own sender would cost more. With the process's part, run by ``AiortcLoop``:

    python -m tests.bench.rivals.aiortc_loop PORT      descriptions by stdin and stdout
"""

import asyncio
import json
import socket
import sys
from dataclasses import asdict

from signaling.packet_transport import PacketTransport
from signaling.rtp import HEADER
from signaling.sdp import Setup, TransportDescription

from .halls import OPTIONS, Hall
from .server import Server, free_port, plain_rtp, python
from .stream import Send


class AiortcLoop(Server):
    """The process below."""

    name = "aiortc loop"

    async def start(self) -> None:
        self._port = free_port()
        await self.spawn(*python("tests.bench.rivals.aiortc_loop"), str(self._port), pipe=True)
        self._turn = asyncio.Lock()

    async def publish(self) -> Send:
        return plain_rtp({"video": self._port, "audio": self._port})

    async def join(self, hall: Hall) -> None:
        await hall.transport.gather()
        local = asdict(hall.transport.local())
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        async with self._turn:
            process.stdin.write(json.dumps(local).encode() + b"\n")
            remote = json.loads(await process.stdout.readline())
        await hall.transport.connect(TransportDescription(**remote))


class Loop:
    """The halls of the process and what they are sent."""

    def __init__(self) -> None:
        self.halls: list[PacketTransport] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def admit(self, remote: TransportDescription) -> TransportDescription:
        hall = PacketTransport(
            controlling=False,
            on_rtp=lambda data, at: None,
            on_rtcp=lambda data, at: None,
            options=OPTIONS,
        )
        await hall.gather()
        task = asyncio.create_task(self._connect(hall, remote))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return hall.local(Setup.PASSIVE)

    async def _connect(self, hall: PacketTransport, remote: TransportDescription) -> None:
        await hall.connect(remote)
        self.halls.append(hall)

    async def forward(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.setblocking(False)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            udp.bind(("127.0.0.1", port))
            while True:
                packet = await loop.sock_recv(udp, 2048)
                first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
                payload = packet[12:]
                for number, hall in enumerate(self.halls):
                    header = HEADER.pack(first, second, sequence, timestamp, ssrc + 2 * number)
                    await hall._dtls._send_rtp(header + payload)


async def serve(port: int) -> None:
    """Be the process, until stdin ends."""
    loop, halls = asyncio.get_running_loop(), Loop()
    forwarding = asyncio.create_task(halls.forward(port))
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        local = await halls.admit(TransportDescription(**json.loads(line)))
        print(json.dumps(asdict(local)), flush=True)
    forwarding.cancel()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(int(sys.argv[1])))
