"""Does the studio send a picture, and a sound? From the plane's samples. Pure: no I/O.

An encoder that is connected and sends nothing looks well to itself: what counts is that packets
of each kind arrived since the last sample, and that the picture has had a key frame, without
which nobody could show it. The main studio and its backup stand in for each other.
"""

from signaling.media_plane import STUDIO, STUDIO_BACKUP, PlaneSample


class StudioMeter:
    """Compares one sample with the one before."""

    def __init__(self) -> None:
        self.picture = False
        self.sound = False
        self._received: dict[tuple[str, str], int] = {}

    def receive(self, sample: PlaneSample) -> None:
        """Take what the plane measured; comes once a second."""
        before, self._received = self._received, {}
        grown: set[str] = set()
        for session in sample.sessions:
            if session.role != "publisher" or session.name not in (STUDIO, STUDIO_BACKUP):
                continue
            for stream in session.streams:
                key = (session.session, stream.kind)
                self._received[key] = stream.packets_received
                whole = stream.kind == "audio" or stream.key_frames > 0
                if whole and stream.packets_received > before.get(key, 0):
                    grown.add(stream.kind)
        self.picture, self.sound = "video" in grown, "audio" in grown
