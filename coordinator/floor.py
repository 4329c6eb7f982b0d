"""Who speaks and what is seen: the floor, and the source that the host chose. Pure: no I/O.

    floor    none -GiveFloor-> a hall -GiveFloor-> another   (rehearsal, live)
    source   auto -ChooseSource-> studio, studio-backup, point/<code>, slate   (MAY_BROADCAST)

``auto`` is the studio. A hall that has the floor is seen and heard before any source but the
slate, so while it has it no other picture can be chosen: who wants one takes the floor back.
Entering another phase takes back both.
"""

from dataclasses import dataclass

from signaling.media_plane import POINT_PREFIX, STUDIO
from signaling.schema import Broadcast, Phase, Presence

from .errors import Refused
from .fact import Fact, FloorGiven, SourceChosen
from .state import Session, State

AUTO, SLATE = "auto", "slate"
MAY_SPEAK = (Phase.REHEARSAL, Phase.LIVE)
MAY_BROADCAST = (Phase.REHEARSAL, Phase.CHECK_IN, Phase.LIVE)
"Phases in which the halls may get the programme, and its source may be chosen."
REACHED = (Presence.ONLINE, Presence.LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFloor:
    """Command of the host: this hall speaks; None takes the floor back."""

    point: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSource:
    """Command of the host: what the halls see."""

    source: str
    "``auto``, ``slate``, ``studio``, ``studio-backup`` or ``point/<code>``."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the media plane shall do."""

    route: str | None = None
    "None: the slate."
    floor: str | None = None


def give_floor(state: State, command: GiveFloor) -> list[Fact]:
    """Return what giving or taking the floor causes; nothing when it is so already.

    Raises:
        Refused: ``no_session``, ``wrong_phase``, ``unknown_point``, or ``point_offline``.

    """
    session = _session(state)
    if command.point == session.floor:
        return []
    if command.point is not None:
        if session.phase not in MAY_SPEAK:
            raise Refused("wrong_phase", f"nobody has the floor in {session.phase}")
        _check_point(state, command.point)
    return [FloorGiven(point=command.point)]


def choose_source(state: State, command: ChooseSource) -> list[Fact]:
    """Return what choosing a source causes; nothing when it is chosen already.

    Raises:
        Refused: ``no_session``, ``wrong_phase``, ``unknown_point``, ``point_offline``, or
            ``floor_held`` when the picture is that of the hall that speaks.

    """
    session = _session(state)
    if command.source == session.source:
        return []
    if session.phase not in MAY_BROADCAST:
        raise Refused("wrong_phase", f"no broadcast in {session.phase}")
    if session.floor is not None and command.source not in (AUTO, SLATE):
        raise Refused("floor_held", f"{session.floor} has the floor and is seen")
    if command.source.startswith(POINT_PREFIX):
        _check_point(state, command.source.removeprefix(POINT_PREFIX))
    return [SourceChosen(source=command.source)]


def vacate(session: Session) -> list[Fact]:
    """Return what leaving a phase causes: nobody speaks, nothing is chosen."""
    facts: list[Fact] = []
    if session.floor is not None:
        facts.append(FloorGiven(point=None))
    if session.source != AUTO:
        facts.append(SourceChosen(source=AUTO))
    return facts


def wish_of(state: State) -> Wish:
    """Return what the media plane shall do now."""
    session = state.session
    if session is None:
        return Wish()
    floor = None if session.floor is None else POINT_PREFIX + session.floor
    if session.broadcast is not Broadcast.ON or session.source == SLATE:
        return Wish(floor=floor)
    return Wish(route=STUDIO if session.source == AUTO else session.source, floor=floor)


def _check_point(state: State, code: str) -> None:
    status = state.status.get(code)
    if status is None:
        raise Refused("unknown_point", f"no point {code}")
    if status.presence not in REACHED:
        raise Refused("point_offline", f"{code} is {status.presence}")


def _session(state: State) -> Session:
    if state.session is None:
        raise Refused("no_session", "no session is open or planned")
    return state.session
