"""The low picture: one timeline with the other, gone with its source."""

import pytest

from signaling import rtp
from signaling.relay.clock import SAME_CLOCK_S, SourceClock, ntp_from_seconds
from signaling.relay.intake import Packet
from signaling.relay.output import Output
from signaling.relay.plan import LOW, VIDEO
from signaling.relay.programme import SLATE, Programme
from signaling.relay.splice import Out
from tests.signaling.relay.feeds import DELTA, KEY, picture

BOTH = frozenset({"video", "audio"})
NTP = 3_000_000_000.0


def low(number: int, timestamp: int, key: bool = False) -> Packet:
    return Packet(LOW, 0, number, timestamp & 0xFFFF_FFFF, True, KEY if key else DELTA, key)


class Studio:
    """An encoder that sends frame n in both pictures; the low one comes ``lag_s`` later."""

    def __init__(self, *, lag_s: float = 0.01, skew_s: float = 0.0) -> None:
        self.retuned = 0
        self.programme = Programme({"video": 2**32 - 500_000, "audio": 7}, "studio", stall_s=1.0)
        self.output = Output("programme", self.programme, retune=self._retune)
        self.high, self.low = SourceClock(), SourceClock()
        self.lag_s, self.skew_s, self.now = lag_s, skew_s, 10.0
        self.programme.add_source(SLATE, BOTH, SourceClock())
        self.programme.add_source("studio", BOTH, self.high)
        self.programme.add_low("studio", self.low)
        self.report()

    def _retune(self) -> None:
        self.retuned += 1

    def report(self) -> None:
        for clock, kind, first, delay_s in (
            (self.high, "video", 1000, 0.04),
            (self.low, LOW, 2**32 - 9000, 0.04 + self.lag_s),
        ):
            ntp = ntp_from_seconds(NTP + self.now + self.skew_s * (kind == LOW))
            stamp = first + round(self.now * 90_000) & 0xFFFF_FFFF
            clock.receive_report(kind, 90_000, (ntp, stamp), self.now + delay_s)

    def frames(self, first: int, end: int) -> dict[str, Out]:
        """Send key frames; return what leaves of the last."""
        outs: dict[str, Out] = {}
        for number in range(first, end):
            outs = self.frame(number, key=True)
        return outs

    def frame(self, number: int, *, key: bool = False, kinds: str = "hl") -> dict[str, Out]:
        """Send a frame; return what leaves, by track."""
        self.now = at = 10.0 + number / 25
        outs: dict[str, Out] = {}
        stamp = round(at * 90_000)
        if "h" in kinds:
            packet = picture(number, 1000 + stamp & 0xFFFF_FFFF, key)
            outs |= dict(self.programme.receive("studio", packet, at + 0.04))
        if "l" in kinds:
            packet = low(number, 2**32 - 9000 + stamp, key)
            outs |= dict(self.programme.receive("studio", packet, at + 0.04 + self.lag_s))
        self.programme.handle_timer(at + 0.06)
        return outs


@pytest.mark.parametrize("lag_s", [-0.03, 0.0, 0.01, 0.15])
def test_a_frame_has_one_timestamp_in_both_pictures(lag_s: float) -> None:
    studio = Studio(lag_s=lag_s)
    studio.frame(0, key=True)
    studio.frame(1)
    for number in range(2, 300):
        outs = studio.frame(number, key=number % 50 == 2)
        assert outs[VIDEO].timestamp == pytest.approx(outs[LOW].timestamp, abs=1)
    assert studio.programme.has_low()
    reported = [studio.programme.timestamp_at(track, 30.0) for track in (VIDEO, LOW)]
    assert reported[0] == pytest.approx(reported[1], abs=2)


def test_a_second_machine_with_another_clock_is_placed_by_its_own() -> None:
    studio = Studio(skew_s=3 * SAME_CLOCK_S)
    outs = studio.frames(0, 3)
    assert abs(outs[VIDEO].timestamp - outs[LOW].timestamp) < 0.05 * 90_000


def test_a_low_publisher_without_reports_is_placed_by_its_arrival() -> None:
    studio = Studio()
    studio.programme.add_low("studio", SourceClock())
    outs = studio.frames(0, 3)
    assert rtp.extend(outs[LOW].timestamp, outs[VIDEO].timestamp, 32) > outs[VIDEO].timestamp


def test_the_low_picture_begins_with_a_key_frame_and_is_asked_for_one() -> None:
    studio = Studio()
    assert not studio.output.needs_low_key_frame_of("studio")
    studio.frame(0, key=True, kinds="h")
    assert set(studio.frame(1)) == {VIDEO}
    assert studio.output.needs_low_key_frame_of("studio")
    assert not studio.programme.has_low()
    assert set(studio.frame(2, key=True)) == {VIDEO, LOW}
    assert not studio.output.needs_low_key_frame_of("studio")
    assert studio.programme.has_low()


def on_air() -> Studio:
    studio = Studio()
    studio.frames(0, 3)
    studio.output.look()
    assert studio.programme.has_low()
    studio.retuned = 0
    return studio


def test_it_ends_when_another_source_is_seen_and_viewers_hear_of_it_before_the_cut() -> None:
    studio = on_air()
    studio.programme.add_source("point/a", BOTH, SourceClock())
    studio.programme.set_floor("point/a")
    studio.output.receive("point/a", picture(1, 0, key=True), studio.now + 0.1)
    assert studio.programme.on_air(VIDEO) == "point/a"
    assert (studio.programme.has_low(), studio.retuned) == (False, 1)
    studio.programme.set_floor(None)
    studio.frame(10)
    assert set(studio.frame(11, key=True)) == {VIDEO, LOW}
    assert studio.programme.has_low()


def test_it_ends_when_it_falls_silent_while_the_other_goes_on() -> None:
    studio = on_air()
    for number in range(3, 30):
        studio.frame(number, kinds="h")
    assert not studio.programme.has_low()
    assert studio.programme.on_air(VIDEO) == "studio"
    studio.output.look()
    studio.output.look()
    assert studio.retuned == 1


def test_it_ends_with_its_publisher_and_with_its_source() -> None:
    studio = on_air()
    studio.programme.remove_low("studio")
    studio.programme.remove_low("point/nobody")
    assert not studio.programme.has_low()
    gone = on_air()
    gone.programme.remove_source("studio")
    assert not gone.programme.has_low()
    assert gone.programme.on_air(VIDEO) == SLATE


def test_a_low_picture_may_come_before_the_other_one() -> None:
    studio = Studio()
    studio.programme.remove_source("studio")
    studio.programme.add_low("studio", studio.low)
    assert studio.frame(0, key=True) == {}
    studio.programme.add_source("studio", BOTH, studio.high)
    outs = studio.frames(1, 3)
    assert outs[VIDEO].timestamp == pytest.approx(outs[LOW].timestamp, abs=1)


def test_a_studio_that_comes_back_leads_the_low_picture_again() -> None:
    studio = on_air()
    studio.programme.remove_source("studio")
    studio.high = SourceClock()
    studio.programme.add_source("studio", BOTH, studio.high)
    studio.report()
    outs = studio.frames(3, 6)
    assert outs[VIDEO].timestamp == pytest.approx(outs[LOW].timestamp, abs=1)


def test_timestamps_of_the_low_picture_never_go_back() -> None:
    studio = on_air()
    last = studio.frame(3)[LOW]
    studio.programme.remove_low("studio")
    early = SourceClock()
    studio.programme.add_low("studio", early)
    outs = studio.programme.receive("studio", low(900, 5, key=True), studio.now - 0.05)
    assert LOW not in dict(outs)
    studio.now += 0.2
    again = dict(studio.programme.receive("studio", low(901, 9005, key=True), studio.now + 0.2))
    assert rtp.extend(again[LOW].timestamp, last.timestamp, 32) > last.timestamp


def test_the_slate_has_no_low_picture() -> None:
    studio = Studio()
    studio.programme.receive("studio", low(1, 0, key=True), 10.0)
    assert studio.programme.chosen(LOW) is None
    assert not studio.programme.has_low()


def test_a_picture_placed_before_its_clock_was_known_takes_the_low_one_to_its_place() -> None:
    studio = Studio()
    unknown = SourceClock()
    studio.programme.add_source("studio", BOTH, unknown)
    studio.high = unknown
    studio.frame(0, key=True, kinds="h")
    studio.report()
    outs = studio.frames(1, 3)
    assert outs[VIDEO].timestamp == pytest.approx(outs[LOW].timestamp, abs=1)


def test_a_low_picture_of_the_same_session_has_the_same_clock() -> None:
    studio = Studio()
    studio.programme.remove_low("studio")
    studio.low = studio.high
    studio.report()
    outs = studio.frames(0, 3)
    assert outs[VIDEO].timestamp == pytest.approx(outs[LOW].timestamp, abs=1)
