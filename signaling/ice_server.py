"""STUN and TURN servers as clients are told of them, and the credentials TURN asks for.

Pure: the time is passed in. Clients learn servers from ``Link`` headers (RFC 9725 §4.6), whose
values are URIs of RFC 7064 and RFC 7065. Credentials are coturn's REST scheme
(draft-uberti-behave-turn-rest-00): the user name says until when it is good, the password is
its HMAC under a secret that coordinator and TURN server share, so nothing need be stored.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
_URI = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?:\?transport=(?P<transport>udp|tcp))?",
)
_LINK = re.compile(r"\s*<(?P<uri>[^>]*)>(?P<rest>.*)", re.DOTALL)
_PARAMETER = re.compile(r';\s*(?P<name>[a-z-]+)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^";\s]*))')
_PORT, _TLS_PORT = 3478, 5349


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServer:
    """A server for the clients' own use."""

    url: str
    username: str | None = None
    credential: str | None = None

    def link(self) -> str:
        """Return it as the value of a ``Link`` header."""
        words = [f"<{self.url}>", 'rel="ice-server"']
        if self.username is not None and self.credential is not None:
            words += [f'username="{self.username}"', f'credential="{self.credential}"']
            words.append('credential-type="password"')
        return "; ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnServer:
    """A relay for peers whose network lets no UDP through, as a transport needs it."""

    host: str
    port: int
    username: str
    password: str
    transport: str = "udp"
    "``udp`` or ``tcp``."
    tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAccess:
    """What the operator set."""

    urls: tuple[str, ...] = ()
    "``stun:``, ``turn:`` and ``turns:`` URIs, in the order clients are told them."
    secret: str = ""
    "Shared with the TURN server (``static-auth-secret``)."
    ttl_s: int = 3600
    "How long a credential opens new allocations; one that was opened in time goes on."

    def servers(self, who: str, now_utc_s: float) -> tuple[IceServer, ...]:
        """Return the servers for somebody, with credentials made for them now."""
        username = f"{int(now_utc_s) + self.ttl_s}:{_plain(who)}"
        password = turn_password(self.secret, username)
        return tuple(
            IceServer(url=url, username=username, credential=password)
            if url.startswith("turn")
            else IceServer(url=url)
            for url in self.urls
        )


def turn_password(secret: str, username: str) -> str:
    """Return the password of a user name such as ``1796000000:MH-001``."""
    digest = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest).decode()


def read_links(values: Iterable[str]) -> tuple[IceServer, ...]:
    """Return the ICE servers among the values of ``Link`` headers; others are passed over."""
    found = []
    for value in values:
        link = _LINK.fullmatch(value)
        if link is None or _read_uri(link["uri"]) is None:
            continue
        told = {
            match["name"]: match["bare"] if match["quoted"] is None else match["quoted"]
            for match in _PARAMETER.finditer(link["rest"])
        }
        if told.get("rel") == "ice-server":
            found.append(
                IceServer(
                    url=link["uri"],
                    username=told.get("username"),
                    credential=told.get("credential"),
                )
            )
    return tuple(found)


def surest_turn(servers: Iterable[IceServer]) -> TurnServer | None:
    """Return the TURN server a strict network is likeliest to let us reach, None without any.

    TLS before TCP before UDP: it is asked for by who could not reach the relay by UDP.
    """
    usable = [turn for turn in map(_turn, servers) if turn is not None]
    return min(usable, key=lambda turn: (not turn.tls, turn.transport != "tcp"), default=None)


def _turn(server: IceServer) -> TurnServer | None:
    uri = _read_uri(server.url)
    if uri is None or not uri["scheme"].startswith("turn"):
        return None
    if server.username is None or server.credential is None:
        return None
    tls = uri["scheme"] == "turns"
    return TurnServer(
        host=uri["host"].strip("[]"),
        port=int(uri["port"] or (_TLS_PORT if tls else _PORT)),
        username=server.username,
        password=server.credential,
        # TLS over UDP would be DTLS, which nobody here speaks.
        transport="tcp" if tls else uri["transport"] or "udp",
        tls=tls,
    )


def _read_uri(text: str) -> re.Match[str] | None:
    match = _URI.fullmatch(text)
    if match is None or not 0 < int(match["port"] or _PORT) < 65536:
        return None
    return match


def _plain(who: str) -> str:
    """Return a name fit for a header and for coturn's log."""
    return who if _PLAIN_NAME.fullmatch(who) else hashlib.sha256(who.encode()).hexdigest()[:16]
