import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoints.fleet.life import (
    ARRIVAL,
    CheckInNow,
    LineTurns,
    Mishap,
    Part,
    PowerFails,
    PowerReturns,
    Role,
    cast,
    count_heads,
    miscount,
    write_life,
)
from endpoints.fleet.line import Line
from endpoints.fleet.plan import BranchPlan
from signaling.entry import BranchCount, CheckIn
from signaling.messages import encode

BRANCHES = [BranchPlan(name="Chi bộ 1", expected=76), BranchPlan(name="Chi bộ 2", expected=40)]


def codes(count: int) -> list[str]:
    return [f"MH-{n:03d}" for n in range(1, count + 1)]


def life(role: Role, *, auto: bool = True, length_s: float = 100.0, seed: int = 1) -> list[object]:
    script = write_life(role, BRANCHES, random.Random(seed).random, length_s=length_s, auto=auto)
    return [type(step.happening) for step in script.steps]


def test_the_same_seed_tells_the_same_story() -> None:
    def story(seed: int) -> object:
        roles = cast(codes(92), random.Random(seed).random)
        return [
            (
                code,
                role,
                write_life(role, BRANCHES, random.Random(code).random, length_s=60, auto=True),
            )
            for code, role in sorted(roles.items())
        ]

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_a_town_has_everything_in_it() -> None:
    roles = cast(codes(92), random.Random(7).random)
    parts = Counter(role.part for role in roles.values())
    mishaps = Counter(role.mishap for role in roles.values())
    assert parts == {Part.ON_TIME: 72, Part.LATE: 14, Part.VERY_LATE: 4, Part.ABSENT: 2}
    assert mishaps[Mishap.POOR_LINE] == 7
    assert mishaps[Mishap.POWER_CUT] == 5
    assert mishaps[Mishap.WRONG_COUNT] == 6


def test_only_who_was_on_time_meets_a_mishap() -> None:
    for role in cast(codes(226), random.Random(3).random).values():
        assert role.part is Part.ON_TIME or role.mishap is Mishap.NONE


@pytest.mark.parametrize("count", [1, 4])
def test_a_handful_of_halls_has_no_story(count: int) -> None:
    assert set(cast(codes(count), random.Random(1).random).values()) == {Role()}


@given(st.integers(1, 300), st.integers())
def test_every_hall_has_a_part(count: int, seed: int) -> None:
    assert sorted(cast(codes(count), random.Random(seed).random)) == codes(count)


@pytest.mark.parametrize("part", Part)
def test_halls_come_when_their_part_says(part: Part) -> None:
    low, high = ARRIVAL[part]
    for seed in range(50):
        script = write_life(
            Role(part=part), BRANCHES, random.Random(seed).random, length_s=100.0, auto=True
        )
        assert script.arrives_s is not None
        assert low * 100 <= script.arrives_s <= high * 100


def test_an_absent_hall_waits_to_be_called_unless_nobody_is_there_to_call() -> None:
    draw = random.Random(1).random
    absent = Role(part=Part.ABSENT)
    assert write_life(absent, BRANCHES, draw, length_s=60, auto=False).arrives_s is None
    assert write_life(absent, BRANCHES, draw, length_s=60, auto=True).arrives_s is not None


def test_each_mishap_has_its_end() -> None:
    assert life(Role()) == [CheckInNow]
    assert life(Role(mishap=Mishap.WRONG_COUNT)) == [CheckInNow, CheckInNow]
    assert life(Role(mishap=Mishap.POWER_CUT)) == [CheckInNow, PowerFails, PowerReturns]
    script = write_life(
        Role(mishap=Mishap.POOR_LINE), BRANCHES, random.Random(1).random, length_s=60, auto=True
    )
    lines = [s.happening for s in script.steps if isinstance(s.happening, LineTurns)]
    assert 0.03 <= lines[0].loss_ratio <= 0.12
    assert lines[1] == LineTurns(loss_ratio=0.0, delay_s=0.0)


@given(st.sampled_from(list(Part)), st.sampled_from(list(Mishap)), st.integers())
def test_steps_come_in_order_and_within_the_run(part: Part, mishap: Mishap, seed: int) -> None:
    role = Role(part=part, mishap=mishap if part is Part.ON_TIME else Mishap.NONE)
    script = write_life(role, BRANCHES, random.Random(seed).random, length_s=60.0, auto=True)
    times = [step.after_s for step in script.steps]
    assert times == sorted(times)
    assert (script.arrives_s or 0.0) + times[-1] <= 60.0 * 0.86


def test_a_wrong_count_is_really_wrong_and_corrected_to_the_true_one() -> None:
    for seed in range(200):
        script = write_life(
            Role(mishap=Mishap.WRONG_COUNT),
            BRANCHES,
            random.Random(seed).random,
            length_s=60.0,
            auto=True,
        )
        first, second = [s.happening for s in script.steps if isinstance(s.happening, CheckInNow)]
        assert first.counts[0].reported != second.counts[0].reported
        assert first.counts[1:] == second.counts[1:]
        assert second.counts[0].reported <= BRANCHES[0].expected


@given(st.integers(0, 1_000_000), st.integers())
def test_head_counts_are_what_a_hall_could_report(expected: int, seed: int) -> None:
    draw = random.Random(seed).random
    count = count_heads(BranchPlan(name="Chi bộ", expected=expected), draw)
    assert 0 <= count.reported + count.excused <= expected
    assert count.reported >= expected * 0.85 - 1
    wrong = miscount(count, draw)
    assert wrong.reported != count.reported or count.reported == 1_000_000
    encode(CheckIn(branches=(wrong,)))
    assert 0 <= wrong.reported <= 1_000_000


def test_most_members_come() -> None:
    draw = random.Random(1).random
    counts = [count_heads(BRANCHES[0], draw) for _ in range(500)]
    share = sum(count.reported for count in counts) / (500 * 76)
    assert 0.93 < share < 0.98


def test_a_mistyped_count_swaps_two_digits_or_has_one_too_many() -> None:
    count = BranchCount(branch="", reported=67)
    assert miscount(count, lambda: 0.0).reported == 76
    assert miscount(count, lambda: 0.9).reported == 671
    assert miscount(BranchCount(branch="", reported=44), lambda: 0.0).reported == 441


def test_a_line_loses_its_share() -> None:
    line = Line(random.Random(1).random)
    assert not any(line.loses() for _ in range(1000))
    line.loss_ratio = 0.1
    assert 70 < sum(line.loses() for _ in range(1000)) < 130
