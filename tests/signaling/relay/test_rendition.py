import pytest

from signaling.media_plane import Rendition, Why
from signaling.relay.rendition import (
    BAD_WISHES,
    CLEAN_S,
    FAILED_WITHIN_S,
    MAX_CLEAN_S,
    PROVEN_S,
    RTT_WINDOW_S,
    STAY,
    LineWatch,
    Rates,
    Shortest,
    wished,
)

HIGH, LOW, SOUND = Rendition.HIGH, Rendition.LOW, Rendition.SOUND
TWO = Rates(high_bps=2_500_000.0, low_bps=600_000.0, sound_bps=50_000.0)
ONE = Rates(high_bps=2_500_000.0, low_bps=None, sound_bps=50_000.0)


class Viewer:
    """A viewer that reports once a second and gets what its line is said to bear."""

    def __init__(self, rates: Rates = TWO, sent: Rendition = HIGH) -> None:
        self.rates, self.sent, self.now = rates, sent, 100.0
        self.watch = LineWatch(self.now)

    def second(
        self, lost: float = 0.0, rtt_s: float | None = 0.03, estimate: float | None = None
    ) -> Rendition:
        self.now += 1.0
        if estimate is not None:
            self.watch.receive_estimate(estimate)
        self.watch.receive_report(lost, rtt_s, self.now)
        return self.judge()

    def judge(self) -> Rendition:
        self.watch.handle_second(self.rates, self.sent, self.now)
        self.sent = self.watch.best(self.rates, self.sent)
        return self.sent

    def seconds_until(self, rendition: Rendition, limit: int = 1000) -> int:
        for count in range(1, limit):
            if self.second() is rendition:
                return count
        raise AssertionError("it never comes")


def test_a_good_line_gets_the_best() -> None:
    viewer = Viewer()
    assert {viewer.second(lost=0.05) for _ in range(60)} == {HIGH}
    assert (viewer.watch.cap_bps, viewer.watch.why) == (None, Why.NOTHING)


def test_three_bad_seconds_of_five_lower_the_picture_and_two_do_not() -> None:
    viewer = Viewer()
    assert [viewer.second(lost) for lost in (0.2, 0, 0.2, 0, 0, 0.2)] == [HIGH] * 6
    assert viewer.second(0.2) is LOW
    assert viewer.watch.why is Why.LOSS


def test_what_was_repaired_before_the_report_counts_as_lost() -> None:
    viewer = Viewer()
    for _ in range(3):
        viewer.watch.receive_missed(0.25)
        viewer.second(lost=0.01)
    assert viewer.sent is LOW
    assert viewer.watch.why is Why.LOSS


def test_loss_of_half_lowers_it_after_two_seconds() -> None:
    viewer = Viewer()
    assert [viewer.second(0.9), viewer.second(0.9)] == [HIGH, LOW]


def test_below_the_low_picture_there_is_sound_and_below_sound_nothing() -> None:
    viewer = Viewer()
    assert [viewer.second(0.3) for _ in range(9)] == [HIGH] * 2 + [LOW] * 3 + [SOUND] * 4
    cap = viewer.watch.cap_bps
    assert [viewer.second(0.3) for _ in range(6)] == [SOUND] * 6
    assert viewer.watch.cap_bps == cap


def test_without_a_low_picture_the_only_one_gives_way_to_sound() -> None:
    viewer = Viewer(ONE)
    assert [viewer.second(0.3) for _ in range(3)] == [HIGH, HIGH, SOUND]


def test_who_bears_the_rate_of_the_low_picture_gets_an_only_one_of_that_rate() -> None:
    viewer = Viewer()
    for _ in range(3):
        viewer.second(0.3)
    assert viewer.sent is LOW
    viewer.rates = Rates(high_bps=700_000.0, low_bps=None, sound_bps=50_000.0)
    assert viewer.judge() is HIGH


def test_a_queue_in_the_viewers_line_is_bad() -> None:
    viewer = Viewer()
    viewer.second()
    assert [viewer.second(rtt_s=0.6) for _ in range(3)] == [HIGH, HIGH, LOW]
    assert viewer.watch.why is Why.DELAY
    late = Viewer()
    late.second()
    for _ in range(10):
        late.watch.receive_report(0.0, 0.6, late.now)
        late.watch.handle_second(late.rates, late.sent, late.now, lag_s=0.5)
    assert late.watch.cap_bps is None
    silent = Viewer()
    assert {silent.second(rtt_s=None) for _ in range(5)} == {HIGH}
    far = Viewer()
    assert {far.second(rtt_s=0.6) for _ in range(20)} == {HIGH}


@pytest.mark.parametrize("sign", [{"lost": 0.03}, {"rtt_s": 0.15}])
def test_an_estimate_far_below_what_is_sent_is_bad_once_it_means_something(
    sign: dict[str, float],
) -> None:
    viewer = Viewer()
    viewer.second()
    early = [viewer.second(estimate=300_000, **sign) for _ in range(6)]
    assert set(early) == {HIGH}
    assert [viewer.second(estimate=1_000_000, **sign) for _ in range(3)] == [HIGH, HIGH, LOW]
    assert viewer.watch.why is Why.ESTIMATE
    assert {viewer.second(estimate=900_000, **sign) for _ in range(5)} == {LOW}


def test_an_estimate_is_not_believed_while_no_packet_is_lost_and_none_is_late() -> None:
    viewer = Viewer()
    assert {viewer.second(estimate=10_000, rtt_s=0.05) for _ in range(60)} == {HIGH}


def test_an_estimate_made_while_a_slide_stood_says_nothing_of_the_film_after_it() -> None:
    slide = Rates(high_bps=30_000.0, low_bps=None, sound_bps=30_000.0)
    film = Rates(high_bps=600_000.0, low_bps=None, sound_bps=30_000.0)
    viewer = Viewer(slide)
    for _ in range(30):
        assert viewer.second(estimate=90_000) is HIGH
    viewer.rates, estimate = film, 90_000.0
    for _ in range(40):
        # Chromium lets it grow by 8 % a second.
        estimate = min(900_000.0, 1.08 * estimate)
        assert viewer.second(estimate=estimate) is HIGH


def test_asking_for_key_frames_again_and_again_is_bad() -> None:
    viewer = Viewer()
    for _ in range(3):
        for _ in range(BAD_WISHES):
            viewer.watch.receive_wish(viewer.now + 0.9)
        viewer.second()
    assert viewer.sent is LOW
    assert viewer.watch.why is Why.STALLS
    seldom = Viewer()
    for _ in range(20):
        seldom.watch.receive_wish(seldom.now)
        for _ in range(2):
            assert seldom.second() is HIGH


def test_without_a_word_of_the_viewer_nothing_changes() -> None:
    viewer = Viewer()
    for _ in range(100):
        viewer.now += 1.0
        assert viewer.judge() is HIGH


def lowered(times: int = 1) -> Viewer:
    viewer = Viewer()
    for _ in range(3 * times):
        viewer.second(0.3)
    return viewer


def test_after_clean_seconds_the_picture_is_back_one_by_one() -> None:
    viewer = lowered(2)
    assert viewer.sent is SOUND
    assert viewer.seconds_until(LOW) == pytest.approx(CLEAN_S, abs=2)
    assert viewer.seconds_until(HIGH) == pytest.approx(CLEAN_S, abs=2)
    for _ in range(15):
        viewer.second()
    assert viewer.watch.cap_bps is None
    assert viewer.watch.why is Why.NOTHING


def test_a_second_that_is_not_clean_begins_the_count_anew() -> None:
    viewer = lowered()
    for _ in range(5):
        for _ in range(int(CLEAN_S) - 2):
            assert viewer.second() is LOW
        assert viewer.second(lost=0.08) is LOW


def test_who_fails_again_and_again_tries_less_and_less() -> None:
    viewer, waits = lowered(), []
    for _ in range(6):
        waits.append(viewer.seconds_until(HIGH))
        while viewer.sent is HIGH:
            viewer.second(0.3)
    assert waits == sorted(waits)
    assert waits[1] == pytest.approx(2 * waits[0], abs=3)
    assert waits[-1] == pytest.approx(MAX_CLEAN_S, abs=3)


def test_who_proved_itself_is_forgiven() -> None:
    viewer = lowered()
    for _ in range(2):
        viewer.seconds_until(HIGH)
        while viewer.sent is HIGH:
            viewer.second(0.3)
    viewer.seconds_until(HIGH)
    for _ in range(int(PROVEN_S + FAILED_WITHIN_S)):
        viewer.second()
    while viewer.sent is HIGH:
        viewer.second(0.3)
    assert viewer.seconds_until(HIGH) == pytest.approx(CLEAN_S, abs=2)


def test_a_failure_that_comes_late_is_no_failed_try() -> None:
    viewer = lowered()
    viewer.seconds_until(HIGH)
    for _ in range(int(FAILED_WITHIN_S) + 2):
        viewer.second()
    while viewer.sent is HIGH:
        viewer.second(0.3)
    assert viewer.seconds_until(HIGH) == pytest.approx(CLEAN_S, abs=2)


def test_a_picture_that_grows_a_little_is_kept() -> None:
    viewer = lowered()
    viewer.rates = Rates(high_bps=2_500_000.0, low_bps=1_250_000 * STAY - 1, sound_bps=50_000.0)
    assert viewer.judge() is LOW


def test_the_shortest_round_trip_is_forgotten_after_two_windows() -> None:
    shortest = Shortest()
    assert shortest.receive(0.1, 0.0) == 0
    assert shortest.receive(0.5, 1.0) == pytest.approx(0.4)
    assert shortest.receive(0.5, RTT_WINDOW_S) == pytest.approx(0.4)
    assert shortest.receive(0.5, 2 * RTT_WINDOW_S) == 0


def test_the_rates_know_their_ladder() -> None:
    assert TWO.ladder() == (SOUND, LOW, HIGH)
    assert ONE.ladder() == (SOUND, HIGH)
    assert (TWO.of(SOUND), TWO.of(LOW), ONE.of(LOW)) == (0.0, 600_000.0, 2_500_000.0)


@pytest.mark.parametrize(
    ("wish", "bears", "rates", "given"),
    [
        (None, LOW, TWO, LOW),
        (HIGH, SOUND, TWO, HIGH),
        (LOW, HIGH, TWO, LOW),
        (LOW, SOUND, TWO, SOUND),
        (LOW, HIGH, ONE, HIGH),
        (SOUND, HIGH, ONE, SOUND),
    ],
)
def test_a_choice_is_the_most_that_is_given_and_the_best_is_given_whatever_the_line_bears(
    wish: Rendition | None, bears: Rendition, rates: Rates, given: Rendition
) -> None:
    assert wished(wish, bears, rates) is given
