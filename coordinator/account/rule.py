"""Who may have an account and how it is used: commands in, facts or a refusal out. Pure: no I/O.

The shell draws secrets, hashes passwords and hands over results; what is decided is decided here.
"""

import hmac
import re
from dataclasses import dataclass

from config.utc import format_utc, parse_utc

from ..errors import Refused
from ..fact_base import Fact, Ref
from .fact import PasswordSet, SignedIn, SignedOut, UserEntered, UserInvited, UserRemoved
from .state import Accounts, SignIn, User

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
INVITATION_S = 72 * 3600.0
SIGNIN_S = 7 * 86_400.0
MIN_PASSWORD = 10
"Characters. Length is what counts, not kinds of characters (NIST SP 800-63B section 5.1.1)."
MAX_PASSWORD = 256
ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterUser:
    """Give somebody an account, or another role or name."""

    user: str
    "Identity if the account is new."
    login: str
    person: Ref
    role: str


def login_of(typed: str) -> str:
    """Return a login as it is kept: people type it in capitals and with spaces around."""
    return typed.strip().lower()


def enter_user(accounts: Accounts, command: EnterUser) -> tuple[str, list[Fact]]:
    """Return the account's identity and what entering it causes.

    Raises:
        Refused: ``bad_login``, or ``last_admin`` when nobody could administer any more.

    """
    login = login_of(command.login)
    if LOGIN.fullmatch(login) is None:
        raise Refused("bad_login", "2 to 40 of a-z 0-9 . _ -, beginning with a letter or digit")
    known = accounts.by_login.get(login)
    if known is not None and command.role != ADMIN:
        _keep_an_admin(accounts, known)
    user = known or command.user
    fact = UserEntered(user=user, login=login, person=command.person, role=command.role)
    # Another role is another person to a browser that is signed in.
    moved = known is not None and accounts.users[known].role != command.role
    return user, [fact, *(_show_out(accounts, user, "removed") if moved else [])]


def invite(accounts: Accounts, user: str, secret_hash: str, now_s: float) -> list[Fact]:
    """Return what making a link to set a password causes; an earlier link ends.

    Raises:
        Refused: ``unknown_user``.

    """
    _user(accounts, user)
    expires_utc = format_utc(now_s + INVITATION_S)
    return [UserInvited(user=user, hash=secret_hash, expires_utc=expires_utc)]


def invited(accounts: Accounts, user: str, secret_hash: str, now_s: float) -> User:
    """Return whose invitation this is.

    Raises:
        Refused: ``bad_invitation`` when it is used, replaced, expired or never was.

    """
    known = accounts.users.get(user)
    if known is not None and known.invitation is not None and not known.removed:
        right = hmac.compare_digest(known.invitation.hash, secret_hash)
        if right and now_s <= parse_utc(known.invitation.expires_utc):
            return known
    raise Refused("bad_invitation", "this link was used, replaced or has expired")


def check_password(user: User, name: str, password: str) -> None:
    """Refuse a password anybody would guess.

    Raises:
        Refused: ``weak_password``.

    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise Refused("weak_password", f"{MIN_PASSWORD} to {MAX_PASSWORD} characters")
    plain = password.casefold()
    if len(set(plain)) < 5 or user.login in plain or plain in name.casefold():
        raise Refused("weak_password", "too easy to guess")


def set_password(accounts: Accounts, user: str, password: Ref) -> list[Fact]:
    """Return what a new password causes: every browser of the person has to sign in anew."""
    return [PasswordSet(user=user, password=password), *_show_out(accounts, user, "password_set")]


def remove_user(accounts: Accounts, user: str, reason: str) -> list[Fact]:
    """Return what removing an account causes; nothing when it is removed.

    Raises:
        Refused: ``unknown_user``, or ``last_admin`` when nobody could administer any more.

    """
    known = accounts.users.get(user)
    if known is None:
        raise Refused("unknown_user", f"no user {user}")
    if known.removed:
        return []
    _keep_an_admin(accounts, user)
    return [UserRemoved(user=user, reason=reason), *_show_out(accounts, user, "removed")]


def sign_in(
    accounts: Accounts, signin: SignIn, now_s: float, token_expires_utc: str | None = None
) -> list[Fact]:
    """Return what letting a browser in causes; what has expired of others is cleared away.

    Args:
        accounts: As they are.
        signin: The new one; its expiry is set here.
        now_s: Seconds since 1970.
        token_expires_utc: A sign-in by a token does not outlive the token.

    """
    expires_utc = format_utc(now_s + SIGNIN_S)
    if token_expires_utc is not None:
        expires_utc = min(expires_utc, token_expires_utc)
    fact = SignedIn(
        signin=signin.id,
        hash=signin.hash,
        user=signin.user,
        token=signin.token,
        expires_utc=expires_utc,
    )
    over = [s.id for s in accounts.signins.values() if now_s > parse_utc(s.expires_utc)]
    return [*(SignedOut(signin=id_, why="expired") for id_ in over), fact]


def sign_out(accounts: Accounts, signin: str) -> list[Fact]:
    """Return what signing out causes; nothing when it has happened."""
    return [SignedOut(signin=signin, why="signed_out")] if signin in accounts.signins else []


def signin_by_secret(
    accounts: Accounts, signin: str, secret_hash: str, now_s: float
) -> SignIn | None:
    """Return whose cookie this is, None when it opens nothing."""
    known = accounts.signins.get(signin)
    if known is None or not hmac.compare_digest(known.hash, secret_hash):
        return None
    return known if now_s <= parse_utc(known.expires_utc) else None


def _user(accounts: Accounts, user: str) -> User:
    known = accounts.users.get(user)
    if known is None or known.removed:
        raise Refused("unknown_user", f"no user {user}")
    return known


def _keep_an_admin(accounts: Accounts, leaving: str) -> None:
    known = accounts.users[leaving]
    if known.role != ADMIN or known.removed:
        return
    others = [
        u
        for u in accounts.users.values()
        if u.id != leaving and u.role == ADMIN and not u.removed and u.password is not None
    ]
    if not others and known.password is not None:
        raise Refused("last_admin", "nobody could administer any more")


def _show_out(accounts: Accounts, user: str, why: str) -> list[Fact]:
    return [SignedOut(signin=id_, why=why) for id_ in accounts.signins_of(user)]
