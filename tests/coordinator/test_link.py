from config.thresholds import LinkLimits
from coordinator.link import Link, PointLink
from signaling.stats import InboundAudio, InboundVideo, MediaStats

LIMITS = LinkLimits()


def stats(
    received: int, lost: int = 0, rtt_s: float | None = 0.042, fps: float = 15.2
) -> MediaStats:
    video = InboundVideo(
        packets_received=received,
        packets_lost=lost,
        bytes_received=received * 1000,
        frames_per_second=fps,
    )
    return MediaStats(connected=True, current_round_trip_time=rtt_s, video=video)


def test_the_first_report_proves_no_rate() -> None:
    link = PointLink(LIMITS)
    assert link.receive_stats(stats(100), 0.0)
    assert link.link == Link(rtt_ms=40, frames_per_second=15)


def test_loss_is_taken_over_the_window_and_forgotten_after_it() -> None:
    link = PointLink(LIMITS)
    for second in range(11):
        link.receive_stats(stats(100 * second, 10 * second), float(second))
    assert link.link.loss_ratio == 0.09
    assert link.link.lossy
    assert link.link.bitrate_kbps == 800
    for second in range(11, 22):
        link.receive_stats(stats(100 * second, 100), float(second))
    assert link.link.loss_ratio == 0.0
    assert not link.link.lossy


def test_too_few_packets_prove_nothing() -> None:
    link = PointLink(LIMITS)
    link.receive_stats(stats(1), 0.0)
    link.receive_stats(stats(10, 9), 1.0)
    assert link.link.loss_ratio is None


def test_a_screen_is_told_only_what_it_would_show_differently() -> None:
    link = PointLink(LIMITS)
    link.receive_stats(stats(1000, rtt_s=0.0404), 0.0)
    link.receive_stats(stats(1100, rtt_s=0.0404), 1.0)
    assert not link.receive_stats(stats(1200, rtt_s=0.0441), 2.0)
    assert link.receive_stats(stats(1300, rtt_s=0.250), 3.0)


def test_a_new_media_session_starts_its_own_window() -> None:
    link = PointLink(LIMITS)
    link.receive_stats(stats(1000, 900), 0.0)
    link.receive_stats(stats(5), 1.0)
    assert link.link.loss_ratio is None


def test_sound_alone_is_a_link_too() -> None:
    link = PointLink(LIMITS)
    audio = MediaStats(connected=True, audio=InboundAudio(packets_received=50, bytes_received=5000))
    link.receive_stats(audio, 0.0)
    assert link.link.frames_per_second is None
    assert link.link.rtt_ms is None


def test_small_round_trips_are_told_exactly() -> None:
    link = PointLink(LIMITS)
    link.receive_stats(stats(1, rtt_s=0.0071), 0.0)
    assert link.link.rtt_ms == 7
