"""The coordinator is upgraded while a session runs: told to stop, and started again."""

import asyncio
import contextlib
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from coordinator.cli.screen import EXIT_DAMAGED
from tests.faults.conftest import Rounds
from tests.faults.hall import busy_halls, enrolled
from tests.faults.invariant import check_entries, read
from tests.faults.test_kill import POINTS, enter_until
from tests.harness.coordinator_process import CoordinatorProcess
from tests.harness.server import TOWN, serving

pytestmark = pytest.mark.real_io


@contextlib.contextmanager
def service_manager(folder: Path) -> Iterator[socket.socket]:
    """Listen where a service is told to report."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ear:
        ear.bind(str(folder / "notify"))
        ear.setblocking(False)
        yield ear


async def heard(ear: socket.socket, wanted: str) -> None:
    """Return when the service has said this."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(60):
        while not (await loop.sock_recv(ear, 4096)).decode().startswith(wanted):
            pass


async def test_it_tells_the_service_manager_and_sends_devices_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = CoordinatorProcess(data)
    async with serving(data, *TOWN) as served:
        credential = await served.enrol("MH-001")
    headers = {"Authorization": f"Bearer {credential}"}
    with service_manager(tmp_path) as ear:
        async with process, aiohttp.ClientSession() as http:
            await process.start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="200000")
            await heard(ear, "READY=1")
            # Whoever waits for READY=1 may connect at once.
            async with http.ws_connect(process.url + "/ws/agent", headers=headers) as socket_:
                await socket_.send_json({"type": "hello", "versions": [1], "spool": "s" * 32})
                assert (await socket_.receive_json())["type"] == "welcome"
                await heard(ear, "WATCHDOG=1")
                ended = asyncio.create_task(process.stop())
                await heard(ear, "STOPPING=1")
                while (await socket_.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass
                assert socket_.close_code == 1012
            assert await ended == 0
    assert "Traceback" not in process.said()


async def test_upgraded_while_halls_enter_facts_it_loses_and_doubles_nothing(
    tmp_path: Path, rounds: Rounds
) -> None:
    data, spools = tmp_path / "data", tmp_path / "spools"
    spools.mkdir()
    process, dice = CoordinatorProcess(data), random.Random(7)
    async with serving(data, *TOWN) as served:
        enrolments = await enrolled(served, *POINTS, url=process.url)
    async with process, busy_halls(spools, enrolments) as halls:
        stop = asyncio.Event()
        entering = [asyncio.create_task(enter_until(stop, hall)) for hall in halls]
        for _upgrade in range(rounds(3, 100)):
            await process.start()
            await process.until_ready()
            await asyncio.sleep(dice.uniform(0.1, 0.4))
            assert await process.stop() == 0
        stop.set()
        await asyncio.gather(*entering)
        await process.start()
        await process.until_ready()
        async with asyncio.timeout(60):
            await asyncio.gather(*(hall.until_acked() for hall in halls))
        assert await process.stop() == 0
        check_entries(read(data / "journal.db"), halls)
    assert "Traceback" not in process.said()


async def test_a_new_deployment_says_how_to_get_in(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    async with CoordinatorProcess(data) as process:
        await process.start()
        await process.until_ready()
        assert await process.stop() == 0
    assert "coordinator.nobody_may_enter" in process.said()


async def test_of_a_damaged_journal_it_says_so_by_its_exit_status(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "journal.db").write_bytes(b"no journal at all" * 300)
    async with CoordinatorProcess(data) as process:
        await process.start()
        assert await process.ended() == EXIT_DAMAGED
