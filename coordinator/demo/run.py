"""``nhipcau demo``: prepares a town, starts every process, keeps them, and cleans up."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from config.folder import DataFolder
from config.settings import Media, Server, Settings
from signaling.ice_path import TransportOptions
from signaling.relay.settings import LOG as RELAY_LOG
from signaling.relay.settings import SOCKET as RELAY_SOCKET

from ..cli.screen import Terminal
from ..errors import CoordinatorError
from ..journal import DataLock
from ..judge.launch import arguments
from ..judge.settings import LOG as JUDGE_LOG
from ..judge.settings import JudgeSettings
from .child import Child
from .prepare import Prepared, prepare
from .script import walk

PROCESSES = ("coordinator", "relay", "judge", "fleet", "studio")
LIVES_S = 100.0
"By hand every hall has come and checked in, late or not, within a minute and a half."
LOW_KBPS = "60"
"Of the studio's second picture, which halls on bad lines get."
LAB_LIVES_S = 10.0
"Without a story everybody is there and has checked in at once."
READY_TIMEOUT_S = 30.0
READY_EVERY_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What the command line asks for."""

    points: int = 92
    port: int = 8080
    seconds: float | None = None
    auto: bool = False
    seed: int = 1
    studio: str = "film"
    workers: int = 2
    lab: bool = False


class Demo:
    """One run of the demo."""

    def __init__(self, options: DemoOptions, folder: DataFolder, terminal: Terminal) -> None:
        self._options = options
        self._folder = folder
        self._terminal = terminal
        self._settings = Settings(
            data=str(folder.path),
            server=Server(port=options.port),
            media=Media(address="127.0.0.1", loopback=True, start_relay=False, start_judge=False),
        )
        self._url = f"http://127.0.0.1:{options.port}"
        self._prepared: Prepared | None = None
        self._children: dict[str, Child] = {}
        self._began = time.monotonic()

    async def run(self) -> None:
        """Run until the time is over, Ctrl-C, or SIGTERM; leave nothing running."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        try:
            async with self._keeping():
                await self._start()
                await self._until_over(stop)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
            self._terminal.say("demo.stopped")

    async def _start(self) -> None:
        terminal, options = self._terminal, self._options
        terminal.say("demo.preparing", points=options.points)
        async with terminal.open_office(self._settings, self._folder) as office:
            self._prepared = await prepare(office, options.points, fleet=options.points > 0)
        terminal.say("demo.starting")
        await self._add(self._relay())
        await self._add(self._judge())
        await self._add(self._coordinator())
        await self._wait_ready()
        if options.studio == "film":
            await self._add(self._studio())
        if self._prepared.halls:
            await self._add(self._fleet(self._prepared))
        self._tell()

    async def _until_over(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            walker = None
            if self._options.auto and self._prepared is not None:
                seconds = self._lives_s()
                walker = group.create_task(walk(self._url, self._prepared.tokens["host"], seconds))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.seconds):
                    await stop.wait()
            if walker is not None:
                walker.cancel()

    @asynccontextmanager
    async def _keeping(self) -> AsyncIterator[None]:
        """Keep children started within, and stop them in the reverse order at the end."""
        self._keepers: list[asyncio.Task[None]] = []
        try:
            yield
        finally:
            for child in reversed(self._children.values()):
                await child.stop()
            await asyncio.gather(*self._keepers, return_exceptions=True)
            shutil.rmtree(self._folder.run_dir(), ignore_errors=True)

    async def _add(self, child: Child) -> None:
        self._children[child.name] = child
        await child.start()
        self._keepers.append(asyncio.create_task(child.run(), name=f"keep {child.name}"))

    def _log(self, name: str) -> Path:
        return self._folder.logs / f"{name}.log"

    def _coordinator(self) -> Child:
        server, media = self._settings.server, self._settings.media
        environ = {
            "NHIPCAU_SERVER__PORT": str(server.port),
            "NHIPCAU_MEDIA__ADDRESS": media.address,
            "NHIPCAU_MEDIA__LOOPBACK": "true",
            "NHIPCAU_MEDIA__START_RELAY": "false",
            "NHIPCAU_MEDIA__START_JUDGE": "false",
        }
        command = [sys.executable, "-m", "coordinator", "serve", "--data", str(self._folder.path)]
        return Child(
            "coordinator",
            command,
            self._log("coordinator"),
            environ=environ,
            on_start=self._write_access,
        )

    def _relay(self) -> Child:
        command = [sys.executable, "-m", "signaling.relay", "--run-dir"]
        command += [str(self._folder.run_dir()), "--data", str(self._folder.logs)]
        command += ["--address=127.0.0.1", "--allow-loopback"]
        command.append(f"--uplink-kbps={round(self._settings.media.uplink_mbps * 1000)}")
        return Child("relay", command, self._folder.logs / RELAY_LOG, on_start=self._write_access)

    def _judge(self) -> Child:
        run_dir = self._folder.run_dir()
        settings = JudgeSettings(
            run_dir=run_dir,
            data_dir=self._folder.logs,
            relay_socket=run_dir / RELAY_SOCKET,
            transport=TransportOptions(addresses=("127.0.0.1",), allow_loopback=True),
        )
        command = [sys.executable, "-m", "coordinator.judge", *arguments(settings)]
        return Child("judge", command, self._folder.logs / JUDGE_LOG, on_start=self._write_access)

    def _studio(self) -> Child:
        assert self._prepared is not None
        token = self._secret_file("whip.token", self._prepared.tokens["whip"])
        command = [sys.executable, "-m", "endpoints.studio", "--server", self._url]
        command += ["--token-file", str(token), "--loopback", "--low-kbps", LOW_KBPS]
        return Child("studio", command, self._log("studio"), on_start=self._write_access)

    def _fleet(self, prepared: Prepared) -> Child:
        config = {
            "server": self._url,
            "data": str(self._folder.path / "fleet"),
            "seed": self._options.seed,
            "workers": self._options.workers,
            "auto_seconds": self._lives_s(),
            "halls": prepared.halls,
        }
        if self._options.lab:
            turns = {"size": len(prepared.halls), "turn_s": 2}
            config |= {"story": False, "rotation": turns, "auto_seconds": LAB_LIVES_S}
        file = self._secret_file("fleet.json", json.dumps(config, ensure_ascii=False))
        command = [sys.executable, "-m", "endpoints", "fleet", "--config", str(file)]
        return Child("fleet", command, self._log("fleet"), on_start=self._write_access)

    def _lives_s(self) -> float:
        """Return how long the halls' lives take to unfold."""
        return (self._options.seconds if self._options.auto else None) or LIVES_S

    def _secret_file(self, name: str, text: str) -> Path:
        path = self._folder.path / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        return path

    async def _wait_ready(self) -> None:
        """Wait until the coordinator answers.

        Raises:
            TimeoutError: If it does not within ``READY_TIMEOUT_S``; its log says why.

        """
        async with asyncio.timeout(READY_TIMEOUT_S), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"{self._url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(READY_EVERY_S)

    def _write_access(self) -> None:
        """Write ``access.json``: where everything is and what opens it."""
        if self._prepared is None:
            return
        kept = {name: child.pid for name, child in self._children.items()}
        pids = {name: kept.get(name) for name in PROCESSES}
        access = {
            "url": self._url,
            "pids": pids,
            "tokens": self._prepared.tokens,
            "join_code": self._prepared.join_code,
            "data": str(self._folder.path),
        }
        temporary = self._secret_file(".access.json", json.dumps(access, indent=2))
        os.replace(temporary, self._folder.access)

    def _tell(self) -> None:
        assert self._prepared is not None
        terminal, tokens = self._terminal, self._prepared.tokens
        terminal.say("demo.ready", seconds=f"{time.monotonic() - self._began:.1f}")
        for page, role in (("wall", "technician"), ("host", "host")):
            link = f"{self._url}/signin#token={tokens[role]}&next=/{page}"
            terminal.say(f"demo.page.{page}", link=link)
        terminal.say("demo.whip", url=f"{self._url}/whip/studio", token=tokens["whip"])
        terminal.say("demo.access", file=self._folder.access)
        terminal.say("demo.end" if self._options.seconds is None else "demo.end_auto",
                     seconds=self._options.seconds)  # fmt: skip


def run_demo(options: DemoOptions, terminal: Terminal) -> None:
    """Run the demo in ``--data`` or in a folder of its own that is removed afterwards."""
    _check_port(options.port, terminal)
    if terminal.data is not None:
        _run(options, DataFolder(terminal.data), terminal)
        return
    with tempfile.TemporaryDirectory(prefix="nhipcau-demo-") as folder:
        _run(options, DataFolder(Path(folder)), terminal)


def _run(options: DemoOptions, folder: DataFolder, terminal: Terminal) -> None:
    lock = DataLock(folder.path)
    try:
        # A folder that another server uses is left alone; the coordinator takes the lock anew.
        lock.take()
        lock.free()
        asyncio.run(Demo(options, folder, terminal).run())
    except TimeoutError:
        terminal.fail("demo.not_ready", log=folder.logs / "coordinator.log")
    except CoordinatorError as error:
        terminal.fail_of(error.code, str(error))


def _check_port(port: int, terminal: Terminal) -> None:
    """End the command with a sentence when somebody listens there already."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return
    except OSError as error:
        terminal.fail("check.port_bad", host="127.0.0.1", port=port, text=error.strerror)
