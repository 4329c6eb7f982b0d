"""Start a program that lives on its own, or adopt the one that runs.

Shell. The relay and the judge are never children whose life or pipes depend on us: each gets a
session and a log file of its own, and stays when we go. One that runs with another version or
other settings is told to go and replaced; a matching one is left alone.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .process import wait_for

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 10.0

Hello = TypeVar("Hello")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Generic[Hello]):
    """One program with the settings it shall have."""

    module: str
    "Run as ``python -m module --detach``."
    arguments: list[str]
    ask: Callable[[], Awaitable[Hello | None]]
    "Asks the one that runs what it says of itself; None when none does."
    matches: Callable[[Hello], bool]
    "Tells whether a running one is the one wanted."
    stop: Callable[[], Awaitable[None]]
    "Tells the one that runs to go, and waits until it has."


async def ensure(program: Program[Hello]) -> Hello | None:
    """Return what the wanted program says of itself, started if need be; None if none came up."""
    hello = await program.ask()
    if hello is not None and program.matches(hello):
        return hello
    if hello is not None:
        logger.warning("replacing %s: another version or other settings", program.module)
        await program.stop()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", program.module, "--detach", *program.arguments
    )
    await child.wait()
    return await wait_for(lambda: _wanted(program), START_TIMEOUT_S)


async def _wanted(program: Program[Hello]) -> Hello | None:
    hello = await program.ask()
    return hello if hello is not None and program.matches(hello) else None
