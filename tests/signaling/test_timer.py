"""The shell of one due time, on both loops the project runs on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from signaling.timer import Timer
from tests.signaling.peers import until

pytestmark = pytest.mark.real_io


Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


def test_it_rings_once_at_the_time_set_last_and_never_early(run: Run) -> None:
    async def work() -> None:
        loop, rung = asyncio.get_running_loop(), list[float]()
        timer = Timer(rung.append)
        timer.set(loop.time() + 60)
        due = loop.time() + 0.01
        timer.set(due)
        await until(lambda: rung)
        await asyncio.sleep(0.02)
        [at] = rung
        assert due <= at < due + 5

    run(work())


def test_it_advances_and_is_never_put_off(run: Run) -> None:
    async def work() -> None:
        loop, rung = asyncio.get_running_loop(), list[float]()
        timer = Timer(rung.append)
        timer.advance(None)
        timer.advance(loop.time() + 60)
        timer.advance(due := loop.time() + 0.01)
        timer.advance(loop.time() + 60)
        await until(lambda: rung)
        assert due <= rung[0] < due + 5

    run(work())


def test_a_time_already_past_rings_soon_and_may_be_advanced_before(run: Run) -> None:
    """uvloop answers it with a handle that has no when()."""

    async def work() -> None:
        loop, rung = asyncio.get_running_loop(), list[float]()
        timer = Timer(rung.append)
        timer.advance(loop.time() - 5)
        timer.advance(loop.time() - 6)
        assert rung == []
        await until(lambda: rung)
        await asyncio.sleep(0)
        assert len(rung) == 1
        assert rung[0] >= loop.time() - 5

    run(work())


def test_a_ring_may_set_it_anew(run: Run) -> None:
    async def work() -> None:
        rung = list[float]()

        def ring(now: float) -> None:
            rung.append(now)
            if len(rung) < 3:
                timer.set(now)

        timer = Timer(ring)
        timer.set(asyncio.get_running_loop().time())
        await until(lambda: len(rung) == 3)
        assert rung == sorted(rung)

    run(work())


def test_a_cancelled_timer_is_silent(run: Run) -> None:
    async def work() -> None:
        rung = list[float]()
        timer = Timer(rung.append)
        timer.set(asyncio.get_running_loop().time())
        timer.cancel()
        timer.cancel()
        await asyncio.sleep(0.01)
        assert rung == []

    run(work())
