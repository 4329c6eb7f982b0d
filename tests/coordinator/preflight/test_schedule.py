from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from config.thresholds import ScheduleLimits
from coordinator.preflight.schedule import PreflightSchedule
from signaling.messages import OrderAction
from signaling.schema import Phase

LIMITS = ScheduleLimits()
START_S = 10_000.0
LOOK, TEST = OrderAction.RUN_PREFLIGHT, OrderAction.TEST_BANDWIDTH
ROOM_KBPS = 1_000_000.0


def schedule(
    now: float, devices: int = 3, *, tested: bool = True, phase: Phase | None = Phase.REHEARSAL
) -> PreflightSchedule:
    made = PreflightSchedule(LIMITS)
    made.receive_session(START_S, phase, now)
    for number in range(devices):
        made.receive_device(f"d{number}")
        if not tested:
            made.receive_untested(f"d{number}", now)
    return made


def play(schedule: PreflightSchedule, until: float) -> list[tuple[float, str, OrderAction]]:
    """Fire the timers up to an instant; return what was asked, and when."""
    asked = []
    while (due := schedule.next_timer()) is not None and due <= until:
        schedule.handle_timer(due)
        asked += [(due, ask.device, ask.action) for ask in schedule.events()]
    return asked


def test_an_hour_and_a_quarter_before_the_start_every_device_looks_at_itself() -> None:
    asked = play(schedule(START_S - 4000), START_S)
    assert [(device, action) for _at, device, action in asked] == [
        ("d0", LOOK),
        ("d1", LOOK),
        ("d2", LOOK),
    ] * 2
    assert [round(START_S - at) for at, *_ in asked] == [3600, 3600, 3600, 900, 900, 900]


def test_a_round_is_spread_so_that_nobody_asks_in_chorus() -> None:
    asked = play(schedule(START_S - 3700, devices=92), START_S - 3000)
    times = [at for at, *_ in asked]
    assert len(times) == 92
    gaps = [b - a for a, b in zip(times, times[1:], strict=False)]
    assert min(gaps) >= LIMITS.spacing_s - 1e-6


def test_a_round_that_was_just_missed_is_caught_up_with_and_an_old_one_is_not() -> None:
    late = schedule(START_S - 3500)
    assert len(play(late, START_S - 1000)) == 3
    too_late = schedule(START_S - 3200)
    assert play(too_late, START_S - 901) == []


def test_a_session_that_is_moved_has_its_rounds_anew() -> None:
    moved = schedule(START_S - 3700, devices=1)
    assert len(play(moved, START_S - 3000)) == 1
    moved.receive_session(START_S + 7200, Phase.PLANNED, START_S - 3000)
    assert [round(START_S + 7200 - at) for at, *_ in play(moved, START_S + 7200)] == [3600, 900]


def test_once_live_nothing_is_asked_any_more() -> None:
    live = schedule(START_S - 3601, devices=92, tested=False)
    live.receive_spare(ROOM_KBPS, START_S - 3601)
    live.handle_timer(START_S - 3600)
    live.receive_session(START_S, Phase.LIVE, START_S - 3600)
    live.events()
    live.receive_device("late")
    live.receive_untested("late", START_S)
    live.receive_spare(ROOM_KBPS, START_S)
    assert play(live, START_S + 1e6) == []
    assert live.events() == []
    assert not live.waits
    assert live.tickets == frozenset()


def test_without_a_session_nobody_tests() -> None:
    idle = PreflightSchedule(LIMITS)
    idle.receive_session(None, None, 0.0)
    idle.receive_device("d1")
    idle.receive_untested("d1", 0.0)
    idle.receive_spare(ROOM_KBPS, 0.0)
    assert (idle.events(), idle.next_timer()) == ([], None)


def test_so_many_test_at_a_time_as_the_uplink_bears() -> None:
    made = schedule(0.0, devices=10, tested=False)
    assert made.events() == [], "nobody tests before the room is known"
    made.receive_spare(13_000.0, 0.0)
    assert Counter(ask.action for ask in made.events()) == {TEST: 2}
    made.receive_spare(13_000.0 - 2 * LIMITS.test_kbps, 1.0)
    assert made.events() == [], "what the two take was theirs already"
    made.receive_ticket_back("d0", 2.0)
    assert [ask.device for ask in made.events()] == ["d2"]


def test_where_the_uplink_is_not_known_they_test_one_after_the_other() -> None:
    made = schedule(0.0, tested=False)
    made.receive_spare(None, 0.0)
    assert [ask.device for ask in made.events()] == ["d0"]
    assert made.waits
    made.receive_gone("d0", 1.0)
    assert [ask.device for ask in made.events()] == ["d1"]


def test_a_full_uplink_lets_nobody_test() -> None:
    made = schedule(0.0, tested=False)
    made.receive_spare(-500.0, 0.0)
    made.receive_spare(5_999.0, 0.0)
    assert made.events() == []


def test_a_turn_ends_by_itself() -> None:
    made = schedule(0.0, devices=2, tested=False)
    made.receive_spare(None, 0.0)
    assert made.tickets == {"d0"}
    assert made.next_timer() == LIMITS.ticket_s
    made.handle_timer(LIMITS.ticket_s)
    assert made.tickets == {"d1"}


def test_a_result_that_grew_old_is_tested_again_but_not_twice_at_once() -> None:
    made = schedule(0.0, devices=1)
    made.receive_spare(None, 0.0)
    made.receive_untested("d0", 1.0)
    assert [ask.action for ask in made.events()] == [TEST]
    made.receive_untested("d0", 2.0)
    made.receive_untested("stranger", 2.0)
    assert (made.events(), made.waits) == ([], False)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["come", "go", "back", "old", "time"]),
        st.integers(0, 9),
        st.floats(0, 60_000),
    ),
    max_size=80,
)


@given(STEPS)
def test_never_are_more_tickets_out_than_the_room_allows(
    steps: list[tuple[str, int, float]],
) -> None:
    made = schedule(0.0, devices=0)
    now, out = 0.0, 0
    for what, number, spare_kbps in steps:
        now += 1.0
        device = f"d{number}"
        before = made.tickets
        made.receive_spare(spare_kbps, now)
        room = (spare_kbps + len(before) * LIMITS.test_kbps) * LIMITS.spare_ratio
        out = len(made.tickets)
        assert out <= max(len(before), min(LIMITS.most, int(room // LIMITS.test_kbps)))
        match what:
            case "come":
                made.receive_device(device)
            case "go":
                made.receive_gone(device, now)
            case "back":
                made.receive_ticket_back(device, now)
            case "old":
                made.receive_untested(device, now)
            case _:
                made.handle_timer(now)
        assert len(made.tickets) <= LIMITS.most
