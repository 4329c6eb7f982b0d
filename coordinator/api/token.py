"""Tokens of people and programs over HTTP."""

import time
from typing import Annotated, Literal

import msgspec

from config.utc import format_utc
from signaling.schema import Name, Wire

from .. import device as rules
from ..access import new_secret
from ..fact import TokenIssued
from ..policy import Action, Role
from .route import Call, Route

TokenRole = Literal["admin", "host", "secretary", "technician", "viewer", "publisher", "player"]
"Roles a token can have; devices join with a code instead."


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
