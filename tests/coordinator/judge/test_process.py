"""The judge as a process of its own, beside a real relay and a hall that receives a real film."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from coordinator.judge import line
from coordinator.judge.__main__ import read_arguments
from coordinator.judge.launch import arguments, ask_hello, ensure_judge, stop
from coordinator.judge.settings import LOG, JudgeSettings
from coordinator.reception.judging import JudgeDesk
from coordinator.reception.sampling import sample_of
from signaling.ice_path import TransportOptions
from signaling.messages import PointReport
from signaling.process import EXIT_RUNNING, SocketPathTooLong
from tests.endpoints.media.test_receiver import Hall, hall, studio
from tests.signaling.peers import until
from tests.signaling.relay.rig import LOOPBACK, Rig, rig

pytestmark = pytest.mark.real_io
PLAIN = TransportOptions(addresses=LOOPBACK.addresses, allow_loopback=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="nc") as name:
        yield Path(name)


@asynccontextmanager
async def judge(folder: Path, relay: Path) -> AsyncIterator[tuple[JudgeSettings, int]]:
    """Start a judge, and see that it ends."""
    settings = JudgeSettings(run_dir=folder, data_dir=folder, relay_socket=relay, transport=PLAIN)
    pid = await ensure_judge(settings)
    try:
        yield settings, pid
    finally:
        await stop(settings.socket_path)
        assert await ask_hello(settings.socket_path) is None


@asynccontextmanager
async def desk(settings: JudgeSettings, verdicts: list[line.Verdict]) -> AsyncIterator[JudgeDesk]:
    """Connect as the coordinator does; a judge that dies is started again."""
    desk = JudgeDesk(settings.socket_path, lambda: ensure_judge(settings), verdicts.append)
    task = asyncio.create_task(desk.run())
    try:
        await until(lambda: desk.watching is not None, 10)
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def report(here: Hall, there: JudgeDesk, name: str = "d1") -> None:
    """Report once a second as a hall does, for ever."""
    while True:
        now = asyncio.get_running_loop().time()
        sample = sample_of(name, PointReport(seq=0, media=here.stats()), now, False)
        if sample is not None:
            there.send(sample)
        await asyncio.sleep(1.0)


@asynccontextmanager
async def reporting(there: Rig, desk: JudgeDesk) -> AsyncIterator[Hall]:
    async with studio(there.url, there.http):
        await until(lambda: there.on_air() == "studio")
        async with hall(there.url, there.http) as here:
            task = asyncio.create_task(report(here, desk))
            try:
                yield here
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def test_a_hall_that_plays_the_film_is_right_and_its_delay_is_told(folder: Path) -> None:
    verdicts: list[line.Verdict] = []
    async with rig() as there, judge(folder, there.settings.socket_path) as (settings, _pid):
        async with desk(settings, verdicts) as coordinator, reporting(there, coordinator):
            await until(lambda: sum(v.picture.why == "right" for v in verdicts) >= 3, 20)
            assert coordinator.watching is not None
            await until(lambda: coordinator.watching and coordinator.watching.level_db, 5)
            assert coordinator.watching.devices == 1
        assert {v.picture.finding for v in verdicts} <= {
            line.Finding.RIGHT,
            line.Finding.CANNOT_TELL,
        }
        delays = [v.delay_ms for v in verdicts if v.delay_ms is not None]
        skews = [v.skew_ms for v in verdicts if v.skew_ms is not None]
        assert delays
        assert max(abs(delay) for delay in delays) < 500
        assert skews
        assert max(abs(skew) for skew in skews) < 500


async def test_a_killed_judge_is_started_again_and_judges_on(folder: Path) -> None:
    verdicts: list[line.Verdict] = []
    async with rig() as there, judge(folder, there.settings.socket_path) as (settings, pid):
        async with desk(settings, verdicts) as coordinator, reporting(there, coordinator):
            await until(lambda: verdicts, 20)
            os.kill(pid, signal.SIGKILL)
            await until(lambda: coordinator.watching is None, 5)
            verdicts.clear()
            await until(lambda: any(v.picture.why == "right" for v in verdicts), 25)
        hello = await ask_hello(settings.socket_path)
        assert hello is not None
        assert hello.pid != pid


async def test_a_matching_judge_is_adopted_and_another_replaced(folder: Path) -> None:
    relay = folder / "none.sock"
    async with judge(folder, relay) as (settings, pid):
        assert await ensure_judge(settings) == pid
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "coordinator.judge", *arguments(settings),
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _out, err = await second.communicate()
        assert (second.returncode, b"another process holds" in err) == (EXIT_RUNNING, True)
        other = replace(settings, relay_socket=folder / "other.sock")
        assert await ensure_judge(other) != pid


async def test_sigterm_ends_the_judge_and_removes_its_socket(folder: Path) -> None:
    async with judge(folder, folder / "none.sock") as (settings, pid):
        os.kill(pid, signal.SIGTERM)
        await until(lambda: not settings.socket_path.exists(), 5)
        await stop(settings.socket_path)
        await until(lambda: "has risen" in (folder / LOG).read_text(), 5)


async def test_whoever_sends_junk_is_hung_up_on_and_the_judge_stays(folder: Path) -> None:
    async with judge(folder, folder / "none.sock") as (settings, _pid):
        for junk in (b"junk\n", b"x" * (line.MAX_LINE_BYTES + 10)):
            reader, writer = await asyncio.open_unix_connection(settings.socket_path)
            writer.write(junk)
            while await reader.readline():
                pass
            writer.close()
        assert await ask_hello(settings.socket_path) is not None


async def test_a_long_run_directory_is_named_before_anything_starts(folder: Path) -> None:
    deep = JudgeSettings(run_dir=folder / ("x" * 100), data_dir=folder, relay_socket=folder / "r")
    with pytest.raises(SocketPathTooLong, match="107"):
        await ensure_judge(deep)


def test_the_command_line_carries_all_settings(folder: Path) -> None:
    wanted = JudgeSettings(
        run_dir=folder, data_dir=folder / "d", relay_socket=folder / "r", transport=PLAIN
    )
    assert read_arguments([*arguments(wanted), "--detach"]) == (wanted, True)
    plain = replace(wanted, transport=TransportOptions())
    assert read_arguments(arguments(plain)) == (plain, False)


async def test_samples_for_a_judge_that_is_away_are_dropped(folder: Path) -> None:
    away = JudgeDesk(folder / "none.sock", None, lambda verdict: None)
    away.send(line.Sample(device="d", at=1.0))
    assert away.watching is None
