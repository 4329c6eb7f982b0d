"""People's accounts over HTTP, for the administrator."""

import secrets
import time
from typing import Annotated, Literal

import msgspec

from signaling.schema import Ident, Name, Utc, Wire

from ..access import new_secret, renamed
from ..account import rule
from ..account.state import User
from ..policy import Action, Role
from ..runtime import Personal
from .route import Call, Route

AccountRole = Literal["admin", "host", "secretary", "technician", "viewer"]


class UserOrder(Wire, frozen=True, kw_only=True):
    """Give somebody an account; one of the same login is changed."""

    login: Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
    name: Name
    role: AccountRole


class UserView(Wire, frozen=True, kw_only=True):
    """An account as the administrator sees it."""

    id: Ident
    login: str
    name: str
    role: Role
    has_password: bool
    invited_until_utc: Utc | None = None
    signed_in: int = 0
    "Browsers that are let in now."


class Users(Wire, frozen=True, kw_only=True):
    """All accounts."""

    users: tuple[UserView, ...]


class Invited(Wire, frozen=True, kw_only=True):
    """A link's secret. It is shown this once and sets a password once."""

    user: UserView
    invitation: str
    page: str
    "Path and fragment of the page to open with it."


async def enter_user(call: Call) -> Invited:
    """Enter an account and make an invitation."""
    order: UserOrder = call.body
    runtime = call.runtime
    personal = Personal()
    command = rule.EnterUser(
        user=secrets.token_hex(8),
        login=order.login,
        person=personal.add_person(order.name),
        role=order.role,
    )
    user, facts = rule.enter_user(runtime.state.accounts, command)
    known = runtime.state.accounts.users.get(user)
    if known is not None:
        personal.forgotten = (known.person,)
    await runtime.change(facts, actor=call.caller.actor, personal=personal)
    return await _invite(call, user)


async def invite(call: Call) -> Invited:
    """Make a new link for somebody who lost the password; the old password holds until then."""
    return await _invite(call, call.path("id"))


async def read_users(call: Call) -> Users:
    """Answer all accounts."""
    accounts = call.runtime.state.accounts
    return Users(users=tuple(_view(call, u) for u in accounts.users.values() if not u.removed))


async def remove_user(call: Call) -> None:
    """Remove an account; its browsers are shown out."""
    accounts = call.runtime.state.accounts
    facts = rule.remove_user(accounts, call.path("id"), "")
    if facts:
        user = accounts.users[call.path("id")]
        refs = (user.person,) if user.password is None else (user.person, user.password)
        personal = Personal(forgotten=refs)
        await call.runtime.change(facts, actor=call.caller.actor, personal=personal)


async def _invite(call: Call, user: str) -> Invited:
    secret = new_secret("invitation")
    accounts = call.runtime.state.accounts
    facts = rule.invite(accounts, user, secret.hash, time.time())
    await call.runtime.change(facts, actor=call.caller.actor)
    text = renamed(secret, "invitation", user)
    view = _view(call, accounts.users[user])
    return Invited(user=view, invitation=text, page=f"/signin#invitation={text}")


def _view(call: Call, user: User) -> UserView:
    person = call.runtime.person(user.person)
    return UserView(
        id=user.id,
        login=user.login,
        name=person.name if person else user.login,
        role=Role(user.role),
        has_password=user.password is not None,
        invited_until_utc=user.invitation.expires_utc if user.invitation else None,
        signed_in=len(call.runtime.state.accounts.signins_of(user.id)),
    )


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/users",
        handler=read_users,
        summary="All accounts",
        action=Action.GRANT,
        answer=Users,
    ),
    Route(
        method="POST",
        path="/api/v1/users",
        handler=enter_user,
        summary="Give somebody an account, or change it, and invite them",
        action=Action.GRANT,
        body=UserOrder,
        answer=Invited,
        status=201,
        problems=("bad_login", "last_admin"),
    ),
    Route(
        method="POST",
        path="/api/v1/users/{id}/invitations",
        handler=invite,
        summary="Make a new link to set a password with",
        action=Action.GRANT,
        answer=Invited,
        status=201,
        problems=("unknown_user",),
    ),
    Route(
        method="DELETE",
        path="/api/v1/users/{id}",
        handler=remove_user,
        summary="Remove an account and show its browsers out",
        action=Action.GRANT,
        status=204,
        problems=("unknown_user", "last_admin"),
    ),
)
