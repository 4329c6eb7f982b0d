from hypothesis import given
from hypothesis import strategies as st

from signaling.reception.reorder import Gap, ReorderBuffer


def test_packets_in_order_leave_at_once() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer()
    assert list(buffer.receive(7, "a", 0.0)) == ["a"]
    assert list(buffer.receive(8, "b", 0.0)) == ["b"]
    assert buffer.next_timer() is None


def test_a_late_packet_releases_those_behind_it() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer()
    buffer.receive(1, "a", 0.0)
    assert not buffer.receive(3, "c", 0.01)
    assert not buffer.receive(3, "c", 0.02)
    assert list(buffer.receive(2, "b", 0.03)) == ["b", "c"]
    assert not buffer.receive(2, "b", 0.04)


def test_a_hole_is_given_up_in_time_and_not_before() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer(hold_s=0.5)
    buffer.receive(1, "a", 0.0)
    buffer.receive(4, "d", 1.0)
    buffer.receive(6, "f", 1.25)
    assert buffer.next_timer() == 1.5
    assert not buffer.handle_timer(1.49)
    assert buffer.handle_timer(1.5) == [Gap(2), "d"]
    assert buffer.handle_timer(1.75) == [Gap(1), "f"]
    assert buffer.next_timer() is None


def test_long_waiting_lets_go_of_every_hole_at_once() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer()
    buffer.receive(1, "a", 0.0)
    buffer.receive(3, "c", 1.0)
    buffer.receive(5, "e", 1.0)
    assert buffer.handle_timer(9.0) == [Gap(1), "c", Gap(1), "e"]


def test_too_many_waiting_packets_end_the_wait() -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(packets=3)
    buffer.receive(0, 0, 0.0)
    for index in (2, 3, 4):
        assert not buffer.receive(index, index, 0.0)
    assert list(buffer.receive(5, 5, 0.0)) == [Gap(1), 2, 3, 4, 5]


def test_a_jump_lets_everything_go() -> None:
    buffer: ReorderBuffer[str] = ReorderBuffer()
    assert buffer.jump(5) == []
    assert list(buffer.receive(5, "a", 0.0)) == ["a"]
    buffer.receive(7, "c", 0.0)
    assert buffer.jump(900) == [Gap(1), "c", Gap(892)]
    assert list(buffer.receive(900, "x", 0.0)) == ["x"]


ARRIVALS = st.lists(st.tuples(st.integers(0, 40), st.floats(0, 0.2)), max_size=60)


@given(ARRIVALS)
def test_whatever_comes_leaves_in_order_and_every_number_is_accounted_for(
    arrivals: list[tuple[int, float]],
) -> None:
    buffer: ReorderBuffer[int] = ReorderBuffer(packets=5)
    out: list[int | Gap] = []
    now = 0.0
    for index, pause in arrivals:
        now += pause
        out += buffer.handle_timer(now)
        out += buffer.receive(index, index, now)
        due = buffer.next_timer()
        assert due is None or due > now - 0.2
    out += buffer.handle_timer(now + 10)
    if not arrivals:
        return
    expected = arrivals[0][0]
    for item in out:
        if isinstance(item, Gap):
            assert item.packets > 0
            expected += item.packets
        else:
            assert item == expected
            expected += 1
