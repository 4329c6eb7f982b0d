"""Is what a device plays what the programme played? Pure: no I/O.

Both sides measure the energy of the very same samples, named by their timestamp: levels must
agree to a decibel or two, whatever their course. Speech moves by ten decibels from second to
second; a steady tone or a pause proves nothing. A browser reads its counters up to a second
before it names a sample: a device may lag, but by the same for a while, and is accused only when
no lag explains what it plays.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .line import AUDIBLE_DB, NOTHING_NEW, Answer, Finding, Sample
from .reference import Sounds

Levels = npt.NDArray[np.float64]
"One for each of ``LAGS``, dB."

WINDOW_S = 12.0
MAX_HEARD = 10
MIN_HEARD = 4
# By how much a counter may be older than the sample that is named: 0 to 1.2 s, RTP instants.
LAGS = tuple(range(0, 57_601, 4_800))

# dB of full scale.
SILENT_DB = -65.0
FLOOR_DB = -90.0
# A device this much quieter than an audible programme plays silence, dB.
QUIETER_DB = 20.0
# The course of both levels over the window: agreement, and how much there must be of it, dB.
AGREES_DB = 2.0
DIFFERS_DB = 8.0
VARIES_DB = 2.0
# All of it louder or quieter, dB.
GAIN_DB = 6.0
# A stretch of which more was lost and made up is not compared.
PATCHED = 0.1
# How long an audible programme may bring no sample before it is missed, seconds.
MISSING_S = 0.9


@dataclass(frozen=True, slots=True)
class _Heard:
    at: float
    theirs_db: float
    ours_db: Levels


class SoundWitness:
    """What one device played lately."""

    def __init__(self) -> None:
        self._heard: deque[_Heard] = deque(maxlen=MAX_HEARD)
        self._before: Sample | None = None
        self._grew_at: float | None = None

    def examine(self, sample: Sample, sounds: Sounds) -> Answer:
        """Return what a sample proves together with those before it."""
        before, self._before = self._before, sample
        if self._grew_at is None:
            self._grew_at = sample.at
        if sample.hears_other:
            self._heard.clear()
            return _cannot("other_sound")
        if before is None or sample.duration < before.duration:
            self._heard.clear()
            return _cannot("starting")
        duration = sample.duration - before.duration
        if duration <= 0:
            return self._nothing(sample, sounds)
        self._grew_at = sample.at
        if sample.sound_timestamp is None:
            return _cannot("nothing_reported")
        ours = [
            sounds.mean_square(sample.sound_timestamp - lag, duration, peaks=sample.peaks)
            for lag in LAGS
        ]
        if any(level is None for level in ours):
            return _cannot("no_reference")
        levels = np.array([level_db(level or 0.0) for level in ours])
        theirs = max(0.0, sample.energy - before.energy) / duration
        patched = (sample.concealed - before.concealed) / duration > PATCHED
        return self._compare(_Heard(sample.at, level_db(theirs), levels), patched)

    def _nothing(self, sample: Sample, sounds: Sounds) -> Answer:
        """Judge a device that played no sample since it last spoke."""
        newest, grew_at = sounds.newest(), self._grew_at
        if sample.sampled:
            return _cannot(NOTHING_NEW)
        if newest is None or grew_at is None:
            return _cannot("no_reference")
        if sample.at - grew_at < MISSING_S:
            return _cannot("unclear")
        ours = sounds.mean_square(newest, MISSING_S)
        if ours is None or level_db(ours) < AUDIBLE_DB:
            return _cannot("quiet")
        return _wrong("no_sound")

    def _compare(self, heard: _Heard, patched: bool) -> Answer:
        while self._heard and self._heard[0].at < heard.at - WINDOW_S:
            self._heard.popleft()
        if not patched:
            self._heard.append(heard)
        loudest, quietest = float(heard.ours_db.max()), float(heard.ours_db.min())
        if loudest < AUDIBLE_DB:
            if loudest < SILENT_DB and heard.theirs_db > AUDIBLE_DB + 2 * DIFFERS_DB:
                return _wrong("wrong_sound")
            return _cannot("quiet")
        if heard.theirs_db < SILENT_DB and heard.theirs_db < quietest - QUIETER_DB:
            return _wrong("silent")
        return _cannot("unclear") if patched else self._course()

    def _course(self) -> Answer:
        """Compare the course of both levels, at the lag at which they agree best."""
        if len(self._heard) < MIN_HEARD:
            return _cannot("starting")
        ours = np.stack([heard.ours_db for heard in self._heard])
        theirs = np.array([heard.theirs_db for heard in self._heard])[:, None]
        # What neither can hear differs by the codec's own noise, and tells nothing.
        differences = np.maximum(theirs, AUDIBLE_DB) - np.maximum(ours, AUDIBLE_DB)
        gains = np.median(differences, axis=0)
        apart = np.abs(differences - gains)
        best = int(np.argmin(apart.max(axis=0)))
        typical, worst = float(np.median(apart[:, best])), float(apart[:, best].max())
        if worst > DIFFERS_DB and typical > DIFFERS_DB / 4:
            return _wrong("wrong_sound")
        if abs(float(gains[best])) > GAIN_DB or worst > AGREES_DB:
            return _cannot("unclear")
        # Any hum agrees with a programme that hums: it is not silent, and that is all.
        steady = float(ours[:, best].std()) < VARIES_DB
        return _cannot("steady") if steady else Answer(finding=Finding.RIGHT, why="right")


def level_db(mean_square: float) -> float:
    """Return a level, dB of full scale, no lower than ``FLOOR_DB``."""
    return max(FLOOR_DB, 10 * math.log10(mean_square)) if mean_square > 0 else FLOOR_DB


def _wrong(why: str) -> Answer:
    return Answer(finding=Finding.WRONG, why=why)


def _cannot(why: str) -> Answer:
    return Answer(finding=Finding.CANNOT_TELL, why=why)
