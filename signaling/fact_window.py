"""Which facts of the spool are on their way to the coordinator. Pure: no I/O.

At most ``size`` facts are sent and unanswered. The window reads the spool once from its
beginning per connection: whatever was never acked goes again (a repeat only brings back the
lost answer), and so does whatever lies after the coordinator's ``have_through`` though it was
acked once (the coordinator was restored from an older copy of its journal).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .pace import Pace

# The coordinator reads 20 messages a second of one device; a report, a probe and a
# correction typed meanwhile still fit beside these.
FACTS_PER_S = 15.0
WINDOW = 64
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsWanted:
    """What the shell should read from the spool next."""

    after: int
    "Facts with a greater number than this ..."
    through: int
    "... up to this one ..."
    have_through: int
    "... that were never acked, or are beyond this one ..."
    limit: int
    "... and at most so many, the oldest first."


class FactWindow:
    """What is in flight on one connection."""

    def __init__(
        self, *, have_through: int, last_seq: int, size: int = WINDOW, answer_s: float = ANSWER_S
    ) -> None:
        self._have_through = have_through
        self._last_seq = last_seq
        self._size = size
        self._answer_s = answer_s
        self._cursor = 0
        self._sent: dict[int, float] = {}
        self._pace = Pace(FACTS_PER_S, burst=size)

    def receive_saved(self, seq: int) -> None:
        """Note that the spool now reaches to ``seq``."""
        self._last_seq = max(self._last_seq, seq)

    def wanted(self, now: float) -> FactsWanted | None:
        """Return what to read from the spool and send now, or None for nothing."""
        limit = min(self._size - len(self._sent), self._pace.allowance(now))
        if limit <= 0 or not self._more():
            return None
        return FactsWanted(
            after=self._cursor,
            through=self._last_seq,
            have_through=self._have_through,
            limit=limit,
        )

    def receive_read(self, wanted: FactsWanted, seqs: Iterable[int], now: float) -> None:
        """Note what the spool held of ``wanted``; it is being sent now."""
        read = list(seqs)
        self._cursor = read[-1] if len(read) >= wanted.limit else wanted.through
        self._sent |= dict.fromkeys(read, now)
        self._pace.spend(len(read), now)

    def receive_acked(self, seq: int) -> None:
        """Note that the coordinator has it. An ack of anything else changes nothing."""
        self._sent.pop(seq, None)

    def next_timer(self, now: float) -> float | None:
        """Return when to look again, or None when only an ack can change anything."""
        overdue = self._oldest_at() + self._answer_s if self._sent else None
        if not self._more() or len(self._sent) >= self._size:
            return overdue
        ready = self._pace.ready_at(now)
        return ready if overdue is None else min(ready, overdue)

    def overdue(self, now: float) -> bool:
        """Has the oldest fact waited too long for its ack?"""
        return bool(self._sent) and now >= self._oldest_at() + self._answer_s

    def _more(self) -> bool:
        return self._cursor < self._last_seq

    def _oldest_at(self) -> float:
        # Facts are sent in order, so the first entry is the oldest.
        return next(iter(self._sent.values()))
