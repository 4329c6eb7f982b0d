"""The last hour of a point's link, for its chart. Pure: no I/O.

Five minutes by the second and an hour by the minute, in arrays of 32-bit floats (NaN: nothing
known): 13 KB a point, against 130 KB for an hour by the second (measured: docs/decisions/0016).
"""

from array import array
from dataclasses import dataclass, field
from math import isnan, nan

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


class Ring:
    """The newest rows of a table of floats; an older one is overwritten."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._at = array("d", [nan]) * rows
        self._figures = array("f", [nan]) * (rows * len(FIGURES))
        self._next = 0

    def push(self, at: float, figures: tuple[float, ...]) -> None:
        """Add a row."""
        width, row = len(FIGURES), self._next % self._rows
        self._at[row] = at
        self._figures[row * width : (row + 1) * width] = array("f", figures)
        self._next += 1

    def rows(self) -> list[tuple[float, tuple[float | None, ...]]]:
        """Return the rows, oldest first."""
        width, first = len(FIGURES), max(0, self._next - self._rows)
        found = []
        for number in range(first, self._next):
            row = number % self._rows
            figures = self._figures[row * width : (row + 1) * width]
            found.append((self._at[row], tuple(None if isnan(f) else f for f in figures)))
        return found


@dataclass(slots=True)
class _Sum:
    """A minute in the making: time-weighted means; what is a ratio of packets by packets."""

    began: float
    weight: list[float] = field(default_factory=lambda: [0.0] * len(FIGURES))
    total: list[float] = field(default_factory=lambda: [0.0] * len(FIGURES))

    def add(self, figures: tuple[float, ...], span_s: float, packets: int) -> None:
        for index, (name, figure) in enumerate(zip(FIGURES, figures, strict=True)):
            if not isnan(figure):
                weight = packets if name == "loss_ratio" else span_s
                self.weight[index] += weight
                self.total[index] += figure * weight

    def means(self) -> tuple[float, ...]:
        pairs = zip(self.total, self.weight, strict=True)
        return tuple(total / weight if weight else nan for total, weight in pairs)


class LinkHistory:
    """The rings of one point."""

    def __init__(self) -> None:
        self.seconds = Ring(SECONDS)
        self.minutes = Ring(MINUTES)
        self._sum: _Sum | None = None

    def push(self, second: Second) -> None:
        """Add a second; the minute it completes is added to the hour."""
        figures = _figures(second)
        self.seconds.push(second.at, figures)
        held = self._sum
        if held is None or second.at >= held.began + MINUTE_S:
            if held is not None:
                self.minutes.push(held.began, held.means())
            held = self._sum = _Sum(second.at)
        held.add(figures, second.span_s, second.received + second.lost)


def _figures(second: Second) -> tuple[float, ...]:
    return (
        _scaled(second.rtt_s, 1000),
        _scaled(second.jitter_s, 1000),
        _scaled(second.loss_ratio, 1),
        _scaled(second.concealed_ratio, 1),
        _scaled(second.frozen_ratio, 1),
        _scaled(second.frames_per_second, 1),
        second.bitrate_bps / 1000,
    )


def _scaled(figure: float | None, factor: float) -> float:
    return nan if figure is None else figure * factor
