from msgspec.structs import replace

from coordinator.preflight.studio import FRESH_S, QUIET, StudioMeter
from signaling.media_plane import OutputState, PlaneSample, SessionSample, StreamSample

LOUD, HUSHED = -20.0, -80.0


def sample(
    video: int,
    audio: int,
    *,
    key_frames: int = 1,
    name: str = "studio",
    role: str = "publisher",
    session: str = "s",
    heard: str = "slate",
) -> PlaneSample:
    streams = (
        StreamSample(kind="video", packets_received=video, key_frames=key_frames),
        StreamSample(kind="audio", packets_received=audio),
    )
    one = SessionSample(
        session=session,
        role="publisher" if role == "publisher" else "viewer",
        name=name,
        who="w",
        connected=True,
        streams=streams,
    )
    return PlaneSample(
        cpu_s=0.0,
        uptime_s=1.0,
        packets_forwarded=0,
        viewers=0,
        codec="h264",
        outputs=(OutputState(output="programme", route=None, video=heard, audio=heard),),
        sessions=(one,),
    )


def told(*samples: PlaneSample) -> tuple[bool, bool | None]:
    meter = StudioMeter()
    for one in samples:
        meter.receive(one)
    return meter.picture, meter.sound(0.0)


def test_of_a_picture_in_two_sizes_either_shows_it_and_none_that_stands_still_does() -> None:
    def twice(high: int, low: int) -> PlaneSample:
        one = sample(high, 0)
        [session] = one.sessions
        small = StreamSample(kind="video", packets_received=low, key_frames=1)
        return replace(one, sessions=(replace(session, streams=(*session.streams, small)),))

    assert told(twice(100, 10))[0]
    assert told(twice(100, 10), twice(100, 20))[0]
    assert not told(twice(100, 10), twice(100, 10))[0]


class Studio:
    """A studio that sends both, and a judge that listens, a second at a time."""

    def __init__(self) -> None:
        self.meter = StudioMeter()
        self.now = 0.0

    def live(
        self, seconds: int, level_db: float | None, heard: str = "studio", session: str = "s"
    ) -> bool | None:
        for _ in range(seconds):
            self.now += 1.0
            packets = round(self.now) * 50
            self.meter.receive(sample(packets, packets, heard=heard, session=session))
            self.meter.receive_level(level_db, self.now)
        return self.meter.sound(self.now)


def test_a_picture_is_what_grew_since_the_last_sample() -> None:
    assert told(sample(10, 10), sample(20, 20))[0]
    assert not told(sample(10, 10), sample(10, 20))[0]


def test_no_packets_of_sound_are_no_sound_and_packets_alone_prove_none() -> None:
    assert told(sample(10, 10), sample(20, 10)) == (True, False)
    assert told(sample(10, 10), sample(20, 20)) == (True, None)
    assert told(sample(10, 10), sample(10, 10)) == (False, False)


def test_a_picture_without_a_key_frame_can_be_shown_to_nobody() -> None:
    assert told(sample(10, 0, key_frames=0), sample(20, 5, key_frames=0)) == (False, None)


def test_the_backup_counts_and_halls_do_not() -> None:
    assert told(sample(1, 1, name="studio-backup")) == (True, None)
    assert told(sample(1, 1, name="point/MH-001")) == (False, False)
    assert told(sample(1, 1, role="viewer")) == (False, False)


def test_a_sound_that_was_heard_on_air_counts_off_air_too_while_its_session_lives() -> None:
    studio = Studio()
    assert studio.live(5, HUSHED, heard="slate") is None
    assert studio.live(1, LOUD) is True
    assert studio.live(600, HUSHED, heard="slate") is True
    assert studio.live(round(FRESH_S), HUSHED, heard="slate") is None
    assert studio.live(1, LOUD) is True
    assert studio.live(1, None, heard="slate", session="another") is None


def test_a_studio_that_is_silent_on_air_has_no_sound_until_it_is_heard() -> None:
    studio = Studio()
    assert studio.live(QUIET - 1, HUSHED) is None
    assert studio.live(1, HUSHED) is False
    assert studio.live(1, LOUD) is True
    assert studio.live(QUIET - 1, HUSHED) is True, "a speaker's pause"
    assert studio.live(1, HUSHED) is False
    assert studio.live(1, HUSHED, heard="slate") is None, "it may have been unmuted since"


def test_what_a_hall_says_or_a_judge_that_is_away_proves_nothing_of_the_studio() -> None:
    studio = Studio()
    assert studio.live(60, LOUD, heard="point/MH-001") is None
    assert studio.live(60, None) is None
