"""What holds after every fault, in one place.

Acked facts are in the journal once and their author's; its chain is whole; what a wall shows is
the fold of the journal; and nothing is left: no task, no thread, no child, no open file.
"""

import asyncio
import contextlib
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec.structs import asdict, replace

from coordinator.alarm.picture import listed
from coordinator.chain import Chain
from coordinator.fact import CheckedIn
from coordinator.fold import replay
from coordinator.journal import open_to_read, read_rows
from coordinator.picture import Telemetry, point_view
from coordinator.state import Recorded, State
from coordinator.totals import totals_view
from endpoints.enrolment import Enrolment
from signaling.watch import PointView
from tests.faults.wall import Wall

PATIENCE_S = 30.0
"How long the wall may need to show what is in the journal, on a busy machine."

FactKey = tuple[str, str, int]
"Device, spool, number."


class Author(Protocol):
    """A hall as far as it is known what it entered and what it was promised."""

    enrolment: Enrolment
    entered: dict[FactKey, int]
    "The head count of every fact that was said to be saved."
    acked: set[FactKey]

    @property
    def unsure(self) -> set[int]:
        """Head counts that were typed while it died: saved or not, both are right."""


def read(journal: Path) -> list[Recorded]:
    """Return the rows of a journal, which may be in use, if its chain is whole."""
    with contextlib.closing(open_to_read(journal)) as db:
        return list(read_rows(db, Chain()))


def check_entries(rows: Iterable[Recorded], halls: Iterable[Author]) -> State:
    """See that every entry of the halls is in the journal as promised; return the fold.

    Acked facts exactly once, with the value that was entered, by the device that entered it, for
    its own point; and nothing that nobody entered.
    """
    rows = list(rows)
    seen: Counter[FactKey] = Counter()
    values: dict[FactKey, tuple[str, str, int]] = {}
    for row in rows:
        if isinstance(row.fact, CheckedIn):
            device, spool, seq = str(row.origin).split("/")
            key = (device, spool, int(seq))
            seen[key] += 1
            values[key] = (row.actor, row.fact.point, row.fact.branches[0].reported)
    assert [key for key, times in seen.items() if times > 1] == [], "doubled"
    expected, unsure = {}, Counter[tuple[str, str, int]]()
    for hall in halls:
        assert sorted(hall.acked - set(seen)) == [], "acked and lost"
        device, point = hall.enrolment.device, hall.enrolment.point
        unsure.update((f"device:{device}", point, people) for people in hall.unsure)
        for key, people in hall.entered.items():
            expected[key] = (f"device:{device}", point, people)
    strange = {key: value for key, value in values.items() if expected.get(key) != value}
    assert not strange.keys() & expected.keys(), "not what was entered"
    assert not Counter(strange.values()) - unsure, "nobody entered this"
    return replay(rows)


async def check_wall(wall: Wall, journal: Path) -> None:
    """See that a wall comes to show the fold of the journal, point by point, sums and alarms."""
    difference = ["nothing was compared"]
    try:
        async with asyncio.timeout(PATIENCE_S):
            while difference:
                await asyncio.sleep(0.05)
                difference = _differences(wall, replay(read(journal)))
    except TimeoutError as error:
        raise AssertionError(f"the wall is not the fold of the journal: {difference}") from error
    assert wall.gaps == 0, "a patch did not fit"


def _differences(wall: Wall, state: State) -> list[str]:
    folded = {code: _untold(point_view(state, code, Telemetry())) for code in state.points}
    shown = {code: _untold(view) for code, view in wall.points.items()}
    found = [
        f"{code}.{name}: {getattr(shown.get(code), name, None)} instead of {value}"
        for code, view in folded.items()
        for name, value in asdict(view).items()
        if getattr(shown.get(code), name, None) != value
    ]
    found += [f"{code} is shown, and is no point" for code in shown.keys() - folded.keys()]
    if wall.totals != totals_view(folded.values()):
        found.append(f"totals: {wall.totals}")
    if set(wall.alarms) != set(listed(state)):
        found.append(f"alarms: {sorted(wall.alarms)} instead of {listed(state)}")
    session = state.session
    if session is not None and wall.session is not None and wall.session.phase != session.phase:
        found.append(f"phase: {wall.session.phase} instead of {session.phase}")
    return found


def _untold(view: PointView) -> PointView:
    """Leave out of a point's view what is not in the journal's rows: contacts, telemetry."""
    return replace(
        view,
        contact_name=None,
        contact_phone=None,
        deputy_name=None,
        deputy_phone=None,
        link=None,
        decoding=Telemetry().decoding,
    )


def open_files(pid: int | str = "self") -> Counter[str]:
    """Return what a process holds open: sockets, pipes, files by name."""
    held: Counter[str] = Counter()
    folder = Path(f"/proc/{pid}/fd")
    for descriptor in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            target = os.readlink(folder / descriptor)
            held[target.split(":")[0] if ":[" in target else target] += 1
    return held


@contextlib.contextmanager
def no_file_left() -> Iterator[None]:
    """See that whatever is opened within is closed again."""
    before = open_files()
    yield
    left = open_files() - before
    # Linux's /proc itself, while it is listed.
    left = Counter({name: n for name, n in left.items() if not name.startswith("/proc/")})
    assert not left, f"left open: {left}"


@contextlib.asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """See that no task, thread or open file remains of what happens within."""
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    with no_file_left():
        yield
        # A transport that was aborted is closed by the loop's next turns.
        for _ in range(50):
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
    assert asyncio.all_tasks() - tasks == set()
    executors = {t for t in threading.enumerate() if t.name.startswith("asyncio_")}
    assert set(threading.enumerate()) - threads - executors == set()
