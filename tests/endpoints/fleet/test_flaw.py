import asyncio
import random
from collections import Counter

import pytest

from endpoints.fleet.flaw import Flaw, FlawedMachine, clock_error_s, room_of
from endpoints.fleet.life import FlawMended, Role, cast, write_life
from endpoints.fleet.line import Line
from endpoints.fleet.plan import BranchPlan
from endpoints.fleet.senses import Senses
from endpoints.preflight import finding
from endpoints.preflight.device import Heard
from endpoints.preflight.simulated import SimulatedDevices
from endpoints.preflight.sound import LISTEN_S, find_sweep, sweep
from signaling.preflight import Check, Verdict


async def findings(flaw: Flaw) -> dict[Check, Verdict]:
    """Return what a hall with this flaw finds in its room and machine."""
    devices, machine = SimulatedDevices(room_of(flaw), lambda: 0.5), FlawedMachine(flaw)
    machine.measure(0.0)
    heard = await devices.play_and_listen(sweep(), LISTEN_S)
    assert isinstance(heard, Heard)
    found = [
        finding.microphone(await devices.listen(0.5)),
        finding.camera(await devices.look()),
        finding.loudspeaker(await devices.loudspeaker()),
        finding.disk(machine.disk_free_bytes),
        finding.cpu(machine.cpu_ratio),
        finding.power(await devices.battery()),
        finding.clock_offset(clock_error_s(flaw) * 1000),
        *finding.arrival(heard, find_sweep(heard.samples)),
    ]
    return {f.check: f.verdict for f in found if f.verdict in (Verdict.WARN, Verdict.FAIL)}


@pytest.mark.parametrize(
    ("flaw", "expected"),
    [
        (Flaw.NONE, {}),
        (
            Flaw.MICROPHONE_CLIPS,
            {Check.MICROPHONE: Verdict.FAIL, Check.SOUND_PATH: Verdict.WARN},
        ),
        (Flaw.CLOCK_WRONG, {Check.CLOCK_OFFSET: Verdict.FAIL}),
        (Flaw.DISK_LOW, {Check.DISK: Verdict.WARN}),
        (Flaw.ON_BATTERY, {Check.POWER: Verdict.WARN}),
        (
            Flaw.LOUDSPEAKER_MUTED,
            {Check.LOUDSPEAKER: Verdict.FAIL, Check.SOUND_PATH: Verdict.FAIL},
        ),
        (Flaw.ECHOES, {Check.SOUND_ECHO: Verdict.WARN}),
    ],
)
def test_every_flaw_is_found_and_nothing_else(flaw: Flaw, expected: dict[Check, Verdict]) -> None:
    assert asyncio.run(findings(flaw)) == expected


def test_a_town_has_every_flaw_and_most_halls_have_none() -> None:
    roles = cast([f"MH-{n:03d}" for n in range(92)], random.Random(7).random)
    flaws = Counter(role.flaw for role in roles.values())
    assert set(flaws) == set(Flaw)
    assert flaws[Flaw.NONE] >= 80


def test_a_flaw_is_mended_half_way_and_the_hall_looks_again() -> None:
    life = write_life(
        Role(flaw=Flaw.CLOCK_WRONG),
        [BranchPlan(name="Chi bộ 1", expected=40)],
        random.Random(1).random,
        length_s=100.0,
        auto=True,
    )
    assert life.flaw is Flaw.CLOCK_WRONG
    assert isinstance(life.steps[-1].happening, FlawMended)
    senses = Senses(Flaw.CLOCK_WRONG, Line(lambda: 0.5), lambda: 0.5)
    wrong_s = senses.wall()
    senses.mend()
    assert wrong_s - senses.wall() > 80.0
    assert senses.machine.disk_free_bytes == FlawedMachine(Flaw.NONE).disk_free_bytes
    assert senses.devices.room == room_of(Flaw.NONE)
