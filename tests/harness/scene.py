"""Three kinds of programmes to hold against each other: slides, a lectern, a film.

The same *place* is the same camera or the same deck; another *take* is another hour in it.
"""

from collections.abc import Iterator
from itertools import repeat

import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]
KINDS = ("slides", "lectern", "film")


def pictures(
    kind: str, place: int, take: int, size: tuple[int, int], count: int, fps: int
) -> Iterator[Luma]:
    """Yield ``count`` luma pictures of (height, width) = ``size``."""
    draw = {"slides": _slides, "lectern": _lectern, "film": _film}[kind]
    return draw(place, take, size, count, fps)


def planar(luma: Luma) -> Luma:
    """Return a picture as planar YUV 4:2:0 without colours."""
    height, width = luma.shape
    return np.concatenate((luma, np.full((height // 2, width), 128, np.uint8)))


def soft(random: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]) -> Field:
    """Return smooth noise, about -1..1."""
    height, width = size
    grid = random.standard_normal((cells[0] + 1, cells[1] + 1)).astype(np.float32)
    y = np.linspace(0, cells[0], height, endpoint=False)
    x = np.linspace(0, cells[1], width, endpoint=False)
    top, left = y.astype(int), x.astype(int)
    dy, dx = (y - top)[:, None].astype(np.float32), (x - left)[None].astype(np.float32)
    upper = grid[top][:, left] * (1 - dx) + grid[top][:, left + 1] * dx
    lower = grid[top + 1][:, left] * (1 - dx) + grid[top + 1][:, left + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy)


def _slides(place: int, take: int, size: tuple[int, int], count: int, fps: int) -> Iterator[Luma]:
    """A deck of bright pages, turned every five to twenty seconds."""
    random = np.random.default_rng([1, place, take])
    page, left = int(random.integers(0, 40)), count
    while left > 0:
        length = min(left, int(random.integers(5 * fps, 20 * fps)))
        page, left = page + 1, left - length
        yield from repeat(_page(place, page, size), length)


def _page(place: int, page: int, size: tuple[int, int]) -> Luma:
    height, width = size
    random = np.random.default_rng([2, place, page])
    picture = np.full(size, 225, np.uint8)
    picture[: height // 8] = 90
    for line in range(int(random.integers(3, 9))):
        top = height // 5 + line * height // 12
        length = int(random.integers(width // 4, width * 4 // 5))
        picture[top : top + height // 30, width // 12 : width // 12 + length] = 40
    if random.random() < 0.5:
        left, top = int(random.integers(width // 2, width * 3 // 4)), height // 3
        picture[top : top + height // 3, left : left + width // 5] = int(random.integers(60, 180))
    return picture


def _lectern(place: int, take: int, size: tuple[int, int], count: int, fps: int) -> Iterator[Luma]:
    """A still hall, and somebody who speaks: a head that sways, now and then a hand."""
    height, width = size
    room = np.random.default_rng([3, place])
    wall = 110 + 35 * soft(room, size, (5, 9)) + 10 * soft(room, size, (18, 32))
    random = np.random.default_rng([4, place, take])
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    sway = np.cumsum(random.standard_normal((count + 1, 2)), axis=0) * (0.06 / fps) ** 0.5
    phase = random.uniform(0, 6.28, 4)
    for number in range(count):
        at = number / fps
        dx = 0.012 * np.sin(0.9 * at + phase[0]) + 0.01 * np.tanh(sway[number, 0])
        dy = 0.008 * np.sin(1.7 * at + phase[1]) + 0.006 * np.tanh(sway[number, 1])
        picture = wall.copy()
        head = _disc(x, y, (0.5 + dx) * width, (0.36 + dy) * height, 0.09 * height)
        body = _disc(x, y, (0.5 + dx / 2) * width, 0.8 * height, 0.28 * height)
        picture[body] = 55
        picture[head] = 185
        if np.sin(0.37 * at + phase[2]) > 0.4:
            lift = 0.1 * np.sin(2.3 * at + phase[3])
            picture[_disc(x, y, 0.62 * width, (0.62 + lift) * height, 0.045 * height)] = 175
        noise = random.standard_normal((height, width), dtype=np.float32)
        yield np.clip(picture + 2 * noise, 16, 235).astype(np.uint8)


def _film(place: int, take: int, size: tuple[int, int], count: int, fps: int) -> Iterator[Luma]:
    """Scenes of two to six seconds, in which the camera pans."""
    random = np.random.default_rng([5, place, take])
    left = count
    while left > 0:
        length = min(left, int(random.integers(2 * fps, 6 * fps)))
        left -= length
        yield from _pan(random, size, length, fps)


def _pan(
    random: np.random.Generator, size: tuple[int, int], length: int, fps: int
) -> Iterator[Luma]:
    height, width = size
    wide = (height, 2 * width)
    scene = 115 + 45 * soft(random, wide, (6, 22)) + 20 * soft(random, wide, (18, 64))
    speed, level = random.uniform(-0.15, 0.15), random.uniform(-40, 30)
    begin = 0 if speed > 0 else width
    for number in range(length):
        at = begin + round(speed * width * number / fps)
        yield np.clip(scene[:, at : at + width] + level, 16, 235).astype(np.uint8)


def _disc(x: Field, y: Field, left: float, top: float, radius: float) -> npt.NDArray[np.bool_]:
    return np.asarray((x - left) ** 2 + (y - top) ** 2 <= radius**2)
