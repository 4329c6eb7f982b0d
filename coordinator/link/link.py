"""What a point's link to the programme did, from its reports. Pure: no I/O.

Telemetry: it never enters the journal. ``LinkMeter`` makes the differences between two reports
(``Second``) and, when asked, the rounded figures of a window: a screen is told what it can show.
"""

from collections import deque

import msgspec

from config.thresholds import LinkLimits
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats

_NO_VIDEO, _NO_AUDIO = InboundVideo(), InboundAudio()


class Link(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a screen shows of a link."""

    rtt_ms: int | None = None
    jitter_ms: int | None = None
    loss_ratio: float | None = None
    "Over the window, two digits; None while too few packets prove anything."
    frames_per_second: int | None = None
    bitrate_kbps: int | None = None
    "Rounded to ten."
    delay_ms: int | None = None
    "From the relay to the screen, by the judge; None while it cannot be told."
    skew_ms: int | None = None
    "How much later than its sound the picture is shown, likewise."


class Second(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What happened between two reports. None: nothing to tell it from."""

    at: float
    "When the later of them came, monotonic seconds."
    span_s: float
    received: int
    lost: int
    rtt_s: float | None
    jitter_s: float | None
    loss_ratio: float | None
    concealed_ratio: float | None
    frozen_ratio: float | None
    frames_per_second: float | None
    bitrate_bps: float


class _Counters(msgspec.Struct, frozen=True, gc=False):
    """What grew until a report: of picture and sound together, then of each."""

    at: float
    received: int
    lost: int
    bytes: int
    samples: int
    concealed: int
    frozen_s: float


class LinkMeter:
    """Makes the differences between the reports of one receiver."""

    def __init__(self, limits: LinkLimits) -> None:
        self.limits = limits
        self._enough = limits.min_packets / 5
        self._stats = MediaStats()
        self._window: deque[_Counters] = deque(maxlen=limits.window + 1)

    @property
    def link(self) -> Link:
        """What a screen shows after the last report."""
        if not self._window:
            return Link()
        first, last, stats = self._window[0], self._window[-1], self._stats
        received, lost = last.received - first.received, max(0, last.lost - first.lost)
        enough = received + lost >= self.limits.min_packets
        rtt_s, jitter_s, video = stats.current_round_trip_time, _jitter_s(stats), stats.video
        return Link(
            rtt_ms=None if rtt_s is None else _coarse(rtt_s * 1000),
            jitter_ms=None if jitter_s is None else _coarse(jitter_s * 1000),
            loss_ratio=round(lost / (received + lost), 2) if enough else None,
            frames_per_second=None if video is None else round(video.frames_per_second),
            bitrate_kbps=_kbps(last.bytes - first.bytes, last.at - first.at),
        )

    def receive_stats(self, stats: MediaStats, now: float) -> Second | None:
        """Take a report into account; None when it is the first of its media session."""
        counters = _counters(stats, now)
        before = self._window[-1] if self._window else None
        if before is not None and counters.received < before.received:
            self._window.clear()
            before = None
        self._window.append(counters)
        self._stats = stats
        if before is None or now <= before.at:
            return None
        return self._second(stats, before, counters)

    def _second(self, stats: MediaStats, before: _Counters, after: _Counters) -> Second:
        span_s = after.at - before.at
        received, lost = after.received - before.received, after.lost - before.lost
        if lost < 0:
            lost = 0  # More duplicates than losses (RFC 3550).
        grown = after.bytes - before.bytes
        return Second(
            at=after.at,
            span_s=span_s,
            received=received,
            lost=lost,
            rtt_s=stats.current_round_trip_time,
            jitter_s=_jitter_s(stats),
            loss_ratio=lost / (received + lost) if received + lost >= self._enough else None,
            concealed_ratio=_share(
                after.concealed - before.concealed, after.samples - before.samples
            ),
            frozen_ratio=self._frozen(stats, after.frozen_s - before.frozen_s, span_s),
            frames_per_second=stats.video.frames_per_second if stats.video else None,
            bitrate_bps=grown * 8 / span_s if grown > 0 else 0.0,
        )

    def _frozen(self, stats: MediaStats, frozen_s: float, span_s: float) -> float | None:
        """Return the share of the time in which the picture stood still.

        W3C's counters grow when the next frame comes; a picture that stands still for good
        never adds to them, so its last frame's age is looked at too.
        """
        if stats.video is None or stats.decoding is Decoding.NONE:
            return None
        age_s = stats.last_frame_age
        if age_s is not None and age_s > self.limits.stall_s:
            return 1.0
        return 0.0 if frozen_s <= 0 else min(1.0, frozen_s / span_s)


def _counters(stats: MediaStats, now: float) -> _Counters:
    video, audio = stats.video or _NO_VIDEO, stats.audio or _NO_AUDIO
    return _Counters(
        now,
        video.packets_received + audio.packets_received,
        # Before repair: what came once more was lost, too, and is lost no longer.
        video.packets_lost
        + video.retransmitted_packets_received
        + audio.packets_lost
        + audio.retransmitted_packets_received,
        video.bytes_received + audio.bytes_received,
        audio.total_samples_received,
        audio.concealed_samples,
        video.total_freezes_duration,
    )


def _jitter_s(stats: MediaStats) -> float | None:
    """Return the sound's jitter: a picture's is that of its large frames, not of the line."""
    return None if stats.audio is None else stats.audio.jitter


def _share(part: int, whole: int) -> float | None:
    if whole <= 0:
        return None
    return 0.0 if part <= 0 else min(1.0, part / whole)


def _kbps(size: int, span_s: float) -> int | None:
    return None if span_s <= 0 else round(size * 8 / span_s / 10_000) * 10


def _coarse(ms: float) -> int:
    """Round to 1, above 20 to 10, above 200 to 50: nobody acts on less."""
    step = 1 if ms < 20 else 10 if ms < 200 else 50
    return round(ms / step) * step
