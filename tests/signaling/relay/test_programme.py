"""The switch and its timeline: what every viewer's decoder relies on."""

from hypothesis import given
from hypothesis import strategies as st

from signaling import rtp
from signaling.relay.clock import SourceClock, ntp_from_seconds
from signaling.relay.intake import Packet
from signaling.relay.plan import TRACKS
from signaling.relay.programme import SLATE, OnAirChanged, Programme
from signaling.relay.splice import Out
from tests.signaling.relay.feeds import picture, sound

BASES = {"video": 2**32 - 1000, "audio": 77}
BOTH = frozenset({"video", "audio"})
HZ = {"video": 90_000, "audio": 48_000}


class Camera:
    """A publisher that captures 25 pictures and 50 sounds a second, seen ``delay_s`` later."""

    def __init__(self, delay_s: float = 0.05, start: int = 5_000, reports: bool = True) -> None:
        self.clock = SourceClock()
        self.delay_s, self.start, self.reports = delay_s, start, reports

    def timestamp(self, kind: str, captured: float) -> int:
        offset = self.start if kind == "video" else 3 * self.start
        return (offset + round(captured * HZ[kind])) & 0xFFFF_FFFF

    def report(self, now: float) -> None:
        for kind, hz in HZ.items():
            captured = now - self.delay_s
            tied = (ntp_from_seconds(captured + 1e6), self.timestamp(kind, captured))
            self.clock.receive_report(kind, hz, tied, now)

    def packets(self, begin: float, end: float, key_every: int = 25) -> list[tuple[float, Packet]]:
        """Return arrivals and packets captured in a span, in order of arrival."""
        found = []
        for number in range(round(begin * 50), round(end * 50)):
            captured = number / 50
            arrival = captured + self.delay_s
            found.append((arrival, sound(number, self.timestamp("audio", captured))))
            if number % 2 == 0:
                key = number // 2 % key_every == 0
                packet = picture(number // 2, self.timestamp("video", captured), key)
                found.append((arrival, packet))
        return found


def play(
    programme: Programme, name: str, packets: list[tuple[float, Packet]]
) -> list[tuple[float, str, Out]]:
    outs = []
    for now, packet in packets:
        programme.handle_timer(now)
        out = one(programme, name, packet, now)
        if out is not None:
            outs.append((now, packet.kind, out))
    return outs


def one(programme: Programme, name: str, packet: Packet, now: float) -> Out | None:
    """Return what who has one loudspeaker gets of a packet."""
    return dict(programme.receive(name, packet, now)).get(packet.kind)


def of(outs: list[tuple[float, str, Out]], kind: str) -> list[Out]:
    return [out for _, k, out in outs if k == kind]


def unwrapped(outs: list[Out]) -> list[int]:
    found: list[int] = []
    for out in outs:
        found.append(rtp.extend(out.timestamp, found[-1] if found else out.timestamp, 32))
    return found


def new(route: str | None = "studio") -> tuple[Programme, Camera]:
    """Return a programme whose slate is a camera of its own, 300 ms late."""
    programme = Programme(BASES, route, stall_s=1.0)
    slate = Camera(delay_s=0.3, start=9)
    slate.report(0.0)
    programme.add_source(SLATE, BOTH, slate.clock)
    return programme, slate


def check_continuity(outs: list[tuple[float, str, Out]]) -> None:
    for kind in HZ:
        some = of(outs, kind)
        numbers = [out.sequence for out in some]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        stamps = unwrapped(some)
        assert all(a < b for a, b in zip(stamps, stamps[1:], strict=False))


def test_a_slate_and_a_studio_and_a_slate_are_one_stream() -> None:
    programme, slate = new()
    outs = play(programme, SLATE, slate.packets(0.0, 3.0))
    assert programme.on_air("video") == SLATE
    studio = Camera()
    programme.add_source("studio", BOTH, studio.clock)
    studio.report(3.3)
    outs += play(programme, "studio", studio.packets(3.3, 6.0))
    assert programme.on_air("video") == programme.on_air("audio") == "studio"
    assert play(programme, SLATE, slate.packets(5.0, 5.2)) == []
    programme.handle_timer(7.2)
    assert programme.on_air("video") == programme.on_air("audio") == SLATE
    outs += play(programme, SLATE, slate.packets(7.0, 9.0))
    check_continuity(outs)
    assert programme.events() == [
        OnAirChanged("audio", "studio"),
        OnAirChanged("video", "studio"),
        OnAirChanged("video", SLATE),
        OnAirChanged("audio", SLATE),
    ]
    assert programme.events() == []


def test_a_timestamp_is_the_time_of_capture_whichever_the_source() -> None:
    programme, slate = new()
    first = play(programme, SLATE, slate.packets(0.0, 2.0))
    studio = Camera(delay_s=0.1, start=2**31)
    programme.add_source("studio", BOTH, studio.clock)
    studio.report(2.5)
    outs = first + play(programme, "studio", studio.packets(2.5, 5.0))
    for now, kind, out in outs:
        expected = BASES[kind] + round(now * HZ[kind])
        # Within the delays assumed: reports cannot tell a line's delay from a clock's offset.
        assert abs(rtp.extend(out.timestamp, expected, 32) - expected) <= 0.31 * HZ[kind]
    for _, kind, out in outs[-4:]:
        told = programme.timestamp_at(kind, outs[-1][0])
        assert abs(rtp.extend(out.timestamp, told, 32) - told) < 0.15 * HZ[kind]


def test_sound_and_picture_of_one_instant_stay_together_across_the_cut() -> None:
    programme, slate = new()
    play(programme, SLATE, slate.packets(0.0, 2.0))
    studio = Camera(delay_s=0.4, start=123_456)
    programme.add_source("studio", BOTH, studio.clock)
    studio.report(2.2)
    play(programme, "studio", studio.packets(2.0, 4.0))
    now = 4.4
    video = programme.timestamp_at("video", now)
    audio = programme.timestamp_at("audio", now)
    captured = now - 0.4
    for kind, told in (("video", video), ("audio", audio)):
        packet = (picture if kind == "video" else sound)(1000, studio.timestamp(kind, captured))
        out = one(programme, "studio", packet, now)
        assert out is not None
        # What is captured at one instant has, in sender reports, one distance from now.
        distance_s = (rtp.extend(out.timestamp, told, 32) - told) / HZ[kind]
        assert abs(distance_s) < 0.001


def test_a_source_without_reports_is_put_on_air_by_its_arrivals() -> None:
    programme, slate = new()
    outs = play(programme, SLATE, slate.packets(0.0, 2.0))
    studio = Camera(delay_s=0.0, reports=False)
    programme.add_source("studio", BOTH, studio.clock)
    outs += play(programme, "studio", studio.packets(2.5, 3.5))
    check_continuity(outs)
    expected = BASES["video"] + round(9.0 * 90_000) & 0xFFFF_FFFF
    assert programme.timestamp_at("video", 9.0) == expected


def test_the_picture_waits_for_a_key_frame_and_the_sound_for_nothing() -> None:
    programme, slate = new()
    play(programme, SLATE, slate.packets(0.0, 1.0))
    studio = Camera()
    programme.add_source("studio", BOTH, studio.clock)
    assert not programme.wants_key_frame_of("studio")
    outs = play(programme, "studio", studio.packets(1.04, 1.9))
    assert of(outs, "video") == []
    assert outs[0][0] == 1.04 + 0.05
    assert (programme.on_air("video"), programme.on_air("audio")) == (SLATE, "studio")
    assert programme.wants_key_frame_of("studio")
    outs = play(programme, "studio", studio.packets(2.0, 2.1))
    assert of(outs, "video")[0].key
    assert not programme.wants_key_frame_of("studio")


def test_a_source_with_sound_only_is_heard_over_the_slate() -> None:
    programme, slate = new()
    play(programme, SLATE, slate.packets(0.0, 1.0))
    studio = Camera()
    programme.add_source("studio", frozenset({"audio"}), studio.clock)
    assert not programme.wants_key_frame_of("studio")
    outs = play(programme, "studio", [(2.0, sound(1, 1)), (2.02, sound(2, 961))])
    assert len(outs) == 2
    assert programme.on_air("video") == SLATE
    assert programme.on_air("audio") == "studio"
    assert one(programme, SLATE, sound(1000, 1), 2.03) is None


def test_a_source_that_goes_gives_way_at_once_and_another_can_come() -> None:
    programme, slate = new()
    studio = Camera()
    programme.add_source("studio", BOTH, studio.clock)
    outs = play(programme, "studio", studio.packets(1.0, 2.0))
    programme.remove_source("studio")
    programme.remove_source("nobody")
    assert programme.on_air("video") == SLATE
    outs += play(programme, SLATE, slate.packets(2.0, 3.0))
    second = Camera(start=1)
    programme.add_source("studio", BOTH, second.clock)
    outs += play(programme, "studio", second.packets(4.0, 5.0))
    check_continuity(outs)
    assert programme.on_air("video") == "studio"


def test_only_what_is_routed_is_put_on_air() -> None:
    programme, slate = new(route=None)
    point = Camera()
    programme.add_source("point/a", BOTH, point.clock)
    assert play(programme, "point/a", point.packets(0.0, 1.0)) == []
    assert not programme.wants_key_frame_of("point/a")
    assert play(programme, "stranger", point.packets(0.0, 0.1)) == []
    programme.set_route("point/a")
    assert programme.wants_key_frame_of("point/a")
    assert play(programme, "point/a", point.packets(2.0, 3.0))
    programme.set_route("point/a")
    programme.set_route(None)
    programme.set_route(None)
    assert programme.on_air("video") == SLATE
    assert play(programme, "point/a", point.packets(3.0, 4.0)) == []


def test_a_hall_that_was_routed_away_is_not_kept_for_want_of_a_studio() -> None:
    programme, slate = new(route="point/a")
    point = Camera()
    programme.add_source("point/a", BOTH, point.clock)
    assert play(programme, "point/a", point.packets(2.0, 3.0))
    programme.set_route("studio")
    assert programme.on_air("video") == programme.on_air("audio") == SLATE
    assert play(programme, "point/a", point.packets(3.0, 4.0)) == []


def test_a_source_that_starts_over_continues_at_its_next_key_frame() -> None:
    programme, _ = new()
    studio = Camera()
    programme.add_source("studio", BOTH, studio.clock)
    outs = play(programme, "studio", studio.packets(1.0, 2.0))
    assert one(programme, "studio", picture(5, 100, epoch=1), 2.1) is None
    assert programme.wants_key_frame_of("studio")
    out = one(programme, "studio", picture(9, 500, key=True, epoch=1), 2.2)
    assert out is not None
    assert out.sequence == of(outs, "video")[-1].sequence + 1
    assert one(programme, "studio", picture(8, 400, epoch=1), 2.2) is None


def test_a_hole_in_a_source_stays_a_hole_and_can_be_filled() -> None:
    programme, _ = new()
    programme.add_source("studio", BOTH, SourceClock())
    outs = [
        one(programme, "studio", packet, 1.0)
        for packet in (picture(10, 0, key=True), picture(12, 6000), picture(11, 3000))
    ]
    assert [out.sequence for out in outs if out] == [0, 2, 1]
    assert [out.timestamp - outs[0].timestamp for out in outs if out and outs[0]] == [0, 6000, 3000]


def test_sound_a_little_behind_waits_and_further_behind_takes_the_picture_along() -> None:
    for behind_s, waits in ((0.05, True), (0.5, False)):
        programme, slate = new()
        play(programme, SLATE, slate.packets(0.0, 2.0))
        studio = Camera(delay_s=0.0)
        programme.add_source("studio", BOTH, studio.clock)
        studio.report(1.0)
        first = one(programme, "studio", picture(1, studio.timestamp("video", 3.0), key=True), 3.0)
        # The slate's last sound arrived at 2.28.
        packet = sound(1, studio.timestamp("audio", 2.28 - behind_s))
        assert (one(programme, "studio", packet, 3.0) is None) is waits
        second = one(programme, "studio", picture(2, studio.timestamp("video", 3.04)), 3.04)
        assert first is not None
        assert second is not None
        step_s = (second.timestamp - first.timestamp) % 2**32 / 90_000
        assert abs(step_s - (0.04 if waits else 0.04 + behind_s)) < 0.005


def test_a_clock_that_ran_ahead_pushes_what_follows() -> None:
    programme, slate = new()
    studio = Camera(delay_s=-2.0)
    programme.add_source("studio", BOTH, studio.clock)
    outs = play(programme, "studio", studio.packets(4.0, 5.0))
    programme.remove_source("studio")
    outs += play(programme, SLATE, slate.packets(3.0, 4.0))
    check_continuity(outs)


def test_silence_of_the_slate_or_of_nobody_changes_nothing() -> None:
    programme, _ = new()
    programme.handle_timer(100.0)
    assert programme.events() == []
    assert programme.timestamp_at("audio", 1.0) == BASES["audio"] + 48_000


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["slate", "studio", "point/a", "route", "floor", "gone", "pause"]),
        st.floats(0.1, 2.0),
    ),
    max_size=25,
)


@given(STEPS)
def test_whatever_happens_neither_numbers_nor_time_go_back(
    steps: list[tuple[str, float]],
) -> None:
    programme, slate = new()
    cameras = {"slate": slate, "studio": Camera(), "point/a": Camera(delay_s=0.7, start=1)}
    for name in ("studio", "point/a"):
        programme.add_source(name, BOTH, cameras[name].clock)
    outs: list[tuple[str, Out]] = []
    now, route = 1.0, "studio"
    for step, span in steps:
        if step in cameras:
            cameras[step].report(now)
            for at, packet in cameras[step].packets(now, now + span, key_every=5):
                programme.handle_timer(at)
                outs += programme.receive(step, packet, at)
        elif step == "route":
            route = "point/a" if route == "studio" else "studio"
            programme.set_route(route)
        elif step == "floor":
            programme.set_floor(None if programme.floor else "point/a")
        elif step == "gone":
            programme.remove_source(route)
            programme.add_source(route, BOTH, cameras[route].clock)
        now += span
    for track in TRACKS:
        some = [out for name, out in outs if name == track]
        numbers, stamps = [out.sequence for out in some], unwrapped(some)
        assert all(a < b for a, b in zip(numbers, numbers[1:], strict=False))
        assert all(a < b for a, b in zip(stamps, stamps[1:], strict=False))
