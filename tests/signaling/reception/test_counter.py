import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.reception.counter import MAX_DROPOUT, StreamCounter


def counter() -> StreamCounter:
    return StreamCounter(clock_hz=90_000)


def feed(stream: StreamCounter, *numbers: int, ssrc: int = 1) -> list[int | None]:
    return [stream.receive(ssrc, number & 0xFFFF, 0, 100, 0.0) for number in numbers]


def test_packets_in_order_are_counted_with_their_bytes() -> None:
    stream = counter()
    assert feed(stream, 65534, 65535, 65536, 65537) == [65534, 65535, 65536, 65537]
    assert (stream.packets_received, stream.bytes_received, stream.packets_lost) == (4, 400, 0)


def test_a_hole_is_a_loss_until_the_packet_comes_late() -> None:
    stream = counter()
    feed(stream, 1, 2, 5)
    assert stream.packets_lost == 2
    assert feed(stream, 3) == [3]
    assert stream.packets_lost == 1


def test_duplicates_make_the_loss_negative() -> None:
    stream = counter()
    feed(stream, 1, 2, 2, 1)
    assert stream.packets_lost == -2


def test_a_packet_from_nowhere_is_not_counted_until_a_second_follows_it() -> None:
    stream = counter()
    feed(stream, 10, 11)
    assert feed(stream, 40_000) == [None]
    assert feed(stream, 12) == [12]
    assert feed(stream, 40_000, 40_001) == [None, 40_001]
    assert (stream.packets_received, stream.packets_lost) == (4, 0)


def test_a_new_ssrc_goes_on_counting_and_loses_nothing() -> None:
    stream = counter()
    feed(stream, 100, 101)
    [index] = feed(stream, 7, ssrc=2)
    assert index is not None
    assert index > 101
    assert index & 0xFFFF == 7
    assert (stream.ssrc, stream.packets_received, stream.packets_lost) == (2, 3, 0)
    [again] = feed(stream, 7, ssrc=3)
    assert again is not None
    assert again > index
    assert stream.packets_lost == 0


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-99, MAX_DROPOUT - 1), max_size=60))
def test_extended_numbers_follow_the_sender_over_every_wrap(first: int, steps: list[int]) -> None:
    stream = counter()
    assert feed(stream, first) == [first]
    highest, seen = first, 1
    for step in steps:
        seen += 1
        assert feed(stream, highest + step) == [highest + step]
        highest = max(highest, highest + step)
    assert stream.packets_received == seen
    assert stream.packets_lost == highest - first + 1 - seen


def test_even_arrivals_have_no_jitter_and_late_ones_have_seconds_of_it() -> None:
    stream = counter()
    for number in range(100):
        stream.receive(1, number, number * 3000, 1, now=number / 30)
    assert stream.jitter == pytest.approx(0.0, abs=1e-9)
    for number in range(100, 400):
        stream.receive(1, number, number * 3000, 1, now=number / 30 + 0.02 * (number % 2))
    assert stream.jitter == pytest.approx(0.02, rel=0.01)


def test_timestamps_that_jump_or_wrap_are_no_jitter() -> None:
    stream = counter()
    stream.receive(1, 0, 2**32 - 3000, 1, now=0.0)
    stream.receive(1, 1, 0, 1, now=1 / 30)
    stream.receive(1, 2, 2**31, 1, now=2 / 30)
    assert stream.jitter == pytest.approx(0.0, abs=1e-9)


def test_packets_out_of_order_do_not_count_as_jitter() -> None:
    stream = counter()
    stream.receive(1, 0, 0, 1, now=0.0)
    stream.receive(1, 2, 6000, 1, now=2 / 30)
    stream.receive(1, 1, 3000, 1, now=4.0)
    assert stream.jitter == pytest.approx(0.0, abs=1e-9)


def test_there_is_nothing_to_report_before_the_first_packet() -> None:
    assert counter().report(1.0) is None


def test_a_report_tells_of_the_time_since_the_one_before() -> None:
    stream = counter()
    feed(stream, 0, 1, 2, 4)
    first = stream.report(0.0)
    assert first is not None
    assert (first.ssrc, first.highest, first.lost) == (1, 4, 1)
    assert first.fraction_lost == 256 // 5
    assert (first.last_sr, first.since_sr) == (0, 0)
    feed(stream, 5)
    second = stream.report(0.0)
    assert second is not None
    assert (second.fraction_lost, second.lost) == (0, 1)
    third = stream.report(0.0)
    assert third is not None
    assert third.fraction_lost == 0


def test_a_total_loss_is_not_more_than_the_byte_holds() -> None:
    stream = counter()
    feed(stream, 0)
    stream.report(0.0)
    stream.packets_received -= 1
    feed(stream, 2)
    report = stream.report(0.0)
    assert report is not None
    assert report.fraction_lost == 255


def test_a_report_refers_to_the_last_sender_report() -> None:
    stream = counter()
    feed(stream, 0)
    stream.receive_sender_report(0x1122_3344_5566_7788, now=10.0)
    report = stream.report(10.5)
    assert report is not None
    assert (report.last_sr, report.since_sr) == (0x3344_5566, 32768)
    feed(stream, 1, ssrc=2)
    report = stream.report(11.0)
    assert report is not None
    assert report.last_sr == 0
