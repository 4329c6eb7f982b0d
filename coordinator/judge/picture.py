"""Is what a device shows what the programme showed? Pure: no I/O.

Two questions, both by the frame the device names. Is it the same *picture*: do its cells
correlate in space? And does it *move* alike over some seconds: an old loop of the same camera
has the right picture, but not the right changes. What stands still answers only the first,
and only in the negative: a still picture proves nothing.

Levels are luma, 0..255. Codecs change a cell by about half a level. A browser's full range
stretches levels by 255/219: correlations do not mind.

A browser names a frame and draws what its compositor holds, which on a slow PC is the one before:
a device's picture is held against the likest of those beside the one it names.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .line import NOTHING_NEW, Answer, Finding, Sample
from .reference import Pictures, Shown, Thumb, thumb

WINDOW_S = 8.0
MAX_SEEN = 12
MIN_SEEN = 3
CELLS = 576

# A picture flatter than this has nothing to compare, levels (standard deviation).
FLAT = 6.0
# Nothing but black, whichever range: mean and standard deviation.
BLACK_MEAN, BLACK_DEVIATION = 22.0, 4.0
# One picture against another, correlation of their cells.
ALIKE, UNLIKE = 0.85, 0.6
# Change of a cell by codecs alone, levels squared; measured 0.2 to 0.4 (tests.bench.judge).
NOISE = 0.36
# The programme must move by so many times that before anything is said of movement.
MOVES = 6.0
# What may be left of a right picture's movement, a cell, in levels squared and as a share of the
# movement, and what is left of a wrong one's (measured: right 0.3 + 0.2 %, wrong over 80 %).
RIGHT_LEFT, RIGHT_SHARE = 1.0, 0.03
WRONG_LEFT, WRONG_SHARE = 3.0, 0.25
# A screen that moved less than this a cell, levels squared, stands still.
STANDS = 0.25
# What is drawn is at most so much older or newer than what is named, seconds: a frame of the low
# rendition. Measured in Chromium on a busy machine: always the frame before.
OLDER_S, NEWER_S = 0.25, 0.1
# A named frame is expected to be followed by the next within so long, seconds.
LATE_S = 1.0

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A frame a device showed, beside the programme's of the same timestamp."""

    at: float
    theirs: Thumb
    named: Shown
    ours: Thumb
    "Of those beside it, the likest."
    timestamp: int
    "As it was named."


class PictureWitness:
    """What one device showed lately."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque(maxlen=MAX_SEEN)

    def examine(self, sample: Sample, pictures: Pictures) -> Answer:
        """Return what a sample proves together with those before it."""
        newest = pictures.newest()
        if newest is None or sample.at > newest.came_at + WINDOW_S:
            return _cannot("no_reference")
        if sample.timestamp is None or sample.thumbnail is None:
            return _cannot("nothing_reported")
        if self._seen and self._seen[-1].timestamp == sample.timestamp:
            return self._again(sample, pictures)
        named = pictures.at(sample.timestamp)
        if named is None:
            return _cannot("no_reference")
        theirs = thumb(np.frombuffer(sample.thumbnail, np.uint8))
        self._forget(sample.at, named)
        ours = _likest(theirs, named, pictures)
        self._seen.append(_Seen(sample.at, theirs, named, ours, sample.timestamp))
        if self._stands():
            return _wrong("frozen")
        wrong = self._glance()
        if wrong is not None:
            # It has had its answer; left here it would go on speaking against what follows.
            self._seen.pop()
        return wrong or self._look()

    def _forget(self, now: float, named: Shown) -> None:
        seen = self._seen
        if seen and seen[-1].named.timestamp > named.timestamp:
            seen.clear()
        while seen and seen[0].at < now - WINDOW_S:
            seen.popleft()

    def _again(self, sample: Sample, pictures: Pictures) -> Answer:
        """Judge a device that names the frame it named before."""
        if sample.sampled:
            return _cannot(NOTHING_NEW)
        held = self._seen[-1].named
        for later in pictures.between(held, sample.at - LATE_S):
            if _energy(later.thumb - held.thumb) > MOVES * NOISE * CELLS:
                return _wrong("frozen")
        return _cannot("still")

    def _glance(self) -> Answer | None:
        """Return what is wrong with the last picture by itself, None when nothing is."""
        theirs, ours = self._seen[-1].theirs, self._seen[-1].ours
        if _is_black(theirs) and not _is_dark(ours):
            return _wrong("black")
        if float(ours.std()) < FLAT:
            return _wrong("wrong_picture") if float(theirs.std()) > 4 * FLAT else None
        return _wrong("wrong_picture") if _likeness(theirs, ours) < UNLIKE else None

    def _look(self) -> Answer:
        """Return what the last picture proves together with those before it."""
        theirs, ours = self._seen[-1].theirs, self._seen[-1].ours
        if float(ours.std()) < FLAT:
            return _cannot("dark")
        return self._movement(_likeness(theirs, ours))

    def _stands(self) -> bool:
        """Tell whether the screen stood still since the frame before while the programme moved."""
        if len(self._seen) < 2:
            return False
        ours = _energy(self._seen[-1].ours - self._seen[-2].ours)
        theirs = self._change()
        return ours > MOVES * NOISE * CELLS and theirs < min(ours / 20, STANDS * CELLS)

    def _change(self) -> float:
        """Return how much the screen changed since the frame before."""
        return _energy(self._seen[-1].theirs - self._seen[-2].theirs)

    def _movement(self, likeness: float) -> Answer:
        """Compare what moves: what is left of their movement beside ours, a cell, must be noise."""
        if len(self._seen) < MIN_SEEN:
            return _cannot("starting")
        theirs = _centred([seen.theirs for seen in self._seen])
        ours = _centred([seen.ours for seen in self._seen])
        moved = _energy(ours) / ours.size
        if moved < MOVES * NOISE:
            return _cannot("still")
        together = max(0.0, _correlation(theirs, ours))
        left = (1 - together**2) * moved
        if left >= WRONG_LEFT + WRONG_SHARE * moved:
            return _wrong("frozen" if self._change() < STANDS * CELLS else "wrong_picture")
        if left <= RIGHT_LEFT + RIGHT_SHARE * moved and likeness >= ALIKE:
            return Answer(finding=Finding.RIGHT, why="right")
        return _cannot("unclear")


def _likest(theirs: Thumb, named: Shown, pictures: Pictures) -> Thumb:
    """Return the programme's picture that a device most likely drew when it named a frame."""
    beside = [shown.thumb for shown in pictures.beside(named, OLDER_S, NEWER_S)]
    best, likeness = named.thumb, _likeness(theirs, named.thumb)
    for ours in beside:
        other = _likeness(theirs, ours)
        if other > likeness:
            best, likeness = ours, other
    return best


def _centred(thumbs: list[Thumb]) -> Matrix:
    """Return thumbnails without what is common to them all: what moves."""
    matrix = np.stack(thumbs)
    return np.asarray(matrix - matrix.mean(axis=0))


def _likeness(a: Thumb, b: Thumb) -> float:
    return _correlation(a - a.mean(), b - b.mean())


def _correlation(a: Matrix, b: Matrix) -> float:
    norm = (_energy(a) * _energy(b)) ** 0.5
    return float(np.vdot(a, b)) / norm if norm > 0 else 0.0


def _energy(values: Matrix) -> float:
    return float(np.vdot(values, values))


def _is_black(picture: Thumb) -> bool:
    return float(picture.mean()) <= BLACK_MEAN and float(picture.std()) <= BLACK_DEVIATION


def _is_dark(picture: Thumb) -> bool:
    return float(picture.mean()) <= 2 * BLACK_MEAN and float(picture.std()) < 2 * FLAT


def _wrong(why: str) -> Answer:
    return Answer(finding=Finding.WRONG, why=why)


def _cannot(why: str) -> Answer:
    return Answer(finding=Finding.CANNOT_TELL, why=why)
