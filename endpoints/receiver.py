"""What the agent wants of whoever receives the programme. Pure: no I/O.

It runs beside the control connection and does not depend on it: a killed coordinator must not
darken a hall.
"""

from typing import Protocol

from signaling.schema import Decoding
from signaling.stats import MediaStats


class Receiver(Protocol):
    """Keeps the programme coming, one media session after the other."""

    async def run(self) -> None:
        """Receive until cancelled."""

    def stats(self, now: float) -> MediaStats:
        """Return what was counted; ``now`` in seconds of the loop's clock."""

    def set_decoding(self, decoding: Decoding) -> None:
        """Choose how much is decoded from now on."""

    async def rejoin(self) -> None:
        """End the present session; return when the next one has begun. ``run`` must run."""

    async def joined(self) -> None:
        """Return when a session has begun, at once if one has."""
