"""What the reports of a receiver say of its link."""

from typing import Any

import pytest

from config.thresholds import LinkLimits
from coordinator.link.link import Link, LinkMeter, Second
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats

LIMITS = LinkLimits()


def stats(
    received: int, lost: int = 0, rtt_s: float | None = 0.042, fps: float = 15.2, **media: Any
) -> MediaStats:
    video = InboundVideo(
        packets_received=received,
        packets_lost=lost,
        bytes_received=received * 1000,
        frames_per_second=fps,
    )
    return MediaStats(connected=True, current_round_trip_time=rtt_s, video=video, **media)


def second(before: MediaStats, after: MediaStats) -> Second:
    meter = LinkMeter(LIMITS)
    assert meter.receive_stats(before, 0.0) is None
    found = meter.receive_stats(after, 1.0)
    assert found is not None
    return found


def test_the_first_report_proves_no_rate() -> None:
    meter = LinkMeter(LIMITS)
    assert meter.receive_stats(stats(10), 0.0) is None
    assert meter.link == Link(rtt_ms=40, frames_per_second=15)


def test_loss_is_taken_over_the_window_and_forgotten_after_it() -> None:
    meter = LinkMeter(LIMITS)
    for now in range(11):
        meter.receive_stats(stats(100 * now, 10 * now), float(now))
    assert meter.link.loss_ratio == 0.09
    assert meter.link.bitrate_kbps == 800
    for now in range(11, 22):
        meter.receive_stats(stats(100 * now, 100), float(now))
    assert meter.link.loss_ratio == 0.0


def test_too_few_packets_prove_nothing() -> None:
    meter = LinkMeter(LIMITS)
    meter.receive_stats(stats(1), 0.0)
    found = meter.receive_stats(stats(10, 0), 1.0)
    assert found is not None
    assert found.loss_ratio is None
    assert meter.link.loss_ratio is None


def test_what_a_screen_shows_is_rounded_so_that_it_changes_seldom() -> None:
    meter = LinkMeter(LIMITS)
    shown = []
    for now, rtt_s in enumerate((0.0404, 0.0404, 0.0441, 0.250, 0.0071)):
        meter.receive_stats(stats(1000 + 100 * now, rtt_s=rtt_s), float(now))
        shown.append(meter.link.rtt_ms)
    assert shown == [40, 40, 40, 250, 7]


def test_a_new_media_session_starts_its_own_window() -> None:
    meter = LinkMeter(LIMITS)
    meter.receive_stats(stats(1000, 900), 0.0)
    assert meter.receive_stats(stats(5), 1.0) is None
    assert meter.link.loss_ratio is None


def test_a_report_that_comes_at_the_same_instant_says_nothing_new() -> None:
    meter = LinkMeter(LIMITS)
    meter.receive_stats(stats(100), 1.0)
    assert meter.receive_stats(stats(100), 1.0) is None


def test_sound_alone_is_a_link_too() -> None:
    audio = InboundAudio(packets_received=50, bytes_received=5000, jitter=0.004)
    found = second(
        MediaStats(connected=True, audio=InboundAudio()),
        MediaStats(connected=True, audio=audio),
    )
    assert (found.frozen_ratio, found.frames_per_second) == (None, None)
    assert (found.jitter_s, found.loss_ratio, found.bitrate_bps) == (0.004, 0.0, 40_000)


def test_sound_that_was_made_up_is_told_as_a_share() -> None:
    def heard(samples: int, concealed: int) -> MediaStats:
        audio = InboundAudio(total_samples_received=samples, concealed_samples=concealed)
        return MediaStats(connected=True, audio=audio)

    assert second(heard(0, 0), heard(48_000, 4_800)).concealed_ratio == 0.1
    assert second(heard(0, 0), heard(0, 0)).concealed_ratio is None


@pytest.mark.parametrize(
    ("frozen_s", "age_s", "decoding", "expected"),
    [
        (0.4, 0.04, Decoding.ALL, 0.4),
        (5.0, 0.04, Decoding.ALL, 1.0),
        (0.0, None, Decoding.ALL, 0.0),
        # Frozen for good: W3C's counter never grows, our own timer tells.
        (0.0, 2.1, Decoding.KEY_FRAMES, 1.0),
        (0.0, 60.0, Decoding.NONE, None),
    ],
)
def test_a_picture_that_stands_still_is_told_whether_or_not_it_moves_again(
    frozen_s: float, age_s: float | None, decoding: Decoding, expected: float | None
) -> None:
    def seen(total_s: float) -> MediaStats:
        video = InboundVideo(packets_received=100, total_freezes_duration=total_s)
        return MediaStats(connected=True, video=video, last_frame_age=age_s, decoding=decoding)

    assert second(seen(0.0), seen(frozen_s)).frozen_ratio == expected


def test_what_was_repaired_was_lost_all_the_same() -> None:
    meter = LinkMeter(LinkLimits())

    def second(number: int) -> Second | None:
        video = InboundVideo(
            packets_received=100 * number, retransmitted_packets_received=10 * number
        )
        return meter.receive_stats(MediaStats(connected=True, video=video), float(number))

    assert second(1) is None
    last = second(2)
    assert last is not None
    assert last.lost == 10
    assert last.loss_ratio == pytest.approx(10 / 110)
