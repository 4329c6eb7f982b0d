"""Which track of the programme each stream of one viewer carries. Pure: no clock, no socket.

Sound changes at once; a picture goes on until the key frame of the one that follows.
"""

from collections.abc import Callable, Iterable, Mapping

from signaling.media_plane import Rendition

from .forward import Crossing, Egress, Outlet
from .plan import AUDIO, FLOOR, HOST, LOW, TRACKS, VIDEO

_PICTURES = {Rendition.HIGH: VIDEO, Rendition.LOW: LOW}
_RENDITIONS = {track: rendition for rendition, track in _PICTURES.items()}


def tracks_of(
    names: Iterable[str], hushed: bool, rendition: Rendition = Rendition.HIGH
) -> dict[str, str]:
    """Return which track of the programme each stream of a viewer carries.

    Args:
        names: Of the streams: ``video``, ``audio``, and ``floor`` for a second sound.
        hushed: It is the hall that speaks: all but its own sound.
        rendition: Of the picture.

    """
    names = set(names)
    both = FLOOR in names
    tracks = {AUDIO: HOST if both or hushed else AUDIO, FLOOR: FLOOR}
    if rendition in _PICTURES:
        tracks[VIDEO] = _PICTURES[rendition]
    if hushed:
        del tracks[FLOOR]
    return {name: track for name, track in tracks.items() if name in names}


class Tuning:
    """The streams of one viewer and where they come from.

    Args:
        outlets: By track of the programme.
        egresses: By name of the stream.
        changed: Called when another picture is sent, or none.

    """

    def __init__(
        self,
        outlets: Mapping[str, Outlet],
        egresses: Mapping[str, Egress],
        changed: Callable[[], None],
    ) -> None:
        self._outlets = outlets
        self._egresses = egresses
        self._changed = changed
        self._tracks: dict[str, str | None] = dict.fromkeys(egresses)
        self._crossing: Crossing | None = None

    def track(self, name: str) -> str | None:
        """Return what a stream carries now, None for nothing."""
        return self._tracks.get(name)

    def outlet(self, name: str) -> Outlet | None:
        """Return where a stream's packets come from now."""
        track = self._tracks.get(name)
        return self._outlets[track] if track is not None else None

    def rendition(self) -> Rendition:
        """Return what is sent now: the old one until the key frame of the new."""
        return _RENDITIONS.get(self._tracks.get(VIDEO) or "", Rendition.SOUND)

    def tune(self, wanted: Mapping[str, str]) -> None:
        """Bring every stream to the track it should carry; those not named to none."""
        for name, egress in self._egresses.items():
            if name == VIDEO:
                self._tune_picture(egress, wanted.get(VIDEO))
            elif self._tracks[name] != wanted.get(name):
                self._move(name, egress, wanted.get(name))

    def set_copies(self, count: int) -> None:
        """Send every sound so many times more."""
        for name, egress in self._egresses.items():
            track = self._tracks[name]
            if track is not None and TRACKS[track] == "audio":
                self._outlets[track].set_copies(egress, count)

    def _tune_picture(self, egress: Egress, track: str | None) -> None:
        before, crossing = self._tracks[VIDEO], self._crossing
        if crossing is not None:
            if track is not None and crossing.target is self._outlets[track]:
                return
            crossing.stop()
            self._crossing = None
        if before == track:
            return
        if before is not None and track is not None:
            self._cross(egress, before, track)
            return
        self._move(VIDEO, egress, track)
        self._changed()

    def _cross(self, egress: Egress, before: str, track: str) -> None:
        def over() -> None:
            self._tracks[VIDEO] = track
            self._changed()

        self._crossing = Crossing(egress, self._outlets[before], self._outlets[track], over)

    def _move(self, name: str, egress: Egress, track: str | None) -> None:
        before = self._tracks[name]
        if before is not None:
            self._outlets[before].remove(egress)
            egress.leave()
        if track is not None:
            self._outlets[track].add(egress)
        self._tracks[name] = track
