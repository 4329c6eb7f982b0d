"""The last hour of a point's link, for its chart. Pure: no I/O.

Five minutes by the second and an hour by the minute, packed as 32-bit floats (NaN: nothing
known): 13 KB a point, against 130 KB for an hour by the second (measured: docs/decisions/0016).
"""

from math import isnan, nan
from struct import Struct

from .link import Second

SECONDS = 300
MINUTES = 60
MINUTE_S = 60.0

FIGURES = (
    "rtt_ms",
    "jitter_ms",
    "loss_ratio",
    "concealed_ratio",
    "frozen_ratio",
    "frames_per_second",
    "bitrate_kbps",
)


_ROW = Struct(f"<d{len(FIGURES)}f")
_LOSS = FIGURES.index("loss_ratio")


class Ring:
    """The newest rows of a table of floats; an older one is overwritten."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._table = bytearray(_ROW.size * rows)
        self._next = 0

    def push(self, at: float, figures: tuple[float, ...]) -> None:
        """Add a row."""
        _ROW.pack_into(self._table, self._next % self._rows * _ROW.size, at, *figures)
        self._next += 1

    def rows(self) -> list[tuple[float, tuple[float | None, ...]]]:
        """Return the rows, oldest first."""
        found = []
        for number in range(max(0, self._next - self._rows), self._next):
            at, *figures = _ROW.unpack_from(self._table, number % self._rows * _ROW.size)
            found.append((at, tuple(None if isnan(f) else f for f in figures)))
        return found


class _Minute:
    """A minute in the making: time-weighted means; what is a ratio of packets by packets."""

    def __init__(self, began: float) -> None:
        self.began = began
        self._weight = [0.0] * len(FIGURES)
        self._total = [0.0] * len(FIGURES)

    def add(self, figures: tuple[float, ...], span_s: float, packets: int) -> None:
        weights, totals = self._weight, self._total
        for index, figure in enumerate(figures):
            if figure == figure:  # NaN is not.
                weight = packets if index == _LOSS else span_s
                weights[index] += weight
                totals[index] += figure * weight

    def means(self) -> tuple[float, ...]:
        pairs = zip(self._total, self._weight, strict=True)
        return tuple(total / weight if weight else nan for total, weight in pairs)


class LinkHistory:
    """The rings of one point."""

    def __init__(self) -> None:
        self.seconds = Ring(SECONDS)
        self.minutes = Ring(MINUTES)
        self._minute: _Minute | None = None

    def push(self, second: Second) -> None:
        """Add a second; the minute it completes is added to the hour."""
        figures = _figures(second)
        self.seconds.push(second.at, figures)
        minute = self._minute
        if minute is None or second.at >= minute.began + MINUTE_S:
            if minute is not None:
                self.minutes.push(minute.began, minute.means())
            minute = self._minute = _Minute(second.at)
        minute.add(figures, second.span_s, second.received + second.lost)


def _figures(second: Second) -> tuple[float, ...]:
    rtt_s, jitter_s = second.rtt_s, second.jitter_s
    loss, concealed = second.loss_ratio, second.concealed_ratio
    frozen, frames = second.frozen_ratio, second.frames_per_second
    return (
        nan if rtt_s is None else rtt_s * 1000,
        nan if jitter_s is None else jitter_s * 1000,
        nan if loss is None else loss,
        nan if concealed is None else concealed,
        nan if frozen is None else frozen,
        nan if frames is None else frames,
        second.bitrate_bps / 1000,
    )
