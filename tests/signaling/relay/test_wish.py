from signaling.relay.wish import FORGIVEN_S, LONGEST_PAUSE_S, KeyWish


def test_the_first_wish_is_passed_on_at_once_and_a_storm_less_and_less() -> None:
    wish = KeyWish()
    passed = [tick / 10 for tick in range(600) if wish.receive(tick / 10)]
    pauses = [b - a for a, b in zip(passed, passed[1:], strict=False)]
    assert passed[0] == 0
    assert pauses == sorted(pauses)
    assert [round(pause) for pause in pauses[:4]] == [1, 2, 4, 8]
    assert max(pauses) <= LONGEST_PAUSE_S + 0.1


def test_a_hall_that_was_content_for_a_while_is_heard_at_once_again() -> None:
    wish = KeyWish()
    assert wish.receive(0.0)
    assert not wish.receive(0.5)
    assert wish.receive(FORGIVEN_S)
    assert not wish.receive(FORGIVEN_S + 0.5)
    assert wish.receive(FORGIVEN_S + 1.0)
