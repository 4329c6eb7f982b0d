import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.line import HOLD_S, REPAIR_HOLD_S, REPAIR_SHARE, Bucket, Line

LIMIT_BPS = 8_000_000
BYTES_PER_S = 1_000_000


def test_a_line_without_a_limit_takes_everything_at_once() -> None:
    line = Line()
    line.spend(10**9, 1.0)
    assert line.room_bytes(1.0) == float("inf")
    assert line.ready_at(1.0) == 1.0
    assert line.may_repair(10**9, 1.0)


def test_what_left_has_to_be_earned_again() -> None:
    line = Line(LIMIT_BPS)
    assert line.room_bytes(1.0) == BYTES_PER_S * HOLD_S
    line.spend(14_000, 1.0)
    assert line.room_bytes(1.0) == pytest.approx(-10_000)
    assert line.ready_at(1.0) == pytest.approx(1.01, abs=1e-5)
    assert line.room_bytes(line.ready_at(1.0)) > 0
    assert line.ready_at(2.0) == 2.0


def test_repairs_have_a_share_of_their_own_and_count_for_the_line() -> None:
    line, share = Line(LIMIT_BPS), BYTES_PER_S * REPAIR_SHARE * REPAIR_HOLD_S
    sent = sum(line.may_repair(1000, 1.0) for _ in range(200))
    assert sent == int(share / 1000)
    assert line.repairs_refused == 200 - sent
    assert line.room_bytes(1.0) == pytest.approx(BYTES_PER_S * HOLD_S - 1000 * sent)


@given(st.lists(st.tuples(st.integers(1, 1500), st.floats(0, 0.01)), max_size=200))
def test_in_any_span_no_more_leaves_than_the_limit_and_one_blow(
    packets: list[tuple[int, float]],
) -> None:
    bucket, now, total = Bucket(BYTES_PER_S, 4000), 0.0, 0
    for size, pause_s in packets:
        now = bucket.ready_at(now + pause_s)
        assert bucket.level(now) > 0
        bucket.spend(size, now)
        total += size
    assert total <= 4000 + now * BYTES_PER_S + 1500


def test_a_clock_that_stands_still_or_goes_back_earns_nothing() -> None:
    bucket = Bucket(1000, 10)
    bucket.spend(10, 5.0)
    assert bucket.level(5.0) == bucket.level(4.0) == 0
