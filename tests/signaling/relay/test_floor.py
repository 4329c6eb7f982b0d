"""Stand-ins and the floor on one programme: who is seen and heard, by whom."""

import pytest

from signaling.relay.plan import AUDIO, FLOOR, HOST, VIDEO, plan_return
from signaling.relay.programme import SLATE, Programme
from tests.signaling.relay.test_programme import BASES, BOTH, Camera

LOUD, QUIET = 25, 70


class Studio:
    """A programme, cameras that send in step, and what went out last on each track."""

    def __init__(self, *names: str, programme: Programme | None = None) -> None:
        self.programme = programme or Programme(BASES, "studio", stall_s=1.0)
        slate = Camera(delay_s=0.3)
        slate.report(0.0)
        self.programme.add_source(SLATE, BOTH, slate.clock)
        self.cameras = {SLATE: slate}
        for index, name in enumerate(names):
            self.cameras[name] = Camera(delay_s=0.02 * index, start=index * 1000)
            self.cameras[name].report(0.0)
            self.programme.add_source(name, BOTH, self.cameras[name].clock)
        self.blind: set[str] = set()
        self.mute: set[str] = set()
        self.levels: dict[str, int] = {}
        self.now = 0.0

    def run(self, seconds: float) -> dict[str, set[str]]:
        """Let time pass; return who was on each track at its end."""
        sent: dict[str, list[tuple[float, str]]] = {}
        arrivals = [
            (at, name, packet)
            for name, camera in self.cameras.items()
            for at, packet in camera.packets(self.now, self.now + seconds, key_every=5)
            if name not in (self.blind if packet.kind == "video" else self.mute)
        ]
        for at, name, packet in sorted(arrivals, key=lambda arrival: arrival[0]):
            self.programme.handle_timer(at)
            told = (
                packet._replace(level=self.levels.get(name)) if packet.kind == "audio" else packet
            )
            for track, _ in self.programme.receive(name, told, at):
                sent.setdefault(track, []).append((at, name))
        self.now += seconds
        late = {t: {who for at, who in some if at > self.now - 0.25} for t, some in sent.items()}
        return {track: who for track, who in late.items() if who}

    def silence(self, name: str) -> None:
        self.blind.add(name)
        self.mute.add(name)

    def wake(self, name: str) -> None:
        self.blind.discard(name)
        self.mute.discard(name)


def on_air(video: str, audio: str, host: str, floor: str = SLATE) -> dict[str, set[str]]:
    return {VIDEO: {video}, AUDIO: {audio}, HOST: {host}, FLOOR: {floor}}


def test_the_backup_takes_over_and_the_main_comes_back_when_it_is_steady() -> None:
    studio = Studio("studio", "studio-backup")
    assert studio.run(1.0) == on_air("studio", "studio", "studio")
    studio.silence("studio")
    assert studio.run(1.0) == on_air("studio-backup", "studio-backup", "studio-backup")
    studio.wake("studio")
    assert studio.run(4.8) == on_air("studio-backup", "studio-backup", "studio-backup")
    assert studio.run(1.0) == on_air("studio", "studio", "studio")


def test_a_frozen_picture_beside_running_sound_is_replaced() -> None:
    studio = Studio("studio", "studio-backup")
    studio.run(1.0)
    studio.blind.add("studio")
    assert studio.run(1.0) == on_air("studio-backup", "studio-backup", "studio-backup")


def test_a_frozen_picture_without_a_stand_in_gives_way_to_the_slate_and_is_still_heard() -> None:
    studio = Studio("studio")
    studio.run(1.0)
    studio.blind.add("studio")
    assert VIDEO not in studio.run(1.5)
    assert studio.run(1.5) == on_air(SLATE, "studio", "studio")
    studio.blind.clear()
    assert studio.run(1.0) == on_air("studio", "studio", "studio")


def test_a_lost_sound_is_stood_in_for_under_the_picture_that_stays() -> None:
    studio = Studio("studio", "studio-backup")
    studio.run(1.0)
    studio.mute.add("studio")
    assert studio.run(1.0) == on_air("studio", "studio-backup", "studio-backup")


def test_a_main_that_says_goodbye_is_replaced_at_once() -> None:
    studio = Studio("studio", "studio-backup")
    studio.run(1.0)
    del studio.cameras["studio"]
    studio.programme.remove_source("studio")
    assert studio.programme.chosen(VIDEO) == "studio-backup"
    assert studio.programme.timestamp_at(VIDEO, 1.0) > 0
    assert studio.run(0.5) == on_air("studio-backup", "studio-backup", "studio-backup")


def test_the_slate_comes_when_the_stand_in_has_no_key_frame() -> None:
    studio = Studio("studio", "studio-backup")
    studio.run(1.0)
    studio.silence("studio")
    del studio.cameras["studio-backup"]
    late = Camera(start=5)
    for at, packet in late.packets(1.0, 3.0, key_every=10_000):
        studio.programme.handle_timer(at)
        studio.programme.receive("studio-backup", packet, at)
    assert studio.programme.on_air(VIDEO) == SLATE
    assert studio.programme.on_air(AUDIO) == "studio-backup"


def test_the_hall_with_the_floor_is_seen_and_heard_and_the_host_interrupts_by_speaking() -> None:
    studio = Studio("studio", "point/a")
    studio.levels = {"studio": QUIET, "point/a": LOUD}
    assert studio.run(1.0) == on_air("studio", "studio", "studio")
    studio.programme.set_floor("point/a")
    assert studio.run(1.0) == on_air("point/a", "point/a", "studio", "point/a")
    studio.levels["studio"] = LOUD
    assert studio.run(0.5) == on_air("point/a", "studio", "studio", "point/a")
    studio.levels["studio"] = QUIET
    assert studio.run(2.0) == on_air("point/a", "point/a", "studio", "point/a")
    studio.programme.set_floor(None)
    assert studio.run(1.0) == on_air("studio", "studio", "studio")


def test_a_hall_whose_line_breaks_is_replaced_by_the_studio_and_heard_again_at_once() -> None:
    studio = Studio("studio", "point/a")
    studio.run(1.0)
    studio.programme.set_floor("point/a")
    studio.run(1.0)
    studio.silence("point/a")
    assert studio.run(1.6) == on_air("studio", "studio", "studio")
    studio.wake("point/a")
    assert studio.run(0.5) == on_air("studio", "point/a", "studio", "point/a")
    assert studio.run(2.5) == on_air("point/a", "point/a", "studio", "point/a")


def test_no_hall_is_heard_while_the_broadcast_is_paused() -> None:
    studio = Studio("studio", "point/a")
    studio.programme.set_floor("point/a")
    studio.run(1.0)
    studio.programme.set_route(None)
    assert studio.run(1.0) == on_air(SLATE, SLATE, SLATE)


@pytest.mark.parametrize("route", ["studio", None])
def test_the_return_has_the_floor_on_air_or_not_and_never_the_studios_sound(
    route: str | None,
) -> None:
    back = Programme(BASES, route, planner=plan_return)
    studio = Studio("studio", "point/a", programme=back)
    seen = SLATE if route is None else "studio"
    assert studio.run(1.0) == on_air(seen, SLATE, SLATE)
    back.set_floor("point/a")
    assert studio.run(1.0) == on_air("point/a", "point/a", SLATE, "point/a")
    back.set_floor(None)
    assert studio.run(1.0) == on_air(seen, SLATE, SLATE)


def test_sound_makes_room_for_the_picture_that_is_still_to_come() -> None:
    """The hall's encoder is slow: where its sound begins, its picture will have to fit."""
    studio = Studio("studio", "point/a")
    slow = studio.cameras["point/a"]
    studio.run(1.0)
    slow.delay_s = 0.02
    studio.programme.set_floor("point/a")
    studio.run(1.0)
    spans = {}
    for kind, track in (("video", VIDEO), ("audio", AUDIO)):
        told = studio.programme.timestamp_at(track, 3.0)
        hz = 90_000 if kind == "video" else 48_000
        spans[kind] = (told - BASES[kind] - round(3.0 * hz)) % 2**32 / hz
    assert spans["video"] == pytest.approx(spans["audio"], abs=0.001)
