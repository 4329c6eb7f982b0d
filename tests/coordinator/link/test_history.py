"""The last hour of a link."""

import sys

from coordinator.link.history import FIGURES, MINUTES, SECONDS, LinkHistory
from coordinator.link.link import Second

LOSS, RATE = FIGURES.index("loss_ratio"), FIGURES.index("bitrate_kbps")


def second(at: float, loss: float | None = 0.5, packets: int = 100) -> Second:
    return Second(
        at=at,
        span_s=1.0,
        received=packets,
        lost=0,
        rtt_s=0.04,
        jitter_s=None,
        loss_ratio=loss,
        concealed_ratio=0.0,
        frozen_ratio=0.0,
        frames_per_second=25.0,
        bitrate_bps=900_000.0,
    )


def test_five_minutes_by_the_second_and_an_hour_by_the_minute() -> None:
    history = LinkHistory()
    for at in range(2 * 3600):
        history.push(second(float(at)))
    seconds, minutes = history.seconds.rows(), history.minutes.rows()
    assert (len(seconds), len(minutes)) == (SECONDS, MINUTES)
    assert seconds[-1][0] == 2 * 3600 - 1
    # The last whole minute began two minutes before the end.
    assert [at for at, _ in minutes] == [60.0 * n for n in range(59, 119)]
    assert minutes[0][1][RATE] == 900.0


def test_what_was_not_known_stays_a_gap() -> None:
    history = LinkHistory()
    history.push(second(0.0, None))
    [(_at, figures)] = history.seconds.rows()
    assert figures[FIGURES.index("jitter_ms")] is None
    assert figures[LOSS] is None
    assert figures[FIGURES.index("rtt_ms")] == 40.0


def test_a_minutes_loss_is_that_of_its_packets() -> None:
    history = LinkHistory()
    history.push(second(0.0, 0.0, packets=300))
    history.push(second(1.0, 1.0, packets=100))
    history.push(second(60.0, 0.0))
    [(at, figures)] = history.minutes.rows()
    assert (at, figures[LOSS]) == (0.0, 0.25)


def test_a_point_costs_little() -> None:
    history = LinkHistory()
    size = sum(sys.getsizeof(ring._table) for ring in (history.seconds, history.minutes))
    assert size < 16_000
