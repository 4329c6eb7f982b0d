import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import ReadinessLimits
from coordinator.preflight.preflight import Standing
from coordinator.preflight.readiness import PointReadiness, readiness_of
from coordinator.state import Status
from signaling.schema import Presence, Readiness, Reception

LIMITS = ReadinessLimits()
GOOD = Standing(looked=True, fresh=True)
OLD = Standing(looked=True)
NONE = Standing()
MUTE = Standing(looked=True, fresh=True, failed="microphone")
BLOCKED = Standing(looked=True, fresh=True, failed="udp", essential=True)
PLAYS = Status(presence=Presence.ONLINE, reception=Reception.PLAYING)
NO_PACKETS = Status(
    presence=Presence.ONLINE, reception=Reception.CONNECTED, reception_why="no_packets"
)
FROZEN = Status(presence=Presence.ONLINE, reception=Reception.RECEIVING, reception_why="frozen")
LOST = Status(presence=Presence.LOST, reception=Reception.PLAYING)
NEVER = Status()


@pytest.mark.parametrize(
    ("status", "checked_in", "preflight", "expected"),
    [
        (PLAYS, True, GOOD, (Readiness.READY, "checked_in")),
        (PLAYS, True, NONE, (Readiness.CHECKING, "unchecked")),
        (PLAYS, True, OLD, (Readiness.DEGRADED, "check_expired")),
        (PLAYS, True, MUTE, (Readiness.DEGRADED, "preflight_microphone")),
        (PLAYS, True, BLOCKED, (Readiness.FAILED, "preflight_udp")),
        (PLAYS, False, GOOD, (Readiness.CHECKING, "not_checked_in")),
        (PLAYS, False, MUTE, (Readiness.DEGRADED, "preflight_microphone")),
        (NO_PACKETS, True, GOOD, (Readiness.DEGRADED, "no_packets")),
        (NO_PACKETS, False, GOOD, (Readiness.CHECKING, "not_checked_in")),
        (NO_PACKETS, False, NONE, (Readiness.UNCHECKED, "not_checked_in")),
        (FROZEN, True, GOOD, (Readiness.DEGRADED, "frozen")),
        (LOST, True, GOOD, (Readiness.FAILED, "silence")),
        (LOST, False, NONE, (Readiness.UNCHECKED, "not_checked_in")),
        (NEVER, False, NONE, (Readiness.UNCHECKED, "not_checked_in")),
    ],
)
def test_readiness_is_preflight_and_check_in_and_reception(
    status: Status, checked_in: bool, preflight: Standing, expected: tuple[Readiness, str]
) -> None:
    assert readiness_of(status, checked_in, preflight) == expected


@given(
    st.sampled_from([PLAYS, NO_PACKETS, LOST, NEVER]),
    st.booleans(),
    st.sampled_from([GOOD, OLD, NONE, MUTE, BLOCKED]),
)
def test_nothing_is_ready_that_lacks_one_of_the_three(
    status: Status, checked_in: bool, preflight: Standing
) -> None:
    ready = readiness_of(status, checked_in, preflight)[0] is Readiness.READY
    assert ready == (status is PLAYS and checked_in and preflight is GOOD)


def machine(readiness: Readiness) -> PointReadiness:
    return PointReadiness(LIMITS, readiness, "before")


def test_a_ready_point_falls_only_when_what_speaks_against_it_holds() -> None:
    point = machine(Readiness.READY)
    point.receive_verdict(Readiness.DEGRADED, "no_packets", 100.0)
    assert (point.readiness, point.next_timer()) == (Readiness.READY, 105.0)
    point.handle_timer(104.9)
    assert point.readiness is Readiness.READY
    point.handle_timer(105.0)
    assert (point.readiness, point.why) == (Readiness.DEGRADED, "no_packets")
    assert point.next_timer() is None


def test_a_blip_leaves_no_trace() -> None:
    point = machine(Readiness.READY)
    point.receive_verdict(Readiness.DEGRADED, "no_packets", 100.0)
    point.receive_verdict(Readiness.READY, "checked_in", 102.0)
    point.handle_timer(200.0)
    assert (point.readiness, point.why) == (Readiness.READY, "checked_in")


def test_silence_is_believed_at_once_as_presence_was_patient_already() -> None:
    point = machine(Readiness.READY)
    point.receive_verdict(Readiness.FAILED, "silence", 100.0)
    assert point.readiness is Readiness.FAILED


def test_a_degraded_point_rises_after_ten_clean_seconds() -> None:
    point = machine(Readiness.DEGRADED)
    point.receive_verdict(Readiness.READY, "checked_in", 100.0)
    assert point.next_timer() == 110.0
    point.receive_verdict(Readiness.DEGRADED, "no_packets", 109.0)
    point.receive_verdict(Readiness.READY, "checked_in", 111.0)
    point.handle_timer(120.9)
    before = point.readiness
    point.handle_timer(121.0)
    assert [before, point.readiness] == [Readiness.DEGRADED, Readiness.READY]


@pytest.mark.parametrize("before", [Readiness.UNCHECKED, Readiness.CHECKING])
@pytest.mark.parametrize("after", Readiness)
def test_the_first_verdicts_are_taken_at_once(before: Readiness, after: Readiness) -> None:
    point = machine(before)
    point.receive_verdict(after, "now", 100.0)
    assert (point.readiness, point.why) == (after, "now")


def test_another_reason_for_the_same_verdict_is_told_at_once() -> None:
    point = machine(Readiness.DEGRADED)
    point.receive_verdict(Readiness.DEGRADED, "check_expired", 100.0)
    assert point.why == "check_expired"


def test_a_hall_that_tells_nothing_of_itself_is_waited_for_and_then_cannot_be_checked() -> None:
    point = machine(Readiness.CHECKING)
    point.receive_verdict(Readiness.CHECKING, "not_checked_in", 50.0)
    assert point.next_timer() is None
    point.receive_verdict(Readiness.CHECKING, "unchecked", 100.0)
    assert (point.readiness, point.next_timer()) == (Readiness.CHECKING, 220.0)
    point.receive_verdict(Readiness.CHECKING, "unchecked", 200.0)
    point.handle_timer(219.9)
    assert point.why == "unchecked"
    point.handle_timer(220.0)
    assert (point.readiness, point.why) == (Readiness.DEGRADED, "check_missing")
    point.receive_verdict(Readiness.CHECKING, "unchecked", 300.0)
    assert (point.why, point.next_timer()) == ("check_missing", None)
    point.receive_verdict(Readiness.READY, "checked_in", 400.0)
    point.handle_timer(410.0)
    assert point.readiness is Readiness.READY


def test_a_restart_does_not_wait_again_for_what_never_came() -> None:
    point = PointReadiness(ReadinessLimits(), Readiness.DEGRADED, "check_missing")
    point.receive_verdict(Readiness.CHECKING, "unchecked", 1.0)
    point.handle_timer(30.0)
    assert (point.readiness, point.why) == (Readiness.DEGRADED, "check_missing")
