"""The HTTP of WHIP and WHEP on aiohttp.

Shell: it carries requests to the rules in ``signaling.whip`` and their wishes to the media
plane. Who may publish or watch is asked of ``authorize``, which knows nothing of WebRTC. A
session's URL is its own credential: 128 random bits that only its opener was told.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from signaling import whip
from signaling.media_errors import MediaError
from signaling.media_plane import (
    POINT_PREFIX,
    PROGRAMME,
    RETURN,
    STUDIO,
    STUDIO_BACKUP,
    STUDIO_LOW,
    MediaPlane,
    Opened,
)

SESSION_PATHS = {"publish": "/whip/session/", "watch": "/whep/session/"}
MAX_BODY_BYTES = 128 * 1024
READ_TIMEOUT_S = 8.0


@dataclass(frozen=True, slots=True)
class MediaAction:
    """What somebody wants to do with media."""

    verb: Literal["publish", "watch"]
    name: str
    "Of the source or output."


class Principal(Protocol):
    """Whoever was let in."""

    @property
    def who(self) -> str:
        """Name in logs and statistics: a point, a user."""
        ...

    @property
    def device(self) -> str:
        """Identity of the device; empty for people and programs."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Why somebody was not let in."""

    status: Literal[401, 403, 429]
    code: str
    text: str


Authorize = Callable[[web.Request, MediaAction], Awaitable[Principal | Problem]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def media_routes(
    plane: MediaPlane, authorize: Authorize, servers: Sequence[whip.IceServer] = ()
) -> list[web.RouteDef]:
    """Return the routes of all endpoints and of the sessions opened there.

    Args:
        plane: Where media live.
        authorize: Asked before each POST, never for OPTIONS, GET and HEAD.
        servers: STUN and TURN for the clients' own use.

    """
    endpoints = _Endpoints(plane, authorize, servers)
    fixed = {
        "/whip/studio": MediaAction("publish", STUDIO),
        "/whip/studio-backup": MediaAction("publish", STUDIO_BACKUP),
        "/whip/studio-low": MediaAction("publish", STUDIO_LOW),
        "/whep/programme": MediaAction("watch", PROGRAMME),
        "/whep/return": MediaAction("watch", RETURN),
    }
    routes = [web.route("*", path, endpoints.at(action)) for path, action in fixed.items()]
    routes.append(web.route("*", "/whip/point/{code}", endpoints.at_point))
    routes += [
        web.route("*", prefix + "{secret}", endpoints.at_session)
        for prefix in SESSION_PATHS.values()
    ]
    return routes


class _Endpoints:
    def __init__(
        self, plane: MediaPlane, authorize: Authorize, servers: Sequence[whip.IceServer]
    ) -> None:
        self._plane = plane
        self._authorize = authorize
        self._servers = servers

    def at(self, action: MediaAction) -> Handler:
        """Return the handler of a fixed endpoint."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(request, action)

        return handle

    async def at_point(self, request: web.Request) -> web.StreamResponse:
        """Handle the endpoint of a point that speaks."""
        name = POINT_PREFIX + request.match_info["code"]
        return await self._handle(request, MediaAction("publish", name))

    async def at_session(self, request: web.Request) -> web.StreamResponse:
        """Handle a session's URL."""
        session = self._plane.find(request.match_info["secret"])
        decided = whip.receive_at_session(await _read(request), session)
        if isinstance(decided, whip.Response):
            return _respond(decided)
        try:
            if isinstance(decided, whip.Trickle):
                await self._plane.trickle(decided.session, decided.fragment)
                return _respond(whip.trickled())
            return _respond(whip.closed(await self._plane.end(decided.session)))
        except MediaError as error:
            return _respond(whip.refused(error))

    async def _handle(self, request: web.Request, action: MediaAction) -> web.StreamResponse:
        if request.method == "POST":
            allowed = await self._authorize(request, action)
            if isinstance(allowed, Problem):
                return _respond(_denied(allowed))
        else:
            allowed = None
        decided = whip.receive_at_endpoint(await _read(request), self._servers)
        if isinstance(decided, whip.Response) or allowed is None:
            assert isinstance(decided, whip.Response)
            return _respond(decided)
        try:
            opened = await self._open(action, decided.offer, allowed, request)
        except MediaError as error:
            return _respond(whip.refused(error))
        location = SESSION_PATHS[action.verb] + opened.session.secret
        return _respond(whip.opened(opened, location, self._servers))

    async def _open(
        self, action: MediaAction, offer: str, guest: Principal, request: web.Request
    ) -> Opened:
        who = guest.who
        if action.verb == "watch":
            return await self._plane.subscribe(action.name, offer, who, device=guest.device)
        takeover = request.query.get("takeover") == "1"
        return await self._plane.publish(action.name, offer, who, takeover=takeover)


def _denied(problem: Problem) -> whip.Response:
    response = whip.problem(problem.status, problem.code, problem.text)
    if problem.status != 401:
        return response
    headers = {**response.headers, "WWW-Authenticate": "Bearer"}
    return whip.Response(status=401, headers=headers, body=response.body)


async def _read(request: web.Request) -> whip.Request:
    """Return what the rules look at; a body that is too long is cut, and refused there.

    Raises:
        web.HTTPRequestTimeout: If the body does not come; aiohttp would wait for ever.

    """
    body = b""
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            while len(body) < MAX_BODY_BYTES and not request.content.at_eof():
                body += await request.content.read(MAX_BODY_BYTES - len(body))
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    return whip.Request(
        method=request.method,
        headers=dict(request.headers),
        body=body.decode("utf-8", "replace"),
    )


def _respond(response: whip.Response) -> web.Response:
    answer = web.Response(status=response.status, body=response.body.encode())
    # aiohttp's default would claim that an empty body is a file.
    answer.headers.pop("Content-Type", None)
    for name, value in response.headers.items():
        answer.headers[name] = value
    for link in response.links:
        answer.headers.add("Link", link)
    return answer
