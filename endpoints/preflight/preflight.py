"""Carries out the checks: measures through what the hall has, and judges by ``finding``.

Three parts: the silent one, which nobody in the hall notices; the audible one; and the test
of the bandwidth, which takes some of the centre's uplink and waits for its turn.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from signaling.media_errors import MediaError, TransportFailed
from signaling.preflight import Check
from signaling.stats import MediaStats

from ..receiver import Receiver
from ..server import Server
from . import finding, network
from .device import Devices, Heard
from .finding import Found, skipped
from .sound import LISTEN_S, chime, find_sweep, sweep

CONNECT_S = 8.0
"So long a receiver may take to get its programme, seconds."
LOOK_S = 0.25
TEST_S = 6
"Length of the test reception, whole seconds."
ROOM_S = 2.0
"How long the microphone listens to the room, seconds."
RATE_S = 2.0
"How long the rate of one reception is measured first, seconds."
LOAD_S = 5.0
"Length of the bandwidth test, seconds."


class Machine(Protocol):
    """What is measured of the computer; see ``MachineMeter``."""

    cpu_ratio: float | None
    disk_free_bytes: int | None

    def measure(self, now: float) -> None:
        """Bring the figures up to date."""


class Session(Protocol):
    """A reception of the programme that belongs to the test alone; see ``MediaSession``."""

    async def start(self) -> None:
        """Negotiate and connect."""

    async def stop(self) -> None:
        """End it."""

    def stats(self, now: float) -> MediaStats:
        """Return what was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What a preflight measures with."""

    server: Server
    http: aiohttp.ClientSession
    devices: Devices
    machine: Machine
    software: str
    receiver: Receiver | None = None
    "None: this device does not receive the programme."
    make_session: Callable[[], Session] | None = None
    "Makes further receptions, for the bandwidth."
    clock_offset_ms: Callable[[], float | None] = lambda: None
    "Of this machine's clock to the coordinator's; None while unknown."


class Preflight:
    """The checks of one device."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self.sound_only = False
        "The relay sends us no picture now, by choice."
        self._loop = asyncio.get_running_loop()

    async def silent(self) -> list[Found]:
        """Make every check that nobody in the hall notices."""
        parts = await asyncio.gather(
            self._line(), self._programme(), self._room(), self._computer()
        )
        return [found for part in parts for found in part]

    async def audible(self) -> list[Found]:
        """Play the chime, then find a sweep again. People in the hall will hear it."""
        devices = self._kit.devices
        rung = finding.chime(await devices.play(chime()))
        heard = await devices.play_and_listen(sweep(), LISTEN_S)
        arrived = None
        if isinstance(heard, Heard):
            # 15 ms of arithmetic; a fleet's halls share one loop.
            arrived = await asyncio.to_thread(find_sweep, heard.samples)
        return [rung, *finding.arrival(heard, arrived)]

    async def bandwidth(self) -> Found:
        """Receive the programme several times at once, and see what arrives."""
        make = self._kit.make_session
        if make is None:
            return skipped(Check.BANDWIDTH, "unsupported")
        sessions = [make() for _ in range(finding.receptions_needed(await self._rate_kbps()))]
        async with AsyncExitStack() as stack:
            for session in sessions:
                stack.push_async_callback(session.stop)
            try:
                async with asyncio.timeout(CONNECT_S):
                    await asyncio.gather(*(session.start() for session in sessions))
            except (MediaError, TimeoutError) as error:
                return self._no_load(error)
            began, before = self._loop.time(), self._looks(sessions)
            await asyncio.sleep(LOAD_S)
            span_s = self._loop.time() - began
            return finding.bandwidth(before, self._looks(sessions), span_s)

    def _no_load(self, error: Exception) -> Found:
        """Without a second reception nothing is proven, unless there is not even a first."""
        receiver = self._kit.receiver
        if receiver is not None and receiver.stats(self._loop.time()).connected:
            return skipped(Check.BANDWIDTH, "not_now", f"no further reception: {error!r}")
        return finding.bandwidth([], [], 0.0)

    async def _rate_kbps(self) -> float:
        """Return what the hall's own reception brings now."""
        receiver = self._kit.receiver
        if receiver is None:
            return 0.0
        looks = [receiver.stats(self._loop.time())]
        await asyncio.sleep(RATE_S)
        looks.append(receiver.stats(self._loop.time()))
        return finding.rate_kbps(looks, RATE_S)

    def _looks(self, sessions: Sequence[Session]) -> list[MediaStats]:
        """Return the counters of the test's receptions and of the hall's own."""
        now = self._loop.time()
        looks = [session.stats(now) for session in sessions]
        if self._kit.receiver is not None:
            looks.append(self._kit.receiver.stats(now))
        return looks

    async def _line(self) -> list[Found]:
        kit = self._kit
        took_ms = await network.resolve(kit.server)
        asked = await network.question(kit.http, kit.server)
        turn = await network.reach_turn(kit.http, kit.server)
        return [
            finding.name_resolution(took_ms),
            *finding.control(asked),
            finding.tcp_turn(turn),
            finding.clock_offset(kit.clock_offset_ms()),
        ]

    async def _programme(self) -> list[Found]:
        receiver = self._kit.receiver
        if receiver is None:
            return [skipped(c, "unsupported") for c in (Check.PROGRAMME_TEST, Check.UDP)]
        await self._connected(receiver)
        looks = [receiver.stats(self._loop.time())]
        if not looks[0].connected:
            return [finding.programme_test(looks), await self._why_not()]
        for _ in range(TEST_S):
            await asyncio.sleep(1.0)
            looks.append(receiver.stats(self._loop.time()))
        return [
            finding.programme_test(looks, sound_only=self.sound_only),
            finding.udp(True, looks[-1].current_round_trip_time),
        ]

    async def _connected(self, receiver: Receiver) -> None:
        """Wait until the receiver is connected, or has had its time."""
        for _ in range(int(CONNECT_S / LOOK_S)):
            if receiver.stats(self._loop.time()).connected:
                return
            await asyncio.sleep(LOOK_S)

    async def _why_not(self) -> Found:
        """Say whether it is the network that lets no media through, or the centre that has none."""
        make = self._kit.make_session
        if make is None:
            return skipped(Check.UDP, "not_now")
        session = make()
        try:
            async with asyncio.timeout(CONNECT_S):
                await session.start()
        except (TransportFailed, TimeoutError):
            return finding.udp(False, None)
        except MediaError as error:
            return skipped(Check.UDP, "not_now", str(error))
        finally:
            await session.stop()
        return finding.udp(True, None)

    async def _room(self) -> list[Found]:
        devices = self._kit.devices
        return [
            finding.loudspeaker(await devices.loudspeaker()),
            finding.microphone(await devices.listen(ROOM_S)),
            finding.camera(await devices.look()),
        ]

    async def _computer(self) -> list[Found]:
        kit = self._kit
        kit.machine.measure(self._loop.time())
        await asyncio.sleep(2.0)  # long enough for a share of the processor
        kit.machine.measure(self._loop.time())
        return [
            finding.disk(kit.machine.disk_free_bytes),
            finding.cpu(kit.machine.cpu_ratio),
            finding.power(await kit.devices.battery()),
            finding.versions(kit.software, sys.version_info[:2]),
        ]
