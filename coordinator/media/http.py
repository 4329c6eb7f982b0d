"""The HTTP of WHIP and WHEP on aiohttp.

Shell: it carries requests to the rules in ``signaling.whip`` and their wishes to the media
plane. Who may publish or watch is asked of ``authorize``, which knows nothing of WebRTC. A
session's URL is 128 random bits that only its opener was told, and whoever uses it must show
the credential it was opened with as well (RFC 9725 §4.8; every client we know repeats it).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from signaling import whip
from signaling.ice_server import IceServer
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
    Session,
)

SESSION_PATHS = {"publish": "/whip/session/", "watch": "/whep/session/"}
MAX_BODY_BYTES = 128 * 1024
READ_TIMEOUT_S = 8.0
MAX_REMEMBERED = 1024


Verb = Literal["publish", "watch"]


@dataclass(frozen=True, slots=True)
class MediaAction:
    """What somebody wants to do with media."""

    verb: Verb
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
Servers = Callable[[str], Sequence[IceServer]]
"Returns the ICE servers for somebody, with credentials made for them now."
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def media_routes(
    plane: MediaPlane, authorize: Authorize, servers: Servers = lambda who: ()
) -> list[web.RouteDef]:
    """Return the routes of all endpoints and of the sessions opened there.

    Args:
        plane: Where media live.
        authorize: Asked before each POST, PATCH and DELETE.
        servers: STUN and TURN for the clients' own use. Only who is let in is told.

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
    def __init__(self, plane: MediaPlane, authorize: Authorize, servers: Servers) -> None:
        self._plane = plane
        self._authorize = authorize
        self._servers = servers
        # The oldest first; those not deleted yet, whether or not the plane still has them.
        self._opened: OrderedDict[str, Session] = OrderedDict()

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
        secret = request.match_info["secret"]
        session = self._plane.find(secret)
        if session is None and request.method == "DELETE":
            session = self._opened.get(secret)
        if session is not None and request.method in ("PATCH", "DELETE"):
            refused = await self._check_owner(request, session)
            if refused is not None:
                return _respond(_denied(refused))
        decided = whip.receive_at_session(await _read(request), session)
        if isinstance(decided, whip.Response):
            return _respond(decided)
        try:
            if isinstance(decided, whip.Trickle):
                await self._plane.trickle(decided.session, decided.fragment)
                return _respond(whip.trickled())
            found = await self._plane.end(decided.session)
            return _respond(whip.closed(self._opened.pop(secret, None) is not None or found))
        except MediaError as error:
            return _respond(whip.refused(error))

    async def _handle(self, request: web.Request, action: MediaAction) -> web.StreamResponse:
        caller = await self._authorize(request, action)
        if isinstance(caller, Problem):
            if request.method == "POST":
                return _respond(_denied(caller))
            # TURN costs us traffic: who is not let in is not told of it.
            return await self._answer_stranger(request)
        servers = self._servers(caller.who)
        decided = whip.receive_at_endpoint(await _read(request), servers)
        if isinstance(decided, whip.Response):
            return _respond(decided)
        try:
            opened = await self._open(action, decided.offer, caller, request)
        except MediaError as error:
            return _respond(whip.refused(error))
        self._remember(opened.session)
        location = SESSION_PATHS[action.verb] + opened.session.secret
        return _respond(whip.opened(opened, location, servers))

    async def _answer_stranger(self, request: web.Request) -> web.StreamResponse:
        decided = whip.receive_at_endpoint(await _read(request))
        assert isinstance(decided, whip.Response)
        return _respond(decided)

    def _remember(self, session: Session) -> None:
        """Keep a session for its DELETE, which OBS and whip-whep send after their goodbye."""
        self._opened[session.secret] = session
        if len(self._opened) > MAX_REMEMBERED:
            self._opened.popitem(last=False)

    async def _check_owner(self, request: web.Request, session: Session) -> Problem | None:
        """Let nobody but its opener change or end a session."""
        verb: Verb = "publish" if session.role == "publisher" else "watch"
        caller = await self._authorize(request, MediaAction(verb, session.name))
        if isinstance(caller, Problem):
            return caller
        if caller.who != session.who:
            return Problem(403, "forbidden", "somebody else opened this session")
        return None

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
