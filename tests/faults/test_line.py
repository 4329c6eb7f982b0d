"""Bad lines: an hour of loss in virtual time, a name that does not resolve, days without a line."""

import asyncio
import random
import socket
import tempfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.thresholds import PresenceLimits
from config.utc import parse_utc
from coordinator.fact import CheckedIn
from coordinator.presence import PointPresence
from signaling.schema import Presence
from tests.faults.clock import WallClock
from tests.faults.conftest import Rounds
from tests.faults.hall import busy_halls
from tests.faults.hall_child import HallChild
from tests.faults.invariant import read
from tests.faults.line import LossyTcp
from tests.faults.nursery import Nursery
from tests.faults.world import Town, under_way

LIMITS = PresenceLimits()
HOUR_S = 3600
DAY_S = 24 * HOUR_S


def verdicts(arrivals: list[float], until: float) -> list[tuple[float, Presence]]:
    """Return what is said of a hall whose words arrive at these times, and when."""
    machine = PointPresence("A", LIMITS, Presence.NEVER_SEEN, 0.0)
    found: list[tuple[float, Presence]] = []
    for at in [*arrivals, until]:
        while (due := machine.next_timer()) is not None and due < at:
            machine.handle_timer(due)
            found += [(due, event.presence) for event in machine.events()]
        if at < until:
            machine.receive_word("d", at)
            found += [(at, event.presence) for event in machine.events()]
    return found


@pytest.mark.parametrize("loss", [0.0, 0.01, 0.05])
def test_an_hour_of_loss_and_delay_makes_no_ghost_and_no_false_loss(
    loss: float, rounds: Rounds
) -> None:
    """300 ms there and back; each hall dies at the end of its hour and is missed in time."""
    dice, late = random.Random(1), 0
    halls = rounds(12, 92)
    for _hall in range(halls):
        line, began = LossyTcp(0.15, loss, dice.random), dice.random()
        arrivals = [line.arrives(began + second) for second in range(HOUR_S)]
        died = arrivals[-1]
        said = verdicts(arrivals, died + 60.0)
        alive = [presence for at, presence in said if at <= died]
        assert Presence.LOST not in alive
        late += alive.count(Presence.LATE)
        # A word that was under way holds it a little longer than its own death.
        assert said[-1] == (died + LIMITS.lost_s, Presence.LOST)
        assert died - (began + HOUR_S) < 15.0
    assert late <= halls * loss * 4, "late is rare, and never for minutes"


@pytest.mark.real_io
async def test_while_names_do_not_resolve_a_hall_keeps_trying_and_what_it_has(
    tmp_path: Path, town: Town, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0
    resolve = socket.getaddrinfo

    def gone(host: str, *args: int, **more: int) -> object:
        nonlocal tries
        if host != "localhost":
            return resolve(host, *args, **more)
        tries += 1
        if tries < 4:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return resolve("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", gone)
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, f"http://localhost:{world.process.port}")
        place = tmp_path / "hall"
        place.mkdir()
        async with busy_halls(place, [enrolment]) as [hall]:
            world.others.append(hall)
            await hall.enter(8)
            async with asyncio.timeout(60):
                await hall.until_acked()
    assert tries == 4


@pytest.mark.real_io
async def test_three_days_without_a_line_are_told_in_order_on_the_fourth(
    tmp_path: Path, town: Town, nursery: Nursery, rounds: Rounds
) -> None:
    clock, count = WallClock(tmp_path / "clock"), rounds(40, 300)
    async with under_way(town, nursery, tmp_path, halls=0) as world:
        [enrolment] = town.agents(1, world.process.url)
        away = replace(enrolment, server="http://127.0.0.1:9")
        with tempfile.TemporaryDirectory(prefix="nc-") as place:
            async with HallChild(nursery, away, Path(place)) as hall:
                world.others.append(hall)
                await hall.start(clock.environ)
                for people in range(count):
                    clock.set(-3 * DAY_S + people * 3 * DAY_S // count)
                    await hall.enter(people)
                await hall.stop()
                hall.enrolment = enrolment
                await hall.start()
                await hall.until_acked()
        facts = [row.fact for row in read(world.journal) if isinstance(row.fact, CheckedIn)]
    assert [fact.branches[0].reported for fact in facts] == list(range(count))
    entered = [parse_utc(fact.entered_utc) for fact in facts]
    assert entered == sorted(entered)
    assert entered[-1] - entered[0] > 2.9 * DAY_S
