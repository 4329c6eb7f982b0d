"""What the fault tests share: how many rounds."""

from collections.abc import Callable

import pytest

Rounds = Callable[[int, int], int]
"Given the short and the long number of rounds, returns the one that is run."


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Rounds:
    """Short in ``make test``, long in ``make soak``."""
    soak = bool(request.config.getoption("--soak"))
    return lambda short, long: long if soak else short
