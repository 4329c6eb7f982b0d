"""The coordinator's end of the judge's socket: samples go out, verdicts come in.

Shell. Nothing waits for the judge: while it is away samples are dropped and verdicts age. Both
flow in bundles, so that a sample costs no system call of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from signaling.errors import BadMessage

from ..judge import line
from ..judge.launch import JudgeNotStarted

log = structlog.get_logger(__name__)

RETRY_S = 0.5
HELLO_S = 3.0
SEES_S = 5.0
"A programme whose last picture is older than this is not seen; a slide comes once a second."
GATHER_S = 0.02
"Samples leave together this often; the judge lets each wait longer than that anyway."
READ_BYTES = 256 * 1024
MAX_BACKLOG_BYTES = 1024 * 1024
"Of samples the judge did not read yet; more of them would be old when it does."


class JudgeDesk:
    """Keeps a connection to the judge, and the judge there.

    Args:
        path: Of its socket.
        ensure: Starts it when it is not there; None when a service manager does.
        receive: Called with every verdict, on the loop. Must not block or raise.
        receive_watching: Called likewise with what the judge itself receives, once a second.

    """

    def __init__(
        self,
        path: Path,
        ensure: Callable[[], Awaitable[int]] | None,
        receive: Callable[[line.Verdict], None],
        receive_watching: Callable[[line.Watching], None] = lambda watching: None,
    ) -> None:
        self._path = path
        self._ensure = ensure
        self._receive_verdict = receive
        self._receive_watching = receive_watching
        self._writer: asyncio.StreamWriter | None = None
        self._gathered: list[bytes] = []
        self.watching: line.Watching | None = None
        "What the judge last said it receives; None while it is away."
        self.met = False
        "It was there since we began: a deployment that has one wants it to see."

    @property
    def sees(self) -> bool:
        """Whether it receives the programme now, so that it can judge what halls receive."""
        age_s = self.watching.picture_age_s if self.watching is not None else None
        return age_s is not None and age_s < SEES_S

    def send(self, sample: line.Sample) -> None:
        """Pass a sample on, unless the judge is away or does not keep up."""
        if self._writer is None:
            return
        if not self._gathered:
            asyncio.get_running_loop().call_later(GATHER_S, self._flush)
        self._gathered.append(line.encode(sample))

    def _flush(self) -> None:
        samples, self._gathered = self._gathered, []
        writer = self._writer
        if writer is None or writer.transport.get_write_buffer_size() > MAX_BACKLOG_BYTES:
            return
        writer.write(b"".join(samples))

    async def run(self) -> None:
        """Keep connected until cancelled."""
        while True:
            try:
                await self._converse()
            except (OSError, BadMessage, TimeoutError, EOFError, ValueError) as error:
                log.info("judge.away", error=repr(error))
            await self._start()
            await asyncio.sleep(RETRY_S)

    async def _start(self) -> None:
        """See that a judge is there."""
        if self._ensure is None:
            return
        try:
            await self._ensure()
        except (JudgeNotStarted, OSError) as error:
            log.error("judge.not_started", error=str(error))

    async def _converse(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._path)
        try:
            async with asyncio.timeout(HELLO_S):
                hello = line.decode_from_judge(await reader.readline())
            if not isinstance(hello, line.JudgeHello) or hello.version != line.VERSION:
                raise BadMessage(f"not a judge of version {line.VERSION}")
            log.info("judge.here", pid=hello.pid)
            self._writer = writer
            rest = b""
            while data := await reader.read(READ_BYTES):
                whole, _, rest = (rest + data).rpartition(b"\n")
                if len(rest) > line.MAX_LINE_BYTES:
                    raise BadMessage("the judge's line has no end")
                for told in line.decode_lines_from_judge(whole):
                    self._receive(told)
        finally:
            self._writer = self.watching = None
            writer.close()
        raise EOFError("the judge hung up")

    def _receive(self, told: line.FromJudge) -> None:
        if isinstance(told, line.Verdict):
            self._receive_verdict(told)
        elif isinstance(told, line.Watching):
            self.watching, self.met = told, True
            self._receive_watching(told)
