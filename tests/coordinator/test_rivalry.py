from coordinator.rivalry import QUARANTINE_S, SPOKE_S, TAKEOVERS, WINDOW_S, Rivalry

D = "d1"


def test_a_machine_that_comes_back_to_its_own_dead_line_fights_with_nobody() -> None:
    rivalry = Rivalry()
    for n in range(20):
        now = n * 5.0
        assert not rivalry.receive_takeover(D, now - SPOKE_S - 0.1, now)
        assert rivalry.wait_s(D, now) == 0


def test_who_replaces_a_living_one_again_and_again_must_wait() -> None:
    rivalry, fights, now = Rivalry(), [], 0.0
    for n in range(TAKEOVERS):
        now = n * 31.0
        assert rivalry.wait_s(D, now) == 0
        fights.append(rivalry.receive_takeover(D, now - 0.5, now))
    assert fights == [False] * (TAKEOVERS - 1) + [True]
    assert rivalry.wait_s(D, now + 20.0) == QUARANTINE_S - 20.0
    assert rivalry.wait_s("d2", now + 20.0) == 0
    assert rivalry.wait_s(D, now + QUARANTINE_S) == 0
    assert rivalry.wait_s(D, now + QUARANTINE_S) == 0


def test_who_goes_on_fighting_waits_again_at_once() -> None:
    rivalry = Rivalry()
    for n in range(TAKEOVERS):
        rivalry.receive_takeover(D, n * 31.0, n * 31.0)
    later = (TAKEOVERS - 1) * 31.0 + QUARANTINE_S + 1.0
    assert rivalry.wait_s(D, later) == 0
    assert rivalry.receive_takeover(D, later, later)


def test_takeovers_far_apart_are_no_fight() -> None:
    rivalry = Rivalry()
    for n in range(20):
        now = n * WINDOW_S
        assert not rivalry.receive_takeover(D, now, now)
