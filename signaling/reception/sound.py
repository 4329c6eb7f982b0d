"""Which sound to decode, and its energy as W3C webrtc-stats counts it. Pure: no I/O."""

from collections import deque
from enum import Enum, auto

from signaling.schema import Decoding

LEVEL_S = 0.5
# Where not all is decoded: so many packets of 20 ms, so often. Enough to tell silence.
LISTEN_EVERY_S = 4.0
LISTEN_PACKETS = 5
# Opus predicts from packet to packet; after a pause it needs 80 ms (RFC 7845 §4.2).
WARM_UP_PACKETS = 4


class Use(Enum):
    """What to do with a packet of sound."""

    SKIP = auto()
    WARM_UP = auto()
    "Decode it for the decoder's sake, and do not measure it."
    MEASURE = auto()


class Listener:
    """Chooses packets: all, none, or a sample of them."""

    def __init__(self) -> None:
        self._warm = 0
        self._window_at: float | None = None

    def choose(self, decoding: Decoding, now: float) -> Use:
        """Say what to do with the packet that comes next."""
        if decoding is Decoding.NONE or not self._listening(decoding, now):
            self._warm = 0
            return Use.SKIP
        self._warm += 1
        return Use.WARM_UP if self._warm <= WARM_UP_PACKETS else Use.MEASURE

    def _listening(self, decoding: Decoding, now: float) -> bool:
        if decoding is Decoding.ALL:
            self._window_at = None
            return True
        if self._window_at is None or now >= self._window_at + LISTEN_EVERY_S:
            self._window_at = now
            self._warm = 0
            return True
        return 0 < self._warm < WARM_UP_PACKETS + LISTEN_PACKETS


class SoundMeter:
    """Adds up samples. All figures speak of decoded sound only."""

    def __init__(self) -> None:
        self.samples = 0
        "Sample instants; two channels count once."
        self.duration = 0.0
        "Seconds."
        self.energy = 0.0
        """Sum over samples of (value / full scale) squared times the sample's duration, so
        that sqrt(energy / duration) is the RMS level (totalAudioEnergy)."""
        self._recent: deque[tuple[float, float]] = deque()
        self._recent_s = 0.0

    def receive(self, mean_square: float, samples: int, rate_hz: int) -> None:
        """Add a stretch of sound.

        Args:
            mean_square: Of the samples, full scale is 1.
            samples: How many instants.
            rate_hz: Samples a second.

        """
        seconds = samples / rate_hz
        self.samples += samples
        self.duration += seconds
        self.energy += mean_square * seconds
        self._recent.append((mean_square, seconds))
        self._recent_s += seconds
        while self._recent_s - self._recent[0][1] >= LEVEL_S:
            self._recent_s -= self._recent.popleft()[1]

    def level(self) -> float:
        """Return the RMS of the last half second of decoded sound, 0..1 (audioLevel)."""
        energy = sum(mean * seconds for mean, seconds in self._recent)
        return min(1.0, (energy / self._recent_s) ** 0.5) if self._recent_s > 0 else 0.0
