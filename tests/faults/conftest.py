"""What the fault tests share: how many rounds, a town, and a process that starts others."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.figure import Figures
from tests.faults.nursery import Nursery
from tests.faults.world import Town, founded

Rounds = Callable[[int, int], int]
"Given the short and the long number of rounds, returns the one that is run."

POINTS = 12


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Rounds:
    """Short in ``make test``, long in ``make soak``."""
    soak = bool(request.config.getoption("--soak"))
    return lambda short, long: long if soak else short


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Keeps what is measured on the way."""
    file = request.config.getoption("--figures")
    figures = Figures(Path(file) if file else None)
    yield figures
    figures.write()


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Starts coordinators and halls."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town of a dozen points, to be copied."""
    return asyncio.run(founded(tmp_path_factory.mktemp("town") / "data", POINTS))
