"""The coordinator's address as an operator types it, and what follows from it. Pure: no I/O."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import UnsafeServer


@dataclass(frozen=True, slots=True)
class Server:
    """An address that may be given a credential; ``check_server`` makes it."""

    url: str
    "``http`` or ``https``, host, port and path, without a slash at the end."

    @property
    def join_url(self) -> str:
        """Where a device joins."""
        return f"{self.url}/api/v1/join"

    @property
    def agent_url(self) -> str:
        """Websocket of the agents."""
        return f"ws{self.url.removeprefix('http')}/ws/agent"

    @property
    def programme_url(self) -> str:
        """WHEP endpoint of the programme."""
        return f"{self.url}/whep/programme"

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        return _is_loopback(urlsplit(self.url).hostname or "")


def check_server(url: str, *, allow_plain: bool = False) -> Server:
    """Return the address if a credential may be sent there.

    Args:
        url: Of the coordinator.
        allow_plain: Also where everybody on the way can read it; for networks of a test.

    Raises:
        UnsafeServer: If it is no address of a server, or plain http leaves this machine.

    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UnsafeServer(str(error)) from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise UnsafeServer(f"{parts.scheme or 'no scheme'}, host {host or 'missing'}")
    if parts.username is not None:
        raise UnsafeServer("a user name does not belong into the address")
    if parts.scheme == "http" and not allow_plain and not _is_loopback(host):
        raise UnsafeServer(f"{host} is another machine: https is needed")
    return Server(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
