import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.reception.nack import (
    LOSSY_HOLES,
    MAX_MISSING,
    MAX_TRIES,
    MAX_WAIT_S,
    MIN_WAIT_S,
    TWIN_S,
    NackList,
)


def test_a_missing_packet_is_asked_for_three_times_and_no_more() -> None:
    nacks = NackList()
    nacks.receive_hole(5, 6, now=0.0)
    asked = []
    for _ in range(9):
        due = nacks.next_timer()
        if due is None:
            break
        assert nacks.take_due(due - 0.001) == []
        asked.append((due, nacks.take_due(due)))
    assert asked[:MAX_TRIES] == [(n * MAX_WAIT_S, [5, 6]) for n in range(3)]
    assert asked[MAX_TRIES:] == [(3 * MAX_WAIT_S, [])]
    assert nacks.next_timer() is None


def test_a_packet_that_came_is_asked_for_no_more() -> None:
    nacks = NackList()
    nacks.receive_hole(5, 6, now=0.0)
    assert not nacks.receive_late(5)
    assert nacks.take_due(0.0) == [6]
    assert nacks.receive_late(6)
    assert not nacks.receive_late(6)
    assert nacks.take_due(1.0) == []


def test_each_hole_has_a_clock_of_its_own() -> None:
    nacks = NackList()
    nacks.receive_hole(1, 1, now=0.0)
    nacks.take_due(0.0)
    nacks.receive_hole(3, 3, now=0.1)
    assert nacks.take_due(0.1) == [3]
    assert nacks.take_due(MAX_WAIT_S) == [1]


def test_the_wait_follows_the_path_within_limits() -> None:
    nacks = NackList()
    for round_trip, wait in ((0.001, MIN_WAIT_S), (0.1, 0.13), (2.0, MAX_WAIT_S)):
        nacks.learn_round_trip(round_trip)
        assert nacks.wait_s == wait


def test_on_a_lossy_path_each_try_is_made_twice() -> None:
    nacks = NackList()
    for n in range(LOSSY_HOLES):
        assert not nacks.lossy
        nacks.receive_hole(20 * n, 20 * n, now=0.0)
        nacks.receive_late(20 * n)
    assert nacks.lossy, "5 % are missing"
    nacks.receive_hole(160, 160, now=1.0)
    asked = []
    while (due := nacks.next_timer()) is not None:
        asked += [due] * len(nacks.take_due(due))
    pair = TWIN_S + MAX_WAIT_S
    assert asked == pytest.approx(
        [1 + n * pair + twin * TWIN_S for n in range(MAX_TRIES) for twin in (0, 1)]
    )


def test_a_path_that_loses_little_is_asked_once() -> None:
    nacks = NackList()
    for n in range(2 * LOSSY_HOLES):
        nacks.receive_hole(100 * n, 100 * n, now=0.0)
        nacks.receive_late(100 * n)
    assert not nacks.lossy


def test_an_outage_is_not_asked_for() -> None:
    nacks = NackList()
    nacks.receive_hole(1, 2, now=0.0)
    nacks.receive_hole(10, 10 + MAX_MISSING, now=0.0)
    assert nacks.take_due(1.0) == []


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 5)), max_size=40))
def test_the_list_stays_bounded_and_in_order(holes: list[tuple[int, int]]) -> None:
    nacks, at = NackList(), 0
    for length, pause in holes:
        nacks.receive_hole(at, at + length - 1, now=0.0)
        at += length + pause
    due = nacks.take_due(0.0)
    assert due == sorted(set(due))
    assert len(due) == min(MAX_MISSING, sum(length for length, _pause in holes))
