from hypothesis import given
from hypothesis import strategies as st

from signaling.fact_window import ANSWER_S, FACTS_PER_S, WINDOW, FactWindow


def send(window: FactWindow, now: float, last_seq: int) -> list[int]:
    """Read from a spool that holds 1..last_seq, none of them acked."""
    wanted = window.wanted(now)
    if wanted is None:
        return []
    seqs = list(range(wanted.after + 1, min(wanted.through, last_seq) + 1))[: wanted.limit]
    window.receive_read(wanted, seqs, now)
    return seqs


def test_an_empty_spool_wants_nothing() -> None:
    window = FactWindow(have_through=0, last_seq=0)
    assert window.wanted(now=0.0) is None
    assert window.next_timer(now=0.0) is None
    assert not window.overdue(now=1e9)


def test_at_most_sixty_four_are_unanswered() -> None:
    window = FactWindow(have_through=0, last_seq=200)
    assert send(window, 0.0, 200) == list(range(1, WINDOW + 1))
    assert window.wanted(now=5.0) is None, "the window is full, whatever the pace allows"
    window.receive_acked(3)
    assert send(window, 5.0, 200) == [65]


def test_only_what_is_asked_for_may_be_skipped() -> None:
    window = FactWindow(have_through=40, last_seq=50)
    wanted = window.wanted(now=0.0)
    assert wanted is not None
    assert (wanted.after, wanted.through, wanted.have_through) == (0, 50, 40)
    window.receive_read(wanted, [7, 41, 50], now=0.0)
    assert window.wanted(now=0.0) is None, "less than the limit: the spool holds no more"


def test_a_new_fact_follows_at_once() -> None:
    window = FactWindow(have_through=0, last_seq=1)
    assert send(window, 0.0, 1) == [1]
    window.receive_saved(2)
    assert window.next_timer(now=1.0) == 1.0
    assert send(window, 1.0, 2) == [2]


def test_a_long_spool_goes_at_the_pace_of_the_protocol() -> None:
    window, now, gone = FactWindow(have_through=0, last_seq=500), 0.0, 0
    while gone < 500:
        seqs = send(window, now, 500)
        for seq in seqs:
            window.receive_acked(seq)
        gone += len(seqs)
        now = window.next_timer(now) or now
    assert abs(now - (500 - WINDOW) / FACTS_PER_S) < 0.2


def test_the_oldest_unanswered_fact_decides_what_is_overdue() -> None:
    window = FactWindow(have_through=0, last_seq=1)
    send(window, 0.0, 1)
    window.receive_saved(2)
    send(window, 4.0, 2)
    assert window.next_timer(now=4.0) == ANSWER_S
    window.receive_acked(1)
    assert not window.overdue(now=ANSWER_S)
    assert window.next_timer(now=4.0) == 4.0 + ANSWER_S
    assert window.overdue(now=4.0 + ANSWER_S)


def test_the_pace_is_waited_for_even_while_an_ack_is_awaited() -> None:
    window = FactWindow(have_through=0, last_seq=65, size=64)
    send(window, 0.0, 65)
    window.receive_acked(1)
    due = window.next_timer(now=0.0)
    assert due is not None
    assert 0.0 < due < ANSWER_S


def test_acks_of_what_was_never_sent_change_nothing() -> None:
    window = FactWindow(have_through=0, last_seq=2)
    window.receive_acked(99)
    assert send(window, 0.0, 2) == [1, 2]


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 30), st.booleans()), max_size=80))
def test_every_fact_goes_once_in_order_within_the_window(
    steps: list[tuple[float, int, bool]],
) -> None:
    window, now, last = FactWindow(have_through=0, last_seq=0), 0.0, 0
    sent: list[int] = []
    open_: set[int] = set()
    for pause, saved, acked in steps:
        now += pause
        last += saved
        window.receive_saved(last)
        seqs = send(window, now, last)
        sent += seqs
        open_ |= set(seqs)
        assert len(open_) <= WINDOW
        if acked and open_:
            seq = min(open_)
            open_.discard(seq)
            window.receive_acked(seq)
    assert sent == list(range(1, len(sent) + 1))
