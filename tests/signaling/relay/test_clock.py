import pytest

from signaling.relay.clock import SourceClock, ntp_from_seconds, seconds_from_ntp

NTP = 4_000_000_000.0
HZ = {"video": 90_000, "audio": 48_000}


def report(clock: SourceClock, kind: str, captured: float, timestamp: int, arrived: float) -> None:
    clock.receive_report(kind, HZ[kind], (ntp_from_seconds(NTP + captured), timestamp), arrived)


def test_ntp_time_goes_there_and_back() -> None:
    assert seconds_from_ntp(ntp_from_seconds(NTP + 0.25)) == NTP + 0.25


def test_without_reports_a_packet_is_as_old_as_its_arrival() -> None:
    clock = SourceClock()
    assert clock.captured_at("video", 1000, 7.0) == 7.0
    assert clock.timestamp_at("video", 7.0) is None


def test_sound_and_picture_of_one_instant_have_one_time_of_capture() -> None:
    clock = SourceClock()
    report(clock, "video", 10.0, 900_000, 10.2)
    report(clock, "audio", 10.5, 77, 10.75)
    video = clock.captured_at("video", 900_000 + 90_000, 11.3)
    audio = clock.captured_at("audio", 77 + 24_000, 11.1)
    assert video == pytest.approx(audio, abs=1e-6)
    assert video == pytest.approx(11.2, abs=1e-6)
    assert clock.timestamp_at("video", video) == 990_000


def test_timestamps_may_wrap_between_reports() -> None:
    clock = SourceClock()
    report(clock, "video", 10.0, 2**32 - 100, 10.0)
    assert clock.captured_at("video", 800, 10.0) == pytest.approx(10.01, abs=1e-6)


def test_the_least_delayed_report_counts_until_the_source_is_on_air() -> None:
    clock = SourceClock()
    report(clock, "video", 1.0, 90_000, 1.5)
    report(clock, "video", 2.0, 180_000, 2.1)
    assert clock.captured_at("video", 180_000, 2.1) == pytest.approx(2.1, abs=1e-6)
    clock.hold(clock)
    report(clock, "video", 3.0, 270_000, 3.0)
    assert clock.captured_at("video", 270_000, 3.1) == pytest.approx(3.1, abs=1e-6)


def test_a_source_on_air_before_its_first_report_gets_its_offset_with_it() -> None:
    clock = SourceClock()
    clock.hold(clock)
    report(clock, "audio", 5.0, 0, 5.1)
    assert clock.captured_at("audio", 48_000, 6.0) == pytest.approx(6.1, abs=1e-6)
    assert clock.captured_at("video", 1, 6.0) == 6.0


def test_a_broken_clock_throws_nobody_hours_away() -> None:
    clock = SourceClock()
    report(clock, "video", 1.0, 0, 1.0)
    assert clock.captured_at("video", 90_000 * 3600, 2.0) == 2.0
