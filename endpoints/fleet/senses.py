"""What a simulated hall looks at itself with: an invented room and machine on the real line."""

import time
from collections.abc import Callable

from signaling.schema import Decoding

from ..agent import SOFTWARE
from ..enrolment import Enrolment
from ..preflight.preflight import Kit, Preflight
from ..preflight.simulated import SimulatedDevices
from ..programme import Programmes
from ..receiver import Receiver
from ..server import check_server
from .fault import Screen
from .flaw import Flaw, FlawedMachine, clock_error_s, room_of
from .life import Draw
from .line import Line
from .session import over


class Senses:
    """Room, machine and clock of one hall; a flaw can be mended.

    Args:
        flaw: What is wrong with it.
        line: What its packets go through.
        draw: Of this hall alone.

    """

    def __init__(self, flaw: Flaw, line: Line, draw: Draw) -> None:
        self.line = line
        self.devices = SimulatedDevices(room_of(flaw), draw)
        self.machine = FlawedMachine(flaw)
        self.clock_offset_ms: Callable[[], float | None] = lambda: None
        self._clock_error_s = clock_error_s(flaw)

    def wall(self) -> float:
        """Return seconds since 1970 as the hall's clock shows them."""
        return time.time() + self._clock_error_s

    def mend(self) -> None:
        """Put everything right."""
        self.devices.room = room_of(Flaw.NONE)
        self.machine.disk_free_bytes = FlawedMachine(Flaw.NONE).disk_free_bytes
        self._clock_error_s = 0.0


def preflight_of(
    programmes: Programmes, enrolment: Enrolment, senses: Senses, receiver: Receiver | None
) -> Preflight:
    """Return the preflight of a simulated hall."""
    make = over(senses.line, Screen())
    return Preflight(
        Kit(
            # Whether plain http is allowed was decided when the fleet was begun.
            server=check_server(enrolment.server, allow_plain=True),
            http=programmes.http,
            devices=senses.devices,
            machine=senses.machine,
            software=SOFTWARE,
            receiver=receiver,
            make_session=lambda: make(programmes, enrolment, Decoding.NONE),
            clock_offset_ms=lambda: senses.clock_offset_ms(),
        )
    )
