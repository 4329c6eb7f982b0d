"""Puts packets back in order and gives up on lost ones in time. Pure: no I/O.

Not a jitter buffer: what arrives in order leaves at once. Only behind a hole do packets
wait, for ``hold_s`` or until ``packets`` of them stand there, whichever comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

HOLD_S = 0.1
HOLD_PACKETS = 128


@dataclass(frozen=True, slots=True)
class Gap:
    """This many packets are given up; the next item follows the hole."""

    packets: int


class ReorderBuffer(Generic[T]):
    """The order of one stream.

    Args:
        hold_s: How long packets wait behind a hole, seconds. More lets retransmissions
            over a long path come in time, and shows every loss later.
        packets: How many may wait.

    """

    def __init__(self, *, hold_s: float = HOLD_S, packets: int = HOLD_PACKETS) -> None:
        self.hold_s = hold_s
        "May be changed; holds from the next look on."
        self._limit = packets
        self._next: int | None = None
        self._held: dict[int, tuple[T, float]] = {}
        self._waiting_since = 0.0

    def receive(self, index: int, item: T, now: float) -> Sequence[T | Gap]:
        """Take a packet by its extended sequence number; return what may leave now.

        A packet that comes twice, or after it was given up, leaves nothing.
        """
        expected = self._next
        if index == expected or expected is None:
            self._next = index + 1
            return self._run([item]) if self._held else (item,)
        if index < expected or index in self._held:
            return ()
        if not self._held:
            self._waiting_since = now
        self._held[index] = (item, now)
        return self._give_up() if len(self._held) > self._limit else ()

    def jump(self, index: int) -> list[T | Gap]:
        """Expect ``index`` next, whatever came before; return what waited."""
        out: list[T | Gap] = []
        while self._held:
            out += self._give_up()
        if self._next is not None:
            out.append(Gap(index - self._next))
        self._next = index
        return out

    def handle_timer(self, now: float) -> Sequence[T | Gap]:
        """Give up the holes that packets have waited behind for long enough."""
        out: list[T | Gap] = []
        while self._held and now >= self._waiting_since + self.hold_s:
            out += self._give_up()
        return out

    def next_timer(self) -> float | None:
        """Return when to call ``handle_timer``, None for never."""
        return self._waiting_since + self.hold_s if self._held else None

    def _give_up(self) -> list[T | Gap]:
        assert self._next is not None
        first = min(self._held)
        gap = Gap(first - self._next)
        self._next = first
        return self._run([gap])

    def _run(self, out: list[T | Gap]) -> list[T | Gap]:
        """Append all that is in order now, and start the wait behind the next hole."""
        assert self._next is not None
        while (entry := self._held.pop(self._next, None)) is not None:
            out.append(entry[0])
            self._next += 1
        if self._held:
            self._waiting_since = min(at for _item, at in self._held.values())
        return out
