"""``nhipcau-agent`` as its users start it: a process of its own."""

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

from config.log import hide_secrets
from endpoints.notice import ProgrammeTold
from endpoints.run import report
from endpoints.spool_file import open_spool
from signaling.entry import CheckIn
from signaling.messages import CLOSE_CREDENTIAL, CLOSE_REPLACED, ProgrammeSending
from signaling.schema import Sending
from tests.harness.fake_coordinator import FakeCoordinator, JoinCode

pytestmark = pytest.mark.real_io


@contextlib.asynccontextmanager
async def agent(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "endpoints",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def said(*arguments: str) -> tuple[int, str, str]:
    async with agent(*arguments) as process, asyncio.timeout(20):
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()


async def enrolled(coordinator: FakeCoordinator, data: Path) -> None:
    coordinator.codes["K7PM"] = JoinCode(point="MH-001")
    status, out, _err = await said(
        "enrol", "--server", coordinator.url, "--code", "K7PM", "--data", str(data)
    )
    assert (status, out.splitlines()) == (
        0,
        [
            "Máy này đã được ghi danh cho điểm cầu MH-001 – Phường Dị Sử.",
            "This machine now belongs to point MH-001 – Phường Dị Sử.",
        ],
    )


async def test_a_machine_is_enrolled_once(tmp_path: Path, coordinator: FakeCoordinator) -> None:
    await enrolled(coordinator, tmp_path / "data")
    again = (
        "enrol",
        "--server",
        coordinator.url,
        "--code",
        "K7PM",
        "--data",
        str(tmp_path / "data"),
    )
    status, out, _err = await said(*again)
    assert (status, "--replace" in out) == (1, True)
    status, out, err = await said(*again, "--replace")
    assert status == 1
    assert "Mã này đã được dùng" in out
    assert "secret" not in out + err


async def test_what_goes_wrong_is_said_in_words(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    enrol = ("enrol", "--code", "X", "--data", str(tmp_path))
    for arguments, words in [
        (("run", "--data", str(tmp_path)), "Máy này chưa được ghi danh"),
        ((*enrol, "--server", coordinator.url), "Mã ghi danh không đúng"),
        ((*enrol, "--server", "http://127.0.0.1:1"), "Không liên lạc được"),
        ((*enrol, "--server", "http://cau.vn"), "Cần địa chỉ https"),
        (("fleet", "--config", str(tmp_path / "none.json")), "Không đọc được tệp cấu hình"),
    ]:
        status, out, _err = await said(*arguments)
        assert (status, words in out) == (1, True), out
    assert (await said("dance"))[0] == 2


async def test_a_hall_runs_checks_in_and_stops_at_sigterm(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    await enrolled(coordinator, tmp_path)
    check_in = (
        "--count",
        "44",
        "--excused",
        "1",
        "--in-charge",
        "Nguyễn Văn An",
        "--phone",
        "0912",
    )
    async with agent("run", "--data", str(tmp_path), *check_in) as process:
        await coordinator.until(facts=1, reports=1)
        await asyncio.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            out, err = await process.communicate()
    assert process.returncode == 0
    lines = out.decode().splitlines()
    assert "Đã lưu trên máy (số 1)." in lines
    assert "Đã ghi nhận lúc 2026-11-01T01:00:00.000Z (số 1)." in lines
    assert lines[-2:] == ["Đã dừng.", "Stopped."]
    assert coordinator.goodbyes == ["d2"]
    body = msgspec.json.decode(next(iter(coordinator.journal.values())).body, type=CheckIn)
    assert body.branches[0].reported == 44
    for line in err.decode().splitlines():
        assert json.loads(line)["utc"]
    assert b"secret-of" not in out + err
    assert b"0912" not in out + err


@pytest.mark.parametrize(
    ("code", "words"),
    [(CLOSE_CREDENTIAL, "không chấp nhận máy này"), (CLOSE_REPLACED, "Một máy khác")],
)
async def test_an_operator_is_told_why_the_connection_ended(
    tmp_path: Path, coordinator: FakeCoordinator, code: int, words: str
) -> None:
    await enrolled(coordinator, tmp_path)
    async with agent("run", "--data", str(tmp_path)) as process:
        await coordinator.until(reports=1)
        await coordinator.close("d2", code)
        assert process.stdout is not None
        async with asyncio.timeout(10):
            while words not in (await process.stdout.readline()).decode():
                pass


async def test_a_second_agent_on_one_machine_is_told_so(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    await enrolled(coordinator, tmp_path)
    async with agent("run", "--data", str(tmp_path)):
        await coordinator.until(reports=1)
        status, out, _err = await said("run", "--data", str(tmp_path))
    assert (status, "khác đang chạy" in out) == (1, True)


async def test_a_damaged_spool_is_set_aside_and_the_operator_told(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    await enrolled(coordinator, tmp_path)
    (tmp_path / "spool.db").write_bytes(b"x" * 5000)
    async with agent("run", "--data", str(tmp_path)) as process:
        assert process.stdout is not None
        async with asyncio.timeout(10):
            assert "bị hỏng" in (await process.stdout.readline()).decode()
        await coordinator.until(reports=1)
    assert any(name.startswith("spool.db.damaged-") for name in os.listdir(tmp_path))


async def test_a_power_cut_between_saving_and_sending_loses_nothing(
    tmp_path: Path, coordinator: FakeCoordinator
) -> None:
    """kill -9 at every moment from starting to having sent: what was said to be saved arrives."""
    await enrolled(coordinator, tmp_path)
    coordinator.script.mute_acks = True
    promised = 0
    for round_ in range(6):
        async with agent("run", "--data", str(tmp_path), "--count", str(round_)) as process:
            assert process.stdout is not None
            async with asyncio.timeout(10):
                while b"Saved on this machine" not in (line := await process.stdout.readline()):
                    assert line
            promised += 1
            await asyncio.sleep(round_ * 0.004)
            os.kill(process.pid, signal.SIGKILL)
    spool = open_spool(tmp_path / "spool.db", "t").spool
    assert (spool.last_seq, spool.pending) == (promised, promised)
    spool.close()
    coordinator.script.mute_acks = False
    async with agent("run", "--data", str(tmp_path)):
        await coordinator.until(facts=promised)
    assert sorted(seq for _device, _spool, seq in coordinator.journal) == list(range(1, 7))


def test_no_secret_gets_into_a_log() -> None:
    event = hide_secrets(None, "info", {"credential": "s3cret", "event": "x", "hall": "MH-001"})
    assert event == {"credential": "***", "event": "x", "hall": "MH-001"}


@pytest.mark.parametrize(
    ("sending", "why", "said"),
    [
        (Sending.SOUND_ONLY, "loss", "Đường truyền chưa đủ cho hình"),
        (Sending.SOUND_ONLY, "choice", "Trung tâm chọn chỉ gửi tiếng"),
        (Sending.SOUND_ONLY, "offer", ""),
        (Sending.PICTURE_LOW, "choice", ""),
    ],
)
def test_the_operator_is_told_why_there_is_no_picture(
    sending: Sending, why: str, said: str
) -> None:
    told: list[str] = []
    report(ProgrammeTold(sending=ProgrammeSending(sending=sending, why=why)), told.append)
    assert "".join(told)[: len(said)] == said
    assert bool(told) is bool(said)
