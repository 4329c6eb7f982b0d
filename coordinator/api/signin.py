"""Signing in and out over HTTP: an account's password, a person's token, an invitation.

The browser gets a cookie that no script can read. It is not the token and not the password: it
names a sign-in of its own, which ends by itself, with its account, or with its token.
"""

import time
from typing import Annotated

import msgspec
from aiohttp import web

from signaling.schema import Name, Wire

from ..access import PREFIX, Principal, identify, new_secret, parts_of
from ..account import rule
from ..account.password import TooBusy
from ..account.state import SignIn as State
from ..account.state import User
from ..errors import Refused
from ..fact_base import Fact
from ..policy import PEOPLE, Action, Role
from ..runtime import Personal
from .context import CONTEXT
from .problem import ProblemRaised
from .route import Call, Route, address_of, check_origin, cookie_name

Secret = Annotated[str, msgspec.Meta(max_length=rule.MAX_PASSWORD)]
TRIES_HINT_S = "60"


class SignIn(Wire, frozen=True, kw_only=True):
    """A person's token, or an account and its password."""

    token: Secret = ""
    login: Annotated[str, msgspec.Meta(max_length=100)] = ""
    password: Secret = ""


class Accept(Wire, frozen=True, kw_only=True):
    """Set a password with an invitation, and sign in."""

    invitation: Secret
    password: Secret


class NewPassword(Wire, frozen=True, kw_only=True):
    """Change one's own password."""

    old: Secret
    new: Secret


class Me(Wire, frozen=True, kw_only=True):
    """Who is signed in."""

    role: Role
    name: Name


async def sign_in(call: Call) -> web.Response:
    """Set the session cookie."""
    body: SignIn = call.body
    _free(call, body.login)
    if body.token:
        return await _by_token(call, body.token.strip())
    return await _by_password(call, body)


async def accept(call: Call) -> web.Response:
    """Set the first password, or a new one, with an invitation; and sign in."""
    body: Accept = call.body
    _free(call)
    prefix, id_, hash_ = parts_of(body.invitation.strip())
    accounts = call.runtime.state.accounts
    try:
        if prefix != PREFIX["invitation"]:
            raise Refused("bad_invitation", "this is no invitation")
        user = rule.invited(accounts, id_, hash_, time.time())
    except Refused:
        _failed(call)
        raise
    rule.check_password(user, _name(call, user), body.password)
    password = await _hashed(call, body.password)
    # The invitation may have been used while the hash was made.
    user = rule.invited(accounts, id_, hash_, time.time())
    return await _set_password(call, user, password)


async def change_password(call: Call) -> web.Response:
    """Change one's own password; every other browser has to sign in anew."""
    body: NewPassword = call.body
    user = _account(call)
    _free(call, user.login)
    if not await _right(call, user, body.old):
        raise ProblemRaised("wrong_password", "the old password is not this")
    rule.check_password(user, _name(call, user), body.new)
    return await _set_password(call, _account(call), await _hashed(call, body.new))


async def sign_out(call: Call) -> web.Response:
    """End the sign-in and remove the cookie."""
    context, name = call.request.app[CONTEXT], cookie_name(call.request.app)
    cookie = call.request.cookies.get(name, "")
    prefix, id_, hash_ = parts_of(cookie)
    accounts = call.runtime.state.accounts
    known = rule.signin_by_secret(accounts, id_, hash_, time.time())
    if prefix == PREFIX["signin"] and known is not None:
        check_origin(call.request)
        await call.runtime.change(rule.sign_out(accounts, id_), actor=f"signin:{id_}")
    answer = web.Response(status=204)
    answer.del_cookie(name, path="/", secure=context.secure, httponly=True)
    return answer


async def read_me(call: Call) -> Me:
    """Answer who is signed in."""
    user = call.runtime.state.accounts.users.get(call.caller.id)
    name = _name(call, user) if call.caller.kind == "user" and user else ""
    return Me(role=call.caller.role, name=name or call.caller.name)


async def _by_token(call: Call, token: str) -> web.Response:
    state = call.runtime.state
    who = identify(state, token, time.time())
    if who is None or who.role not in PEOPLE:
        _failed(call)
        raise ProblemRaised("unauthorized", "this token opens nothing")
    until = state.tokens[who.id].expires_utc
    return await _let_in(call, who, [], token=who.id, until_utc=until)


async def _by_password(call: Call, body: SignIn) -> web.Response:
    accounts = call.runtime.state.accounts
    user = accounts.users.get(accounts.by_login.get(rule.login_of(body.login), ""))
    # An account that is not there takes as long as a wrong password.
    if not await _right(call, user, body.password):
        raise ProblemRaised("unauthorized", "name or password is wrong")
    assert user is not None, "nobody has no password"
    return await _let_in(call, _principal(user), [], user=user.id)


async def _set_password(call: Call, user: User, hash_: str) -> web.Response:
    personal = Personal(forgotten=() if user.password is None else (user.password,))
    ref = personal.add_note(hash_)
    facts = rule.set_password(call.runtime.state.accounts, user.id, ref)
    return await _let_in(call, _principal(user), facts, user=user.id, personal=personal)


async def _let_in(
    call: Call,
    who: Principal,
    facts: list[Fact],
    *,
    user: str | None = None,
    token: str | None = None,
    until_utc: str | None = None,
    personal: Personal | None = None,
) -> web.Response:
    """Record the sign-in with what led to it, and set its cookie."""
    secret = new_secret("signin")
    signin = State(id=secret.id, hash=secret.hash, user=user, token=token, expires_utc="")
    opened = rule.sign_in(call.runtime.state.accounts, signin, time.time(), until_utc)
    await call.runtime.change([*facts, *opened], actor=who.actor, personal=personal)
    context = call.request.app[CONTEXT]
    answer = web.Response(status=204)
    answer.set_cookie(
        cookie_name(call.request.app),
        secret.text,
        max_age=round(rule.SIGNIN_S),
        path="/",
        secure=context.secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


async def _right(call: Call, user: User | None, password: str) -> bool:
    """Return whether this is the person's password, and count it when it is not."""
    notes = call.runtime.notes
    hash_ = notes.get(user.password) if user is not None and user.password else None
    try:
        right = await call.request.app[CONTEXT].passwords.matches(hash_, password)
    except TooBusy as error:
        raise ProblemRaised("busy", headers={"Retry-After": "5"}) from error
    if not right:
        _failed(call, user.login if user is not None else "")
    return right


async def _hashed(call: Call, password: str) -> str:
    try:
        return await call.request.app[CONTEXT].passwords.hash(password)
    except TooBusy as error:
        raise ProblemRaised("busy", headers={"Retry-After": "5"}) from error


def _free(call: Call, login: str = "") -> None:
    """Refuse whoever has tried too often.

    Failures count for an address, and for an account at an address: nobody can lock an account's
    owner out from elsewhere.
    """
    context, now = call.request.app[CONTEXT], time.monotonic()
    address = address_of(call.request)
    free = context.tries.free(address, now)
    if login:
        free = free and context.account_tries.free(f"{rule.login_of(login)} {address}", now)
    if not free:
        raise ProblemRaised("too_many_tries", headers={"Retry-After": TRIES_HINT_S})


def _failed(call: Call, login: str = "") -> None:
    context, now = call.request.app[CONTEXT], time.monotonic()
    address = address_of(call.request)
    context.tries.count(address, now)
    if login:
        context.account_tries.count(f"{login} {address}", now)


def _account(call: Call) -> User:
    """Return the caller's own account."""
    user = call.runtime.state.accounts.users.get(call.caller.id)
    if call.caller.kind != "user" or user is None:
        raise ProblemRaised("no_account", "a token has no password")
    return user


def _principal(user: User) -> Principal:
    return Principal(id=user.id, role=Role(user.role), name=user.login, kind="user")


def _name(call: Call, user: User) -> str:
    person = call.runtime.person(user.person)
    return person.name if person is not None else ""


ROUTES = (
    Route(
        method="POST",
        path="/api/v1/signin",
        handler=sign_in,
        summary="Exchange a person's token, or a login and its password, for a session cookie",
        action=None,
        body=SignIn,
        status=204,
        problems=("unauthorized", "too_many_tries", "busy"),
    ),
    Route(
        method="POST",
        path="/api/v1/invitations/accept",
        handler=accept,
        summary="Set a password with an invitation, and sign in",
        action=None,
        body=Accept,
        status=204,
        problems=("bad_invitation", "weak_password", "too_many_tries", "busy"),
    ),
    Route(
        method="POST",
        path="/api/v1/signout",
        handler=sign_out,
        summary="End the sign-in and remove the session cookie",
        action=None,
        status=204,
        problems=("bad_origin",),
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
        path="/api/v1/me/password",
        handler=change_password,
        summary="Change one's own password",
        action=Action.LOOK,
        body=NewPassword,
        status=204,
        problems=("no_account", "wrong_password", "weak_password", "too_many_tries", "busy"),
    ),
)
