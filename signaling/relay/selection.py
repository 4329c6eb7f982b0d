"""Which source should be on air: who lives, who is steady, who of a chain is chosen.

Pure: times are passed in, seconds of one monotonic clock. Picture and sound of a source
live and stall by themselves.

    of one source and kind:  ABSENT --packet--> LIVE --silent for its patience--> ABSENT
    of one choice:           CHOSEN --no longer live--> FALLEN --live for its probation--> CHOSEN

A chain is what is wanted, best first. A source that never fell is chosen the moment it
lives; one that fell must first prove itself, as long as another of its chain lives.
"""

from collections.abc import Sequence

from signaling.media_plane import POINT_PREFIX

TAKEOVER_S = 0.4
"Silence of a studio after which its stand-in takes over."
POINT_PATIENCE_S = 1.0
"A hall's line stutters more, and what would replace it is another place."
RETURN_S = 5.0
"A studio that fell must send without a pause for so long to come back."
POINT_RETURN_S = 2.0


def patience_s(source: str) -> float:
    """Return how long a source may be silent and still count as live."""
    return POINT_PATIENCE_S if source.startswith(POINT_PREFIX) else TAKEOVER_S


def probation_s(source: str) -> float:
    """Return how long a source that fell must send before it is preferred again."""
    return POINT_RETURN_S if source.startswith(POINT_PREFIX) else RETURN_S


class Vitals:
    """When each source sent picture and sound, and since when without a pause."""

    def __init__(self) -> None:
        self._spans: dict[tuple[str, str], list[float]] = {}

    def receive(self, source: str, kind: str, now: float) -> bool:
        """Take a sign of life; True when the source was not live just before."""
        span = self._spans.get((source, kind))
        if span is None or now - span[1] >= patience_s(source):
            self._spans[source, kind] = [now, now]
            return True
        span[1] = now
        return False

    def forget(self, source: str, kinds: Sequence[str] = ("video", "audio")) -> None:
        """Drop a source that is gone: it is not waited for."""
        for kind in kinds:
            self._spans.pop((source, kind), None)

    def is_live(self, source: str, kind: str, now: float) -> bool:
        """Tell whether packets of a kind came just now."""
        span = self._spans.get((source, kind))
        return span is not None and now - span[1] < patience_s(source)

    def is_steady(self, source: str, kind: str, now: float) -> bool:
        """Tell whether it lives and did so all the time of its probation."""
        if not self.is_live(source, kind, now):
            return False
        return now - self._spans[source, kind][0] >= probation_s(source)

    def silence_s(self, source: str, now: float) -> float:
        """Return how long neither picture nor sound came; 1e9 if never."""
        spans = [self._spans.get((source, kind)) for kind in ("video", "audio")]
        return min((now - span[1] for span in spans if span is not None), default=1e9)


class Choice:
    """One of a chain, for one kind.

    Args:
        kind: ``video`` or ``audio``.
        vitals: Who lives.

    """

    def __init__(self, kind: str, vitals: Vitals) -> None:
        self._kind = kind
        self._vitals = vitals
        self._chain: tuple[str, ...] = ()
        self._fallen: set[str] = set()
        self.source: str | None = None
        "The chosen one; None while nobody of the chain lives."

    def set_chain(self, chain: tuple[str, ...]) -> None:
        """Want others. What is newly wanted most is forgiven: a person asked for it."""
        if chain[:1] != self._chain[:1]:
            self._fallen.difference_update(chain[:1])
        self._chain = chain

    def chain(self) -> tuple[str, ...]:
        """Return what is wanted, best first."""
        return self._chain

    def decide(self, now: float, prefer: str | None = None) -> str | None:
        """Choose for this moment. Early or twice is fine.

        Args:
            now: See the module.
            prefer: One of the chain to try first, such as the source of the picture.

        """
        self._note_falls(now)
        first = (prefer,) if prefer in self._chain and prefer is not None else ()
        order = first + tuple(name for name in self._chain if name != prefer)
        live = [name for name in order if self._vitals.is_live(name, self._kind, now)]
        self.source = self._best(live)
        return self.source

    def _note_falls(self, now: float) -> None:
        source = self.source
        if source is not None and not self._vitals.is_live(source, self._kind, now):
            self._fallen.add(source)
        proven = [s for s in self._fallen if self._vitals.is_steady(s, self._kind, now)]
        self._fallen.difference_update(proven)

    def _best(self, live: Sequence[str]) -> str | None:
        whole = next((name for name in live if name not in self._fallen), None)
        if whole is not None or not live:
            return whole
        return self.source if self.source in live else live[0]
