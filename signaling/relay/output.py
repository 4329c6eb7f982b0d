"""One output: its programme, and the viewers its packets go to.

Pure: packets in, packets out through the viewers' ``send``.
"""

from collections.abc import Mapping

from signaling.media_plane import OutputState

from .departure import Departures
from .forward import Outlet
from .intake import Packet
from .programme import Programme


class Output:
    """What is watched under one name.

    Args:
        name: ``programme``, ``return``.
        programme: Its switch.
        departures: By kind, when its packets leave; by default at once.

    """

    def __init__(
        self, name: str, programme: Programme, departures: Mapping[str, Departures] | None = None
    ) -> None:
        self.name = name
        self.programme = programme
        leaving = departures or {}
        self.outlets = {kind: Outlet(kind, leaving.get(kind)) for kind in ("video", "audio")}
        self.viewers = 0

    def receive(self, source: str, packet: Packet, now: float) -> None:
        """Take a packet of any source and send it on, if it is on air here."""
        out = self.programme.receive(source, packet, now)
        if out is not None:
            self.outlets[packet.kind].forward(out, now)

    def needs_key_frame_of(self, source: str) -> bool:
        """Tell whether a key frame of a source would put it on air, or a viewer in the picture."""
        if self.programme.on_air("video") != source:
            return self.programme.route == source and self.programme.waits_for_key_frame()
        return self.programme.waits_for_key_frame() or self.outlets["video"].anybody_waits()

    def packets_forwarded(self) -> int:
        """Return how many packets were sent to viewers, repairs excluded."""
        return sum(outlet.packets for outlet in self.outlets.values())

    def state(self) -> OutputState:
        """Return what is on air, for the statistics."""
        return OutputState(
            output=self.name,
            route=self.programme.route,
            video=self.programme.on_air("video"),
            audio=self.programme.on_air("audio"),
            viewers=self.viewers,
        )
