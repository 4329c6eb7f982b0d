"""Too many, too slow, too silent: who is here already goes on, and comes back in."""

import asyncio
import contextlib
import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.nursery import Nursery
from tests.faults.world import Town, World, cpu_s, under_way

pytestmark = pytest.mark.real_io

SILENT = 1_500
STALLED = 30
MAX_GROWTH_BYTES = 24 << 20


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process open as many files as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextlib.contextmanager
def knocking(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Open connections and say nothing on them."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            for _ in range(count)
        ]


def memory(pid: int) -> int:
    """Return the resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


async def enter_once(world: World, people: int) -> None:
    """Have every hall enter a number and see it acked."""
    for hall in world.halls:
        await hall.enter(people)
    await world.all_acked()


async def test_without_a_descriptor_left_who_is_connected_goes_on_and_others_come_later(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path) as world:
        await enter_once(world, 1)
        pid = world.process.pid
        held = len(os.listdir(f"/proc/{pid}/fd"))
        hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (held + 4, hard))
        with knocking(world.process.port, 40):
            await enter_once(world, 2)
            world.halls[0].agent.abort()  # and cannot come back yet
            await world.halls[0].enter(3)
            before = cpu_s(pid)
            await asyncio.sleep(1.0)
            assert cpu_s(pid) - before < 0.5, "it spins over what it cannot accept"
        await world.all_acked()


async def test_fifteen_hundred_who_connect_and_say_nothing_hold_nobody_up(
    tmp_path: Path, town: Town, nursery: Nursery, many_files: None
) -> None:
    async with under_way(town, nursery, tmp_path) as world:
        with knocking(world.process.port, SILENT):
            for hall in world.halls:
                hall.agent.abort()
            await enter_once(world, 5)


async def test_screens_that_never_read_cost_bounded_memory_and_delay_nobody(
    tmp_path: Path, town: Town, nursery: Nursery
) -> None:
    async with under_way(town, nursery, tmp_path) as world:
        await enter_once(world, 1)
        request = (
            "GET /ws/watch HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {town.tokens['viewer']}\r\n\r\n"
        ).encode()
        with knocking(world.process.port, STALLED) as screens:
            for screen in screens:
                screen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                screen.sendall(request)
            before = memory(world.process.pid)
            for people in range(2, 22):
                await enter_once(world, people)
            await world.wall.until(lambda w: w.points["MH-000"].attendance.reported == 21)
            assert memory(world.process.pid) - before < MAX_GROWTH_BYTES
