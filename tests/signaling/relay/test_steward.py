import pytest

from signaling import rtcp
from signaling.burst import WIRE_OVERHEAD_BYTES
from signaling.media_plane import Rendition, Why
from signaling.relay.clock import SourceClock
from signaling.relay.forward import Address, Egress
from signaling.relay.output import Output
from signaling.relay.plan import LOW
from signaling.relay.programme import SLATE, Programme
from signaling.relay.steward import (
    LOWEST_CEILING_BPS,
    SLATE_BPS,
    SOUND_BPS,
    Feeds,
    Steward,
)
from signaling.relay.viewing import Viewing
from tests.signaling.relay.feeds import picture, sound
from tests.signaling.relay.test_low import low

BOTH = frozenset({"video", "audio"})


class House:
    """An output with a studio on air and some viewers, looked after by a steward."""

    def __init__(self, limit_bps: float | None, viewers: int = 4) -> None:
        self.output = Output("programme", Programme({"video": 0, "audio": 0}, "studio"))
        self.programme = self.output.programme
        self.programme.add_source(SLATE, BOTH, SourceClock())
        self.programme.add_source("studio", BOTH, SourceClock())
        self.steward = Steward(limit_bps, 2_500_000)
        self.viewers = {f"v{n}": (self.output, self.viewing("video")) for n in range(viewers)}
        self.feeds: dict[str, Feeds] = {}
        self.now = 10.0

    def viewing(self, *names: str) -> Viewing:
        egresses = {
            name: Egress(
                Address(ssrc=ssrc, payload_type=100 + ssrc),
                lambda header, payload: None,
                waits_for_key=name == "video",
            )
            for ssrc, name in enumerate((*names, "audio"), 1)
        }
        viewing = Viewing(
            self.output.programme,
            self.output.outlets,
            egresses,
            cname="hall",
            ntp_epoch_s=4e9,
            ask_key_frame=lambda: None,
        )
        viewing.begin()
        return viewing

    def air(self, *, with_low: bool = False) -> None:
        self.output.receive("studio", picture(1, 0, key=True), self.now)
        if with_low:
            self.programme.add_low("studio", SourceClock())
            self.output.receive("studio", low(1, 0, key=True), self.now + 0.001)

    def measure(self, high_bps: float, low_bps: float | None = None) -> None:
        feeds = self.feeds["studio"] = Feeds(2_500_000)
        for second in range(2):
            feeds.receive("video", round(second * high_bps / 8), 0, float(second))
            if low_bps is not None:
                feeds.receive(LOW, round(second * low_bps / 8), 0, float(second))

    def divide(self) -> list[Rendition | None]:
        self.steward.divide(self.viewers, self.feeds, self.now)
        return [viewing.given for _, viewing in self.viewers.values()]

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.now += 1.0
            self.steward.handle_second(self.viewers, self.feeds, self.now)


def test_the_slate_fits_whatever_was_measured_of_others() -> None:
    house = House(1_200_000)
    assert house.divide() == [Rendition.HIGH] * 4
    assert house.steward.rates(*house.viewers["v0"], house.feeds).high_bps == SLATE_BPS


def test_the_only_picture_goes_to_as_many_as_it_fits() -> None:
    house = House(5_000_000)
    house.air()
    house.measure(1_500_000)
    assert house.divide() == [Rendition.HIGH] * 2 + [Rendition.SOUND] * 2
    whys = [viewing.why for _, viewing in house.viewers.values()]
    assert whys == [Why.NOTHING] * 2 + [Why.BUDGET] * 2


def test_where_there_is_a_low_picture_everybody_sees() -> None:
    house = House(5_000_000)
    house.air(with_low=True)
    house.measure(1_500_000, 400_000)
    assert house.divide() == [Rendition.HIGH] * 2 + [Rendition.LOW] * 2


def test_a_second_picture_that_saves_nothing_is_none() -> None:
    house = House(5_000_000)
    house.air(with_low=True)
    house.measure(1_500_000, 1_400_000)
    assert house.steward.rates(*house.viewers["v0"], house.feeds).low_bps is None
    assert set(house.divide()) == {Rendition.HIGH, Rendition.SOUND}


def test_before_a_publisher_was_measured_it_is_taken_at_what_it_may_send() -> None:
    feeds = Feeds(2_500_000)
    assert feeds.bps("video") == 2_500_000
    feeds.receive("video", 0, 0, 0.0)
    assert feeds.bps("video") == 2_500_000
    feeds.receive("video", 1000, 10, 1.0)
    assert feeds.bps("video") == 8 * (1000 + 10 * (WIRE_OVERHEAD_BYTES - 12))


def test_who_asked_for_no_picture_hears_and_that_is_why() -> None:
    house = House(None)
    house.viewers = {"deaf": (house.output, house.viewing())}
    assert house.divide() == [Rendition.SOUND]
    assert house.viewers["deaf"][1].why is Why.OFFER


def test_a_viewers_own_line_counts_too_and_is_named() -> None:
    house = House(None, viewers=1)
    house.air(with_low=True)
    house.measure(1_500_000, 400_000)
    _, viewing = house.viewers["v0"]
    house.divide()
    for _ in range(3):
        block = rtcp.ReportBlock(ssrc=1, fraction_lost=64)
        report = rtcp.ReceiverReport(ssrc=9, blocks=(block,))
        viewing.receive_rtcp(rtcp.build_receiver_report(report), house.now)
        house.seconds(1)
    assert (viewing.given, viewing.why) == (Rendition.LOW, Why.LOSS)
    assert viewing.rendition() is Rendition.HIGH, "until the key frame"
    assert viewing.sounds() == 3


def test_sound_is_measured_and_copies_and_second_ears_count() -> None:
    house = House(None, viewers=1)
    assert house.steward.rates(*house.viewers["v0"], house.feeds).sound_bps == SOUND_BPS
    house.seconds(1)
    for number in range(50):
        house.output.receive("studio", sound(number, number * 960), house.now)
    house.seconds(1)
    measured = house.steward.rates(*house.viewers["v0"], house.feeds).sound_bps
    assert measured == 50 * 8 * (4 + WIRE_OVERHEAD_BYTES)
    both = house.viewing("video", "floor")
    assert house.steward.rates(house.output, both, house.feeds).sound_bps == 2 * measured


def test_a_publisher_is_told_what_everybody_can_get() -> None:
    house = House(8_500_000, viewers=5)
    house.divide()
    told = house.steward.ceiling_bps(has_low=False)
    assert 0.5 * 8_500_000 / 5 < told < 8_500_000 / 5
    assert house.steward.ceiling_bps(has_low=True) == 2_500_000
    few, many = House(100_000_000, viewers=1), House(1_000_000, viewers=50)
    few.divide()
    many.divide()
    assert few.steward.ceiling_bps(has_low=False) == 2_500_000
    assert many.steward.ceiling_bps(has_low=False) == LOWEST_CEILING_BPS
    assert Steward(None, 2_000_000).ceiling_bps(has_low=False) == 2_000_000


def test_headroom_is_sound_for_all() -> None:
    house = House(1_000_000)
    house.divide()
    fits = next(n for n in range(100) if not house.steward.has_headroom(n)) - 1
    assert fits == pytest.approx(0.8 * 1_000_000 / SOUND_BPS, abs=1)
    assert Steward(None, 1).has_headroom(10_000)


def test_without_viewers_there_is_nothing_to_divide() -> None:
    house = House(1_000_000, viewers=0)
    assert house.divide() == []
    house.seconds(1)
    assert house.steward.has_headroom(1)


def test_what_the_centre_chose_is_given_and_named() -> None:
    house = House(None, viewers=3)
    house.air(with_low=True)
    house.measure(1_500_000, 400_000)
    for wish, (_, viewing) in zip(Rendition, house.viewers.values(), strict=True):
        viewing.wish = wish
    assert house.divide() == list(Rendition)
    whys = [viewing.why for _, viewing in house.viewers.values()]
    assert whys == [Why.CHOICE, Why.CHOICE, Why.NOTHING]


def test_what_does_not_fit_the_line_is_not_given_and_the_budget_is_why() -> None:
    house = House(600_000, viewers=1)
    house.air(with_low=True)
    house.measure(1_500_000, 400_000)
    house.viewers["v0"][1].wish = Rendition.HIGH
    assert house.divide() == [Rendition.LOW]
    assert house.viewers["v0"][1].why is Why.BUDGET
