from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.reception import (
    ASK_AGAIN_S,
    GIVE_UP_S,
    MAX_ASKED,
    MAX_MISSING,
    Reception,
)


def fed(*numbers: int, repairs: bool = True) -> Reception:
    reception = Reception(90_000, repairs)
    for at, number in enumerate(numbers):
        reception.receive(number, at * 3000, 100, at / 30)
    return reception


def test_numbers_are_extended_over_the_wrap() -> None:
    reception = Reception(90_000, True)
    got = [reception.receive(n & 0xFFFF, 0, 1, 0.0) for n in range(65_530, 65_550)]
    assert got == list(range(65_530, 65_550))
    assert reception.expected() == 20
    assert reception.lost() == 0


def test_a_late_packet_fills_its_hole_and_a_second_copy_is_nothing() -> None:
    reception = fed(1, 2, 4)
    assert reception.has_holes()
    assert reception.lost() == 1
    assert reception.receive(3, 0, 1, 1.0) == 3
    assert reception.receive(3, 0, 1, 1.0) is None
    assert reception.receive(4, 0, 1, 1.0) is None
    assert (reception.lost(), reception.packets, reception.has_holes()) == (0, 4, False)


def test_a_hole_is_asked_for_at_once_then_again_until_it_is_too_old() -> None:
    reception = Reception(90_000, True)
    reception.receive(1, 0, 1, 0.0)
    reception.receive(4, 0, 1, 0.0)
    assert reception.wanted(0.0) == [2, 3]
    assert reception.wanted(ASK_AGAIN_S / 2) == []
    assert reception.recover(2, 100) == 2
    assert reception.recover(2, 100) is None
    assert reception.wanted(ASK_AGAIN_S) == [3]
    assert (reception.recovered, reception.nacks) == (1, 2)
    assert reception.wanted(GIVE_UP_S) == []
    assert (reception.given_up, reception.has_holes()) == (1, False)


def test_asking_ends_after_so_many_times() -> None:
    reception = fed(1, 3)
    asked = [reception.wanted(0.1 + n * (ASK_AGAIN_S + 0.001)) for n in range(MAX_ASKED + 2)]
    assert asked.count([2]) == MAX_ASKED
    assert reception.given_up == 1


def test_who_does_not_repair_is_not_asked() -> None:
    reception = fed(1, 3, repairs=False)
    assert reception.wanted(0.1) == []
    assert reception.nacks == 0
    assert reception.wanted(5.0) == []
    assert reception.given_up == 1


def test_too_many_holes_are_given_up_at_once() -> None:
    reception = fed(1, 3, 4 + MAX_MISSING)
    assert reception.wanted(0.1) == []
    assert reception.given_up == MAX_MISSING + 1


def test_a_jump_is_another_stream() -> None:
    reception = fed(10, 11, 40_000)
    assert reception.epoch == 1
    assert reception.expected() == 1
    assert not reception.has_holes()


def test_the_report_counts_this_interval_and_all_of_it() -> None:
    reception = fed(1, 2, 3, 5)
    reception.receive_sender_report(0x0123_4567_89AB_CDEF, 10.0)
    first = reception.report(7, 10.5)
    assert (first.ssrc, first.lost, first.highest) == (7, 1, 5)
    assert first.fraction_lost == 256 // 5
    assert first.last_sr == 0x4567_89AB
    assert first.since_sr == 32768
    second = reception.report(7, 11.0)
    assert (second.fraction_lost, second.lost) == (0, 1)
    assert Reception(90_000, True).report(7, 0.0).lost == 0


def test_jitter_is_that_of_rfc_3550() -> None:
    steady = fed(*range(50))
    assert steady.jitter < 1
    shaky = Reception(90_000, True)
    for number in range(200):
        shaky.receive(number, number * 3000, 1, number / 30 + (number % 2) * 0.010)
    assert 800 < shaky.jitter < 1000


def test_a_wrapped_timestamp_is_no_jitter() -> None:
    reception = Reception(90_000, True)
    for number in range(20):
        reception.receive(number, (2**32 - 30_000 + number * 3000) % 2**32, 1, number / 30)
    assert reception.jitter < 1


@given(st.lists(st.integers(0, 65_535), max_size=200))
def test_counts_never_contradict_each_other(numbers: list[int]) -> None:
    reception, now = Reception(90_000, True), 0.0
    for number in numbers:
        now += 0.01
        reception.receive(number, number, 10, now)
        reception.wanted(now)
        assert 0 <= reception.lost() <= reception.expected()
        block = reception.report(1, now)
        assert 0 <= block.fraction_lost <= 255
