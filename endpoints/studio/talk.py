"""A programme that gives a judge little to hold on to: slides, black, pauses, now and then a film.

What most sessions look like, in 80 seconds that come round. Nobody may be accused while a slide
stands, the studio is dark or the speaker drinks; pictures and sounds are as reproducible as the
film's. No timecode, which would move.

Pure: no I/O.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

import numpy as np

from . import font
from .film import BLOCK, RATE_HZ, TITLE, Film, Picture, Sound, sound


class Shows(Enum):
    """What is to be seen."""

    SLIDE = auto()
    BLACK = auto()
    FILM = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Some seconds of the programme."""

    lasts_s: int
    shows: Shows
    speaks: bool


SCENES = (
    Scene(lasts_s=15, shows=Shows.SLIDE, speaks=True),
    Scene(lasts_s=10, shows=Shows.SLIDE, speaks=False),
    Scene(lasts_s=15, shows=Shows.FILM, speaks=True),
    Scene(lasts_s=8, shows=Shows.BLACK, speaks=False),
    Scene(lasts_s=5, shows=Shows.BLACK, speaks=True),
    Scene(lasts_s=12, shows=Shows.FILM, speaks=False),
    Scene(lasts_s=15, shows=Shows.SLIDE, speaks=True),
)
ROUND_S = sum(scene.lasts_s for scene in SCENES)
_BLACK, _CHROMA_NONE = 16, 128
_SILENCE: Sound = np.zeros(BLOCK, np.int16)


class Talk(Film):
    """One resolution and rate of it; arguments as the film's."""

    def picture(self, number: int) -> Picture:
        """Return a frame as planar YUV 4:2:0, (height * 3 / 2, width)."""
        scene, which = scene_at(number / self.fps)
        match scene.shows:
            case Shows.FILM:
                return super().picture(number)
            case Shows.BLACK:
                return _plain(self.width, self.height, _BLACK)
            case Shows.SLIDE:
                return _slide(self.width, self.height, which)

    def sound(self, block: int) -> Sound:
        """Return the ``block``-th 20 ms of sound, 960 samples, mono."""
        scene, _which = scene_at(block * BLOCK / RATE_HZ)
        return sound(block) if scene.speaks else _SILENCE


def scene_at(at_s: float) -> tuple[Scene, int]:
    """Return the scene of a moment, and its number, which differs in every round."""
    rounds, left = divmod(at_s, ROUND_S)
    for number, scene in enumerate(SCENES):
        if left < scene.lasts_s:
            return scene, int(rounds) * len(SCENES) + number
        left -= scene.lasts_s
    raise ValueError(at_s)


@lru_cache(maxsize=4)
def _slide(width: int, height: int, which: int) -> Picture:
    """Return a slide: a title, and as many lines as its number says."""
    picture = _plain(width, height, 220)
    scale = min(width // 320, height // 180)
    title = font.draw(TITLE, scale)
    picture[10 * scale : 10 * scale + title.shape[0], 8 : 8 + title.shape[1]][title] = 30
    for line in range(2 + which % 5):
        top = (40 + 22 * line) * scale
        picture[top : top + 8 * scale, 16 * scale : width * (5 + (which + line) % 4) // 10] = 90
    return picture


def _plain(width: int, height: int, luma: int) -> Picture:
    picture = np.full((height * 3 // 2, width), _CHROMA_NONE, np.uint8)
    picture[:height] = luma
    return picture
