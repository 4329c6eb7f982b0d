"""What each output wants to show and to let hear, from the route and the floor.

Pure: names in, chains of names out, best first. Behind every chain stands the slate.
Nothing of a hall goes on air by falling back: only by the route or the floor.
"""

from collections.abc import Callable
from dataclasses import dataclass

from signaling.media_plane import POINT_PREFIX, STUDIO, STUDIO_BACKUP

VIDEO, LOW, AUDIO, HOST, FLOOR = "video", "low", "audio", "host", "floor"
TRACKS = {VIDEO: "video", LOW: "video", AUDIO: "audio", HOST: "audio", FLOOR: "audio"}
"Names of a programme's tracks, and of what kind they are."
FEEDS = TRACKS | {LOW: LOW}
"What of a source each track carries. ``low`` is its picture again, in fewer bits."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Chains of sources, best first."""

    video: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    "Whose sound is the studio's."
    floor: tuple[str, ...] = ()
    "Whose sound is the speaking hall's."


Planner = Callable[[str | None, str | None], Plan]


def plan_programme(route: str | None, floor: str | None) -> Plan:
    """Return what the halls get; nothing at all without a route: the broadcast is paused."""
    if route is None:
        return Plan()
    speaking, home = speakers(route, floor), _home(route)
    return Plan(video=speaking + home, host=home, floor=speaking)


def plan_return(route: str | None, floor: str | None) -> Plan:
    """Return what the studio gets: the floor, on air or not, and never its own sound."""
    speaking = speakers(route, floor)
    home = _home(route) if route is not None else ()
    return Plan(video=speaking + home, floor=speaking)


def speakers(route: str | None, floor: str | None) -> tuple[str, ...]:
    """Return the halls that may be heard now, the one with the floor first."""
    named = [name for name in (floor, route) if name is not None]
    return tuple(dict.fromkeys(name for name in named if name.startswith(POINT_PREFIX)))


def _home(route: str) -> tuple[str, ...]:
    return (STUDIO_BACKUP, STUDIO) if route == STUDIO_BACKUP else (STUDIO, STUDIO_BACKUP)
