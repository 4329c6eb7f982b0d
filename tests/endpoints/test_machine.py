from pathlib import Path

import pytest

from endpoints.machine import MachineMeter, Ticks, linux_ticks, read_ticks

STAT = "cpu  100 5 20 1000 40 1 2 3 50 60\ncpu0 1 2 3 4\n"


def test_waiting_for_a_disk_is_not_being_busy() -> None:
    assert linux_ticks(STAT) == Ticks(busy=131, total=1171)


@pytest.mark.parametrize("junk", ["", "cpu 1 2", "disk 1 2 3 4 5 6", "cpu a b c d e f"])
def test_what_is_not_a_line_of_proc_stat_is_refused(junk: str) -> None:
    with pytest.raises(ValueError, match="stat|literal|unpack"):
        linux_ticks(junk)


def test_the_first_measurement_gives_no_ratio_and_the_second_does(tmp_path: Path) -> None:
    meter = MachineMeter(tmp_path, period_s=0.0)
    meter.measure(now=0.0)
    figures = [meter.cpu_ratio]
    before = read_ticks()
    while read_ticks() == before:
        pass
    meter.measure(now=1.0)
    assert figures == [None]
    assert 0.0 <= (meter.cpu_ratio or 0.0) <= 1.0
    assert meter.cpu_ratio is not None
    assert meter.disk_free_bytes


def test_a_disk_that_is_gone_has_no_figure(tmp_path: Path) -> None:
    meter = MachineMeter(tmp_path / "gone")
    meter.measure(now=0.0)
    assert meter.disk_free_bytes is None


def test_it_measures_no_more_often_than_its_period(tmp_path: Path) -> None:
    meter = MachineMeter(tmp_path, period_s=1.0)
    meter.measure(now=10.0)
    meter.disk_free_bytes = 7
    meter.measure(now=10.5)
    assert meter.disk_free_bytes == 7
