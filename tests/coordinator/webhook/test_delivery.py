"""When a receiver is told: together, again, and after a failure later and later."""

from coordinator.webhook.delivery import GATHER_S, LIMITS, REPEAT_S, Delivery


def sent(delivery: Delivery, now: float) -> bool:
    assert not delivery.handle_timer(now - 0.01), "early is harmless"
    return delivery.handle_timer(now)


def test_nothing_is_told_while_nothing_happens() -> None:
    delivery = Delivery(lambda: 1.0)
    assert delivery.next_timer() is None
    assert not delivery.handle_timer(1e9)


def test_what_happens_together_is_told_together() -> None:
    delivery = Delivery(lambda: 1.0)
    for at in (10.0, 10.3, 10.6):
        delivery.receive_changed(at)
    assert delivery.next_timer() == 10.0 + GATHER_S
    assert sent(delivery, 11.0)
    delivery.receive_taken(["a"], 11.1)
    assert delivery.told == {"a"}


def test_what_still_fires_is_told_again_and_what_does_not_is_not() -> None:
    delivery = Delivery(lambda: 1.0)
    delivery.receive_changed(0.0)
    assert sent(delivery, GATHER_S)
    delivery.receive_taken(["a"], 2.0)
    assert sent(delivery, 2.0 + REPEAT_S)
    delivery.receive_taken([], 400.0)
    assert (delivery.next_timer(), delivery.told) == (None, frozenset())


def test_what_changes_while_it_is_told_is_told_next() -> None:
    delivery = Delivery(lambda: 1.0)
    delivery.receive_changed(0.0)
    assert sent(delivery, GATHER_S)
    delivery.receive_changed(1.5)
    assert delivery.next_timer() is None, "one at a time"
    delivery.receive_taken([], 2.0)
    assert delivery.next_timer() == 2.0 + GATHER_S


def test_a_receiver_that_fails_is_asked_later_and_later_and_then_as_before() -> None:
    delivery, now, waits = Delivery(lambda: 1.0, told=["old"]), 0.0, []
    delivery.receive_changed(now)
    for _ in range(8):
        due = delivery.next_timer()
        assert due is not None
        waits.append(due - now)
        now = due
        assert sent(delivery, now)
        delivery.receive_failed(now)
    assert waits[:4] == [GATHER_S, GATHER_S + 2, GATHER_S + 4, GATHER_S + 8]
    assert waits[-1] == GATHER_S + LIMITS.cap_s
    assert delivery.told == {"old"}, "what was not taken was not told"
    now = delivery.next_timer() or now
    assert sent(delivery, now)
    delivery.receive_taken(["a"], now)
    delivery.receive_changed(now)
    assert sent(delivery, now + GATHER_S)
    delivery.receive_failed(now)
    assert delivery.next_timer() == now + GATHER_S + 2


def test_a_change_cuts_no_wait_short_and_makes_none_longer() -> None:
    delivery = Delivery(lambda: 1.0)
    delivery.receive_changed(0.0)
    assert sent(delivery, GATHER_S)
    delivery.receive_failed(1.0)
    due = delivery.next_timer()
    delivery.receive_changed(1.5)
    assert delivery.next_timer() == due == 1.0 + GATHER_S + 2
