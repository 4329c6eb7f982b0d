"""The fault table's second half: what happens to whole machines in a live session.

Used by ``tests.bench.faults``. Two agents are processes of their own and are stopped without a
word: a dead line on which nobody hangs up looks the same from outside.
"""

import asyncio

from tests.harness.agent_process import agent_of
from tests.harness.demo import RunningDemo
from tests.harness.fault_deed import (
    Death,
    acknowledge_all,
    contradict,
    kill_relay,
    lose_line,
    lose_power,
    phone_of,
)
from tests.harness.fault_table import Outcome, is_proven
from tests.harness.projector import enter_roster

CODES = ("MH-901", "MH-902", "MH-903")
QUIET_S = 15.0
"Alarms of halls that were out a moment ago are no lines of what comes next."
DEEDS = (
    ("the power of the hall's machine is gone", "tile *lost*", 17.0),
    ("its line is dead, half open: no packet either way, nobody hangs up", "tile *lost*", 17.0),
    (
        "the room says no while the machine proves picture and sound",
        "alarm `room_contradicts`",
        5.0,
    ),
)
HEAD = """
In the live session that follows, things happen to whole machines: two agents in processes of
their own, stopped without a word (a line that is dead while all connections stay open looks the
same from outside), a hall's phone, and the relay itself.

| what is wrong | the wall says | aim | p50 | worst | well again p50 | worst |
|---|---|---|---|---|---|---|
"""
DEATH = """
The relay was killed {rounds} times under {halls} halls: half of them shown as without programme
after {detected}, all receiving again after {back}, all verified again after {proven} (worst).
Lines on the wall for each, at most: {lines}{said}.
"""


async def machines(demo: RunningDemo, count: int) -> tuple[str, bool]:
    """Return the rows of whole machines, and whether they met their aims."""
    await enter_roster(demo, *CODES)
    async with (
        agent_of(demo, CODES[0]) as powered,
        agent_of(demo, CODES[1]) as wired,
        agent_of(demo, CODES[2]),
        phone_of(demo, CODES[2]) as phone,
    ):
        for phase in ("check_in", "live"):
            await demo.enter(phase)
        await demo.until(lambda ps: all(is_proven(p) for p in ps.values()), 90)
        found: list[tuple[Outcome, ...]] = []
        for _ in range(count):
            deeds = (
                lose_power(demo, powered, CODES[0]),
                lose_line(demo, wired, CODES[1]),
                contradict(demo, phone, CODES[2]),
            )
            found.append(tuple(await asyncio.gather(*deeds)))
        deaths = []
        for _ in range(count):
            await asyncio.sleep(QUIET_S)
            await acknowledge_all(demo)
            deaths.append(await kill_relay(demo))
        halls = len(await demo.points())
    table, met = _table(found)
    return table + _told(deaths, halls), met and all(_is_one_line(death) for death in deaths)


def _table(found: list[tuple[Outcome, ...]]) -> tuple[str, bool]:
    lines, met = [], True
    for (how, says, aim_s), outcomes in zip(DEEDS, zip(*found, strict=True), strict=True):
        times = [[o.detected_s for o in outcomes], [o.cleared_s for o in outcomes]]
        worst = quantile(times[0], 1.0)
        met = met and worst is not None and worst <= aim_s
        cells = [cell(quantile(v, q)) for v in times for q in (0.5, 1.0)]
        lines.append(f"| {how} | {says} | {aim_s:g} s | {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n", met


def _told(deaths: list[Death], halls: int) -> str:
    said = sorted({line for death in deaths for line in death.lines()})
    return DEATH.format(
        rounds=len(deaths),
        halls=halls,
        detected=cell(quantile([d.detected_s for d in deaths], 1.0)),
        back=cell(quantile([d.back_s for d in deaths], 1.0)),
        proven=cell(quantile([d.proven_s for d in deaths], 1.0)),
        lines=max(len(death.lines()) for death in deaths),
        said=f" ({', '.join(said)})" if said else "",
    )


def _is_one_line(death: Death) -> bool:
    return death.proven_s is not None and len(death.lines()) <= 1


def quantile(values: list[float | None], share: float) -> float | None:
    """Return a quantile, None when some never came."""
    if any(value is None for value in values):
        return None
    known = sorted(value for value in values if value is not None)
    return known[min(len(known) - 1, round(share * (len(known) - 1)))]


def cell(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"
