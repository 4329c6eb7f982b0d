"""Who may publish and who may watch, told in the words of the media routes."""

from dataclasses import dataclass

from aiohttp import web

from signaling.media_plane import POINT_PREFIX

from ..access import Principal
from ..api.problem import ProblemRaised, problem
from ..api.route import authorize
from ..policy import Action
from .http import MediaAction, Problem


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was let in to the media plane."""

    who: str
    "The point of a device, the name of a person or program."
    device: str = ""
    "Its identity; empty for people and programs."


async def authorize_media(request: web.Request, wish: MediaAction) -> Guest | Problem:
    """Let in whoever may; a point's device may publish as its own point only."""
    watching = wish.verb == "watch"
    own_point = wish.name.startswith(POINT_PREFIX)
    action = Action.PLAY if watching or own_point else Action.PUBLISH
    try:
        caller = authorize(request, action)
    except ProblemRaised as raised:
        detail = problem(raised.code, raised.detail).detail
        return Problem(401 if raised.code == "unauthorized" else 403, raised.code, detail)
    if own_point and not _may_speak(caller, wish.name.removeprefix(POINT_PREFIX)):
        return Problem(403, "forbidden", "a device publishes as its own point only")
    return Guest(caller.point or caller.name, caller.id if caller.point else "")


def _may_speak(caller: Principal, point: str) -> bool:
    return caller.point == point if caller.point else caller.may(Action.PUBLISH)
