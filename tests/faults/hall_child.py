"""A hall in a process of its own, to be killed, frozen, sent to sleep, or left without a disk.

The agent is the product's. Its operator sits in the test, at the other end of a unix socket:
he types numbers, and is told what was saved, what was acked and how the line stands.
"""

import asyncio
import json
import os
import random
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from endpoints.agent import Agent, Hall
from endpoints.enrolment import Enrolment
from endpoints.errors import SpoolUnavailable
from endpoints.machine import MachineMeter
from endpoints.notice import Connected, Disconnected, FactsRecorded, Notice
from endpoints.spool_desk import open_desk
from signaling.backoff import Backoff
from signaling.entry import BranchCount, CheckIn
from tests.faults.hall import QUICK
from tests.faults.invariant import FactKey
from tests.faults.nursery import Nursery
from tests.harness.coordinator_process import Process

ACKED = "SELECT spool, seq FROM fact WHERE recorded_utc IS NOT NULL"


class HallChild:
    """The test's end: the operator of a hall that may die.

    Args:
        nursery: Starts it.
        enrolment: Who it is.
        folder: Holds its spool, its socket and what it says; a short path.

    """

    def __init__(self, nursery: Nursery, enrolment: Enrolment, folder: Path) -> None:
        self.enrolment = enrolment
        self.folder = folder
        self.entered: dict[FactKey, int] = {}
        self.acked: set[FactKey] = set()
        self.unsure: set[int] = set()
        "Numbers that were typed while it died: saved or not, both are right."
        self.refused: list[str] = []
        "What was said when a number could not be saved."
        self.connections = 0
        self.down: list[str] = []
        "Why each connection ended."
        self._nursery = nursery
        self._child: Process | None = None
        self._told = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._listen, self.folder / "op")
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        if self._child is not None:
            self.send_signal(signal.SIGCONT)
            self.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                await self._child.wait()
        self._server.close()
        await asyncio.gather(*self._tasks)
        await self._server.wait_closed()

    async def start(self, environ: dict[str, str] | None = None) -> None:
        """Start it and return when its operator can type.

        Args:
            environ: More of an environment; it is started by exec then.

        """
        self._writer = None
        argv = [str(self.folder), self.enrolment.server, self.enrolment.device]
        argv += [self.enrolment.credential, self.enrolment.point]
        said = self.folder / "stderr.txt"
        if environ is None:
            self._child = self._nursery.spawn("hall", argv, {}, said)
        else:
            with said.open("ab") as errors:
                self._child = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.faults.hall_child", *argv,
                    env=os.environ | environ, stderr=errors,
                )  # fmt: skip
        await self.until(lambda: self._writer is not None)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._child is not None
        self.send_signal(signal.SIGKILL)
        await self._child.wait()
        await self.until(lambda: self._writer is None)

    async def stop(self) -> None:
        """Switch it off."""
        assert self._child is not None
        self.send_signal(signal.SIGTERM)
        await self._child.wait()
        await self.until(lambda: self._writer is None)

    def send_signal(self, number: int) -> None:
        """Freeze it, thaw it, end it."""
        assert self._child is not None
        self._child.send_signal(number)

    def limit_files(self, size: int) -> None:
        """Let no file of it grow beyond this many bytes: what a full disk is to it."""
        assert self._child is not None
        limits = (size, resource.RLIM_INFINITY)
        resource.prlimit(self._child.pid, resource.RLIMIT_FSIZE, limits)

    def type(self, people: int) -> None:
        """Type a number; what becomes of it is told later."""
        assert self._writer is not None
        self.unsure.add(people)
        self._writer.write(json.dumps({"people": people}).encode() + b"\n")

    async def enter(self, people: int) -> None:
        """Type a number and return when it is saved, or was refused."""
        self.type(people)
        await self.until(lambda: people not in self.unsure)

    async def until_acked(self) -> None:
        """Return when everything that was saved has been acked."""
        await self.until(lambda: self.acked >= set(self.entered))

    async def until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        """Return when something is true of what was told."""
        async with asyncio.timeout(seconds), self._told:
            await self._told.wait_for(true)

    def said(self) -> str:
        """Return what it wrote to its error stream."""
        return (self.folder / "stderr.txt").read_text()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.append(task)
        await self._tell(lambda: setattr(self, "_writer", writer))
        try:
            while line := await reader.readline():
                told = json.loads(line)
                await self._tell(lambda told=told: self._hear(told))  # type: ignore[misc]
        except ConnectionError:
            pass  # it was killed
        finally:
            writer.close()
            await self._tell(lambda: setattr(self, "_writer", None))

    async def _tell(self, change: Callable[[], None]) -> None:
        async with self._told:
            change()
            self._told.notify_all()

    def _hear(self, told: dict[str, Any]) -> None:
        device = self.enrolment.device
        match told["what"]:
            case "saved":
                self.unsure.discard(told["people"])
                self.entered[device, told["spool"], told["seq"]] = told["people"]
            case "refused":
                self.unsure.discard(told["people"])
                self.refused.append(told["why"])
            case "acked":
                self.acked |= {(device, spool, seq) for spool, seq in told["facts"]}
            case "up":
                self.connections += 1
            case _:
                self.down.append(told["why"])


class _Room:
    """The child's end."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def say(self, what: str, **more: object) -> None:
        self._writer.write(json.dumps({"what": what, **more}).encode() + b"\n")

    def note(self, notice: Notice) -> None:
        match notice:
            case FactsRecorded():
                self.say("acked", facts=[(ack.spool, ack.seq) for ack in notice.acks])
            case Connected():
                self.say("up")
            case Disconnected():
                self.say("down", why=f"{notice.reason} {notice.detail}")
            case _:
                pass  # The operator asks for no more.


async def _live(folder: Path, enrolment: Enrolment) -> None:
    reader, writer = await asyncio.open_unix_connection(folder / "op")
    room = _Room(writer)
    with ThreadPoolExecutor(1) as executor:
        desk = await open_desk(folder / "spool.db", executor, moment=str(os.getpid()))
        # What was acked in a life before may not have been told any more.
        known = desk.opened.spool._database.execute(ACKED).fetchall()
        room.say("acked", facts=known)
        agent = Agent(
            Hall(
                enrolment=enrolment,
                desk=desk,
                receiver=None,
                meter=MachineMeter(folder),
                backoff=Backoff(random.random, QUICK),
                notify=room.note,
            )
        )
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, lambda: agent.stop("test over"))
        running = asyncio.create_task(agent.run())
        typing = asyncio.create_task(_type(reader, room, agent))
        await running
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)
        await desk.close()
    writer.close()


async def _type(reader: asyncio.StreamReader, room: _Room, agent: Agent) -> None:
    while line := await reader.readline():
        people = json.loads(line)["people"]
        try:
            fact = await agent.enter(CheckIn(branches=(BranchCount(reported=people),)))
        except SpoolUnavailable as error:
            room.say("refused", people=people, why=str(error))
        else:
            room.say("saved", people=people, spool=fact.spool, seq=fact.seq)


def main() -> None:
    """Run a hall: folder, server, device, credential, point."""
    folder, server, device, credential, point = sys.argv[1:]
    enrolment = Enrolment(
        server=server, device=device, credential=credential, point=point, point_name=point
    )
    asyncio.run(_live(Path(folder), enrolment))


if __name__ == "__main__":
    main()
