"""How far the coordinator's clock is from ours, from four timestamps. Pure: no I/O.

One probe gives ``offset = ((received - sent) + (answered - now)) / 2`` and
``rtt = (now - sent) - (answered - received)`` (RFC 5905 section 8). The offset is wrong by at
most rtt / 2, so of the last eight probes the one with the shortest round trip is believed
(the clock filter of section 10, without its ageing).

The device's own times are those of its monotonic clock: its wall clock may be hours wrong, and
may be set while a session runs.
"""

from collections import deque
from dataclasses import dataclass

KEPT_PROBES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one probe measured, milliseconds."""

    offset_ms: float
    "To be added to the device's clock to get the coordinator's."
    rtt_ms: float


# Milliseconds since 1970 are floats with steps of 0.00024.
ROUNDING_MS = 0.01


class ClockOffset:
    """The offset of one device's monotonic clock."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT_PROBES)

    def receive_answer(
        self, sent_ms: float, received_ms: float, answered_ms: float, now_ms: float
    ) -> bool:
        """Take the four times of one probe; return whether they make sense.

        Args:
            sent_ms: Device's clock, when the probe left.
            received_ms: Coordinator's clock, when the probe came.
            answered_ms: Coordinator's clock, when the answer left.
            now_ms: Device's clock, when the answer came.

        """
        held_ms = answered_ms - received_ms
        rtt_ms = (now_ms - sent_ms) - held_ms
        if held_ms < 0 or rtt_ms < -ROUNDING_MS:  # a clock was set in between
            return False
        rtt_ms = max(0.0, rtt_ms)
        offset_ms = ((received_ms - sent_ms) + (answered_ms - now_ms)) / 2
        self._samples.append(Sample(offset_ms=offset_ms, rtt_ms=rtt_ms))
        return True

    @property
    def rtt_ms(self) -> float | None:
        """Round trip of the last probe, milliseconds; None before the first."""
        return self._samples[-1].rtt_ms if self._samples else None

    @property
    def best(self) -> Sample | None:
        """The sample to believe, of the shortest round trip; None before the first."""
        return min(self._samples, key=lambda sample: sample.rtt_ms, default=None)
