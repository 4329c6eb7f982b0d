from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import PresenceLimits
from coordinator.presence import PointPresence
from signaling.schema import Presence

LIMITS = PresenceLimits()


def fresh(presence: Presence = Presence.NEVER_SEEN, now: float = 100.0) -> PointPresence:
    return PointPresence("p", LIMITS, presence, now)


def seen(machine: PointPresence) -> list[str]:
    return [f"{event.presence}:{event.why}" for event in machine.events()]


def test_silence_is_late_at_six_seconds_and_lost_at_fifteen() -> None:
    machine = fresh()
    machine.receive_word("agent", 100.0)
    assert machine.next_timer() == 106.0
    machine.handle_timer(105.999)
    machine.handle_timer(106.0)
    assert machine.next_timer() == 115.0
    machine.handle_timer(114.999)
    machine.handle_timer(115.0)
    assert seen(machine) == ["online:word", "late:silence", "lost:silence"]
    assert machine.next_timer() is None
    machine.receive_word("agent", 200.0)
    assert seen(machine) == ["online:word"]


def test_the_point_is_as_present_as_the_best_of_its_devices() -> None:
    machine = fresh()
    machine.receive_word("agent", 100.0)
    machine.receive_word("screen", 110.0)
    machine.handle_timer(115.9)
    assert seen(machine) == ["online:word"]
    machine.receive_goodbye("screen", 115.9)
    assert seen(machine) == ["lost:silence"]


def test_it_has_left_when_the_last_device_says_goodbye() -> None:
    machine = fresh()
    machine.receive_word("agent", 100.0)
    machine.receive_word("screen", 100.0)
    machine.receive_goodbye("screen", 101.0)
    machine.receive_goodbye("agent", 102.0)
    assert seen(machine) == ["online:word", "left:goodbye"]
    assert machine.next_timer() is None


def test_after_a_start_the_unknown_is_lost_only_when_it_stays_silent() -> None:
    machine = fresh(Presence.UNKNOWN)
    assert machine.next_timer() == 115.0
    machine.handle_timer(114.0)
    assert seen(machine) == []
    machine.handle_timer(115.0)
    assert seen(machine) == ["lost:silence"]


def test_who_was_never_seen_is_not_lost() -> None:
    assert fresh().next_timer() is None
    machine = fresh(Presence.LEFT)
    machine.handle_timer(1e9)
    assert seen(machine) == []


STEPS = st.lists(
    st.tuples(st.floats(0, 20), st.sampled_from(["word", "bye", "timer"]), st.sampled_from("ab"))
)


@given(STEPS)
def test_events_never_repeat_and_the_timer_is_never_in_the_past(
    steps: list[tuple[float, str, str]],
) -> None:
    machine, now, last = fresh(), 100.0, Presence.NEVER_SEEN
    for pause, what, device in steps:
        now += pause
        match what:
            case "word":
                machine.receive_word(device, now)
            case "bye":
                machine.receive_goodbye(device, now)
            case _:
                machine.handle_timer(now)
        machine.handle_timer(now)
        for event in machine.events():
            assert event.presence is not last
            last = event.presence
        due = machine.next_timer()
        assert due is None or due > now
    assert last is machine.presence
