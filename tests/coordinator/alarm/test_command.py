"""What technicians can do to an alarm: every command in every state, and who may."""

import pytest

from coordinator.alarm import command
from coordinator.alarm.fact import AlarmAcknowledged, AlarmShelved, PointsShared
from coordinator.alarm.state import AlarmState
from coordinator.errors import Refused
from coordinator.fact import PointWithdrawn, TokenIssued
from coordinator.fold import replay
from tests.harness.facts import START_S
from tests.harness.ward import COMMANDS, Ward, halls

A = "MH-000"


def ward() -> Ward:
    return Ward(*halls(2))


def in_state(state: AlarmState) -> Ward:
    made = ward()
    made.cut(A)
    made.wait(1)
    match state:
        case AlarmState.ACKNOWLEDGED:
            made.record(AlarmAcknowledged(alarm="a1"))
        case AlarmState.RETURNED:
            made.heal(A)
            made.wait(10)
        case AlarmState.SHELVED:
            until = "2027-01-01T00:00:00.000Z"
            made.record(AlarmShelved(alarm="a1", until_utc=until, reason="r"))
        case AlarmState.CLOSED:
            made.record(AlarmAcknowledged(alarm="a1"))
            made.heal(A)
            made.wait(10)
        case AlarmState.UNACKNOWLEDGED:
            pass
    assert made.state.alarms.by_id["a1"].state is state
    return made


S = AlarmState
TABLE: dict[str, dict[AlarmState, AlarmState | str]] = {
    "acknowledge": {
        S.UNACKNOWLEDGED: S.ACKNOWLEDGED,
        S.ACKNOWLEDGED: S.ACKNOWLEDGED,
        S.RETURNED: S.CLOSED,
        S.SHELVED: S.SHELVED,
        S.CLOSED: "alarm_closed",
    },
    "shelve": {
        S.UNACKNOWLEDGED: S.SHELVED,
        S.ACKNOWLEDGED: S.SHELVED,
        S.RETURNED: S.SHELVED,
        S.SHELVED: S.SHELVED,
        S.CLOSED: "alarm_closed",
    },
    "unshelve": {
        S.UNACKNOWLEDGED: S.UNACKNOWLEDGED,
        S.ACKNOWLEDGED: S.ACKNOWLEDGED,
        S.RETURNED: S.RETURNED,
        S.SHELVED: S.UNACKNOWLEDGED,
        S.CLOSED: "alarm_closed",
    },
    "take": {
        S.UNACKNOWLEDGED: S.ACKNOWLEDGED,
        S.ACKNOWLEDGED: S.ACKNOWLEDGED,
        S.RETURNED: S.CLOSED,
        S.SHELVED: S.SHELVED,
        S.CLOSED: "alarm_closed",
    },
    "release": {
        S.UNACKNOWLEDGED: S.UNACKNOWLEDGED,
        S.ACKNOWLEDGED: S.ACKNOWLEDGED,
        S.RETURNED: S.RETURNED,
        S.SHELVED: S.SHELVED,
        S.CLOSED: "alarm_closed",
    },
    "note": {state: state for state in S},
    "resolve": {state: "not_resolvable" for state in S} | {S.CLOSED: "alarm_closed"},
}


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("state", S)
def test_every_command_in_every_state(name: str, state: AlarmState) -> None:
    made, expected = in_state(state), TABLE[name][state]
    if not isinstance(expected, AlarmState):
        with pytest.raises(Refused) as refused:
            COMMANDS[name](made.state, "a1", START_S)
        assert refused.value.code == expected
        return
    made.record(*COMMANDS[name](made.state, "a1", START_S))
    assert made.state.alarms.by_id["a1"].state is expected
    assert replay(made.chronicle.rows) == made.state


@pytest.mark.parametrize("name", TABLE)
def test_no_command_knows_an_alarm_that_is_not(name: str) -> None:
    with pytest.raises(Refused) as refused:
        COMMANDS[name](ward().state, "a1", START_S)
    assert refused.value.code == "unknown_alarm"


def test_two_who_press_at_once_do_not_both_have_it() -> None:
    made = ward()
    made.lose(A)
    made.record(*command.take(made.state, "a1", "test", None))
    assert command.take(made.state, "a1", "test", None) == []
    with pytest.raises(Refused, match="somebody else"):
        command.take(made.state, "a1", "token:other", None)
    with pytest.raises(Refused, match="somebody else"):
        command.release(made.state, "a1", "token:other")
    assert command.take(made.state, "a1", "user:other", "test") != []
    made.record(*command.release(made.state, "a1", "test"))
    assert made.state.alarms.by_id["a1"].taken_by is None


@pytest.mark.parametrize(
    ("for_s", "reason", "code"),
    [(60, None, "reason_required"), (1801, "r", "shelf_too_long"), (0, "r", "shelf_too_long")],
)
def test_a_shelf_needs_a_reason_and_an_end(for_s: float, reason: str | None, code: str) -> None:
    made = in_state(S.UNACKNOWLEDGED)
    with pytest.raises(Refused) as refused:
        command.shelve(made.state, "a1", for_s=for_s, reason=reason, now_s=START_S)
    assert refused.value.code == code


def test_points_are_shared_out_among_technicians() -> None:
    made = ward()
    made.record(TokenIssued(token="t1", role="technician", name="Kỹ thuật viên 1", hash="h"))
    made.record(TokenIssued(token="t2", role="viewer", name="Khách", hash="h"))
    made.record(*command.share(made.state, [A, "MH-001"], "t1"))
    assert made.state.shares == {A: "t1", "MH-001": "t1"}
    assert command.share(made.state, [A], "t1") == []
    assert command.share(made.state, [A], None) == [PointsShared(technician=None, points=(A,))]
    made.record(*command.share(made.state, [A], None))
    assert made.state.shares == {"MH-001": "t1"}
    made.record(PointWithdrawn(code="MH-001"))
    assert made.state.shares == {}
    for points, technician, code in (
        (["X"], "t1", "unknown_point"),
        ([A], "t2", "unknown_technician"),
        ([A], "t9", "unknown_technician"),
    ):
        with pytest.raises(Refused) as refused:
            command.share(made.state, points, technician)
        assert refused.value.code == code
