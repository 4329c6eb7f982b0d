import pytest

from config.thresholds import GoLimits
from coordinator.fact import BranchAttendance, CheckedIn, Fact, ReadinessChanged
from coordinator.preflight.board import Machine, board, is_go
from coordinator.preflight.readiness import MediaState
from signaling.schema import Readiness
from tests.harness.facts import Chronicle, planned, point

UTC = "2026-10-04T00:45:00.000Z"
WELL = MediaState(relay=True, studio=True, studio_picture=True, studio_sound=True)


def ready(code: str) -> ReadinessChanged:
    return ReadinessChanged(point=code, readiness=Readiness.READY, why="checked_in")


def here(code: str) -> CheckedIn:
    counts = (BranchAttendance(branch=f"Chi bộ {code}", reported=48),)
    return CheckedIn(point=code, device="d", entered_utc=UTC, branches=counts)


def town(*facts: Fact) -> Chronicle:
    return Chronicle(point("A", main=True), point("B"), planned(main_point="A"), *facts)


def test_an_empty_house_misses_everything_that_can_be_asked_for() -> None:
    found = board(town().state, MediaState(), GoLimits(), Machine(disk_free_bytes=1))
    assert [(c.code, c.met) for c in found] == [
        ("relay", False),
        ("studio_picture", False),
        ("studio_sound", False),
        ("main_point", False),
        ("points_ready", False),
        ("checked_in", False),
        ("disk", False),
    ]


def test_a_house_in_order_may_start() -> None:
    state = town(here("A"), here("B"), ready("A"), ready("B")).state
    found = board(state, WELL, GoLimits(), Machine(disk_free_bytes=2_000_000_000))
    assert is_go(found)
    assert (found[-2].have, found[-2].need, found[-2].of) == (2, 2, 2)


@pytest.mark.parametrize(
    ("media", "unmet"),
    [
        (
            MediaState(relay=True, studio=True, studio_picture=True, studio_sound=False),
            "studio_sound",
        ),
        (MediaState(relay=True, studio=True, studio_sound=True), "studio_picture"),
        (MediaState(relay=True, studio_picture=True, studio_sound=True), "studio_picture"),
    ],
)
def test_a_studio_is_believed_by_what_arrives_of_it(media: MediaState, unmet: str) -> None:
    assert unmet in {c.code for c in board(town().state, media, GoLimits()) if not c.met}


def test_a_studio_whose_sound_nobody_could_hear_yet_is_no_go_and_says_that_it_cannot_tell() -> None:
    state = town(here("A"), here("B"), ready("A"), ready("B")).state
    media = MediaState(relay=True, studio=True, studio_picture=True)
    found = {c.code: c for c in board(state, media, GoLimits())}
    assert (found["studio_sound"].met, found["studio_sound"].known) == (False, False)
    assert not is_go(tuple(found.values()))
    absent = {c.code: c for c in board(state, MediaState(relay=True), GoLimits())}
    assert absent["studio_sound"].known, "without a studio there is no sound, for sure"


@pytest.mark.parametrize(("used", "met"), [(85_000, True), (85_001, False)])
def test_the_uplink_is_held_against_its_budget(used: int, met: bool) -> None:
    media = MediaState(budget_kbps=85_000, egress_kbps=used)
    uplink = next(c for c in board(town().state, media, GoLimits()) if c.code == "uplink")
    assert (uplink.met, uplink.have, uplink.of) == (met, used, 85_000)


def test_critical_points_must_all_be_ready_and_the_main_one_is_not_counted_twice() -> None:
    limits = GoLimits(critical=("A", "B", "withdrawn"))
    state = town(ready("A")).state
    found = {c.code: c for c in board(state, WELL, limits)}
    critical = found["critical_points"]
    assert (critical.met, critical.have, critical.need) == (False, 0, 1)
    assert found["main_point"].met


@pytest.mark.parametrize("sees", [True, False])
def test_a_deployment_with_a_judge_wants_it_to_see_the_programme(sees: bool) -> None:
    found = {c.code: c for c in board(town().state, WELL, GoLimits(), Machine(judge=sees))}
    assert found["judge"].met is sees


def test_without_a_roster_without_a_session_nothing_starts() -> None:
    found = board(Chronicle(planned()).state, WELL, GoLimits(), Machine())
    assert not is_go(found)
    assert {"main_point", "disk", "judge", "uplink"}.isdisjoint({c.code for c in found})
    assert not is_go(board(Chronicle().state, WELL, GoLimits()))
