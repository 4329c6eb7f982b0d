"""Everything of the fault table at once in real agents: the wall names each, and no other."""

import asyncio
from pathlib import Path

import pytest

from tests.harness.demo import running_demo
from tests.harness.fault_table import ROWS, against, is_proven, provoke

pytestmark = [pytest.mark.real_io, pytest.mark.demo, pytest.mark.alone]

WELL = 3
# The aims are measured alone on a machine (tests.bench.faults); beside others, words matter.
PATIENCE_S = 40.0


async def test_every_fault_is_named_and_taken_back_and_nobody_else_is_accused(
    tmp_path: Path,
) -> None:
    async with running_demo(tmp_path, "--lab", "--points", str(len(ROWS) + WELL)) as demo:
        await demo.enter("rehearsal")
        points = await demo.until(lambda ps: all(is_proven(p) for p in ps.values()), 90)
        codes = sorted(points)
        faults = dict(zip(codes, ROWS, strict=False))
        outcomes = await provoke(demo, faults, PATIENCE_S)
        points = await demo.points()
        missed = {r.fault: outcomes[c] for c, r in faults.items() if outcomes[c].detected_s is None}
        assert not missed
        assert all(outcomes[c].kept for c, r in faults.items() if r.keeps)
        kept = {r.fault: outcomes[c] for c, r in faults.items() if outcomes[c].cleared_s is None}
        assert not kept
        for code in codes[len(ROWS) :]:
            assert not against(points[code])
            assert is_proven(points[code])
        assert demo.log_errors() == []


async def test_a_killed_judge_and_a_programme_that_proves_nothing_accuse_nobody(
    tmp_path: Path,
) -> None:
    async with running_demo(tmp_path, "--lab", "--points", "4") as demo:
        await demo.enter("rehearsal")
        await demo.until(lambda ps: all(is_proven(p) for p in ps.values()), 60)
        before = demo.access["pids"]["judge"]
        demo.kill("judge")
        accused = set()
        async with asyncio.timeout(60):
            while demo.access["pids"]["judge"] == before or not all(
                is_proven(p) for p in (await demo.points()).values()
            ):
                accused |= {r for p in (await demo.points()).values() for r in against(p)}
                await asyncio.sleep(0.2)
        assert not accused
        # The slate stands still and is silent.
        demo.kill("studio")
        for _ in range(60):
            accused |= {r for p in (await demo.points()).values() for r in against(p)}
            await asyncio.sleep(0.2)
        assert not accused
