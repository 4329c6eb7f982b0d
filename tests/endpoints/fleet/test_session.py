"""The line of a simulated hall, against a real relay."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from endpoints.enrolment import Enrolment
from endpoints.fleet.fault import Screen
from endpoints.fleet.line import Line
from endpoints.fleet.session import over
from endpoints.programme import Programmes
from endpoints.receiver import Receiver
from signaling.backoff import Backoff
from signaling.schema import Decoding
from signaling.stats import InboundRtp
from tests.signaling.peers import until
from tests.signaling.relay.rig import LOOPBACK, Rig, rig

pytestmark = pytest.mark.real_io


@dataclass
class Scene:
    """A hall at a relay."""

    rig: Rig
    line: Line
    receiver: Receiver
    task: "asyncio.Task[None]"

    def audio(self) -> InboundRtp:
        return self.receiver.stats(asyncio.get_running_loop().time()).audio or InboundRtp()

    def viewers(self) -> int:
        return self.rig.relay.sample().viewers

    async def end(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with rig() as there, Programmes(LOOPBACK) as programmes:
        line, screen = Line(random.Random(1).random), Screen()
        enrolment = Enrolment(
            server=there.url, device="d", credential="c", point="MH-001", point_name="n"
        )
        backoff = Backoff(random.Random(1).random)
        receiver = programmes.receiver(enrolment, backoff, Decoding.NONE, over(line, screen))
        scene = Scene(there, line, receiver, asyncio.create_task(receiver.run()))
        try:
            await until(lambda: scene.audio().packets_received > 10)
            yield scene
        finally:
            with contextlib.suppress(asyncio.CancelledError):
                await scene.end()


async def test_what_the_line_loses_is_never_counted_as_received(scene: Scene) -> None:
    assert scene.audio().packets_lost == 0
    scene.line.loss_ratio = 0.5
    await until(lambda: scene.audio().packets_lost > 5)


async def test_a_slow_line_brings_packets_later_but_brings_them(scene: Scene) -> None:
    scene.line.delay_s = 0.3
    before = scene.audio().packets_received
    await asyncio.sleep(0.2)
    assert scene.audio().packets_received <= before + 3
    await until(lambda: scene.audio().packets_received > before + 10)


async def test_a_hall_that_leaves_says_so_to_the_relay(scene: Scene) -> None:
    assert scene.viewers() == 1
    await scene.end()
    assert scene.viewers() == 0


async def test_a_hall_without_power_says_nothing_and_the_relay_finds_out(scene: Scene) -> None:
    scene.line.cut = True
    await scene.end()
    await asyncio.sleep(0.5)
    assert scene.viewers() == 1
    await until(lambda: scene.viewers() == 0, timeout_s=10)
