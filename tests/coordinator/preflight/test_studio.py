from coordinator.preflight.studio import StudioMeter
from signaling.media_plane import PlaneSample, SessionSample, StreamSample


def sample(
    video: int, audio: int, *, key_frames: int = 1, name: str = "studio", role: str = "publisher"
) -> PlaneSample:
    streams = (
        StreamSample(kind="video", packets_received=video, key_frames=key_frames),
        StreamSample(kind="audio", packets_received=audio),
    )
    session = SessionSample(
        session="s",
        role="publisher" if role == "publisher" else "viewer",
        name=name,
        who="w",
        connected=True,
        streams=streams,
    )
    return PlaneSample(
        cpu_s=0.0, uptime_s=1.0, packets_forwarded=0, viewers=0, codec="h264", sessions=(session,)
    )


def told(*samples: PlaneSample) -> tuple[bool, bool]:
    meter = StudioMeter()
    for one in samples:
        meter.receive(one)
    return meter.picture, meter.sound


def test_picture_and_sound_are_what_grew_since_the_last_sample() -> None:
    assert told(sample(10, 10), sample(20, 20)) == (True, True)
    assert told(sample(10, 10), sample(20, 10)) == (True, False)
    assert told(sample(10, 10), sample(10, 20)) == (False, True)
    assert told(sample(10, 10), sample(10, 10)) == (False, False)


def test_a_picture_without_a_key_frame_can_be_shown_to_nobody() -> None:
    assert told(sample(10, 0, key_frames=0), sample(20, 5, key_frames=0)) == (False, True)


def test_the_backup_counts_and_halls_do_not() -> None:
    assert told(sample(1, 1, name="studio-backup")) == (True, True)
    assert told(sample(1, 1, name="point/MH-001")) == (False, False)
    assert told(sample(1, 1, role="viewer")) == (False, False)
