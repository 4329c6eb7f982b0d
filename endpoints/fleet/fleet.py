"""The parent of a fleet: deals halls to worker processes and looks after them. Blocking.

It keeps nothing but the rotation of full decoding. A worker that dies is told of and not
restarted: a fleet that quietly heals itself proves nothing. SIGTERM and Ctrl-C end the fleet
politely, a second time at once; it also ends when its own parent does. SIGUSR1 telephones every
hall that has not come. What is written to ``faults.json`` in its folder goes wrong in its halls.
"""

import contextlib
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import structlog

from signaling.messages import encode

from .entry import work
from .fault import FAULT_FILE, decode_faults
from .life import Role, cast
from .order import (
    STOP_S,
    Begin,
    Break,
    Call,
    Came,
    Decode,
    Failed,
    Stop,
    ToWorker,
    Went,
    decode_to_parent,
)
from .plan import FleetPlan, HallPlan, split
from .rotation import Rotation

# How often the parent looks whether a signal came or its own parent died.
LOOK_S = 0.5

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class WorkerHandle:
    """One worker, seen from its parent."""

    number: int
    process: BaseProcess
    pipe: "Connection[bytes, bytes]"
    codes: frozenset[str]

    def send(self, order: ToWorker) -> None:
        """Tell it, unless it is dead: that is noticed elsewhere."""
        with contextlib.suppress(OSError):
            self.pipe.send_bytes(encode(order))


class Fleet:
    """A running fleet; construct and ``run`` in the main thread.

    Args:
        plan: What it is to be.
        died: Called with a description and the number of halls, when a worker dies.
        allow_plain: See ``check_server``.

    """

    def __init__(
        self,
        plan: FleetPlan,
        died: Callable[[str, int], None],
        *,
        allow_plain: bool = False,
    ) -> None:
        self._plan = plan
        self._died = died
        self._allow_plain = allow_plain
        self._rotation = Rotation(plan.turns.size)
        self._turn_due = 0.0
        self._parent = os.getppid()
        self._workers: list[WorkerHandle] = []
        self._signals = 0
        self._calls = 0
        self._failed = False
        self._faults_path = Path(plan.data) / FAULT_FILE
        self._faults = b""

    def run(self) -> bool:
        """Run until told to stop; return whether every worker lived to the end."""
        old = self._catch_signals()
        try:
            self._start()
            while self._workers and not self._ends():
                self._look()
        finally:
            self._stop()
            for number, handler in old.items():
                signal.signal(number, handler)
        return not self._failed

    def _catch_signals(self) -> "Mapping[signal.Signals, signal._HANDLER]":
        numbers = [signal.SIGTERM, signal.SIGINT]
        if sys.platform != "win32":
            numbers.append(signal.SIGUSR1)
        return {number: signal.signal(number, self._on_signal) for number in numbers}

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            self._signals += 1
        else:
            self._calls += 1

    def _start(self) -> None:
        everybody = [hall.code for hall in self._plan.halls]
        roles = {code: Role() for code in everybody}
        if self._plan.story:
            roles = cast(everybody, random.Random(f"{self._plan.seed}:cast").random)
        # A fork would share sockets, locks and the log's buffers with its parent.
        context = multiprocessing.get_context("spawn")
        shares = split(self._plan.halls, self._plan.workers)
        for number, halls in enumerate(shares):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, number), name=f"fleet-{number}")
            process.start()
            theirs.close()
            codes = frozenset(hall.code for hall in halls)
            self._workers.append(
                WorkerHandle(number=number, process=process, pipe=ours, codes=codes)
            )
        for worker, halls in zip(self._workers, shares, strict=True):
            worker.send(self._begin(halls, roles))

    def _begin(self, halls: tuple[HallPlan, ...], roles: Mapping[str, Role]) -> Begin:
        plan = self._plan
        return Begin(
            server=plan.server,
            data=plan.data,
            seed=plan.seed,
            length_s=plan.length_s,
            auto=plan.auto_seconds is not None,
            media=plan.media,
            allow_plain=self._allow_plain,
            halls=tuple((hall, roles[hall.code]) for hall in halls),
        )

    def _ends(self) -> bool:
        return self._signals > 0 or os.getppid() != self._parent

    def _look(self) -> None:
        """Wait a moment; take what the workers say, and give the next turn when it is due."""
        pipes = {worker.pipe: worker for worker in self._workers}
        sentinels = {worker.process.sentinel: worker for worker in self._workers}
        ready = wait([*pipes, *sentinels], timeout=LOOK_S)
        for worker in [pipes[pipe] for pipe in pipes if pipe in ready]:
            self._receive(worker)
        for worker in [sentinels[item] for item in sentinels if item in ready]:
            self._bury(worker)
        self._give_turn()
        self._read_faults()
        if self._calls:
            self._calls = 0
            self._send_all(Call())

    def _receive(self, worker: WorkerHandle) -> None:
        try:
            while worker.pipe.poll():
                order = decode_to_parent(worker.pipe.recv_bytes())
                match order:
                    case Came():
                        self._rotation.receive_here(order.code)
                    case Went():
                        self._rotation.receive_gone(order.code)
                    case Failed():
                        self._rotation.receive_gone(order.code)
                        log.error("fleet.hall_failed", hall=order.code, reason=order.reason)
        except (EOFError, OSError):
            pass  # its sentinel tells the rest

    def _bury(self, worker: WorkerHandle) -> None:
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        for code in worker.codes:
            self._rotation.receive_gone(code)
        self._failed = True
        detail = f"worker {worker.number}, exit {worker.process.exitcode}"
        log.error("fleet.worker_died", detail=detail, halls=len(worker.codes))
        self._died(detail, len(worker.codes))

    def _give_turn(self) -> None:
        now = time.monotonic()
        if now < self._turn_due:
            return
        self._turn_due = now + self._plan.turns.turn_s
        self._send_all(Decode(codes=tuple(sorted(self._rotation.next_turn()))))

    def _read_faults(self) -> None:
        """Pass on what was ordered since the last look; see ``FAULT_FILE``."""
        try:
            text = self._faults_path.read_bytes()
        except FileNotFoundError:
            return
        if text == self._faults:
            return
        self._faults = text
        try:
            self._send_all(Break(faults=decode_faults(text)))
        except ValueError as error:
            log.error("fleet.faults_unreadable", error=str(error))

    def _send_all(self, order: ToWorker) -> None:
        for worker in self._workers:
            worker.send(order)

    def _stop(self) -> None:
        """Have all workers end; kill those that do not, or all at a second signal."""
        self._send_all(Stop())
        deadline, signals = time.monotonic() + STOP_S + 2.0, self._signals
        for worker in self._workers:
            while worker.process.is_alive() and time.monotonic() < deadline:
                worker.process.join(LOOK_S)
                if self._signals > max(1, signals):
                    break
            if worker.process.is_alive():
                log.error("fleet.worker_killed", worker=worker.number)
                worker.process.kill()
                worker.process.join()
                self._failed = True
            worker.pipe.close()
        self._workers.clear()
