"""What the service manager hears."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.service import ServiceManager

pytestmark = pytest.mark.real_io


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bound:
        bound.bind(str(tmp_path / "notify"))
        bound.setblocking(False)
        yield bound


def environ(ear: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": ear.getsockname()} | more


def heard(ear: socket.socket) -> str:
    return ear.recv(4096).decode()


def test_it_says_when_we_serve_and_when_we_stop(ear: socket.socket) -> None:
    service = ServiceManager(environ(ear))
    service.tell_ready("https://cau.example.vn")
    assert heard(ear) == "READY=1\nSTATUS=https://cau.example.vn"
    service.tell_stopping()
    assert heard(ear).startswith("STOPPING=1\n")


def test_an_abstract_address_begins_with_a_zero_byte() -> None:
    name = f"nhipcau-test-{os.getpid()}"
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bound:
        bound.bind(f"\0{name}")
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).tell_stopping()
        assert heard(bound).startswith("STOPPING=1")


async def test_signs_of_life_come_twice_as_often_as_asked_for(ear: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    alive = asyncio.create_task(ServiceManager(environ(ear, WATCHDOG_USEC="200000")).run())
    for _sign in range(3):
        assert await loop.sock_recv(ear, 4096) == b"WATCHDOG=1"
    assert loop.time() - started >= 0.2
    alive.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await alive


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"},
    ],
)
async def test_nobody_gets_signs_of_life_unasked(ear: socket.socket, given: dict[str, str]) -> None:
    await ServiceManager(environ(ear, **given)).run()
    with pytest.raises(BlockingIOError):
        ear.recv(4096)


def test_without_a_service_manager_nothing_is_said(ear: socket.socket) -> None:
    ServiceManager({}).tell_stopping()
    with pytest.raises(BlockingIOError):
        ear.recv(4096)


def test_one_that_went_away_does_no_harm(tmp_path: Path) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell_stopping()
    assert not (tmp_path / "gone").exists()
