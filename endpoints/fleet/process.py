"""One process of a fleet: plays the halls it is told to. Started by fleet.py, by spawn.

It hears its parent through a pipe, and ends when the pipe does: then the parent is dead.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import assert_never

import structlog

from config.log import configure_log
from signaling.backoff import Backoff
from signaling.messages import encode
from signaling.schema import Decoding

from ..enrolment import Enrolment
from ..machine import MachineMeter
from ..preflight.preflight import Preflight
from ..programme import Programmes
from ..receiver import Receiver
from ..server import check_server
from .fault import HallFault, Screen
from .hall import Kit, SimulatedHall
from .life import write_life
from .line import Line
from .order import STOP_S, Begin, Break, Call, Decode, Stop, ToParent, ToWorker, decode_to_worker
from .senses import Senses, preflight_of
from .session import over

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def play(pipe: "Connection[bytes, bytes]", number: int) -> None:
    """Play the halls that the first order names until told to stop."""
    configure_log(worker=number)
    # Ctrl-C reaches the whole terminal group; the parent decides, and tells us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin = decode_to_worker(pipe.recv_bytes())
    if not isinstance(begin, Begin):
        raise RuntimeError(f"told {begin!r} before the beginning")
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(_play(begin, pipe))


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the factory of uvloop's loops where it is installed, else None."""
    if sys.platform != "win32":
        with contextlib.suppress(ImportError):
            import uvloop

            return uvloop.new_event_loop
    return None


class Worker:
    """The halls of one process.

    Args:
        begin: Which halls, and how.
        kit: What they share.

    """

    def __init__(self, begin: Begin, kit: Kit) -> None:
        self.stopped = asyncio.Event()
        self._halls = [
            SimulatedHall(
                plan,
                write_life(
                    role,
                    plan.branches,
                    random.Random(f"{begin.seed}:life:{plan.code}").random,
                    length_s=begin.length_s,
                    auto=begin.auto,
                ),
                kit,
                random.Random(f"{begin.seed}:luck:{plan.code}").random,
            )
            for plan, role in begin.halls
        ]

    async def run(self) -> None:
        """Play until ``stopped``, then have every hall say goodbye."""
        playing = [asyncio.create_task(hall.run()) for hall in self._halls]
        try:
            await self.stopped.wait()
        finally:
            for task in playing:
                task.cancel()
            await asyncio.wait(playing, timeout=STOP_S)

    def receive(self, order: ToWorker) -> None:
        """Do what the parent says."""
        match order:
            case Decode():
                chosen = frozenset(order.codes)
                for hall in self._halls:
                    whole = hall.code in chosen
                    hall.set_decoding(Decoding.ALL if whole else Decoding.KEY_FRAMES)
            case Break():
                for hall in self._halls:
                    hall.order_fault(order.faults.get(hall.code, HallFault.NONE))
            case Call():
                for hall in self._halls:
                    hall.call()
            case Stop():
                self.stopped.set()
            case Begin():
                log.error("worker.begun_twice")
            case _:
                assert_never(order)


async def _play(begin: Begin, pipe: "Connection[bytes, bytes]") -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="spool") as executor:
        async with Programmes() as programmes:
            await _play_with(begin, pipe, executor, programmes)


async def _play_with(
    begin: Begin,
    pipe: "Connection[bytes, bytes]",
    executor: ThreadPoolExecutor,
    programmes: Programmes,
) -> None:
    def make(enrolment: Enrolment, line: Line, screen: Screen, backoff: Backoff) -> Receiver:
        return programmes.receiver(enrolment, backoff, Decoding.KEY_FRAMES, over(line, screen))

    def look(enrolment: Enrolment, senses: Senses, receiver: Receiver | None) -> Preflight:
        return preflight_of(programmes, enrolment, senses, receiver)

    kit = Kit(
        server=check_server(begin.server, allow_plain=begin.allow_plain),
        data=Path(begin.data),
        executor=executor,
        meter=MachineMeter(Path(begin.data)),
        make_receiver=make if begin.media else None,
        tell=lambda order: _tell(pipe, order),
        make_preflight=look if begin.media else None,
        allow_plain=begin.allow_plain,
    )
    worker = Worker(begin, kit)
    async with _listening(pipe, worker):
        await worker.run()


def _tell(pipe: "Connection[bytes, bytes]", order: ToParent) -> None:
    # A dead parent is noticed by the listener. 64 KiB fit into a pipe nobody reads.
    with contextlib.suppress(OSError):
        pipe.send_bytes(encode(order))


@contextlib.asynccontextmanager
async def _listening(pipe: "Connection[bytes, bytes]", worker: Worker) -> AsyncIterator[None]:
    """Pass the parent's orders on; a thread, as not every loop can wait for every pipe."""
    loop = asyncio.get_running_loop()

    def listen() -> None:
        try:
            while True:
                order = decode_to_worker(pipe.recv_bytes())
                loop.call_soon_threadsafe(worker.receive, order)
        except (EOFError, OSError):
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(worker.stopped.set)
        # Whatever hangs, no worker outlives its parent.
        deadline = threading.Timer(STOP_S + 4.0, os._exit, (1,))
        deadline.daemon = True
        deadline.start()

    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, worker.stopped.set)
    threading.Thread(target=listen, name="parent", daemon=True).start()
    yield
