"""One output: its programme, and the viewers its packets go to.

Pure: packets in, packets out through the viewers' ``send``.
"""

from collections.abc import Callable, Mapping

from signaling.media_plane import OutputState

from .departure import Departures
from .forward import Outlet
from .intake import Packet
from .plan import AUDIO, LOW, TRACKS, VIDEO
from .programme import Programme


class Output:
    """What is watched under one name.

    Args:
        name: ``programme``, ``return``.
        programme: Its switch.
        departures: By track, when its packets leave; by default at once.
        retune: Called before the first packet of another picture leaves: whoever is to go
            over to it does so with that key frame.

    """

    def __init__(
        self,
        name: str,
        programme: Programme,
        departures: Mapping[str, Departures] | None = None,
        retune: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.programme = programme
        leaving = departures or {}
        self.outlets = {track: Outlet(kind, leaving.get(track)) for track, kind in TRACKS.items()}
        self._retune = retune
        self.viewers = 0

    def receive(self, source: str, packet: Packet, now: float) -> None:
        """Take a packet of any source and send it on, if it is on air here."""
        outs = self.programme.receive(source, packet, now)
        self.look()
        for track, out in outs:
            self.outlets[track].forward(out, now)

    def look(self) -> None:
        """See whether other pictures can be had than before."""
        if self.programme.pictures_changed:
            self.programme.pictures_changed = False
            self._retune()

    def needs_low_key_frame_of(self, source: str) -> bool:
        """Tell of a source's low picture what ``needs_key_frame_of`` tells of the other."""
        if self.programme.wants_low_key_frame_of(source):
            return True
        return self.programme.on_air(LOW) == source and self.outlets[LOW].anybody_waits()

    def needs_key_frame_of(self, source: str) -> bool:
        """Tell whether a key frame of a source would put it on air, or a viewer in the picture."""
        if self.programme.wants_key_frame_of(source):
            return True
        return self.programme.on_air(VIDEO) == source and self.outlets[VIDEO].anybody_waits()

    def packets_forwarded(self) -> int:
        """Return how many packets were sent to viewers, repairs excluded."""
        return sum(outlet.packets for outlet in self.outlets.values())

    def _pictures(self) -> list[Departures]:
        return [self.outlets[track].departures for track in (VIDEO, LOW)]

    def state(self) -> OutputState:
        """Return what is on air, for the statistics."""
        return OutputState(
            output=self.name,
            route=self.programme.route,
            floor=self.programme.floor,
            video=self.programme.on_air(VIDEO),
            audio=self.programme.on_air(AUDIO),
            viewers=self.viewers,
            low=self.programme.has_low(),
            queue_delay_s=max(one.take_delay_s() for one in self._pictures()),
            packets_dropped=sum(one.dropped for one in self._pictures()),
        )
