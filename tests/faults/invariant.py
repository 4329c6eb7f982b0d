"""What holds after every fault: nothing acked is missing or doubled, and all is its author's."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from coordinator.fact import CheckedIn
from coordinator.fold import replay
from coordinator.journal import SqliteJournal
from coordinator.state import Recorded, State
from tests.faults.hall import BusyHall, FactKey


def read(journal: Path) -> list[Recorded]:
    """Return the rows of a journal whose chain is whole."""
    found = SqliteJournal(journal, "invariant")
    rows = list(found.read())
    found.close()
    return rows


def check_entries(rows: Iterable[Recorded], halls: Iterable[BusyHall]) -> State:
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
    expected = {}
    for hall in halls:
        assert sorted(hall.acked - set(seen)) == [], "acked and lost"
        device, point = hall.enrolment.device, hall.enrolment.point
        for key, people in hall.entered.items():
            expected[key] = (f"device:{device}", point, people)
    assert {key: value for key, value in values.items() if expected.get(key) != value} == {}
    return replay(rows)
