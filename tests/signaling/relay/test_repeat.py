from signaling.relay.repeat import KEPT_S, MAX_KEPT_S, Repeat


def test_a_good_line_gets_every_sound_once() -> None:
    repeat = Repeat()
    for second in range(100):
        repeat.receive_loss(0.01, second)
        repeat.handle_second(second)
    assert repeat.copies == 0


def test_the_worse_the_line_the_more_copies_and_fewer_only_after_a_while() -> None:
    repeat = Repeat()
    repeat.receive_loss(0.02, 0.0)
    assert repeat.copies == 1
    repeat.receive_loss(0.1, 1.0)
    assert repeat.copies == 2
    repeat.receive_loss(0.02, 2.0)
    repeat.handle_second(2.0 + KEPT_S)
    assert repeat.copies in (1, 2)
    for second in range(200):
        repeat.handle_second(2.0 + KEPT_S + second)
    assert repeat.copies == 0


def test_what_is_needed_again_at_once_is_kept_longer_each_time() -> None:
    repeat, now, kept = Repeat(), 0.0, []
    for _ in range(7):
        repeat.receive_loss(0.02, now)
        began = now
        while repeat.copies:
            now += 1.0
            repeat.handle_second(now)
        kept.append(now - began)
        now += 1.0
    assert kept == sorted(kept)
    assert kept[0] == KEPT_S
    assert kept[-1] == MAX_KEPT_S
    now += 10 * MAX_KEPT_S
    repeat.receive_loss(0.02, now)
    repeat.handle_second(now + KEPT_S)
    assert repeat.copies == 0
