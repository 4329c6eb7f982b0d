"""Whole fleets, in processes of their own, against the fake coordinator."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from signaling.entry import CheckIn
from tests.harness.fake_coordinator import FakeCoordinator, JoinCode

pytestmark = pytest.mark.real_io

HALLS = 8


@pytest.fixture
async def coordinator() -> AsyncIterator[FakeCoordinator]:
    async with FakeCoordinator() as fake:
        for n in range(HALLS):
            fake.codes[f"CODE-{n}"] = JoinCode(point=f"MH-{n:03d}")
        yield fake


def config(folder: Path, coordinator: FakeCoordinator, **more: object) -> Path:
    plan = {
        "server": coordinator.url,
        "data": str(folder / "data"),
        "auto_seconds": 5,
        "media": False,
        "halls": [
            {
                "code": f"MH-{n:03d}",
                "join_code": f"CODE-{n}",
                "branches": [{"name": "Chi bộ 1", "expected": 76}],
                "in_charge": {"name": "Nguyễn Văn An", "phone": "0912 345 678"},
            }
            for n in range(HALLS)
        ],
    } | more
    file = folder / "fleet.json"
    file.write_text(json.dumps(plan))
    return file


@contextlib.asynccontextmanager
async def fleet(file: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "endpoints",
        "fleet",
        "--config",
        str(file),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # A session of its own, to see whether anything of it is left.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def of_session(leader: int) -> list[int]:
    """Return the processes of a session that are alive."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                state, _ppid, _pgrp, session = (
                    Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[:4]
                )
                if int(session) == leader and state != "Z":
                    found.append(int(entry))
    return found


async def gone(leader: int) -> bool:
    for _ in range(60):
        if not of_session(leader):
            return True
        await asyncio.sleep(0.2)
    return False


def children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    workers = []
    for pid in map(int, found):
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
            workers.append(pid)
    return workers


async def test_a_fleet_lives_its_lives_and_leaves_nothing_behind(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    async with fleet(config(tmp_path, coordinator)) as process:
        # Eight halls, one of which corrects its count.
        await coordinator.until(facts=HALLS + 1)
        await coordinator.until(reports=20)
        process.send_signal(signal.SIGTERM)
        status, out, err = await ended(process)
        assert (status, "8" in out) == (0, True)
        assert await gone(process.pid)
    assert len({device for device, _spool, _seq in coordinator.journal}) == HALLS
    assert len(coordinator.goodbyes) == HALLS, err
    assert coordinator.dials == HALLS + 1, "one lost its power and came back"
    counts = [
        msgspec.json.decode(fact.body, type=CheckIn).branches[0].reported
        for fact in coordinator.journal.values()
    ]
    assert sum(1 for count in counts if 60 <= count <= 76) == HALLS
    assert "CODE-" not in out + err
    assert "secret" not in out + err
    assert "0912" not in out + err


async def test_a_fleet_started_again_needs_its_codes_no_more(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    file = config(tmp_path, coordinator)
    for facts in (4, 8):
        async with fleet(file) as process:
            await coordinator.until(facts=facts)
            process.send_signal(signal.SIGINT)
            assert (await ended(process))[0] == 0
    assert len(coordinator.joins) <= HALLS
    assert all(fact.seq in (1, 2, 3) for fact in coordinator.journal.values())


async def test_a_worker_that_dies_is_told_of(tmp_path: Path, coordinator: FakeCoordinator) -> None:
    async with fleet(config(tmp_path, coordinator)) as process:
        await coordinator.until(reports=1)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        await asyncio.sleep(1.0)
        process.send_signal(signal.SIGTERM)
        status, out, err = await ended(process)
    assert status == 1
    assert "exit -9" in out
    assert "fleet.worker_died" in err


async def test_a_fleet_whose_parent_process_is_killed_leaves_nothing(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    async with fleet(config(tmp_path, coordinator)) as process:
        await coordinator.until(reports=1)
        process.kill()
        await process.wait()
        assert await gone(process.pid)


async def test_a_wrong_code_fails_its_hall_and_no_other(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    del coordinator.codes["CODE-3"]
    coordinator.codes["CODE-4"] = JoinCode(point="MH-999")
    file = config(tmp_path, coordinator, workers=1)
    async with fleet(file) as process:
        await coordinator.until(facts=HALLS - 2)
        process.send_signal(signal.SIGTERM)
        _status, _out, err = await ended(process)
    assert '"hall": "MH-003", "reason": "unknown_code"' in err
    assert '"hall": "MH-004"' in err


async def test_absent_halls_come_when_they_are_called(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    file = config(tmp_path, coordinator, auto_seconds=None, workers=1)
    async with fleet(file) as process:
        await coordinator.until(dials=1)
        process.send_signal(signal.SIGUSR1)
        await coordinator.until(dials=HALLS)
        process.send_signal(signal.SIGTERM)
        assert (await ended(process))[0] == 0
