"""One cause, one line: which alarms of many points are one incident."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.alarm import command
from coordinator.alarm.fact import LinkChanged
from coordinator.alarm.fault import point_findings
from coordinator.alarm.state import INCIDENT
from coordinator.fact import BroadcastSet, CoordinatorStarted, PointWithdrawn
from coordinator.fold import replay
from signaling.schema import Broadcast, Phase, Presence, Reception
from tests.harness.ward import Traits, Ward, halls

PROVIDERS = [Traits(provider="Viettel"), Traits(provider="VNPT"), Traits(provider="FPT")]


def town(count: int) -> Ward:
    """Halls of three providers, fifteen places, a unit each."""
    traits = [
        Traits(provider=PROVIDERS[number % 3].provider, place=f"Xã {number // 20}")
        for number in range(count)
    ]
    return Ward(*halls(count, traits))


def of(made: Ward, **wanted: str) -> list[str]:
    return [
        code
        for code, point in made.state.points.items()
        if all(getattr(point, name) == value for name, value in wanted.items())
    ]


def cut_all(made: Ward, codes: list[str], *, every_s: float = 0.02) -> None:
    """Cut lines one after the other, then let presence find out."""
    for code in codes:
        made.cut(code)
        made.wait(every_s)
    made.wait(3)
    for code in codes:
        made.put(code, Presence.LATE, Reception.UNKNOWN, "silence")
    made.wait(9)
    for code in codes:
        made.lose(code)


def test_300_points_with_one_provider_cut_are_one_incident_with_its_halls() -> None:
    made = town(300)
    hit = of(made, provider="Viettel")
    random.Random(1).shuffle(hit)
    cut_all(made, hit)
    made.wait(600)
    [line] = made.open()
    assert (line.what, line.cause, line.name, line.priority) == (
        INCIDENT,
        "provider",
        "Viettel",
        "high",
    )
    members = made.state.alarms.members[line.id]
    assert sorted(str(made.state.alarms.by_id[m].point) for m in members) == sorted(hit)
    assert len(made.told("incident.opened")) == 1
    assert len(made.told("alarm.raised")) == len(hit)
    assert replay(made.chronicle.rows) == made.state


def test_when_they_are_well_again_the_incident_is_over() -> None:
    made = town(60)
    hit = of(made, provider="VNPT")
    cut_all(made, hit)
    for code in hit:
        made.heal(code)
    made.wait(10)
    [line] = made.open()
    assert line.state == "returned"
    made.record(*command.acknowledge(made.state, line.id))
    assert made.open() == []


def test_a_hall_leaves_by_being_well_and_a_later_one_of_the_same_cause_joins() -> None:
    made = town(60)
    hit = of(made, provider="VNPT")
    cut_all(made, hit[:-1])
    made.heal(hit[0])
    made.wait(300)
    made.lose(hit[-1])
    [line] = made.open()
    members = [made.state.alarms.by_id[m] for m in made.state.alarms.members[line.id]]
    there = sorted(str(m.point) for m in members if m.active)
    assert there == sorted(hit[1:])


def test_a_place_is_named_when_it_explains_more_than_the_provider() -> None:
    made = town(300)
    cut_all(made, of(made, place="Xã 3"))
    [line] = made.open()
    assert (line.cause, line.name) == ("place", "Xã 3")


def test_the_first_guess_is_revised_when_more_fall_out() -> None:
    made = town(300)
    hit = of(made, provider="Viettel")
    near = [code for code in hit if code in of(made, place="Xã 3")]
    cut_all(made, near + [code for code in hit if code not in near])
    [line] = made.open()
    assert (line.cause, line.name) == ("provider", "Viettel")
    assert {type(f).__name__ for f in made.told("incident.revised")} == {"IncidentRevised"}


def test_all_at_once_is_the_centres_fault() -> None:
    made = town(92)
    made.record(BroadcastSet(broadcast=Broadcast.ON))
    made.look(relay=False)
    made.wait(4)
    cut_all(made, list(made.state.points))
    causes = {line.cause or line.what: line.name for line in made.open()}
    assert causes == {"relay_lost": "", "centre": "relay_lost"}


def test_all_at_once_without_a_known_fault_of_ours_still_suspects_us() -> None:
    made = town(92)
    codes = list(made.state.points)
    random.Random(2).shuffle(codes)
    cut_all(made, codes)
    [line] = made.open()
    assert (line.cause, line.name, line.priority) == ("centre", "", "high")


def test_halls_with_nothing_in_common_that_fall_at_once_are_one_incident_of_the_moment() -> None:
    made = town(300)
    codes = sorted(made.state.points)
    # No place twice among the first, and of each provider.
    cut_all(made, [*codes[0:100:20], *codes[101:200:20]])
    [line] = made.open()
    assert line.cause == "time"


def test_a_single_hall_that_fails_during_an_incident_keeps_its_own_line() -> None:
    made = town(300)
    hit = of(made, provider="Viettel")
    other = of(made, provider="FPT")[0]
    cut_all(made, [*hit[:50], other, *hit[50:]])
    assert sorted(line.cause or line.what for line in made.open()) == ["lost", "provider"]


def test_one_that_falls_by_chance_among_the_first_does_not_hide_the_cause() -> None:
    made = town(300)
    hit, other = of(made, provider="Viettel"), of(made, provider="FPT")[7]
    made.lose(other)
    # Of different places, so that only the provider can be the cause.
    cut_all(made, [*hit[::7], *[code for code in hit if code not in hit[::7]]])
    [line] = made.open()
    assert (line.cause, line.name) == ("provider", "Viettel")


def test_two_families_do_not_mix() -> None:
    made = town(92)
    hit = of(made, provider="Viettel")
    for code in hit:
        made.record(LinkChanged(point=code, link="poor", why="loss_high"))
        made.heal(code)
    made.wait(5)
    for code in of(made, provider="VNPT"):
        made.lose(code)
    made.lose(hit[0])
    made.wait(60)
    causes = sorted((line.family, line.cause or line.what, line.name) for line in made.open())
    assert causes == [
        ("link", "provider", "Viettel"),
        ("programme", "lost", ""),
        ("programme", "provider", "VNPT"),
    ]


def test_an_incident_that_was_acknowledged_is_gone_with_its_last_hall() -> None:
    made = town(60)
    hit = of(made, provider="VNPT")
    cut_all(made, hit)
    [line] = made.open()
    made.record(*command.acknowledge(made.state, line.id))
    for code in hit:
        made.heal(code)
    made.wait(10)
    assert made.open() == []


def test_failures_far_apart_are_no_incident() -> None:
    made = town(92)
    for code in of(made, provider="Viettel")[:10]:
        made.lose(code)
        made.wait(16)
    assert len(made.open()) == 10
    assert made.incidents() == []


@pytest.mark.parametrize(("count", "need"), [(6, 3), (92, 5), (300, 5), (20, 3)])
def test_how_many_points_are_an_incident(count: int, need: int) -> None:
    made = town(count)
    codes = of(made, provider="Viettel") + of(made, provider="VNPT")
    for code in codes[: need - 1]:
        made.lose(code)
    assert made.incidents() == []
    made.lose(codes[need - 1])
    assert len(made.incidents()) == 1


def test_poor_lines_of_one_provider_are_one_incident_and_never_grave() -> None:
    made = town(92)
    hit = of(made, provider="Viettel")
    for code in hit:
        made.record(LinkChanged(point=code, link="poor", why="loss_high"))
        made.heal(code)
    made.wait(5)
    [line] = made.open()
    assert (line.cause, line.priority) == ("provider", "medium")


def test_points_that_never_came_do_not_hide_that_everybody_is_out() -> None:
    made = Ward(*halls(40, PROVIDERS))
    late = halls(80, PROVIDERS)[40:]
    made.record(*late)
    made.machine.receive_roster(made.state)
    cut_all(made, [f"MH-{n:03d}" for n in range(40)])
    [line] = made.open()
    assert line.cause == "centre"


def test_an_incident_outlives_a_restart() -> None:
    made = town(60)
    hit = of(made, provider="VNPT")
    cut_all(made, hit[:-1])
    made.heal(hit[0])
    made.wait(10)
    made.record(CoordinatorStarted(software="1"))
    made.restart()
    made.lose(hit[-1])
    for code in hit[1:-1]:
        made.lose(code)
    made.wait(60)
    [line] = made.open()
    assert len(made.state.alarms.members[line.id]) == len(hit)
    for code in hit:
        made.heal(code)
    made.wait(10)
    assert [line.state for line in made.open()] == ["returned"]


def test_a_hall_that_leaves_the_roster_leaves_the_incident() -> None:
    made = town(6)
    for code in list(made.state.points)[:3]:
        made.lose(code)
    for code in list(made.state.points)[:3]:
        made.record(PointWithdrawn(code=code))
        made.machine.receive_roster(made.state)
        made.find(code, point_findings(made.state, code))
    assert [line.state for line in made.open()] == ["returned"]


def test_the_end_of_the_broadcast_closes_the_incident() -> None:
    made = town(60)
    cut_all(made, of(made, provider="VNPT"))
    made.enter(Phase.BRANCH_MEETINGS)
    assert [line.state for line in made.open()] == ["returned"]


@settings(max_examples=60)
@given(st.permutations(range(40)), st.integers(0, 39), st.booleans())
def test_in_whatever_order_one_provider_falls_it_is_one_incident(
    order: list[int], extra: int, again: bool
) -> None:
    made = Ward(*halls(120, PROVIDERS))
    hit = [f"MH-{3 * number:03d}" for number in order]
    cut_all(made, hit)
    if again:
        made.heal(hit[extra])
        made.wait(30)
        made.lose(hit[extra])
    made.wait(60)
    [line] = made.open()
    assert (line.cause, line.name) == ("provider", "Viettel")
    assert replay(made.chronicle.rows) == made.state


def test_a_small_fleet_that_is_all_out_suspects_the_centre_at_once() -> None:
    made = town(3)
    for code in list(made.state.points):
        made.lose(code)
    assert [line.cause for line in made.open()] == ["centre"]
