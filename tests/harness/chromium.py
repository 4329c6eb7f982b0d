"""A real Chromium for tests: a node process drives it, one JSON line each way.

    async with Chromium() as chromium:
        page = await chromium.open("http://127.0.0.1:1234/wall", width=1920, height=1080)
        await page.until("document.title === 'Wall'")

A page belongs to a browser context of its own, so pages share no cookies, and tests may share a
browser: it stays for the next one with the same flags, because its start takes longer than most
tests. After a test that failed it is ended. With a ``profile`` pages share their context, what it
keeps outlives the browser, and the browser is the test's own. Real time only.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent.parent
DRIVER = ROOT / "tests" / "harness" / "chromium.mjs"
# Two cores shared with others: the first page may take its time.
COMMAND_S = 45.0
END_S = 10.0


class PageError(AssertionError):
    """What the page or the driver said instead of an answer."""


class Driver:
    """One browser and the node process that drives it; not bound to an event loop.

    Args:
        flags: Of the browser.
        profile: Its folder, None for one that is forgotten.
        settings: Of the one context of a profile, as playwright's newContext takes them.

    """

    def __init__(
        self,
        flags: tuple[str, ...],
        profile: Path | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.flags = flags
        self.in_use = True
        options = {
            "flags": flags,
            "profile": None if profile is None else str(profile),
            "settings": settings or {},
        }
        self._process = subprocess.Popen(
            ["node", str(DRIVER), json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Return the process id of node."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Return whether it can take a command."""
        return self._process.poll() is None

    def ask(self, line: bytes) -> bytes:
        """Write a line and return the answer's; blocks. Empty when the driver ended."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(line)
            stdin.flush()
            return stdout.readline()
        except (OSError, ValueError):
            return b""

    def end(self) -> None:
        """Let the browser go, by force if it does not; blocks. Calling it twice is safe."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(END_S)
        self.kill()

    def kill(self) -> None:
        """End node and what it started at once; blocks. Calling it twice is safe."""
        if self.lives:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()


class Shelf:
    """The browser that stays for the next test."""

    def __init__(self) -> None:
        self._driver: Driver | None = None

    def take(self, flags: tuple[str, ...]) -> Driver:
        """Return the one that stayed if its flags are these, else a new one."""
        kept = self._driver
        if kept is not None and kept.in_use:
            return Driver(flags)
        if kept is not None and kept.lives and kept.flags == flags:
            kept.in_use = True
            return kept
        self.clear()
        self._driver = Driver(flags)
        return self._driver

    def put_back(self, driver: Driver) -> None:
        """Keep the one that was taken for the next test; any other is ended."""
        if driver is self._driver:
            driver.in_use = False
        else:
            driver.end()

    def clear(self) -> None:
        """End it."""
        if self._driver is not None:
            self._driver.end()
            self._driver = None

    def pid(self) -> int | None:
        """Return the process that may outlive a test."""
        return None if self._driver is None else self._driver.pid


SHELF = Shelf()


class Chromium:
    """A browser for one test; its pages end with the context."""

    def __init__(
        self, *flags: str, profile: Path | None = None, settings: dict[str, Any] | None = None
    ) -> None:
        self._flags = flags
        self._profile = profile
        self._settings = settings
        self._lock = asyncio.Lock()
        self._driver: Driver | None = None

    async def __aenter__(self) -> Self:
        self._driver = await asyncio.to_thread(self._start)
        return self

    def _start(self) -> Driver:
        if self._profile is not None:
            return Driver(self._flags, self._profile, self._settings)
        return SHELF.take(self._flags)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        driver = self._driver
        assert driver is not None
        if self._profile is not None or kind is not None or not driver.lives:
            await asyncio.to_thread(driver.end)
        else:
            await self.command("close_all")
            await asyncio.to_thread(SHELF.put_back, driver)

    @property
    def pid(self) -> int | None:
        """Of the driver, whose descendant every process of the browser is; None before."""
        return None if self._driver is None else self._driver.pid

    async def kill(self) -> None:
        """End the browser of a profile as a dying battery does."""
        assert self._driver is not None
        assert self._profile is not None
        for pid in _using(self._profile):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(self._driver.kill)

    async def command(self, command: str, **given: Any) -> Any:
        """Run one command of the driver; raises PageError with what it said."""
        driver = self._driver
        assert driver is not None
        line = json.dumps({"command": command, **given}).encode() + b"\n"
        async with self._lock:
            try:
                async with asyncio.timeout(COMMAND_S):
                    told = await asyncio.to_thread(driver.ask, line)
            except BaseException:
                # Somebody's answer is still to come: nobody else may take it for his.
                driver.kill()
                raise
        if not told:
            raise PageError(f"the driver ended during {command}")
        answer = json.loads(told)
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
