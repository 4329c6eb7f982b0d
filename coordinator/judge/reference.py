"""The programme as the judge received it: the last half minute of pictures and sound. Pure: no I/O.

Everything is found by its RTP timestamp, which is the same for all viewers of all renditions
(DESIGN.md, section 6). Times are seconds of one monotonic clock.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from signaling.reception.decoder import Loudness
from signaling.rtp import AUDIO_CLOCK_HZ, VIDEO_CLOCK_HZ, extend
from signaling.thumbnail import Luma

KEEP_S = 30.0
# Half a frame at 25 a second: the same moment in another rendition.
NEAR = VIDEO_CLOCK_HZ // 50
# Packets of 20 ms in what Chromium takes the loudest sample of: 110 ms.
HELD = 6
# A jump beyond this is a relay that began anew with other numbers.
MAX_JUMP_S = 60.0

Thumb = npt.NDArray[np.float32]
"Of 576 values: a thumbnail to compute with."


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the programme."""

    timestamp: int
    "Extended: it never wraps."
    thumb: Thumb
    came_at: float


class Pictures:
    """The pictures of the last ``KEEP_S``."""

    def __init__(self) -> None:
        self._timestamps: list[int] = []
        self._shown: list[Shown] = []

    def receive(self, timestamp: int, thumbnail: Luma, now: float) -> None:
        """Take a decoded picture of the programme; they come in their order."""
        newest = self._timestamps[-1] if self._timestamps else timestamp
        extended = extend(timestamp, newest, bits=32)
        if not -VIDEO_CLOCK_HZ <= extended - newest <= MAX_JUMP_S * VIDEO_CLOCK_HZ:
            self.clear()
        elif self._timestamps and extended <= newest:
            return
        self._timestamps.append(extended)
        self._shown.append(Shown(extended, thumb(thumbnail), now))
        self._forget(now - KEEP_S)

    def clear(self) -> None:
        """Forget everything: another session with other numbers begins."""
        self._timestamps.clear()
        self._shown.clear()

    def newest(self) -> Shown | None:
        """Return the last picture."""
        return self._shown[-1] if self._shown else None

    def at(self, timestamp: int) -> Shown | None:
        """Return the picture of a timestamp as packets carry it, None when there is none."""
        if not self._timestamps:
            return None
        extended = extend(timestamp, self._timestamps[-1], bits=32)
        place = bisect_left(self._timestamps, extended - NEAR)
        near = self._shown[place : bisect_right(self._timestamps, extended + NEAR)]
        return min(near, key=lambda shown: abs(shown.timestamp - extended), default=None)

    def between(self, shown: Shown, until: float) -> list[Shown]:
        """Return the pictures after one that came no later than ``until``."""
        after = self._shown[bisect_right(self._timestamps, shown.timestamp) :]
        return [later for later in after if later.came_at <= until]

    def beside(self, shown: Shown, older_s: float, newer_s: float) -> list[Shown]:
        """Return the pictures of so much before and after one, itself among them."""
        first = bisect_left(self._timestamps, shown.timestamp - older_s * VIDEO_CLOCK_HZ)
        last = bisect_right(self._timestamps, shown.timestamp + newer_s * VIDEO_CLOCK_HZ)
        return self._shown[first:last]

    def _forget(self, before: float) -> None:
        count = 0
        while self._shown[count].came_at < before:
            count += 1
        del self._timestamps[:count], self._shown[:count]


class _Heard(NamedTuple):
    """A packet of the programme's sound."""

    samples: int
    mean_square: float
    peak_square: float
    "The loudest sample of it and of the packets shortly before, squared."
    came_at: float


class Sounds:
    """How loud the programme was in each packet of the last ``KEEP_S``.

    Two measures of it: W3C's, and Chromium's, which adds up the square of the loudest sample of
    every tenth of a second instead (``AudioLevel``): 3 dB more for a tone, 7 to 12 for a voice.
    """

    def __init__(self) -> None:
        self._begins: list[int] = []
        self._packets: list[_Heard] = []
        self._peaks: deque[float] = deque(maxlen=HELD)

    def receive(self, timestamp: int, loudness: Loudness, now: float) -> None:
        """Take a decoded packet of sound; they come in their order."""
        newest = self._begins[-1] if self._begins else timestamp
        extended = extend(timestamp, newest, bits=32)
        if not -AUDIO_CLOCK_HZ <= extended - newest <= MAX_JUMP_S * AUDIO_CLOCK_HZ:
            self.clear()
        elif self._begins and extended <= newest:
            return
        self._begins.append(extended)
        self._peaks.append(loudness.peak**2)
        heard = _Heard(loudness.samples, loudness.mean_square, max(self._peaks), now)
        self._packets.append(heard)
        count = 0
        while self._packets[count].came_at < now - KEEP_S:
            count += 1
        del self._begins[:count], self._packets[:count]

    def clear(self) -> None:
        """Forget everything."""
        self._begins.clear()
        self._packets.clear()
        self._peaks.clear()

    def came_at(self) -> float | None:
        """Return when the last packet came."""
        return self._packets[-1].came_at if self._packets else None

    def newest(self) -> int | None:
        """Return where the last packet ends, as packets carry it."""
        if not self._begins:
            return None
        return (self._begins[-1] + self._packets[-1].samples) & 0xFFFF_FFFF

    def mean_square(self, end: int, duration_s: float, *, peaks: bool = False) -> float | None:
        """Return the mean square of the sound before ``end``; None unless all of it is here.

        Args:
            end: RTP timestamp, 32 bits, as packets carry it.
            duration_s: Before it.
            peaks: By Chromium's measure.

        """
        if not self._begins or duration_s <= 0:
            return None
        until = extend(end, self._begins[-1], bits=32)
        since = until - round(duration_s * AUDIO_CLOCK_HZ)
        first = bisect_right(self._begins, since) - 1
        last = bisect_left(self._begins, until)
        if first < 0 or until > self._begins[-1] + self._packets[-1].samples:
            return None
        energy = heard = 0.0
        packets = zip(self._begins[first:last], self._packets[first:last], strict=True)
        for begin, (samples, mean, peak, _at) in packets:
            part = min(until, begin + samples) - max(since, begin)
            energy += (peak if peaks else mean) * max(0, part)
            heard += max(0, part)
        # Silence a sender leaves out (DTX) counts as silence.
        return energy / (until - since) if heard else 0.0


class Reference:
    """Pictures, sound, and the instants their timestamps stand for."""

    def __init__(self) -> None:
        self.pictures = Pictures()
        self.sounds = Sounds()
        self._instants: dict[str, tuple[float, int]] = {}

    def receive_instant(self, kind: Literal["audio", "video"], ntp: int, timestamp: int) -> None:
        """Take the instant of a timestamp from a sender report; ``ntp`` has 64 bits."""
        self._instants[kind] = (ntp / 2**32, timestamp)

    def captured_at(self, kind: Literal["audio", "video"], timestamp: int) -> float | None:
        """Return when what a timestamp names was captured, NTP seconds; None while unknown."""
        known = self._instants.get(kind)
        if known is None:
            return None
        hz = VIDEO_CLOCK_HZ if kind == "video" else AUDIO_CLOCK_HZ
        return known[0] + (extend(timestamp, known[1], bits=32) - known[1]) / hz


def thumb(thumbnail: Luma) -> Thumb:
    """Return a thumbnail to compute with."""
    return thumbnail.astype(np.float32).ravel()
