"""Fixtures of every test: virtual time, and nothing left running."""

import asyncio
import itertools
import logging
import os
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.harness.chromium import SHELF
from tests.harness.clock import VirtualLoop
from tests.harness.turn import Turn

TESTS = Path(__file__).parent
WAITING = ("demo", "faults", "signaling", "endpoints", "attack")
"Whose tests follow the clock more than they calculate, the longest first."

# How long an example takes says how busy the machine is; what must be fast has a bench.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--soak``: the fault tests run their long version, and no test is cut off.

    ``--figures FILE``: what they measure on the way is kept for docs/faults.md.
    """
    parser.addoption("--soak", action="store_true", help="the long version of the fault tests")
    parser.addoption("--figures", help="keep what fault tests measure in this file")


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    real = item.get_closest_marker("real_io") is not None
    return {"real": asyncio.new_event_loop} if real else {"virtual": VirtualLoop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers take file after file: what waits beside what works, and short tests last."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waits, works, short = list[Path](), list[Path](), list[Path]()
    for path in files:
        folder = path.relative_to(TESTS).parts[0]
        kind = waits if folder in WAITING else works if folder == "browser" else short
        kind.append(path)
    waits.sort(key=lambda path: WAITING.index(path.relative_to(TESTS).parts[0]))
    pairs = itertools.chain.from_iterable(itertools.zip_longest(waits, works))
    order = [*filter(None, pairs), *short]
    items[:] = [item for path in order for item in files[path]]


class Turns:
    """Gives the workers a folder where they wait for each other."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="nhipcau-turns-")

    def pytest_configure_node(self, node: Any) -> None:
        """A worker is about to start (pytest-xdist)."""
        node.workerinput["turns"] = self._folder.name

    def pytest_unconfigure(self) -> None:
        """Everybody is done."""
        self._folder.cleanup()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Turns())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test marked ``alone`` has the machine to itself, whoever else works beside it."""
    folder = getattr(item.config, "workerinput", {}).get("turns")
    if folder is None:
        return (yield)
    turn = Turn(Path(folder))
    with turn.alone() if item.get_closest_marker("alone") else turn.among_others():
        return (yield)


# The longest test, the whole demo, takes 100 s.
LONGEST_TEST_S = 300


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that hangs is a failure with a traceback, not a run that never ends."""

    def give_up(_number: int, _frame: object) -> None:
        raise TimeoutError(f"{item.nodeid} did not end within {LONGEST_TEST_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(0 if item.config.getoption("--soak") else LONGEST_TEST_S)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test wrote travels between processes, a lone surrogate too."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report


@pytest.fixture(scope="session", autouse=True)
def browser_of_all_tests() -> Iterator[None]:
    """The one thing that outlives a test ends with the run."""
    yield
    SHELF.clear()


@pytest.fixture(autouse=True)
def leave_nothing_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """No task, thread or child process outlives its test."""
    threads, children = set(threading.enumerate()), set(_children())
    if request.node.get_closest_marker("asyncio"):
        request.getfixturevalue("no_lingering_tasks")
    yield
    # The loop's own executor ends with the loop, after this fixture.
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in threads and not thread.daemon and not thread.name.startswith("asyncio_")
    ]
    for thread in left:
        thread.join(timeout=2)
    left = [t for t in left if t.is_alive()]
    assert not left, f"the test left threads running: {left}"
    born = set(_children()) - children
    assert not born, f"the test left processes running: {born}"


@pytest.fixture(autouse=True)
def leave_the_log_alone() -> Iterator[None]:
    """What a program under test writes its log to does not outlive the test."""
    root = logging.getLogger()
    handlers, level = set(root.handlers), root.level
    yield
    for handler in set(root.handlers) - handlers:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
async def no_lingering_tasks() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    assert not left, f"the test left running: {left}"


def _children() -> list[str]:
    """Name the living children of this process and their ids (Linux: from /proc)."""
    found = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/children") as file:
                pids = file.read().split()
        except FileNotFoundError:
            continue
        for pid in pids:
            if int(pid) == SHELF.pid():
                continue
            try:
                with open(f"/proc/{pid}/stat") as file:
                    stat = file.read()
            except FileNotFoundError:
                continue
            if stat.rpartition(")")[2].split()[0] != "Z":
                found.append(f"{stat.split('(')[1].split(')')[0]} {pid}")
    return found
