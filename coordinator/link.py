"""The quality of a point's link to the programme, from its reports. Pure: no I/O.

Telemetry: it never enters the journal. Rounded, so that a screen is told only what it can show.
"""

from collections import deque
from dataclasses import dataclass

from config.thresholds import LinkLimits
from signaling.stats import InboundRtp, MediaStats


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a screen shows of a link."""

    rtt_ms: int | None = None
    loss_ratio: float | None = None
    "Over the window, two digits; None while too few packets prove anything."
    frames_per_second: int | None = None
    bitrate_kbps: int | None = None
    "Rounded to ten."
    lossy: bool = False
    delay_ms: int | None = None
    "From the relay to the screen, by the judge; None while it cannot be told."
    skew_ms: int | None = None
    "How much later than its sound the picture is shown, likewise."


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    received: int
    lost: int
    bytes: int


class PointLink:
    """Folds the reports of one receiver into a ``Link``."""

    def __init__(self, limits: LinkLimits) -> None:
        self.limits = limits
        self.link = Link()
        self._samples: deque[_Sample] = deque(maxlen=limits.window + 1)

    def receive_stats(self, stats: MediaStats, now: float) -> bool:
        """Take a report into account; return whether what a screen shows changed."""
        sample = _sample(stats, now)
        if self._samples and sample.received < self._samples[-1].received:
            self._samples.clear()
        self._samples.append(sample)
        link = self._measure(stats)
        changed, self.link = link != self.link, link
        return changed

    def _measure(self, stats: MediaStats) -> Link:
        first, last = self._samples[0], self._samples[-1]
        received, lost = last.received - first.received, max(0, last.lost - first.lost)
        span_s = last.at - first.at
        enough = received + lost >= self.limits.min_packets
        loss = round(lost / (received + lost), 2) if enough else None
        rtt_s = stats.current_round_trip_time
        video = stats.video
        return Link(
            rtt_ms=None if rtt_s is None else _coarse(rtt_s * 1000),
            loss_ratio=loss,
            frames_per_second=None if video is None else round(video.frames_per_second),
            bitrate_kbps=_kbps(last.bytes - first.bytes, span_s),
            lossy=loss is not None and loss > self.limits.loss_ratio,
        )


def _sample(stats: MediaStats, now: float) -> _Sample:
    streams: list[InboundRtp] = [s for s in (stats.video, stats.audio) if s is not None]
    return _Sample(
        now,
        sum(s.packets_received for s in streams),
        sum(s.packets_lost for s in streams),
        sum(s.bytes_received for s in streams),
    )


def _kbps(size: int, span_s: float) -> int | None:
    return None if span_s <= 0 else round(size * 8 / span_s / 10_000) * 10


def _coarse(ms: float) -> int:
    """Round to 1, above 20 to 10, above 200 to 50: nobody acts on less."""
    step = 1 if ms < 20 else 10 if ms < 200 else 50
    return round(ms / step) * step
