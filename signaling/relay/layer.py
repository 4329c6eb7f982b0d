"""Which of the pictures that one publisher sends at once is the picture, and which the low one.

Pure: times are passed in, seconds of the relay's monotonic clock. The order of an offer does
not say which is best (browsers list the worst first, OBS the best), so key frames do: the
largest picture is ``video``, the smallest ``low``, what is between goes nowhere.

    a layer:  NONE --key frame, larger than video--> VIDEO --a larger one's key frame--> NONE
              NONE --key frame, no low or smaller than it--> LOW
              any --video is silent while this one, the largest that is left, sends--> VIDEO

Browsers stop the larger pictures first when their own line is poor, and begin with the
smallest: whatever comes is the picture rather than none.
"""

from dataclasses import dataclass
from typing import NamedTuple

from .plan import LOW, VIDEO

SILENT_S = 0.25
"Others send and the picture does not; before its source counts as fallen (``TAKEOVER_S``)."
LOW_SILENT_S = 1.0


class Role(NamedTuple):
    """What a packet's layer is now."""

    kind: str | None
    "``video``, ``low``, None for a layer that nobody sees."
    taken: bool = False
    "It became that by this packet."
    lacks_key: bool = False
    "With a key frame it would be more."


@dataclass(slots=True)
class _Layer:
    size: int = 0
    heard_at: float = -1e9


class Layers:
    """The layers of one publisher's picture, by their place in the offer."""

    def __init__(self, count: int) -> None:
        self._layers = [_Layer() for _ in range(count)]
        self._video: int | None = None
        self._low: int | None = None
        self._alone_since: float | None = None
        "Of the packets that came after the picture's last one, when the first did."

    def receive(
        self, index: int, now: float, *, size: int | None = None, tied: bool = True
    ) -> Role:
        """Take a packet's arrival.

        Args:
            index: Of its layer.
            now: See the module.
            size: Of the picture whose key frame begins here, 0 if it is not known; None
                for all other packets.
            tied: Whether the layer's clock is known, without which it is not yet ``low``.

        """
        layer, key = self._layers[index], size is not None
        layer.heard_at = now
        layer.size = size or layer.size
        if index == self._video:
            self._alone_since = None
            return Role(VIDEO)
        if (key and self._is_larger(index)) or self._stands_in(index, now):
            self._video, self._alone_since = index, None
            self._low = None if self._low == index else self._low
            return Role(VIDEO, taken=True)
        if index == self._low:
            return Role(LOW)
        fits = tied and self._is_smaller(index, now)
        if fits and key:
            self._low = index
            return Role(LOW, taken=True)
        return Role(None, lacks_key=fits or self._is_larger(index))

    def _is_larger(self, index: int) -> bool:
        """Tell whether a layer is a better picture than the one there is."""
        return self._video is None or self._layers[index].size > self._layers[self._video].size

    def _is_smaller(self, index: int, now: float) -> bool:
        """Tell whether a layer is a better low picture than the one there is."""
        if self._low is None or now - self._layers[self._low].heard_at >= LOW_SILENT_S:
            return not self._is_larger(index)
        return self._layers[index].size < self._layers[self._low].size

    def _stands_in(self, index: int, now: float) -> bool:
        """Tell whether a layer must be the picture, because that one no longer comes."""
        if self._video is None:
            return True
        if self._alone_since is None:
            self._alone_since = now
        if now - self._alone_since < SILENT_S:
            return False
        gone = self._layers[self._video]
        left = [
            one for one in self._layers if one is not gone and one.heard_at >= self._alone_since
        ]
        return self._layers[index].size == max(one.size for one in left)
