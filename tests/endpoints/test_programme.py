"""On virtual time, with a fake receiver."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from endpoints.programme import CONNECT_S, SILENCE_S, START_S, Programme, is_dead
from signaling.backoff import Backoff
from signaling.schema import Decoding
from signaling.stats import MediaStats


class FakeReceiver:
    """Receives until its line is cut."""

    def __init__(self) -> None:
        self.decoding = Decoding.NONE
        self.hangs = False
        self.fails = False
        self.cut_at: float | None = None
        self.stopped = False

    async def start(self) -> None:
        if self.hangs:
            await asyncio.sleep(3600)
        if self.fails:
            raise OSError("no relay")

    async def stop(self) -> None:
        self.stopped = True

    def stats(self, now: float) -> MediaStats:
        age = 0.0 if self.cut_at is None else max(0.0, now - self.cut_at)
        return MediaStats(connected=True, decoding=self.decoding, last_packet_age=age)

    def set_decoding(self, decoding: Decoding) -> None:
        self.decoding = decoding


class Theatre:
    """Makes receivers and remembers them."""

    def __init__(self, *scripted: FakeReceiver) -> None:
        self.scripted = list(scripted)
        self.made: list[FakeReceiver] = []

    def make(self) -> FakeReceiver:
        receiver = self.scripted.pop(0) if self.scripted else FakeReceiver()
        self.made.append(receiver)
        return receiver


@contextlib.asynccontextmanager
async def receiving(theatre: Theatre) -> AsyncIterator[Programme]:
    programme = Programme(theatre.make, Backoff(lambda: 0.5))
    task = asyncio.create_task(programme.run())
    try:
        yield programme
    finally:
        task.cancel()
        await asyncio.wait([task])


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_one_receiver_runs_and_is_stopped_at_the_end() -> None:
    theatre = Theatre()
    async with receiving(theatre) as programme:
        await asyncio.sleep(600)
        assert len(theatre.made) == 1
        assert programme.stats(now()).connected
    assert theatre.made[0].stopped


async def test_a_silent_line_is_given_up_for_a_new_one() -> None:
    first = FakeReceiver()
    first.cut_at = 100.0
    theatre = Theatre(first)
    async with receiving(theatre):
        await asyncio.sleep(100 + SILENCE_S - 1)
        assert len(theatre.made) == 1
        await asyncio.sleep(4)
        assert first.stopped
        assert len(theatre.made) == 2


@pytest.mark.parametrize("how", ["hangs", "fails"])
async def test_what_does_not_start_is_tried_again(how: str) -> None:
    first = FakeReceiver()
    setattr(first, how, True)
    theatre = Theatre(first)
    async with receiving(theatre):
        await asyncio.sleep(START_S + 3)
        assert first.stopped
        assert len(theatre.made) == 2


async def test_a_relay_that_is_gone_is_not_hammered() -> None:
    broken = [FakeReceiver() for _ in range(100)]
    for receiver in broken:
        receiver.fails = True
    theatre = Theatre(*broken)
    async with receiving(theatre):
        await asyncio.sleep(120)
    assert 10 < len(theatre.made) < 25


async def test_the_choice_of_decoding_outlives_a_receiver() -> None:
    first = FakeReceiver()
    first.cut_at = 5.0
    theatre = Theatre(first)
    async with receiving(theatre) as programme:
        assert programme.stats(now()) == MediaStats(decoding=Decoding.ALL), "none yet"
        await asyncio.sleep(1)
        programme.set_decoding(Decoding.KEY_FRAMES)
        assert first.decoding is Decoding.KEY_FRAMES
        await asyncio.sleep(30)
        assert theatre.made[1].decoding is Decoding.KEY_FRAMES


def test_a_session_that_never_brought_a_packet_is_given_some_time() -> None:
    assert not is_dead(MediaStats(), up_s=CONNECT_S - 0.1)
    assert is_dead(MediaStats(), up_s=CONNECT_S)
    assert is_dead(MediaStats(last_packet_age=SILENCE_S), up_s=0.0)
