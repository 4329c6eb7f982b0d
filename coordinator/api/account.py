"""Signing in with a token, and the tokens themselves, over HTTP.

The browser keeps the token in a cookie that no script can read, so a restarted coordinator
knows its screens again.
"""

import time
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from config.utc import format_utc
from signaling.schema import Name, Wire

from .. import device as rules
from ..access import identify, new_secret
from ..fact import TokenIssued
from ..policy import PEOPLE, Action, Role
from .context import CONTEXT
from .problem import ProblemRaised
from .route import COOKIE, SECURE_COOKIE, Call, Route

TokenRole = Literal["admin", "host", "secretary", "technician", "viewer", "publisher", "player"]
"Roles a token can have; devices join with a code instead."

COOKIE_DAYS = 7


class SignIn(Wire, frozen=True, kw_only=True):
    """A token of a person."""

    token: Annotated[str, msgspec.Meta(max_length=200)]


class Me(Wire, frozen=True, kw_only=True):
    """Who is signed in."""

    role: Role
    name: str


class TokenOrder(Wire, frozen=True, kw_only=True):
    """Issue a token."""

    role: TokenRole
    name: Name
    days: Annotated[float, msgspec.Meta(gt=0, le=3650)] = 100.0


class TokenAnswer(Wire, frozen=True, kw_only=True):
    """A new token. The text is shown this once."""

    id: str
    token: str
    role: Role
    name: str
    expires_utc: str


async def sign_in(call: Call) -> web.Response:
    """Set the session cookie."""
    body: SignIn = call.body
    context, address = call.request.app[CONTEXT], call.request.remote or ""
    if not context.tries.free(address, time.monotonic()):
        raise ProblemRaised("too_many_tries", headers={"Retry-After": "60"})
    who = identify(call.runtime.state, body.token.strip(), time.time())
    if who is None or who.role not in PEOPLE:
        context.tries.count(address, time.monotonic())
        raise ProblemRaised("unauthorized", "this token opens nothing")
    answer = web.Response(status=204)
    answer.set_cookie(
        SECURE_COOKIE if context.secure else COOKIE,
        body.token.strip(),
        max_age=COOKIE_DAYS * 86_400,
        path="/",
        secure=context.secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


async def sign_out(call: Call) -> web.Response:
    """Remove the session cookie."""
    answer = web.Response(status=204)
    secure = call.request.app[CONTEXT].secure
    answer.del_cookie(SECURE_COOKIE if secure else COOKIE, path="/", secure=secure, httponly=True)
    return answer


async def read_me(call: Call) -> Me:
    """Answer who is signed in."""
    return Me(role=call.caller.role, name=call.caller.name)


async def issue_token(call: Call) -> TokenAnswer:
    """Issue a token for a person or a program."""
    order: TokenOrder = call.body
    secret = new_secret("token")
    expires_utc = format_utc(time.time() + order.days * 86_400)
    fact = TokenIssued(
        token=secret.id,
        role=order.role,
        name=order.name,
        hash=secret.hash,
        expires_utc=expires_utc,
    )
    await call.runtime.change([fact], actor=call.caller.actor)
    return TokenAnswer(
        id=secret.id,
        token=secret.text,
        role=Role(order.role),
        name=order.name,
        expires_utc=expires_utc,
    )


async def revoke_token(call: Call) -> None:
    """Revoke a token."""
    facts = rules.revoke_token(call.runtime.state, call.path("id"))
    await call.runtime.change(facts, actor=call.caller.actor)


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/signin",
        handler=sign_in,
        summary="Exchange a person's token for a session cookie",
        action=None,
        body=SignIn,
        status=204,
        problems=("unauthorized", "too_many_tries"),
    ),
    Route(
        method="POST",
        path="/api/v1/signout",
        handler=sign_out,
        summary="Remove the session cookie",
        action=None,
        status=204,
    ),
    Route(
        method="GET",
        path="/api/v1/me",
        handler=read_me,
        summary="Who is signed in",
        action=Action.LOOK,
        answer=Me,
    ),
    Route(
        method="POST",
        path="/api/v1/tokens",
        handler=issue_token,
        summary="Issue a token for a person or a program",
        action=Action.GRANT,
        body=TokenOrder,
        answer=TokenAnswer,
        status=201,
    ),
    Route(
        method="DELETE",
        path="/api/v1/tokens/{id}",
        handler=revoke_token,
        summary="Revoke a token",
        action=Action.GRANT,
        status=204,
        problems=("unknown_token",),
    ),
)
