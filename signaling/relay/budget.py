"""How the line is divided among the viewers. Pure: rates and wishes in, renditions out.

Sound for everybody comes first, then one picture for as many as possible, then the better
one. Who has a picture keeps it as long as it fits; a better one is only given where there is
room to spare, so that a rate that fluctuates does not make anybody's picture come and go. For
whom the centre wants the better one gets it before the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signaling.media_plane import Rendition

from .line import REPAIR_SHARE
from .rendition import Rates

SPARE = 0.92
"Of the room, for what is newly given."
RISE_AGAIN_S = 5.0
"After somebody's picture had to be lowered for want of room."
_ORDER = {rendition: rank for rank, rendition in enumerate(Rendition)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One viewer."""

    session: str
    rates: Rates
    "Of the output it watches."
    best: Rendition
    "That it asks for and its own line bears."
    held: Rendition | None
    "What it was given last; None for a newcomer."
    wanted: bool = False
    "Somebody chose the best picture for it."


class Budget:
    """The division of one line.

    Args:
        limit_bps: All that may leave; None: no limit.

    """

    def __init__(self, limit_bps: float | None) -> None:
        # What is left for repairs is no waste: it is where key frames fit.
        self._room = limit_bps * (1 - REPAIR_SHARE) if limit_bps is not None else float("inf")
        self._lowered_at = float("-inf")

    def divide(self, demands: Sequence[Demand], now: float) -> dict[str, Rendition]:
        """Return what each viewer gets, by session."""
        rising = now - self._lowered_at >= RISE_AGAIN_S
        given = {d.session: Rendition.SOUND for d in demands}
        used = sum(d.rates.sound_bps for d in demands)
        for tier in (Rendition.LOW, Rendition.HIGH):
            used = self._give(tier, demands, given, used, rising)
        fell = any(
            d.held is not None and _ORDER[given[d.session]] < _ORDER[min(d.held, d.best, key=_rank)]
            for d in demands
        )
        if fell:
            self._lowered_at = now
        return given

    def fitting_bps(self, viewers: int, sound_bps: float) -> float:
        """Return the rate of a picture that all of so many viewers could get."""
        return self._room * SPARE / max(1, viewers) - sound_bps

    def bears(self, sounds_bps: float) -> bool:
        """Tell whether the line carries so much sound, if everybody gave up the picture."""
        return sounds_bps <= self._room * SPARE

    def _give(
        self,
        tier: Rendition,
        demands: Sequence[Demand],
        given: dict[str, Rendition],
        used: float,
        rising: bool,
    ) -> float:
        """Raise to a tier whoever fits, who has it first; return what is used then."""
        for demand, room in self._turns(tier, demands, rising):
            wanted = _of_tier(tier, demand)
            more = demand.rates.of(wanted) - demand.rates.of(given[demand.session])
            if _rank(wanted) > _rank(given[demand.session]) and used + more <= room:
                given[demand.session] = wanted
                used += more
        return used

    def _turns(
        self, tier: Rendition, demands: Sequence[Demand], rising: bool
    ) -> Iterator[tuple[Demand, float]]:
        """Yield who is raised to a tier one after the other, and within which room."""
        yield from ((d, self._room) for d in demands if d.wanted)
        others = [d for d in demands if not d.wanted]
        yield from ((d, self._room) for d in others if _holds(d, tier))
        newly = (d for d in others if not _holds(d, tier) and (rising or d.held is None))
        yield from ((d, self._room * SPARE) for d in newly)


def _rank(rendition: Rendition) -> int:
    return _ORDER[rendition]


def _holds(demand: Demand, tier: Rendition) -> bool:
    return demand.held is not None and _rank(demand.held) >= _rank(tier)


def _of_tier(tier: Rendition, demand: Demand) -> Rendition:
    """Return what a tier means to a viewer: where there is one picture, it is the first."""
    if tier is Rendition.LOW and demand.rates.low_bps is None:
        tier = Rendition.HIGH
    return min(tier, demand.best, key=_rank)
