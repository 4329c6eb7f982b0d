"""Stands in for the judge: answers every sample at once, so that every report is judged.

    python -m tests.bench.ingest.judge SOCKET

The real one answers a device once a second, and its CPU is its own process's. What a verdict
costs the coordinator is the same.
"""

import asyncio
import sys
from typing import cast

import msgspec
import uvloop

from coordinator.judge import line
from coordinator.judge.line import Answer, Finding

RIGHT = Answer(finding=Finding.RIGHT, why="right")


class Judge(asyncio.Protocol):
    """One conversation with the coordinator."""

    def __init__(self) -> None:
        self._rest = b""
        self._decoder = msgspec.json.Decoder(line.ToJudge)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        hello = line.JudgeHello(version=line.VERSION, config_hash="", pid=0)
        self._transport.write(line.encode(hello) + line.encode(line.Watching(picture_age_s=0.0)))

    def data_received(self, data: bytes) -> None:
        whole, _, self._rest = (self._rest + data).rpartition(b"\n")
        answers = [_verdict(s) for s in self._decoder.decode_lines(whole) if _is_sample(s)]
        self._transport.write(b"".join(line.encode(answer) for answer in answers))


def _is_sample(told: line.ToJudge) -> bool:
    return isinstance(told, line.Sample)


def _verdict(sample: line.ToJudge) -> line.Verdict:
    assert isinstance(sample, line.Sample)
    delay_ms = 100.0 + (sample.timestamp or 0) % 40
    return line.Verdict(
        device=sample.device,
        at=sample.at,
        picture=RIGHT,
        sound=RIGHT,
        delay_ms=delay_ms,
        skew_ms=delay_ms / 10,
    )


async def main(path: str) -> None:
    server = await asyncio.get_running_loop().create_unix_server(Judge, path)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
