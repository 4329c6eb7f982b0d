"""Who gets which picture: the line's budget and every viewer's own line, brought together.

Pure: once a second, and whenever other pictures can be had, renditions are given out.
``budget`` divides the line, ``rendition`` judges what one viewer bears; here both are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from signaling.burst import WIRE_OVERHEAD_BYTES
from signaling.media_plane import Rendition, Why

from .budget import Budget, Demand
from .meter import Meter
from .output import Output
from .plan import AUDIO, LOW, VIDEO
from .programme import SLATE
from .rendition import Rates, wished
from .viewing import Viewing

SLATE_BPS, SOUND_BPS = 100_000.0, 50_000.0
"Before anything was measured."
LOWEST_CEILING_BPS = 150_000
PAYLOAD_SHARE = 0.93
"Of what is on the line; REMB speaks of less than that."
FEWER_BITS = 0.85
"A second picture that needs more than this share of the first is none."


@dataclass(slots=True)
class Feeds:
    """How fast one publisher sends, by kind."""

    ceiling_bps: float
    "Assumed until something was measured."
    _meters: dict[str, Meter] = field(default_factory=dict)

    def receive(self, kind: str, size: int, packets: int, now: float) -> None:
        """Take counters: bytes with RTP headers, and packets."""
        headers = packets * (WIRE_OVERHEAD_BYTES - 12)
        self._meters.setdefault(kind, Meter()).receive(size + headers, now)

    def bps(self, kind: str) -> float:
        """Return a kind's rate on the line."""
        meter = self._meters.get(kind)
        found = meter.bps() if meter is not None else None
        return self.ceiling_bps if found is None else found


class Steward:
    """The division of one relay's line.

    Args:
        limit_bps: All that may leave; None: no limit.
        ceiling_bps: What a publisher may send at most.

    """

    def __init__(self, limit_bps: float | None, ceiling_bps: int) -> None:
        self._budget = Budget(limit_bps)
        self._limited = limit_bps is not None
        self._ceiling_bps = ceiling_bps
        self._sounds: dict[str, Meter] = {}
        self._pictures = 0
        self._sound_bps = SOUND_BPS

    def handle_second(
        self,
        viewers: Mapping[str, tuple[Output, Viewing]],
        feeds: Mapping[str, Feeds],
        now: float,
        *,
        lag_s: float = 0.0,
    ) -> None:
        """Look what the last second's reports mean, then divide anew.

        Args:
            viewers: See ``divide``.
            feeds: See ``divide``.
            now: See the module.
            lag_s: The most that this process was late in that second.

        """
        for output in {output.name: output for output, _ in viewers.values()}.values():
            meter = self._sounds.setdefault(output.name, Meter())
            meter.receive(output.outlets[AUDIO].bytes, now)
        for output, viewing in viewers.values():
            viewing.handle_second(self.rates(output, viewing, feeds), now, lag_s)
        self.divide(viewers, feeds, now)

    def divide(
        self,
        viewers: Mapping[str, tuple[Output, Viewing]],
        feeds: Mapping[str, Feeds],
        now: float,
    ) -> None:
        """Give every viewer its rendition.

        Args:
            viewers: By session.
            feeds: By source; ``low`` of a source is of whoever sends it.
            now: See the module.

        """
        demands = [
            self._demand(session, viewing, self.rates(output, viewing, feeds))
            for session, (output, viewing) in viewers.items()
        ]
        given = self._budget.divide(demands, now)
        for demand in demands:
            viewing = viewers[demand.session][1]
            viewing.give(given[demand.session], _why(given[demand.session], demand.best, viewing))
        self._pictures = sum(viewing.has_picture() for _, viewing in viewers.values())
        self._sound_bps = max((d.rates.sound_bps for d in demands), default=SOUND_BPS)

    def rates(self, output: Output, viewing: Viewing, feeds: Mapping[str, Feeds]) -> Rates:
        """Return what a viewer of an output can have now."""
        programme = output.programme
        source = programme.on_air(VIDEO)
        feed = feeds.get(source)
        high = SLATE_BPS if feed is None or source == SLATE else feed.bps(VIDEO)
        low = feed.bps(LOW) if feed is not None and programme.has_low() else None
        meter = self._sounds.get(output.name)
        sound = (meter.bps() if meter is not None else None) or SOUND_BPS
        return Rates(
            high_bps=high,
            low_bps=low if low is not None and low < high * FEWER_BITS else None,
            sound_bps=sound * viewing.sounds(),
        )

    def ceiling_bps(self, has_low: bool) -> int:
        """Return what a publisher should send: what all viewers of its picture can get.

        Args:
            has_low: Who cannot get this picture gets the same in fewer bits.

        """
        if not self._limited or has_low:
            return self._ceiling_bps
        fitting = self._budget.fitting_bps(self._pictures, self._sound_bps) * PAYLOAD_SHARE
        return round(min(self._ceiling_bps, max(LOWEST_CEILING_BPS, fitting)))

    def has_headroom(self, viewers: int) -> bool:
        """Tell whether so many viewers could all be given sound."""
        return self._budget.bears(viewers * self._sound_bps)

    def _demand(self, session: str, viewing: Viewing, rates: Rates) -> Demand:
        best = Rendition.SOUND
        if viewing.has_picture():
            bears = viewing.watch.best(rates, viewing.rendition())
            best = wished(viewing.wish, bears, rates)
        return Demand(
            session=session,
            rates=rates,
            best=best,
            held=viewing.given,
            wanted=viewing.wish is Rendition.HIGH,
        )


def _why(given: Rendition, best: Rendition, viewing: Viewing) -> Why:
    if not viewing.has_picture():
        return Why.OFFER
    if given is not best:
        return Why.BUDGET
    if given is Rendition.HIGH:
        return Why.NOTHING
    return Why.CHOICE if given is viewing.wish else viewing.watch.why
