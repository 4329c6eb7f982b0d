"""The facts about people's accounts. Pure: no I/O.

A password's hash is not in a fact: it lies in the deletable ``note`` table and the fact holds
its reference, so that a password that was changed leaves nothing behind.
"""

from signaling.schema import Ident, Utc

from ..fact_base import Fact, Ref


class UserEntered(Fact, frozen=True, kw_only=True):
    """A person has an account with this role, or has another role or name from now on."""

    KIND = "user.entered"
    user: Ident
    login: str
    "What they type; lower case, unique."
    person: Ref
    "Their name."
    role: str


class UserInvited(Fact, frozen=True, kw_only=True):
    """A link was made with which the person sets a password, once."""

    KIND = "user.invited"
    user: Ident
    hash: str
    "SHA-256 of the link's secret, hex."
    expires_utc: Utc


class PasswordSet(Fact, frozen=True, kw_only=True):
    """The person has a new password; invitations and other sign-ins end."""

    KIND = "user.password_set"
    user: Ident
    password: Ref
    "Of its argon2id hash in the deletable table."


class UserRemoved(Fact, frozen=True, kw_only=True):
    """The account opens nothing any more."""

    KIND = "user.removed"
    user: Ident
    reason: str = ""


class SignedIn(Fact, frozen=True, kw_only=True):
    """A browser was let in, by an account or by a token."""

    KIND = "signin.opened"
    signin: Ident
    hash: str
    "SHA-256 of the cookie's secret, hex."
    user: Ident | None = None
    token: Ident | None = None
    expires_utc: Utc


class SignedOut(Fact, frozen=True, kw_only=True):
    """The browser is not let in any more."""

    KIND = "signin.closed"
    signin: Ident
    why: str
    "signed_out, password_set, removed, expired."


ACCOUNT_FACTS: tuple[type[Fact], ...] = (
    UserEntered,
    UserInvited,
    PasswordSet,
    UserRemoved,
    SignedIn,
    SignedOut,
)
