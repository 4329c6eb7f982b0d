"""Who is silent is asked, and given up when he does not answer."""

from coordinator.keepalive import ANSWER_S, SILENT_S, Call, Keepalive


def test_a_line_that_is_heard_is_never_asked() -> None:
    line = Keepalive()
    assert {line.look(float(now), now + 1.0) for now in range(100)} == {Call.NOTHING}


def test_a_silent_line_is_asked_once_and_then_given_up() -> None:
    line = Keepalive()
    assert line.look(0.0, SILENT_S - 0.1) is Call.NOTHING
    assert line.look(0.0, SILENT_S) is Call.ASK
    assert line.look(0.0, SILENT_S + ANSWER_S - 0.1) is Call.NOTHING
    assert line.look(0.0, SILENT_S + ANSWER_S) is Call.GIVE_UP


def test_an_answer_begins_the_silence_anew() -> None:
    line = Keepalive()
    assert line.look(0.0, 10.0) is Call.ASK
    assert line.look(11.0, 12.0) is Call.NOTHING
    assert line.look(11.0, 21.0) is Call.ASK
    # Nobody looked for a while: what was asked before the answer does not count.
    assert line.look(25.0, 60.0) is Call.ASK


def test_who_looks_late_gives_the_time_for_an_answer_all_the_same() -> None:
    line = Keepalive()
    assert line.look(0.0, 600.0) is Call.ASK
    assert line.look(0.0, 600.0 + ANSWER_S / 2) is Call.NOTHING
