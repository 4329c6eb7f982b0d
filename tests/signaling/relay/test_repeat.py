from signaling.relay.repeat import KEPT_S, MAX_KEPT_S, Repeat


def test_a_good_line_and_a_sound_lost_now_and_then_need_no_copies() -> None:
    repeat = Repeat()
    for second in range(100):
        repeat.handle_second(0.04 if second % 10 == 0 else 0.0, second)
        assert repeat.copies == 0


def test_the_worse_the_line_the_more_copies_and_fewer_only_after_a_while() -> None:
    repeat, now = Repeat(), 0.0
    while repeat.copies == 0:
        now += 1.0
        repeat.handle_second(0.02, now)
    assert repeat.copies == 1
    for _ in range(3):
        now += 1.0
        repeat.handle_second(0.3, now)
    assert repeat.copies == 2
    held = [0]
    while repeat.copies:
        now += 1.0
        before = repeat.copies
        repeat.handle_second(0.0, now)
        held[-1] += 1
        held += [0] * (before - repeat.copies)
    assert len(held) == 3
    assert min(held[:2]) >= KEPT_S


def test_what_is_needed_again_at_once_is_kept_longer_each_time() -> None:
    repeat, now, kept = Repeat(), 0.0, []
    for _ in range(7):
        while repeat.copies == 0:
            now += 1.0
            repeat.handle_second(0.02, now)
        began = now
        while repeat.copies:
            now += 1.0
            repeat.handle_second(0.0, now)
        kept.append(now - began)
    assert kept == sorted(kept)
    assert kept[-1] >= MAX_KEPT_S
    now += 10 * MAX_KEPT_S
    while repeat.copies == 0:
        now += 1.0
        repeat.handle_second(0.02, now)
    began = now
    while repeat.copies:
        now += 1.0
        repeat.handle_second(0.0, now)
    assert now - began < 2 * KEPT_S
