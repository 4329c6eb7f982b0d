"""The relay as a process: its own life, one per run directory, and who connects to it."""

import asyncio
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from signaling.media_errors import MediaRefused, PlaneUnavailable
from signaling.media_plane import EndReason, PlaneEvent, PlaneLost, PlaneUp, SessionEnded
from signaling.process import EXIT_RUNNING, AlreadyRunning, RunLock, SocketPathTooLong
from signaling.relay import control
from signaling.relay.__main__ import read_arguments
from signaling.relay.client import RelayPlane
from signaling.relay.launch import arguments, ask_hello, drain, ensure_relay
from signaling.relay.settings import RECORD, RelaySettings
from tests.signaling.peers import Peer, make_peer, until
from tests.signaling.relay.rig import LOOPBACK, Rig, running_plane, watch_lean

pytestmark = pytest.mark.real_io


@pytest.fixture
async def settings() -> AsyncIterator[RelaySettings]:
    """A relay's settings; whatever runs there in the end is drained."""
    with tempfile.TemporaryDirectory(prefix="nc") as folder:
        transport = replace(LOOPBACK, connect_timeout_s=15, silence_s=4.5)
        found = RelaySettings(
            run_dir=Path(folder) / "run", data_dir=Path(folder) / "data", transport=transport
        )
        yield found
        if await ask_hello(found.socket_path) is not None:
            await drain(found.socket_path)


async def viewer_of(plane: RelayPlane) -> Peer:
    it = Rig.__new__(Rig)
    it.plane, it.peers, it.clients = plane, [], []
    return (await watch_lean(it)).peer


async def test_a_relay_outlives_its_client_and_is_adopted(settings: RelaySettings) -> None:
    pid = await ensure_relay(settings)
    assert await ensure_relay(settings) == pid
    assert os.getsid(pid) == pid
    first: list[PlaneEvent] = []
    async with running_plane(settings, first) as plane:
        viewer = await viewer_of(plane)
        await until(lambda: viewer.rtp)
    seen = len(viewer.rtp)
    await until(lambda: len(viewer.rtp) > seen + 20)
    second: list[PlaneEvent] = []
    async with running_plane(settings, second) as plane:
        [session] = plane.sessions()
        assert session.connected
        assert plane.find(session.secret) == session
        assert await plane.end(session.session, EndReason.OPERATOR)
        await until(lambda: any(isinstance(e, SessionEnded) for e in second))
        assert plane.find(session.secret) is None
        await until(lambda: viewer.closed)
    await viewer.transport.close()


async def test_a_killed_relay_is_missed_and_a_new_one_greeted(settings: RelaySettings) -> None:
    pid = await ensure_relay(settings)
    events: list[PlaneEvent] = []
    async with running_plane(settings, events) as plane:
        viewer = await viewer_of(plane)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: any(isinstance(e, PlaneLost) for e in events))
        with pytest.raises(PlaneUnavailable):
            await plane.route("programme", None)
        assert await ensure_relay(settings) != pid
        await until(lambda: isinstance(events[-1], PlaneUp) or len(events) > 5, 5)
        ended = [e for e in events if isinstance(e, SessionEnded)]
        ups = [e for e in events if isinstance(e, PlaneUp)]
        assert [e.reason for e in ended] == [EndReason.RESTARTED]
        assert [e.restarted for e in ups] == [False, True]
        assert events.index(ended[0]) < events.index(ups[1])
        await viewer.transport.close()


async def test_sigterm_says_goodbye_to_viewers_within_two_seconds(
    settings: RelaySettings,
) -> None:
    pid = await ensure_relay(settings)
    async with running_plane(settings, []) as plane:
        viewers = [await viewer_of(plane) for _ in range(3)]
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        await until(lambda: all(viewer.closed for viewer in viewers), 2)
        await until(lambda: not _alive(pid), 2)
        assert time.monotonic() - began < 2
    assert not settings.socket_path.exists()
    for viewer in viewers:
        await viewer.transport.close()


async def test_other_settings_drain_and_replace_the_relay(settings: RelaySettings) -> None:
    pid = await ensure_relay(settings)
    other = await ensure_relay(replace(settings, ceiling_bps=1_000_000))
    assert other != pid
    assert not _alive(pid)
    record = json.loads((settings.data_dir / RECORD).read_bytes())
    assert record["pid"] == other
    assert record["socket"] == str(settings.socket_path)


async def test_a_second_relay_on_a_live_directory_refuses_to_start(
    settings: RelaySettings,
) -> None:
    pid = await ensure_relay(settings)
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "signaling.relay", *arguments(settings),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _out, err = await second.communicate()
    assert second.returncode == EXIT_RUNNING
    assert b"another process holds" in err
    hello = await ask_hello(settings.socket_path)
    assert hello is not None
    assert hello.pid == pid


async def test_whoever_sends_junk_is_answered_and_the_relay_stays(settings: RelaySettings) -> None:
    await ensure_relay(settings)
    reader, writer = await asyncio.open_unix_connection(settings.socket_path, limit=1 << 20)
    assert isinstance(control.decode_from_relay(await reader.readline()), control.Hello)
    writer.write(b"junk\n" + b'{"id": 7}\n' + b"[" * 90_000 + b"\n")
    refused: list[control.Refused] = []
    while len(refused) < 3:
        line = control.decode_from_relay(await reader.readline())
        if isinstance(line, control.Refused):
            refused.append(line)
    assert [r.id for r in refused] == [0, 7, 0]
    assert {r.code for r in refused} == {"bad_message"}
    writer.write(b"x" * (control.MAX_COMMAND_BYTES + 10))
    while await reader.readline():
        pass
    writer.close()
    assert await ask_hello(settings.socket_path) is not None


async def test_a_draining_relay_takes_nobody(settings: RelaySettings) -> None:
    await ensure_relay(settings)
    async with running_plane(settings, []) as plane:
        await plane.drain()
        await asyncio.sleep(0.06)
        peer = make_peer(True)
        with pytest.raises((MediaRefused, PlaneUnavailable)):
            await plane.subscribe("programme", "v=0", "late")
        await peer.transport.close()


async def test_a_long_run_directory_is_named_before_anything_starts(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    with pytest.raises(SocketPathTooLong, match="107"):
        await ensure_relay(RelaySettings(run_dir=deep, data_dir=tmp_path))


def test_the_lock_is_exclusive_and_freed(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "relay.lock")
    with pytest.raises(AlreadyRunning):
        RunLock(tmp_path / "relay.lock")
    lock.release()
    RunLock(tmp_path / "relay.lock").release()


def test_the_command_line_carries_all_settings(tmp_path: Path) -> None:
    wanted = RelaySettings(
        run_dir=tmp_path,
        data_dir=tmp_path / "data",
        transport=replace(
            LOOPBACK,
            advertised=("203.0.113.1",),
            ports=(4000, 5000),
            connect_timeout_s=15.0,
            silence_s=4.5,
            segmentation=False,
        ),
        ceiling_bps=900_000,
        stall_s=0.7,
        burst_packets=99,
    )
    read, detach = read_arguments([*arguments(wanted), "--detach"])
    assert read == wanted
    assert read.config_hash() == wanted.config_hash()
    assert detach
    with pytest.raises(SystemExit):
        read_arguments(["--run-dir", "x", "--data", "y", "--ports", "9-1"])


async def test_it_takes_as_many_sockets_as_the_system_allows(settings: RelaySettings) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        pid = await ensure_relay(settings)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE) == (before[1], before[1])


async def test_nobody_there_is_none(tmp_path: Path) -> None:
    assert await ask_hello(tmp_path / "none.sock") is None


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
