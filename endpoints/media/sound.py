"""The energy of the sound that was decoded, as W3C webrtc-stats counts it. Pure: no I/O."""

from collections import deque

LEVEL_S = 0.5


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
