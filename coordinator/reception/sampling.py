"""What a report says to the judge, and how late pictures are. Pure: no I/O."""

from collections import deque
from statistics import median

from signaling.messages import PointReport
from signaling.rtp import AUDIO_CLOCK_HZ
from signaling.schema import Decoding
from signaling.stats import MediaStats, Presented, PresentedBy

from ..judge.line import Sample, Verdict

LONGEST_WAY_S = 0.5
VERDICTS = 9
"Delays are the median of so many."


def sample_of(device: str, report: PointReport, now: float, hears_other: bool) -> Sample | None:
    """Return what the judge needs of a report that arrived at ``now``; None when it has none."""
    media = report.media
    if media is None or media.presented is None or media.decoding is Decoding.NONE:
        return None
    at = now - min(LONGEST_WAY_S, (report.control_rtt_ms or 0.0) / 2000)
    return _sample(device, media, media.presented, at, hears_other)


def _sample(
    device: str, media: MediaStats, presented: Presented, at: float, hears_other: bool
) -> Sample:
    audio = media.audio
    return Sample(
        device=device,
        at=at,
        timestamp=presented.rtp_timestamp,
        shown_at=at - presented.age,
        thumbnail=presented.thumbnail,
        sound_timestamp=presented.sound_rtp_timestamp,
        played_at=at - presented.sound_age,
        energy=audio.total_audio_energy if audio else 0.0,
        peaks=presented.by is PresentedBy.FRAME_CALLBACK,
        duration=audio.total_samples_duration if audio else 0.0,
        concealed=audio.concealed_samples / AUDIO_CLOCK_HZ if audio else 0.0,
        sampled=media.decoding is not Decoding.ALL,
        hears_other=hears_other,
    )


class PointDelay:
    """How late a point's picture is, and how far from its sound; rounded for screens."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=VERDICTS)
        self._skews: deque[float] = deque(maxlen=VERDICTS)

    def receive(self, verdict: Verdict) -> None:
        """Take a verdict."""
        if verdict.delay_ms is not None:
            self._delays.append(verdict.delay_ms)
        if verdict.skew_ms is not None:
            self._skews.append(verdict.skew_ms)

    @property
    def delay_ms(self) -> int | None:
        """How late the picture is, never negative; None while nobody can tell."""
        return max(0, _coarse(median(self._delays))) if self._delays else None

    @property
    def skew_ms(self) -> int | None:
        """How much later than its sound it is shown; None while nobody can tell."""
        return _coarse(median(self._skews)) if self._skews else None


def _coarse(ms: float) -> int:
    """Round to 20, above 200 to 50: lips and nerves notice no less."""
    step = 20 if abs(ms) < 200 else 50
    return round(ms / step) * step
