"""One route of the API: what it takes, what it gives, who may, and how aiohttp calls it.

The table made of these is served and described by the same data, so ``/openapi.json`` is true.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from ..access import (
    BEARER_SUBPROTOCOL,
    LOCAL_ADMIN,
    NOBODY,
    Principal,
    identify,
    identify_browser,
)
from ..caller import FORWARDED, Networks, caller_address
from ..errors import Refused
from ..policy import Action
from ..runtime import Runtime
from .problem import ProblemRaised

MAX_BODY_BYTES = 64 * 1024
BODY_S = 30.0
SLOWEST_BYTES_PER_S = 64 * 1024
"A body may take its time at this rate beyond ``BODY_S``: offices send rosters by slow lines."
COOKIE = "nhipcau"
SECURE_COOKIE = "__Host-nhipcau"

RUNTIME: web.AppKey[Runtime] = web.AppKey("runtime", Runtime)
SECURE: web.AppKey[bool] = web.AppKey("secure", bool)
"Whether the outside speaks HTTPS to us."
ADMIN_SOCKET: web.AppKey[str] = web.AppKey("admin_socket", str)
PROXIES: web.AppKey[Networks] = web.AppKey("proxies", tuple)
"Whose word about a caller's address is believed."

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, its caller known and its body read."""

    request: web.Request
    runtime: Runtime
    caller: Principal
    body: Any

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return self.request.match_info[name]


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method at a path.

    ``problems`` are the codes its handler may raise; those of reading and authorising come
    by themselves. ``action`` None means that anybody may call it.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    action: Action | None
    answer: type | None = None
    status: int = 200
    body: type | None = None
    binary: bool = False
    "The body is taken as it comes (a file), not as JSON."
    max_body_bytes: int = MAX_BODY_BYTES
    query: dict[str, str] = field(default_factory=dict)
    "Name -> JSON Schema type of optional query parameters."
    problems: tuple[str, ...] = ()

    def all_problems(self) -> tuple[str, ...]:
        """Return every problem code this route may answer with."""
        codes = list(self.problems)
        if self.action is not None:
            codes += ["unauthorized", "forbidden", "bad_origin"]
        if self.body is not None:
            codes += ["bad_request", "invalid", "unsupported_media_type", "too_large", "too_slow"]
        if self.binary:
            codes += ["too_large", "too_slow", "unsupported_media_type"]
        if self.query:
            codes += ["invalid"]
        return tuple(dict.fromkeys(codes))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request. Refusals of the session become problems."""
        caller = authorize(request, self.action)
        self._check_query(request)
        call = Call(
            request=request,
            runtime=request.app[RUNTIME],
            caller=caller,
            body=await self._read(request),
        )
        try:
            answer = await self.handler(call)
        except Refused as refusal:
            raise ProblemRaised(refusal.code, str(refusal)) from refusal
        if isinstance(answer, web.StreamResponse):
            return answer
        if answer is None:
            return web.Response(status=self.status)
        text = msgspec.json.encode(answer)
        return web.Response(status=self.status, body=text, content_type="application/json")

    def _check_query(self, request: web.Request) -> None:
        for name, kind in self.query.items():
            value = request.query.get(name, "true")
            if kind == "boolean" and value not in ("true", "false"):
                raise ProblemRaised("invalid", f"true or false, not {value!r} - at `{name}`")

    async def _read(self, request: web.Request) -> Any:
        if self.body is None and not self.binary:
            return None
        if self.body is not None and request.content_type != "application/json":
            raise ProblemRaised("unsupported_media_type", f"not {request.content_type}")
        if self.binary and "Content-Type" not in request.headers:
            raise ProblemRaised("unsupported_media_type", "say what kind of file it is")
        raw = await read_body(request, self.max_body_bytes)
        return raw if self.body is None else decode_body(raw, self.body)


def authorize(request: web.Request, action: Action | None) -> Principal:
    """Return who is asking.

    Raises:
        ProblemRaised: ``unauthorized``, ``forbidden``, or ``bad_origin`` for a cookie that
            another site's page makes the browser send, or a subprotocol it offers.

    """
    if ADMIN_SOCKET in request.app and request.transport is not None:
        name = request.transport.get_extra_info("sockname")
        if name == request.app[ADMIN_SOCKET]:
            return LOCAL_ADMIN
    if action is None:
        return NOBODY
    caller = _caller(request)
    if caller is None:
        raise ProblemRaised("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="nhipcau"'})
    if not caller.may(action):
        raise ProblemRaised("forbidden", f"{caller.role} may not {action}")
    return caller


def address_of(request: web.Request) -> str:
    """Return the address a request comes from, through our own proxies."""
    forwarded = request.headers.getall(FORWARDED, [])
    return caller_address(request.remote or "", forwarded, request.app[PROXIES])


async def read_body(request: web.Request, limit: int) -> bytes:
    """Return the body, at most ``limit`` bytes of it.

    Raises:
        ProblemRaised: ``too_large``, or ``too_slow``: aiohttp would wait for ever.

    """
    try:
        async with asyncio.timeout(BODY_S + limit / SLOWEST_BYTES_PER_S):
            return await _read_all(request, limit)
    except TimeoutError as error:
        raise ProblemRaised("too_slow") from error


async def _read_all(request: web.Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_chunked(64 * 1024):
        size += len(chunk)
        if size > limit:
            raise ProblemRaised("too_large", f"the limit is {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def decode_body(raw: bytes, kind: type[T]) -> T:
    """Return the body as its struct.

    Raises:
        ProblemRaised: ``bad_request`` when it is not JSON, ``invalid`` when it does not fit;
            the detail names the place as a JSON path.

    """
    try:
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError as error:
            if "got `float`" not in str(error):
                raise
            # 784.0 is an integer to JSON Schema, as some languages write it.
            return msgspec.convert(_integral(msgspec.json.decode(raw)), kind)
    except msgspec.ValidationError as error:
        raise ProblemRaised("invalid", str(error)) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ProblemRaised("bad_request", str(error)) from error


def _integral(value: Any) -> Any:
    """Return a decoded JSON value, its floats without a fraction as integers."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_integral(item) for item in value]
        case dict():
            return {key: _integral(item) for key, item in value.items()}
        case _:
            return value


def cookie_name(app: web.Application) -> str:
    """Return the cookie's name; under HTTPS one that no neighbouring site can set."""
    return SECURE_COOKIE if app[SECURE] else COOKIE


def _caller(request: web.Request) -> Principal | None:
    """Return whose secret the request carries. One that is named and wrong is not made good."""
    if "Authorization" in request.headers:
        return _by_bearer(request)
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    names = [name.strip() for name in offered]
    bearers = [name for name in names if name.startswith(BEARER_SUBPROTOCOL)]
    return _by_subprotocol(request, bearers[0]) if bearers else _by_cookie(request)


def _by_bearer(request: web.Request) -> Principal | None:
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer":
        return None
    return identify(request.app[RUNTIME].state, secret.strip(), time.time())


def _by_subprotocol(request: web.Request, bearer: str) -> Principal | None:
    """Return whose page opens a websocket: browsers let pages set no other header."""
    if not exact_origin(request):
        raise ProblemRaised("bad_origin", "this page belongs to another site")
    secret = bearer.removeprefix(BEARER_SUBPROTOCOL)
    return identify(request.app[RUNTIME].state, secret, time.time())


def _by_cookie(request: web.Request) -> Principal | None:
    secret = request.cookies.get(cookie_name(request.app))
    if secret is None:
        return None
    caller = identify_browser(request.app[RUNTIME].state, secret, time.time())
    if caller is not None:
        check_origin(request)
    return caller


def check_origin(request: web.Request) -> None:
    """See that what a cookie asks for comes from a page of ours.

    Reading is free, for no other site may see the answer; whatever changes something, and
    every websocket, must name our origin.

    Raises:
        ProblemRaised: ``bad_origin``.

    """
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    if request.method in ("GET", "HEAD") and not upgrade:
        return
    if not exact_origin(request):
        raise ProblemRaised("bad_origin", "this page belongs to another site")


def exact_origin(request: web.Request) -> bool:
    """Return whether the request names the scheme, host and port that we are reached by."""
    scheme = "https" if request.app[SECURE] else "http"
    return request.headers.getall("Origin", []) == [f"{scheme}://{request.host}"]
