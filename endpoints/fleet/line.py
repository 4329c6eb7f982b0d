"""What the line of a simulated hall does to the packets it brings. Pure: no I/O.

The receiver asks before it counts, so what is lost here is lost to it as on a real line.
"""

from signaling.rtp import RtpHeader

from .fault import LINE_FAULTS, LINES, HallFault
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
        self.fault = HallFault.NONE
        "One of ``LINE_FAULTS``, or none."
        self._ordered = HallFault.NONE
        self.cut = False
        "The hall has no power: nothing can be said any more, not even goodbye."

    def loses(self) -> bool:
        """Is the packet that just arrived lost?"""
        return self.loss_ratio > 0.0 and self._draw() < self.loss_ratio

    def order(self, fault: HallFault) -> None:
        """Have the line's fault be this one; those of others are none to it."""
        self.fault = fault if fault in LINE_FAULTS else HallFault.NONE
        if fault in LINES or self._ordered in LINES:
            self.loss_ratio, self.delay_s = LINES.get(fault, (0.0, 0.0))
        self._ordered = fault

    def swallows(self, header: RtpHeader, is_sound: bool) -> bool:
        """Does the fault swallow this packet?"""
        match self.fault:
            case HallFault.NO_PACKETS:
                return True
            case HallFault.NO_PICTURE:
                return not is_sound
            case HallFault.NO_SOUND:
                return is_sound
            case HallFault.UNDECODABLE:
                return not is_sound and header.marker
            case _:
                return False
