import dataclasses
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.attendance.fact import RollOpened
from coordinator.attendance.match import Listed, index
from coordinator.attendance.total import Account, Sum, add
from coordinator.fold import replay
from signaling.entry import Body, BranchCount, CheckIn
from signaling.roll import (
    GuestCounted,
    GuestNamed,
    Home,
    Mark,
    Others,
    RollCount,
    RollCounted,
    RollMarked,
    TransferAnnounced,
    TransferConfirmed,
)
from tests.harness.facts import START_S
from tests.harness.hall import TOWN, Halls, listed, people

NUMBERS = st.integers(0, 9)
BRANCH = {"A": ["Chi bộ 1", "Chi bộ 2"], "B": ["Chi bộ Công ty May"], "C": ["Chi bộ 1"]}
MEMBERS = {"A": "A1", "B": "BMay", "C": "C1"}
LISTED = (
    listed("A", "Chi bộ 1", 12, exempt=2),
    listed("B", "Chi bộ Công ty May", 6, exempt=1),
    listed("C", "Chi bộ 1", 5),
)
INDEX = index(
    Listed(ref=member.ref, number=member.ref, name=f"Nguyễn Văn {member.ref}", places=())
    for branch in LISTED
    for member in branch.members
)


def refs(code: str) -> st.SearchStrategy[str]:
    return st.integers(0, 4).map(lambda i: f"{MEMBERS[code]}-{i}")


@st.composite
def entries(draw: st.DrawFn) -> tuple[str, Body]:
    """One entry of one hall; few identities, so that they meet."""
    code = draw(st.sampled_from("ABC"))
    branch, other = draw(st.sampled_from(BRANCH[code])), draw(st.sampled_from("ABC"))
    ids = st.sampled_from(["t1", "t2"])
    body = draw(
        st.one_of(
            st.builds(
                lambda n, e: CheckIn(
                    branches=(BranchCount(branch=branch, reported=n, excused=e, guests=1),)
                ),
                NUMBERS,
                NUMBERS,
            ),
            st.builds(
                lambda n, g: RollCounted(
                    roll=1, branches=(RollCount(branch=branch, present=n, guests=g),)
                ),
                NUMBERS,
                NUMBERS,
            ),
            st.builds(
                lambda others, marks: RollMarked(
                    roll=1, branch=BRANCH[code][0], others=others, marks=marks
                ),
                st.sampled_from(Others),
                st.dictionaries(refs(code), st.sampled_from(Mark), max_size=3),
            ),
            st.builds(
                lambda id_, n, m: TransferAnnounced(
                    transfer=id_, branch=BRANCH[code][0], to=other, people=n, members=tuple(m)
                ),
                ids,
                st.integers(0, 3),
                st.sets(refs(code), max_size=2),
            ),
            st.builds(
                lambda id_, n: TransferConfirmed(transfer=id_, people=n), ids, st.integers(0, 3)
            ),
            st.builds(
                lambda n, known: GuestCounted(
                    home=Home(point=other) if known else Home(unit="Xã Bạch Sam"), people=n
                ),
                st.integers(0, 4),
                st.booleans(),
            ),
            st.builds(
                lambda id_, i, gone: GuestNamed(
                    guest=id_, number=f"{MEMBERS[other]}-{i}", gone=gone
                ),
                st.sampled_from(["g1", "g2"]),
                st.integers(0, 4),
                st.booleans(),
            ),
        )
    )
    return code, body


Script = list[tuple[str, Body, tuple[str, int], float]]


def begun() -> Halls:
    halls = Halls(*LISTED, RollOpened(roll=1))
    halls.index = INDEX
    return halls


def entered(script: Script) -> Halls:
    halls = begun()
    for point, body, source, at_s in script:
        halls.take(point, body, source, at_s)
    return halls


def check_sums(sums: Account) -> None:
    """Every sum is the sum of its rows, whichever way it is added up."""
    for field in dataclasses.fields(Sum):
        rows = [getattr(row.sum, field.name) or 0 for row in sums.rows]
        for whole in (sums.points.values(), sums.units.values(), [sums.total]):
            assert sum(getattr(one, field.name) or 0 for one in whole) == sum(rows)
    for unit, one in sums.units.items():
        own = [sums.points[p.code] for p in TOWN if p.unit == unit]
        assert one == add(own)


@settings(max_examples=200, deadline=None)
@given(st.lists(entries(), max_size=14), st.randoms(use_true_random=False), st.booleans())
def test_order_repetition_and_delay_change_no_total(
    script: list[tuple[str, Body]], chance: random.Random, two_devices: bool
) -> None:
    numbered: Script = []
    counts: dict[str, int] = {}
    for i, (point, body) in enumerate(script):
        device = f"{point}{chance.randrange(2) if two_devices else 0}"
        counts[device] = counts.get(device, 0) + 1
        numbered.append((point, body, (device, counts[device]), START_S - 1000 + i))
    first = entered(numbered)
    shuffled = [*numbered, *chance.sample(numbered, len(numbered) // 2)]
    chance.shuffle(shuffled)
    second = entered(shuffled)
    for roll in (None, 1):
        one, other = first.account(roll), second.account(roll)
        assert people(one) == people(other)
        assert one.total == other.total
        check_sums(one)
    assert replay(second.rows) == second.state
