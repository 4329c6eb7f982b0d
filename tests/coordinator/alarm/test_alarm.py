"""When a fault becomes an alarm, and when it stops being one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.alarm import command
from coordinator.alarm.fact import AlarmShelved, LinkChanged
from coordinator.alarm.fault import help_wanted, point_findings, two_machines
from coordinator.alarm.state import AlarmState
from coordinator.alarm.type import BY_REASON, TYPES, AlarmType, Family, family_of
from coordinator.errors import Refused
from coordinator.fact import BroadcastSet, CoordinatorStarted, PointWithdrawn
from coordinator.fold import replay
from signaling.schema import Broadcast, Phase, Presence, Reception
from tests.harness.facts import START_S, point
from tests.harness.ward import COMMANDS, SHELF_S, WELL, Ward, halls

A = "MH-000"


def ward(count: int = 2, phase: Phase = Phase.LIVE) -> Ward:
    return Ward(*halls(count), phase=phase)


def test_a_fault_that_lasts_is_an_alarm_and_one_that_passes_is_none() -> None:
    made = ward()
    made.cut(A)
    assert made.lines() == []
    made.heal(A)
    made.wait(60)
    assert made.told("alarm.raised") == []
    made.cut(A)
    made.wait(1)
    assert made.lines() == [(A, "no_programme", "unacknowledged")]


def test_an_alarm_clears_only_when_all_has_been_well_for_a_while() -> None:
    made = ward()
    made.cut(A)
    made.wait(1)
    made.heal(A)
    made.wait(9)
    assert made.lines() == [(A, "no_programme", "unacknowledged")]
    made.wait(1)
    assert made.lines() == [(A, "no_programme", "returned")]
    made.record(*command.acknowledge(made.state, "a1"))
    assert made.lines() == []


def test_one_trouble_with_many_faces_is_one_alarm() -> None:
    made = ward()
    made.cut(A)
    made.wait(3)
    made.put(A, Presence.LATE, Reception.UNKNOWN, "silence")
    made.wait(9)
    made.lose(A)
    assert made.lines() == [(A, "lost", "unacknowledged")]
    made.put(A, Presence.ONLINE, Reception.UNKNOWN, "silence")
    made.wait(3)
    made.put(A, *WELL)
    made.wait(10)
    assert len(made.told("alarm.raised")) == 1
    assert len(made.told("alarm.cleared")) == 1


def test_silence_clears_nothing() -> None:
    made = ward()
    made.cut(A)
    made.wait(1)
    made.put(A, Presence.LATE, Reception.UNKNOWN, "silence")
    made.wait(3600)
    assert made.lines() == [(A, "no_programme", "unacknowledged")]


def test_a_fault_that_comes_back_unseen_is_the_same_alarm() -> None:
    made = ward()
    for _ in range(2):
        made.cut(A)
        made.wait(61)
        made.heal(A)
        made.wait(10)
    [alarm] = made.open()
    assert (alarm.id, alarm.times, alarm.state) == ("a1", 2, AlarmState.RETURNED)


def test_a_fault_that_comes_back_after_it_was_seen_is_a_new_alarm() -> None:
    made = ward()
    made.cut(A)
    made.wait(1)
    made.record(*command.acknowledge(made.state, "a1"))
    made.heal(A)
    made.wait(10)
    assert made.lines() == []
    made.wait(60)
    made.cut(A)
    made.wait(1)
    assert [a.id for a in made.open()] == ["a2"]


def test_a_chattering_fault_is_one_alarm_that_says_so() -> None:
    made = ward()
    for _ in range(20):
        made.cut(A)
        made.wait(0.5)
        made.heal(A)
        made.wait(5)
    [alarm] = made.open()
    assert (alarm.flapping, alarm.what, alarm.times) == (True, "no_programme", 1)
    assert len(made.told("alarm.raised")) + len(made.told("alarm.changed")) == 1
    made.wait(54)
    assert made.lines() == [(A, "no_programme", "unacknowledged")]
    made.wait(1)
    assert made.lines() == [(A, "no_programme", "returned")]


def test_a_chattering_fault_that_stays_is_a_plain_one_again() -> None:
    made = ward()
    for _ in range(3):
        made.heal(A)
        made.wait(2)
        made.cut(A)
        made.wait(2)
    [alarm] = made.open()
    assert alarm.flapping
    made.wait(60)
    [alarm] = made.open()
    assert not alarm.flapping
    assert alarm.active


@pytest.mark.parametrize(
    ("phase", "presence", "after_s", "expected"),
    [
        (Phase.PLANNED, Presence.LOST, 100, []),
        (Phase.CHECK_IN, Presence.NEVER_SEEN, 3600, []),
        (Phase.LIVE, Presence.NEVER_SEEN, 59, []),
        (Phase.LIVE, Presence.NEVER_SEEN, 60, [(A, "not_joined", "unacknowledged")]),
        (Phase.CHECK_IN, Presence.LEFT, 3600, []),
        (Phase.LIVE, Presence.LEFT, 5, [(A, "left", "unacknowledged")]),
        (Phase.CHECK_IN, Presence.LOST, 29, []),
        (Phase.CHECK_IN, Presence.LOST, 30, [(A, "lost", "unacknowledged")]),
        (Phase.LIVE, Presence.LOST, 0, [(A, "lost", "unacknowledged")]),
        (Phase.BRANCH_MEETINGS, Presence.LOST, 3600, []),
        (Phase.CLOSED, Presence.LEFT, 3600, []),
    ],
)
def test_each_phase_alarms_about_what_matters_in_it(
    phase: Phase, presence: Presence, after_s: float, expected: list[tuple[str, str, str]]
) -> None:
    made = ward(phase=phase)
    made.put(A, presence, Reception.UNKNOWN, "silence")
    made.wait(after_s)
    assert made.lines() == expected


def test_the_end_of_the_broadcast_ends_the_alarms_about_it() -> None:
    made = ward()
    made.lose(A)
    made.enter(Phase.BRANCH_MEETINGS)
    made.put("MH-001", Presence.LEFT, Reception.UNKNOWN, "silence")
    made.wait(3600)
    assert made.lines() == []


def test_what_was_low_before_the_start_is_grave_after_it() -> None:
    made = ward(phase=Phase.CHECK_IN)
    made.lose(A)
    made.wait(30)
    [alarm] = made.open()
    assert alarm.priority == "low"
    made.enter(Phase.LIVE)
    [alarm] = made.open()
    assert (alarm.priority, alarm.id) == ("medium", "a1")


def test_the_main_point_is_always_grave() -> None:
    made = Ward(point(A, main=True), *halls(3)[1:], phase=Phase.CHECK_IN)
    made.lose(A)
    made.wait(30)
    assert [a.priority for a in made.open()] == ["high"]


def test_a_hall_that_speaks_but_says_nothing_of_the_programme_is_found() -> None:
    made = ward()
    made.put(A, Presence.ONLINE, Reception.UNKNOWN, "silence")
    made.wait(29)
    assert made.lines() == []
    made.wait(1)
    assert made.lines() == [(A, "no_report", "unacknowledged")]


def test_a_poor_line_is_an_alarm_of_its_own_until_the_hall_is_lost() -> None:
    made = ward()
    made.record(LinkChanged(point=A, link="bad", why="loss_high"))
    made.heal(A)
    made.wait(5)
    assert made.lines() == [(A, "link_poor", "unacknowledged")]
    made.lose(A)
    assert made.lines() == [(A, "lost", "unacknowledged")]


def test_the_operators_contradiction_stands_beside_the_machines_verdict() -> None:
    made = ward()
    made.put(A, Presence.ONLINE, Reception.VERIFIED, "room_contradicts")
    assert made.lines() == [(A, "room_contradicts", "unacknowledged")]


def test_two_machines_with_one_credential_are_an_alarm_beside_all_others() -> None:
    made = ward()
    made.find(A, two_machines(made.state))
    assert (A, "two_machines", "unacknowledged") in made.lines()


def test_a_call_for_help_ends_when_somebody_says_so() -> None:
    made = ward()
    made.find(A, help_wanted(made.state, "echo"))
    assert made.lines() == [(A, "help_wanted", "unacknowledged")]
    made.heal(A)
    made.wait(3600)
    assert made.lines() == [(A, "help_wanted", "unacknowledged")]
    made.record(*command.resolve(made.state, "a1"))
    assert made.lines() == []


def test_a_call_for_help_before_the_session_is_no_alarm() -> None:
    made = ward(phase=Phase.PLANNED)
    made.find(A, help_wanted(made.state, "echo"))
    assert made.lines() == []


def test_a_point_that_leaves_the_roster_takes_its_alarms_along() -> None:
    made = ward()
    made.lose(A)
    made.record(PointWithdrawn(code=A))
    made.machine.receive_roster(made.state)
    made.find(A, point_findings(made.state, A))
    assert made.lines() == []


@pytest.mark.parametrize(
    ("media", "what", "after_s"),
    [
        ({"relay": False}, "relay_lost", 4),
        ({"studio": False}, "studio_lost", 3),
        ({"programme": "studio-backup"}, "studio_backup", 5),
    ],
)
def test_the_centres_own_faults_are_alarms(
    media: dict[str, Any], what: str, after_s: float
) -> None:
    made = ward()
    made.record(BroadcastSet(broadcast=Broadcast.ON))
    made.look(**media)
    made.wait(after_s)
    assert made.lines() == [(None, what, "unacknowledged")]
    made.look(relay=True, studio=True, programme="studio")
    made.wait(10)
    assert made.lines() == [(None, what, "returned")]


def test_a_line_at_its_end_is_the_centres_alarm_and_goes_with_room() -> None:
    made = ward(phase=Phase.LIVE)
    made.look(egress_kbps=80_000, budget_kbps=85_000)
    made.wait(20)
    assert made.lines() == []
    made.look(egress_kbps=84_000)
    made.wait(20)
    assert made.lines() == [(None, "uplink_full", "unacknowledged")]
    made.look(egress_kbps=60_000)
    made.wait(60)
    assert made.lines() == [(None, "uplink_full", "returned")]


def test_a_full_disk_is_an_alarm_in_every_phase() -> None:
    made = ward(phase=Phase.CLOSED)
    made.look(disk_low=True)
    made.wait(1)
    assert made.lines() == [(None, "disk_low", "unacknowledged")]


def test_a_shelved_alarm_comes_back_by_itself() -> None:
    made = ward()
    made.lose(A)
    now_s = START_S + made.now
    made.record(*command.shelve(made.state, "a1", for_s=600, reason="r", now_s=now_s))
    made.machine.receive_shelved("a1", 600, made.now)
    assert made.lines() == [(A, "lost", "shelved")]
    made.wait(599)
    assert made.lines() == [(A, "lost", "shelved")]
    made.wait(1)
    assert made.lines() == [(A, "lost", "unacknowledged")]


def test_what_clears_while_shelved_is_gone_when_the_shelf_ends() -> None:
    made = ward()
    made.lose(A)
    made.record(*command.shelve(made.state, "a1", for_s=600, reason="r", now_s=START_S))
    made.machine.receive_shelved("a1", 600, made.now)
    made.heal(A)
    made.wait(60)
    assert made.lines() == [(A, "lost", "shelved")]
    made.wait(600)
    assert made.lines() == []


def test_a_shelf_that_was_ended_by_hand_does_not_end_again() -> None:
    made = ward()
    made.lose(A)
    made.record(*command.shelve(made.state, "a1", for_s=600, reason="r", now_s=START_S))
    made.machine.receive_shelved("a1", 600, made.now)
    made.record(*command.unshelve(made.state, "a1"))
    made.wait(600)
    assert len(made.told("alarm.unshelved")) == 1


def test_a_longer_shelf_replaces_a_shorter_one() -> None:
    made = ward()
    made.lose(A)
    for for_s in (60, 600):
        made.record(*command.shelve(made.state, "a1", for_s=for_s, reason="r", now_s=START_S))
        made.machine.receive_shelved("a1", for_s, made.now)
    made.wait(599)
    assert made.lines() == [(A, "lost", "shelved")]
    made.wait(1)
    assert made.lines() == [(A, "lost", "unacknowledged")]


# --- what must hold whatever happens ------------------------------------------------------

CODES = ("MH-000", "MH-001", "MH-002", "MH-003")
VERDICTS = st.sampled_from(
    [
        WELL,
        (Presence.ONLINE, Reception.CONNECTED, "no_packets"),
        (Presence.ONLINE, Reception.PLAYING, "silent"),
        (Presence.LATE, Reception.UNKNOWN, "silence"),
        (Presence.LOST, Reception.UNKNOWN, "silence"),
        (Presence.LEFT, Reception.UNKNOWN, "silence"),
    ]
)
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(CODES), VERDICTS),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 2.0, 12.0, 61.0]), st.none()),
    st.tuples(st.just("phase"), st.sampled_from([Phase.LIVE, Phase.CHECK_IN]), st.none()),
    st.tuples(st.just("command"), st.integers(0, 5), st.sampled_from(sorted(COMMANDS))),
    st.tuples(st.just("restart"), st.none(), st.none()),
)


def act(made: Ward, step: tuple[str, object, object]) -> None:
    match step:
        case ("put", str(code), (Presence() as presence, Reception() as reception, str(why))):
            made.put(code, presence, reception, why)
        case ("wait", float(seconds), _):
            made.wait(seconds)
        case ("phase", Phase() as phase, _):
            made.enter(phase)
        case ("restart", _, _):
            made.record(CoordinatorStarted(software="1"))
            made.restart()
        case ("command", int(number), str(name)):
            ids = list(made.state.alarms.by_id)
            if number < len(ids):
                try_command(made, ids[number], name)
        case _:
            raise AssertionError(step)


def try_command(made: Ward, id_: str, name: str) -> None:
    try:
        facts = COMMANDS[name](made.state, id_, START_S + made.now)
    except Refused:
        return
    made.record(*facts)
    for fact in facts:
        if isinstance(fact, AlarmShelved):
            made.machine.receive_shelved(id_, SHELF_S, made.now)


@settings(max_examples=200)
@given(st.lists(STEPS, max_size=60))
def test_no_alarm_is_lost_or_doubled_in_any_order(steps: list[tuple[str, object, object]]) -> None:
    made = Ward(*halls(4))
    for step in steps:
        act(made, step)
        alarms = made.state.alarms
        open_keys = [
            (a.point, a.family)
            for a in map(alarms.by_id.__getitem__, alarms.open)
            if a.what != "incident"
        ]
        assert len(open_keys) == len(set(open_keys)), "one alarm per point and family"
        assert {alarms.by_id[id_].id for id_ in alarms.by_key.values()} <= set(alarms.open)
    assert replay(made.chronicle.rows) == made.state
    # Long after everything is well, nothing is active; while a hall is out, it has its alarm.
    made.enter(Phase.LIVE)
    for code in CODES[1:]:
        made.heal(code)
    made.lose(A)
    made.wait(200)
    active = [a for a in map(made.state.alarms.by_id.__getitem__, made.state.alarms.open)]
    hurt = [a.point for a in active if a.active and a.what != "incident"]
    assert hurt == [A]


def test_an_hour_of_a_lossy_line_and_a_still_picture_raises_nothing() -> None:
    """Verdicts that the machines before us give at 2 % loss: nothing to do with us may alarm."""
    made = ward(count=20)
    for minute in range(60):
        for number, code in enumerate(made.state.points):
            if (minute + number) % 7 == 0:
                made.put(code, Presence.ONLINE, Reception.RECEIVING, "key_frames_only")
            elif (minute + number) % 11 == 0:
                # A stall shorter than the delay.
                made.put(code, Presence.ONLINE, Reception.RECEIVING, "no_frames")
                made.wait(0.02)
                made.heal(code)
            else:
                made.heal(code)
        made.wait(60 - 0.4)
    assert made.told("alarm.raised") == []


# --- the table -------------------------------------------------------------------------------


def test_every_type_has_a_row_and_every_reason_a_type() -> None:
    assert set(TYPES) == set(AlarmType)
    assert {family_of(reason.what) for reason in BY_REASON.values()} == {
        Family.PROGRAMME,
        Family.ROOM,
    }


@pytest.mark.parametrize("why", BY_REASON)
def test_every_reason_raises_its_alarm(why: str) -> None:
    made = ward()
    made.put(A, Presence.ONLINE, Reception.RECEIVING, why)
    made.wait(10)
    assert made.lines() == [(A, BY_REASON[why].what.value, "unacknowledged")]
