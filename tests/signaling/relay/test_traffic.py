import pytest

from signaling.relay.meter import Meter
from signaling.relay.traffic import DATAGRAM_BYTES, FULL_SECONDS, Load, Traffic


def test_a_meter_tells_the_largest_of_the_last_seconds() -> None:
    meter = Meter()
    assert meter.bps() is None
    for second, total in enumerate((1000, 2000, 5000, 6000, 7000, 8000)):
        meter.receive(total, float(second))
        if second == 3:
            assert meter.bps() == 24_000
    assert meter.bps() == 8000


def test_a_counter_that_began_anew_and_a_moment_too_short_mean_nothing() -> None:
    meter = Meter()
    meter.receive(5000, 0.0)
    meter.receive(100, 1.0)
    meter.receive(200, 1.1)
    assert meter.bps() is None
    meter.receive(1100, 2.0)
    assert meter.bps() == 8000


def test_traffic_is_all_datagrams_of_a_second_with_their_headers() -> None:
    traffic = Traffic(10.0)
    traffic.receive("a", 1000, 10)
    traffic.receive("b", 500, 5)
    traffic.handle_second(11.0)
    assert traffic.bps == 8 * (1500 + 15 * DATAGRAM_BYTES)
    traffic.receive("a", 1000, 10)
    traffic.handle_second(12.0)
    traffic.handle_second(12.0)
    assert traffic.bps == 0


def test_repairs_and_wishes_stay_counted_when_their_session_is_gone() -> None:
    traffic = Traffic(0.0)
    traffic.receive("a", 1000, 1)
    traffic.receive_repairs("a", 7, 2)
    traffic.receive_repairs("a", 9, 2)
    traffic.forget("a")
    traffic.forget("a")
    traffic.receive_repairs("b", 1, 1)
    assert (traffic.resent, traffic.wishes) == (10, 3)


def test_the_machine_is_full_after_seconds_without_a_break() -> None:
    load, cpu_s = Load(0.0, 0.0), 0.0
    assert load.ratio is None
    load.receive(0.5, 0.0)
    for second in range(1, 2 * FULL_SECONDS):
        cpu_s += 0.2 if second == FULL_SECONDS else 0.95
        load.receive(cpu_s, float(second))
        assert not load.is_full()
    load.receive(cpu_s + 0.95, 2.0 * FULL_SECONDS)
    assert load.is_full()
    assert load.ratio == pytest.approx(0.95)
