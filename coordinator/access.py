"""Who is asking: bearer secrets of devices, people and programs, and how they are made.

A secret is shown once and kept as SHA-256: it has 256 bits, so a slow hash would protect
nothing. Joining codes are shorter; single use, expiry and a rate limit guard them.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from .account.rule import signin_by_secret
from .device import device_by_secret, token_by_id, token_by_secret
from .policy import Action, Role, allowed
from .state import State

Kind = Literal["device", "token", "signin", "invitation"]
PREFIX: dict[Kind, str] = {"device": "ncd", "token": "nct", "signin": "ncs", "invitation": "nci"}

# Crockford's alphabet: no I, L, O, U, so that a code survives being read over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_READ = str.maketrans("OIL", "011", "- ")

SUBPROTOCOL = "nhipcau"
"Of a page's websocket to ``/ws/agent``; beside it stands ``bearer.<credential>``."
BEARER_SUBPROTOCOL = "bearer."

AGENT_CODE_LENGTH = 20
"100 bits."
PRINTED_CODE_LENGTH = 26
"130 bits, for a QR code."
TYPED_CODE_LENGTH = 8
"40 bits, guarded by the rate limit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody, or something, whose secret was right."""

    id: str
    "Of the device, the token or the account."
    role: Role
    name: str
    kind: Literal["device", "token", "user"] = "token"
    point: str | None = None
    "Of a device."
    signin: str | None = None
    "Of a browser: which sign-in let it in."

    @property
    def actor(self) -> str:
        """How the journal names them."""
        return f"{self.kind}:{self.id}"

    def may(self, action: Action) -> bool:
        """Return whether they may do it."""
        return allowed(self.role, action)


LOCAL_ADMIN = Principal(id="socket", role=Role.ADMIN, name="admin socket")
"Whoever can open the admin socket owns the machine."


NOBODY = Principal(id="", role=Role.NOBODY, name="")
"The caller of a route that is open to everybody."


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A new secret: what its owner keeps, and what we keep."""

    id: str
    text: str
    hash: str


def new_secret(kind: Kind) -> Secret:
    """Draw a credential or token."""
    id_, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    return Secret(id=id_, text=f"{PREFIX[kind]}_{id_}_{secret}", hash=_hash(secret))


def renamed(secret: Secret, kind: Kind, id_: str) -> str:
    """Return the text of a secret that now belongs to ``id_``."""
    return f"{PREFIX[kind]}_{id_}_{secret.text.split('_', 2)[2]}"


def attempt_hash(key: str) -> str:
    """Return the hash of an Idempotency-Key; empty for none."""
    return _hash(key) if key else ""


def new_code(length: int) -> Secret:
    """Draw a joining code, in groups of four."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(length))
    grouped = "-".join(text[i : i + 4] for i in range(0, length, 4))
    return Secret(id=secrets.token_hex(8), text=grouped, hash=code_hash(text))


def code_hash(code: str) -> str:
    """Return the hash of a code as somebody typed it: case, spaces and dashes do not count."""
    return _hash(code.upper().translate(_AS_READ))


def parts_of(text: str) -> tuple[str, str, str]:
    """Return a secret's prefix, the identity in it, and the hash of the rest."""
    prefix, _, rest = text.partition("_")
    id_, _, secret = rest.partition("_")
    return prefix, id_, _hash(secret)


def identify(state: State, bearer: str, now_s: float) -> Principal | None:
    """Return whose secret this is, None when it opens nothing."""
    prefix, id_, hash_ = parts_of(bearer)
    if prefix == PREFIX["device"]:
        device = device_by_secret(state, id_, hash_)
        if device is None:
            return None
        gone = device.revoked or device.point not in state.points
        # Its secret is right, so it may be told that it is not wanted any more.
        role = Role.NOBODY if gone else Role(device.role)
        return Principal(id=id_, role=role, name=device.point, kind="device", point=device.point)
    if prefix == PREFIX["token"]:
        token = token_by_secret(state, id_, hash_, now_s)
        if token is not None:
            return Principal(id=id_, role=Role(token.role), name=token.name)
    return None


def identify_browser(state: State, cookie: str, now_s: float) -> Principal | None:
    """Return who signed in with this cookie, None when it opens nothing (any more)."""
    prefix, id_, hash_ = parts_of(cookie)
    if prefix != PREFIX["signin"]:
        return None
    signin = signin_by_secret(state.accounts, id_, hash_, now_s)
    if signin is None:
        return None
    if signin.user is not None:
        user = state.accounts.users[signin.user]
        role = Role(user.role)
        return Principal(id=user.id, role=role, name=user.login, kind="user", signin=id_)
    token = token_by_id(state, signin.token or "", now_s)
    if token is None:
        return None
    return Principal(id=token.id, role=Role(token.role), name=token.name, signin=id_)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
