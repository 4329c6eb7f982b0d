import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from endpoints.errors import SpoolUnavailable
from endpoints.spool import Entry
from endpoints.spool_desk import open_desk
from signaling.fact_window import FactsWanted
from signaling.messages import FactAcked

pytestmark = pytest.mark.real_io

UTC = "2026-11-01T01:00:00.000Z"
ENTRY = Entry(kind="a.b", body=b"{}", entered_utc=UTC)
FIRST = FactsWanted(after=0, through=99, have_through=0, limit=64)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def test_a_desk_does_what_its_spool_does(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    desk = await open_desk(tmp_path / "spool.db", executor, moment="t")
    fact = await desk.save(ENTRY)
    assert (desk.last_seq, desk.pending, desk.spool) == (1, 1, fact.spool)
    assert len(await desk.pending_after(FIRST)) == 1
    await desk.acked([FactAcked(spool=fact.spool, seq=1, recorded_utc=UTC)])
    assert desk.pending == 0
    assert await desk.purge(UTC) == 0
    await desk.renew()
    assert desk.spool != fact.spool
    await desk.close()
    with pytest.raises(SpoolUnavailable):
        await desk.save(ENTRY)


async def test_a_cancelled_wait_does_not_undo_the_commit(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    desk = await open_desk(tmp_path / "spool.db", executor, moment="t")
    saving = asyncio.create_task(desk.save(ENTRY))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert len(await desk.pending_after(FIRST)) == 1
    await desk.close()
