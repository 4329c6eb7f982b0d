"""The judge's docket: every device's samples, to be held against the programme. Pure: no I/O.

A sample waits until the programme's own frame must have come, then gets its verdict.
"""

from collections import deque

from .line import Sample, Verdict
from .picture import PictureWitness
from .reference import Reference
from .sound import SoundWitness

# A device may be quicker than our own decoder.
WAIT_S = 0.4
# Of a device that says nothing: nothing it said before tells of now.
FORGET_S = 30.0


class _Device:
    def __init__(self) -> None:
        self.picture = PictureWitness()
        self.sound = SoundWitness()
        self.at = 0.0


class Docket:
    """All devices that report.

    Args:
        reference: Fed by whoever receives the programme.

    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._devices: dict[str, _Device] = {}
        self._waiting: deque[tuple[float, Sample]] = deque()

    def __len__(self) -> int:
        """Return how many devices are known."""
        return len(self._devices)

    def receive(self, sample: Sample, now: float) -> None:
        """Take a sample; it is examined ``WAIT_S`` later."""
        self._waiting.append((now + WAIT_S, sample))

    def handle_timer(self, now: float) -> list[Verdict]:
        """Return the verdicts due by ``now``. Early or twice is fine."""
        verdicts = []
        while self._waiting and self._waiting[0][0] <= now:
            verdicts.append(self._examine(self._waiting.popleft()[1]))
        for name in [n for n, d in self._devices.items() if d.at < now - FORGET_S]:
            del self._devices[name]
        return verdicts

    def _examine(self, sample: Sample) -> Verdict:
        device = self._devices.setdefault(sample.device, _Device())
        device.at = sample.at
        reference = self._reference
        return Verdict(
            device=sample.device,
            at=sample.at,
            picture=device.picture.examine(sample, reference.pictures),
            sound=device.sound.examine(sample, reference.sounds),
            delay_ms=delay_ms(sample, reference),
            skew_ms=skew_ms(sample, reference),
        )


def delay_ms(sample: Sample, reference: Reference) -> float | None:
    """Return how long the named frame took from the relay to the screen."""
    if sample.timestamp is None:
        return None
    ours = reference.pictures.at(sample.timestamp)
    return None if ours is None else (sample.shown_at - ours.came_at) * 1000


def skew_ms(sample: Sample, reference: Reference) -> float | None:
    """Return how much later than its sound the picture is shown."""
    if sample.timestamp is None or sample.sound_timestamp is None:
        return None
    seen = reference.captured_at("video", sample.timestamp)
    heard = reference.captured_at("audio", sample.sound_timestamp)
    if seen is None or heard is None:
        return None
    return ((sample.shown_at - seen) - (sample.played_at - heard)) * 1000
