from typing import get_args

import pytest

from signaling.connection import (
    LOST,
    STEPS,
    Conversation,
    End,
    Return,
    State,
    after_close,
    after_status,
    choose_version,
)
from signaling.errors import ProtocolViolation
from signaling.messages import (
    ClockAnswer,
    ClockProbe,
    FactAcked,
    FromDevice,
    Goodbye,
    Hello,
    PointCard,
    PointReport,
    PreflightReport,
    Refusal,
    SessionState,
    ToDevice,
    Welcome,
)
from tests.signaling.facts import UTC, fact

HELLO = Hello(versions=(1,), spool="s1")
WELCOME = Welcome(
    version=1,
    boot="b1",
    device="d1",
    point=PointCard(code="MH-001", name="Phường Dị Sử"),
    report_interval_s=1.0,
    have_through=0,
    server_utc=UTC,
    session=SessionState(),
)
MESSAGES: list[FromDevice | ToDevice] = [
    HELLO,
    fact(1),
    PointReport(seq=1),
    PreflightReport(run="r1", sent_utc=UTC, checks=()),
    ClockProbe(sent_ms=1.0),
    Goodbye(),
    WELCOME,
    SessionState(),
    FactAcked(spool="s1", seq=1, recorded_utc=UTC),
    ClockAnswer(sent_ms=1.0, received_ms=2.0, answered_ms=3.0),
    Refusal(code="x", text="y"),
]


def at(end: End, state: State) -> Conversation:
    conversation = Conversation(end)
    if state is not State.CONNECTING:
        conversation.receive_opened(now=0.0)
    if state is State.OPEN:
        conversation.receive_message(WELCOME if end is End.DEVICE else HELLO)
    if state is State.CLOSED:
        conversation.receive_closed()
    return conversation


@pytest.mark.parametrize("end", End)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_every_message_in_every_state_is_a_step_or_a_violation(
    end: End, state: State, message: FromDevice | ToDevice
) -> None:
    conversation = at(end, state)
    assert conversation.state is state
    step = STEPS.get((end, state), {}).get(type(message))
    if step is None:
        with pytest.raises(ProtocolViolation, match=f"not allowed while {state}"):
            conversation.receive_message(message)
        assert conversation.state is state
    else:
        conversation.receive_message(message)
        assert conversation.state is step


def test_neither_end_ever_hears_its_own_words() -> None:
    for (end, _state), steps in STEPS.items():
        spoken = ToDevice if end is End.COORDINATOR else FromDevice
        assert not set(steps) & set(spoken.__args__)


def test_the_greeting_is_due_in_ten_seconds() -> None:
    conversation = at(End.COORDINATOR, State.GREETING)
    assert conversation.next_timer() == 10.0
    conversation.handle_timer(now=9.9)
    with pytest.raises(ProtocolViolation, match="no greeting within 10 s"):
        conversation.handle_timer(now=10.0)
    conversation.handle_timer(now=10.0)


def test_a_refusal_does_not_stand_for_the_welcome() -> None:
    conversation = at(End.DEVICE, State.GREETING)
    conversation.receive_message(Refusal(code="x", text="y"))
    assert conversation.next_timer() == 10.0
    conversation.receive_message(WELCOME)
    assert conversation.next_timer() is None


def test_a_transport_opens_only_once() -> None:
    with pytest.raises(ProtocolViolation, match="opened while open"):
        at(End.DEVICE, State.OPEN).receive_opened(now=0.0)


def test_the_device_says_which_version_it_likes_best() -> None:
    assert choose_version((3, 2, 1), spoken=(1, 2)) == 2
    assert choose_version((7,), spoken=(1, 2)) is None
    assert choose_version((1,)) == 1


@pytest.mark.parametrize(
    ("code", "back", "at_least_s"),
    [
        (None, Return.AGAIN, 0.0),
        (1000, Return.AGAIN, 0.0),
        (1006, Return.AGAIN, 0.0),
        (4400, Return.AGAIN, 0.0),
        (4401, Return.NEVER, 0.0),
        (4403, Return.NEVER, 0.0),
        (4408, Return.AGAIN, 0.0),
        (4409, Return.LATER, 30.0),
    ],
)
def test_the_close_code_says_whether_to_come_back(
    code: int | None, back: Return, at_least_s: float
) -> None:
    assert (after_close(code).back, after_close(code).at_least_s) == (back, at_least_s)


def test_only_a_refused_credential_ends_the_attempts() -> None:
    assert after_status(401).back is after_status(403).back is Return.NEVER
    assert after_status(404) == after_status(429) == after_status(503) == LOST


def test_everything_that_may_be_said_to_a_device_is_allowed_once_it_is_open() -> None:
    allowed = set(STEPS[End.DEVICE, State.OPEN])
    assert allowed == set(get_args(ToDevice)) - {Welcome}
