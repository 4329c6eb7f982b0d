import numpy as np
import pytest

from coordinator.judge.docket import FORGET_S, WAIT_S, Docket, delay_ms, skew_ms
from coordinator.judge.line import Sample
from coordinator.judge.reference import Reference


def shown(timestamp: int = 9000, came_at: float = 10.0) -> Reference:
    reference = Reference()
    reference.pictures.receive(timestamp, np.full((18, 32), 90, np.uint8), came_at)
    return reference


def test_a_sample_waits_for_the_programmes_own_frame() -> None:
    docket = Docket(shown())
    docket.receive(Sample(device="d", at=10.0), 10.0)
    assert docket.handle_timer(10.0 + WAIT_S / 2) == []
    [verdict] = docket.handle_timer(10.0 + WAIT_S)
    assert (verdict.device, verdict.at) == ("d", 10.0)
    assert docket.handle_timer(10.0 + WAIT_S) == []
    assert len(docket) == 1


def test_who_is_silent_is_forgotten() -> None:
    docket = Docket(shown())
    for name in ("a", "b"):
        docket.receive(Sample(device=name, at=10.0), 10.0)
    docket.handle_timer(11.0)
    assert len(docket) == 2
    docket.handle_timer(11.0 + FORGET_S)
    assert len(docket) == 0


def test_the_delay_is_from_the_relay_to_the_screen() -> None:
    late = Sample(device="d", at=10.5, timestamp=9000, shown_at=10.25)
    assert delay_ms(late, shown()) == pytest.approx(250.0)
    assert delay_ms(Sample(device="d", at=10.5), shown()) is None
    assert delay_ms(Sample(device="d", at=10.5, timestamp=10**6), shown()) is None


def test_the_skew_is_how_much_later_than_its_sound_a_picture_is_shown() -> None:
    reference = shown()
    both = Sample(
        device="d", at=11.0, timestamp=90_000, shown_at=10.9, sound_timestamp=48_000, played_at=10.8
    )
    assert skew_ms(both, reference) is None
    reference.receive_instant("video", 500 << 32, 0)
    reference.receive_instant("audio", 500 << 32, 0)
    assert skew_ms(both, reference) == pytest.approx(100.0)
    assert skew_ms(Sample(device="d", at=11.0, timestamp=5), reference) is None
    assert skew_ms(Sample(device="d", at=11.0, sound_timestamp=5), reference) is None
