from config.thresholds import ReceptionLimits
from coordinator.judge.line import Answer, Finding
from coordinator.reception.finding import Channel

LIMITS = ReceptionLimits()
RIGHT = Answer(finding=Finding.RIGHT, why="right")


def wrong(why: str = "black") -> Answer:
    return Answer(finding=Finding.WRONG, why=why)


def cannot(why: str = "still") -> Answer:
    return Answer(why=why)


def told(*answers: Answer) -> Channel:
    """Return a channel that was told these, one a second from 0 on."""
    channel = Channel(LIMITS)
    for second, answer in enumerate(answers):
        channel.receive(answer, float(second))
    return channel


def test_two_bad_findings_are_chance_three_of_five_are_a_fault() -> None:
    assert told(wrong(), RIGHT, wrong(), RIGHT).fault is None
    assert told(wrong(), RIGHT, wrong(), RIGHT, wrong()).fault == "black"


def test_the_fault_is_called_what_most_findings_call_it() -> None:
    assert told(wrong("frozen"), wrong("wrong_picture"), wrong("wrong_picture")).fault == (
        "wrong_picture"
    )


def test_a_fault_ends_after_ten_clean_seconds_with_something_right_in_them() -> None:
    channel = told(wrong(), wrong(), wrong())
    for second in range(3, 12):
        channel.receive(RIGHT, float(second))
        assert channel.fault == "black"
    channel.receive(RIGHT, 2.0 + LIMITS.clean_s)
    assert channel.fault is None
    assert channel.proven(2.0 + LIMITS.clean_s)


def test_a_level_that_agrees_ends_an_accusation_but_proves_nothing() -> None:
    channel = told(wrong("silent"), wrong("silent"), wrong("silent"))
    channel.receive(cannot("steady"), 20.0)
    assert channel.fault is None
    assert not channel.proven(20.0)


def test_a_still_programme_keeps_an_accusation_for_a_minute() -> None:
    channel = told(wrong(), wrong(), wrong())
    channel.receive(cannot(), 2.0 + LIMITS.hold_s - 0.1)
    assert channel.fault == "black"
    channel.receive(cannot(), 2.0 + LIMITS.hold_s)
    assert channel.fault is None


def test_three_right_findings_are_a_proof_that_holds_for_a_minute() -> None:
    channel = told(RIGHT, RIGHT)
    assert not channel.proven(1.0)
    channel = told(RIGHT, cannot(), RIGHT, RIGHT)
    assert channel.proven(3.0 + LIMITS.hold_s - 0.1)
    assert not channel.proven(3.0 + LIMITS.hold_s)


def test_a_fault_ends_a_proof() -> None:
    channel = told(RIGHT, RIGHT, RIGHT, wrong(), wrong(), wrong())
    assert not channel.proven(6.0)


def test_who_cannot_be_judged_by_no_fault_of_his_is_excused() -> None:
    assert told(cannot("quiet"), cannot("dark"), cannot("still")).excused()
    assert not told(cannot("still"), cannot("still")).excused()
    assert not told(*[cannot("nothing_reported")] * 5).excused()
    assert not told(wrong(), wrong(), wrong(), cannot(), cannot()).excused()


def test_what_brings_nothing_new_changes_nothing() -> None:
    channel = told(RIGHT, RIGHT, RIGHT)
    channel.receive(cannot("nothing_new"), 4.0)
    assert channel.why == "right"


def test_another_device_begins_anew() -> None:
    channel = told(RIGHT, RIGHT, RIGHT)
    channel.forget()
    assert not channel.proven(3.0)
    channel = told(wrong(), wrong(), wrong())
    channel.forget()
    assert channel.fault is None
