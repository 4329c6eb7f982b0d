"""A real Chromium for tests: a node process drives it, one JSON line each way.

    async with Chromium() as chromium:
        page = await chromium.open("http://127.0.0.1:1234/wall", width=1920, height=1080)
        await page.until("document.title === 'Wall'")

A page belongs to a browser context of its own, so pages share no cookies. With a ``profile``
they share it, and what it keeps outlives the browser. Real time only.
"""

import asyncio
import contextlib
import json
import os
import signal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent.parent
DRIVER = ROOT / "tests" / "harness" / "chromium.mjs"
# Two cores shared with others: the first page may take its time.
COMMAND_S = 45.0
LINE_LIMIT = 16 * 1024 * 1024


class PageError(AssertionError):
    """What the page or the driver said instead of an answer."""


class Chromium:
    """One browser process; everything ends with the context."""

    def __init__(
        self, *flags: str, profile: Path | None = None, settings: dict[str, Any] | None = None
    ) -> None:
        self._flags = list(flags)
        self._profile = profile
        self._settings = settings or {}
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            "node",
            str(DRIVER),
            json.dumps(self._options()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            limit=LINE_LIMIT,
            start_new_session=True,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def _options(self) -> dict[str, Any]:
        profile = None if self._profile is None else str(self._profile)
        return {"flags": self._flags, "profile": profile, "settings": self._settings}

    @property
    def pid(self) -> int | None:
        """Of the driver, whose descendant every process of the browser is; None before."""
        return None if self._process is None else self._process.pid

    async def kill(self) -> None:
        """End the browser of a profile as a dying battery does."""
        assert self._process is not None
        assert self._profile is not None
        for pid in _using(self._profile):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def command(self, command: str, **given: Any) -> Any:
        """Run one command of the driver; raises PageError with what it said."""
        assert self._process is not None
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        async with self._lock:
            stdin.write(json.dumps({"command": command, **given}).encode() + b"\n")
            await stdin.drain()
            line = await asyncio.wait_for(stdout.readline(), COMMAND_S)
        if not line:
            raise PageError(f"the driver ended during {command}")
        answer = json.loads(line)
        if "error" in answer:
            raise PageError(f"{command}: {answer['error']}")
        return answer["value"]

    async def open(self, url: str, width: int = 1366, height: int = 768, **settings: Any) -> "Page":
        """Open a page; settings are those of playwright's newContext."""
        viewport = {"width": width, "height": height}
        return Page(self, await self.command("open", url=url, viewport=viewport, **settings))


def _using(profile: Path) -> list[int]:
    """Return the processes of the browser on a profile (Linux: from /proc)."""
    flag = f"--user-data-dir={profile}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if flag in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


class Page:
    """One page of a browser."""

    def __init__(self, chromium: Chromium, number: int) -> None:
        self._chromium = chromium
        self._number = number

    async def do(self, command: str, **given: Any) -> Any:
        """Run a command of the driver in this page."""
        return await self._chromium.command(command, page=self._number, **given)

    async def evaluate(self, script: str) -> Any:
        """Evaluate an expression, or a function given as text, in the page."""
        return await self.do("evaluate", script=script)

    async def until(self, script: str, seconds: float = 10) -> Any:
        """Wait until an expression becomes true; its value."""
        return await self.do("until", script=script, seconds=seconds)

    async def sees(self, words: str, seconds: float = 10) -> None:
        """Wait until the page shows these words."""
        try:
            await self.until(f"document.body.innerText.includes({json.dumps(words)})", seconds)
        except PageError as error:
            raise PageError(f"not seen: {words!r} in {await self.text()!r}") from error

    async def text(self) -> str:
        """Return what the page shows as text."""
        return str(await self.evaluate("document.body.innerText"))

    async def hold(self, selector: str, seconds: float) -> None:
        """Press the mouse on an element for a while."""
        await self.do("hover", selector=selector)
        await self.do("mouse_down")
        await asyncio.sleep(seconds)
        await self.do("mouse_up")

    async def close(self) -> None:
        """Close the page and its context."""
        await self.do("close_page")
