import pytest

from signaling.burst import WIRE_OVERHEAD_BYTES, Burst
from signaling.relay.departure import MAX_WAIT_S, SLICE_PACKETS, Departures, Pacing
from signaling.relay.line import Line
from signaling.relay.splice import Out

FRAMES = Pacing(collect_s=0.002, burst_packets=4, step_s=0.001, spread_s=0.01)


def out(sequence: int, *, marker: bool = False) -> Out:
    return Out(sequence, 0, marker, b"x", False)


class Hall:
    """A viewer that keeps the numbers of its bursts."""

    def __init__(self, log: list["Hall"] | None = None) -> None:
        self.bursts: list[list[int]] = []
        self.log = log if log is not None else []

    def forward_burst(self, burst: Burst) -> None:
        self.bursts.append([packet.sequence for packet in burst.packets])
        self.log.append(self)


class Clock:
    """What a shell does: calls at the time it was told last."""

    def __init__(self, pacing: Pacing, halls: int) -> None:
        self.woken: list[float] = []
        self.log: list[Hall] = []
        self.departures = Departures(pacing, self.woken.append)
        self.halls = [Hall(self.log) for _ in range(halls)]
        for hall in self.halls:
            self.departures.join(hall)

    def frame(self, first: int, packets: int, now: float) -> None:
        for number in range(packets):
            self.departures.add(out(first + number, marker=number == packets - 1), now)

    def run(self, limit: int = 100) -> int:
        """Ring until nothing is due; return how often."""
        for rung in range(limit):
            at = self.departures.next_timer()
            if at is None:
                return rung
            assert self.woken[-1] == at, "the shell was not told"
            self.departures.handle_timer(at)
        raise AssertionError("it never ends")


def test_by_default_every_packet_leaves_at_once() -> None:
    departures, hall = Departures(), Hall()
    departures.join(hall)
    for number in range(3):
        departures.add(out(number), 1.0)
    assert hall.bursts == [[0], [1], [2]]
    assert departures.next_timer() is None


def test_a_frame_leaves_with_its_last_packet() -> None:
    clock = Clock(FRAMES, 1)
    clock.frame(0, 3, 1.0)
    assert clock.halls[0].bursts == [[0, 1, 2]]
    assert clock.departures.next_timer() is None


def test_a_frame_whose_end_does_not_come_leaves_after_two_milliseconds() -> None:
    clock = Clock(FRAMES, 1)
    clock.departures.add(out(0), 1.0)
    clock.departures.add(out(1), 1.001)
    clock.departures.handle_timer(1.001)
    assert clock.halls[0].bursts == []
    assert clock.run() == 1
    assert clock.halls[0].bursts == [[0, 1]]
    clock.departures.handle_timer(2.0)
    assert clock.halls[0].bursts == [[0, 1]]


def test_a_step_has_so_many_packets_and_the_next_comes_later() -> None:
    clock = Clock(FRAMES, 6)
    clock.frame(0, 2, 1.0)
    assert len(clock.log) == 2
    assert clock.departures.waiting() == 8
    assert clock.departures.next_timer() == 1.001
    assert clock.run() == 2
    assert clock.departures.waiting() == 0
    assert [hall.bursts for hall in clock.halls] == [[[0, 1]]] * 6


def test_nobody_is_always_last() -> None:
    clock = Clock(Pacing(collect_s=0.002), 3)
    last = []
    for frame in range(6):
        clock.frame(frame, 1, float(frame))
        last.append(clock.log[-1])
    assert all(last.count(hall) == 2 for hall in clock.halls)


def test_a_key_frame_goes_round_in_slices() -> None:
    clock = Clock(FRAMES, 2)
    clock.frame(0, 2 * SLICE_PACKETS + 1, 1.0)
    clock.run()
    first, second = clock.log[:2]
    assert clock.log == [first, second] * 3
    assert [len(burst) for burst in first.bursts] == [SLICE_PACKETS, SLICE_PACKETS, 1]
    assert sum(second.bursts, []) == list(range(2 * SLICE_PACKETS + 1))


def test_a_large_burst_is_gone_in_time_all_the_same() -> None:
    clock = Clock(FRAMES, 50)
    clock.frame(0, 10, 1.0)
    assert clock.run() <= FRAMES.spread_s / FRAMES.step_s
    assert all(hall.bursts == [list(range(10))] for hall in clock.halls)


def test_what_is_overdue_leaves_whatever_the_pace() -> None:
    clock = Clock(FRAMES, 50)
    clock.frame(0, 10, 1.0)
    clock.departures.handle_timer(1.0 + FRAMES.spread_s)
    assert clock.departures.next_timer() is None
    assert len(clock.log) == 50


def test_frames_leave_in_order() -> None:
    clock = Clock(FRAMES, 3)
    clock.frame(0, 3, 1.0)
    clock.frame(3, 3, 1.0005)
    clock.frame(6, 1, 1.0006)
    clock.run()
    for hall in clock.halls:
        assert sum(hall.bursts, []) == list(range(7))


def test_who_left_gets_nothing_more_and_the_others_everything() -> None:
    clock = Clock(FRAMES, 6)
    clock.frame(0, 2, 1.0)
    served, gone = clock.log[0], next(h for h in clock.halls if h not in clock.log)
    for hall in (served, gone, gone, Hall()):
        clock.departures.leave(hall)
    clock.run()
    assert gone.bursts == []
    assert all(hall.bursts == [[0, 1]] for hall in clock.halls if hall is not gone)


def test_who_joins_late_begins_with_the_next_frame() -> None:
    clock, late = Clock(FRAMES, 6), Hall()
    clock.frame(0, 2, 1.0)
    clock.departures.join(late)
    clock.run()
    assert late.bursts == []
    clock.frame(2, 1, 2.0)
    clock.run()
    assert late.bursts == [[2]]


def lined(line: Line, pacing: Pacing = FRAMES, halls: int = 3) -> Clock:
    clock = Clock(pacing, 0)
    clock.departures = Departures(pacing, clock.woken.append, line)
    clock.halls = [Hall(clock.log) for _ in range(halls)]
    for hall in clock.halls:
        clock.departures.join(hall)
    return clock


def test_pictures_wait_until_the_line_has_room() -> None:
    line = Line(8_000_000)
    clock = lined(line)
    line.spend(4000 + 50_000, 1.0)
    clock.frame(0, 2, 1.0)
    assert clock.log == []
    assert clock.departures.next_timer() == pytest.approx(1.05, abs=1e-4)
    clock.run()
    assert all(hall.bursts == [[0, 1]] for hall in clock.halls)
    assert clock.departures.take_delay_s() == pytest.approx(0.05, abs=0.002)
    assert clock.departures.take_delay_s() == 0


def test_sound_does_not_wait_for_the_line_and_is_counted() -> None:
    line = Line(8_000_000)
    line.spend(4000 + 50_000, 1.0)
    before = line.room_bytes(1.0)
    clock = lined(line, Pacing(urgent=True))
    clock.frame(0, 1, 1.0)
    assert len(clock.log) == 3
    assert line.room_bytes(1.0) == before - 3 * (1 + WIRE_OVERHEAD_BYTES)


def test_a_line_of_many_key_frames_is_never_overrun() -> None:
    line = Line(8_000_000)
    clock = lined(line, halls=20)
    clock.frame(0, 40, 1.0)
    while (at := clock.departures.next_timer()) is not None:
        clock.departures.handle_timer(at)
        assert line.room_bytes(at) > -SLICE_PACKETS * 100
    assert sum(len(burst) for hall in clock.halls for burst in hall.bursts) == 20 * 40


def test_what_finds_no_room_in_time_is_dropped_and_counted() -> None:
    line = Line(20_000)
    clock = lined(line)
    line.spend(40, 1.0)
    clock.frame(0, 20, 1.0)
    clock.run()
    assert clock.departures.dropped > 0
    sent = sum(len(burst) for hall in clock.halls for burst in hall.bursts)
    assert sent + clock.departures.dropped == 60
    assert clock.departures.take_delay_s() >= MAX_WAIT_S


def test_slices_of_one_frame_leave_a_halls_line_time() -> None:
    pacing = Pacing(collect_s=0.002, slice_gap_s=0.004)
    clock = Clock(pacing, 2)
    clock.frame(0, 2 * SLICE_PACKETS + 1, 1.0)
    times = []
    while (at := clock.departures.next_timer()) is not None:
        clock.departures.handle_timer(at)
        times.append(at)
    assert times == pytest.approx([1.004, 1.008])
    assert [len(hall.bursts) for hall in clock.halls] == [3, 3]


def test_another_takes_a_viewers_place_from_the_next_frame_on() -> None:
    clock, new = Clock(FRAMES, 6), Hall()
    clock.frame(0, 2, 1.0)
    old = next(hall for hall in clock.halls if hall not in clock.log)
    clock.departures.replace(old, new)
    clock.frame(2, 1, 1.001)
    clock.run()
    assert (old.bursts, new.bursts) == ([[0, 1]], [[2]])


def test_a_viewer_gets_the_rest_of_the_frame_it_has_begun_and_no_more() -> None:
    pacing = Pacing(collect_s=0.002, slice_gap_s=0.01)
    clock = Clock(pacing, 1)
    clock.frame(0, 2 * SLICE_PACKETS + 3, 1.0)
    clock.frame(50, 1, 1.001)
    [hall] = clock.halls
    assert len(hall.bursts) == 1
    clock.departures.finish(hall)
    clock.departures.finish(Hall())
    assert [len(burst) for burst in hall.bursts] == [SLICE_PACKETS, SLICE_PACKETS, 3]


def test_without_viewers_nothing_waits() -> None:
    clock = Clock(FRAMES, 0)
    clock.frame(0, 40, 1.0)
    assert clock.departures.next_timer() is None
