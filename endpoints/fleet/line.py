"""What the line of a simulated hall does to the packets it brings. Pure: no I/O.

The receiver asks before it counts, so what is lost here is lost to it as on a real line.
"""

from .life import Draw


class Line:
    """The line of one hall.

    Args:
        draw: See ``Draw``.

    """

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.loss_ratio = 0.0
        "0..1, of the packets that arrive."
        self.delay_s = 0.0
        "How much later than it came a packet is to be taken."
        self.cut = False
        "The hall has no power: nothing can be said any more, not even goodbye."

    def loses(self) -> bool:
        """Is the packet that just arrived lost?"""
        return self.loss_ratio > 0.0 and self._draw() < self.loss_ratio
