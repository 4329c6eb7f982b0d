"""What is known of people's accounts: the fold of their facts. Pure: no I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..fact_base import Fact, Ref
from .fact import PasswordSet, SignedIn, SignedOut, UserEntered, UserInvited, UserRemoved


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link to set a password with."""

    hash: str
    expires_utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account."""

    id: str
    login: str
    person: Ref
    role: str
    password: Ref | None = None
    invitation: Invitation | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A browser that was let in."""

    id: str
    hash: str
    user: str | None
    token: str | None
    expires_utc: str


@dataclass(slots=True)
class Accounts:
    """All accounts, and the browsers that are let in now."""

    users: dict[str, User] = field(default_factory=dict)
    by_login: dict[str, str] = field(default_factory=dict)
    signins: dict[str, SignIn] = field(default_factory=dict)

    def signins_of(self, user: str) -> list[str]:
        """Return the sign-ins of a person."""
        return [s.id for s in self.signins.values() if s.user == user]


def evolve(accounts: Accounts, fact: Fact) -> None:
    """Fold one fact about accounts."""
    _EVOLVE[type(fact)](accounts, fact)


def _entered(accounts: Accounts, fact: UserEntered) -> None:
    before = accounts.users.get(fact.user)
    if before is not None:
        accounts.by_login.pop(before.login, None)
    known = before or User(id=fact.user, login=fact.login, person=fact.person, role=fact.role)
    accounts.users[fact.user] = replace(
        known, login=fact.login, person=fact.person, role=fact.role, removed=False
    )
    accounts.by_login[fact.login] = fact.user


def _invited(accounts: Accounts, fact: UserInvited) -> None:
    _set(accounts, fact.user, invitation=Invitation(hash=fact.hash, expires_utc=fact.expires_utc))


def _password_set(accounts: Accounts, fact: PasswordSet) -> None:
    _set(accounts, fact.user, password=fact.password, invitation=None)


def _removed(accounts: Accounts, fact: UserRemoved) -> None:
    _set(accounts, fact.user, removed=True, invitation=None, password=None)
    accounts.by_login.pop(accounts.users[fact.user].login, None)


def _signed_in(accounts: Accounts, fact: SignedIn) -> None:
    accounts.signins[fact.signin] = SignIn(
        id=fact.signin,
        hash=fact.hash,
        user=fact.user,
        token=fact.token,
        expires_utc=fact.expires_utc,
    )


def _signed_out(accounts: Accounts, fact: SignedOut) -> None:
    accounts.signins.pop(fact.signin, None)


def _set(accounts: Accounts, user: str, **values: Any) -> None:
    accounts.users[user] = replace(accounts.users[user], **values)


_EVOLVE: dict[type[Fact], Callable[[Accounts, Any], None]] = {
    UserEntered: _entered,
    UserInvited: _invited,
    PasswordSet: _password_set,
    UserRemoved: _removed,
    SignedIn: _signed_in,
    SignedOut: _signed_out,
}
