"""A film that shows whether all of it arrives: frame number to picture, time to sound.

The same number always gives the same picture, so no file is needed and a receiver can
tell what it should have seen. In it: the title, the timecode for people and as a strip
for programs (``timecode``), stripes that move, a disc that wanders, and each full second
a white flash together with a beep. Sound: a "voice" of changing tones in syllables.

Pure: no I/O.
"""

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from signaling import thumbnail

from . import font, timecode

TITLE = "Giờ sinh hoạt toàn Đảng bộ – phim thử"
RATE_HZ = 48_000
BLOCK = 960
"Sample instants in 20 ms."
FLASH_S = 0.1

Picture = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.int16]

_INK, _PAPER, _WHITE, _BLACK = 235, 40, 224, 32


class Film:
    """One resolution and rate of the film.

    Args:
        width: Even, at least 320.
        height: Even, at least 180.
        fps: Whole frames a second.

    """

    def __init__(self, width: int = 320, height: int = 180, fps: int = 15) -> None:
        self.width, self.height, self.fps = width, height, fps
        self._scale = min(width // 320, height // 180)
        self._stripes = _stripes(width, height)
        self._chroma = _chroma(width, height)
        self._digits = {c: font.draw(c, 4 * self._scale) for c in "0123456789:"}
        self._title = font.draw(TITLE, self._scale)
        self._disc = _disc(height // 6)
        self._columns = np.diff(thumbnail.bounds(width, thumbnail.WIDTH))
        self._strip_top = int(thumbnail.bounds(height, thumbnail.HEIGHT)[-2])

    def picture(self, number: int) -> Picture:
        """Return a frame as planar YUV 4:2:0, (height * 3 / 2, width)."""
        shift = 2 * self._scale * number % self.width
        picture = np.concatenate((self._stripes[:, shift : shift + self.width], self._chroma))
        luma = picture[: self.height]
        self._draw_disc(luma, number)
        self._draw_title(luma)
        self._draw_timecode(luma, number)
        if number % self.fps < FLASH_S * self.fps:
            side = self.height // 6
            luma[: 2 * side, -2 * side :] = _INK
        strip = np.where(timecode.cells(number), _WHITE, _BLACK).astype(np.uint8)
        luma[self._strip_top :] = strip.repeat(self._columns)
        return picture

    def sound(self, block: int) -> Sound:
        """Return the ``block``-th 20 ms of sound, 960 samples, mono; not to be changed."""
        return sound(block)

    def _draw_disc(self, luma: Picture, number: int) -> None:
        side = self._disc.shape[0]
        angle = number / self.fps
        x = int((self.width - side) * (0.5 + 0.5 * math.sin(0.7 * angle)))
        y = int((self.height - side) * (0.5 + 0.4 * math.cos(1.1 * angle)))
        luma[y : y + side, x : x + side][self._disc] = 190

    def _draw_title(self, luma: Picture) -> None:
        _write(luma, self._title, (self.width - self._title.shape[1]) // 2, 8 * self._scale)

    def _draw_timecode(self, luma: Picture, number: int) -> None:
        digits = [self._digits[c] for c in timecode.text(number, self.fps)]
        line = np.concatenate(digits, axis=1)
        _write(luma, line, (self.width - line.shape[1]) // 2, (self.height - line.shape[0]) // 2)


def sound(block: int) -> Sound:
    """Return the ``block``-th 20 ms of sound, 960 samples, mono; a view, not to be changed."""
    second, part = divmod(block, RATE_HZ // BLOCK)
    return _second(second % _SECONDS)[part * BLOCK : (part + 1) * BLOCK]


# Pitch and loudness come round after so many seconds, 1.7 MB of them.
_SECONDS = 18


@cache
def _second(second: int) -> Sound:
    """Return a second of sound: a beep, then four syllables with silence between them."""
    within = np.arange(RATE_HZ) / RATE_HZ
    beep = 0.5 * np.sin(2 * np.pi * 1000 * within)
    phase = 2 * np.pi * (110 + 20 * (second * 7 % 9)) * within
    voice = np.sin(phase) + 0.5 * np.sin(3 * phase) + 0.25 * np.sin(7 * phase)
    envelope = np.maximum(0.0, np.sin(2 * np.pi * 4 * within)) ** 2
    loudness = 0.1 + 0.05 * (second * 5 % 6)
    mixed = np.where(within < FLASH_S, beep, loudness * envelope * voice)
    samples: Sound = (mixed * 32767 * 0.9).astype(np.int16)
    return samples


def _stripes(width: int, height: int) -> Picture:
    """Return soft stripes twice as wide as the picture; a window over them moves."""
    x = np.arange(2 * width) * (2 * np.pi / width)
    y = np.linspace(0.0, 1.0, height)[:, None]
    wave = np.sin(3 * x + 2 * y) + 0.6 * np.sin(7 * x - 4 * y)
    return (95 + 30 * wave + 25 * y).astype(np.uint8)


def _chroma(width: int, height: int) -> Picture:
    """Return both chroma planes as they lie behind the luma: quarters of four colours."""
    colours = np.array([[[110, 150], [140, 120]], [[140, 120], [110, 150]]], dtype=np.uint8)
    rows = (np.arange(height // 2) * 2 >= height // 2).astype(np.intp)
    columns = (np.arange(width // 2) * 2 >= width // 2).astype(np.intp)
    return colours[:, rows][:, :, columns].reshape(height // 2, width)


def _disc(side: int) -> font.Mask:
    distance = np.arange(side) - (side - 1) / 2
    return np.asarray(distance[:, None] ** 2 + distance**2 <= (side / 2) ** 2)


def _write(luma: Picture, mask: font.Mask, x: int, y: int) -> None:
    """Put text on a dark plate, so that it is readable over anything."""
    height, width = mask.shape
    luma[y : y + height, x : x + width] = np.where(mask, _INK, _PAPER)
