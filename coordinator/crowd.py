"""How many connections one address may hold open. Pure: addresses and counts, no socket.

Counted by address alone, so that a flood from one place leaves the others' doors open. A
network of IPv6 is one address: whoever has one has 2^64.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MAX_PER_ADDRESS = 1024
"Fifty halls behind one router, with three devices and some pages each."
_IPV6_PREFIX = 64


class Crowd:
    """Counts who is here.

    Args:
        most: Connections one address may hold.
        trusted: Networks that are not counted, such as the proxy's: everybody comes through
            it. This machine never is.

    """

    def __init__(
        self, *, most: int = MAX_PER_ADDRESS, trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    ) -> None:
        self._most = most
        self._trusted = trusted
        self._here: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Count a connection; False, and not counted, when its address has enough."""
        if self._exempt(address):
            return True
        origin = origin_of(address)
        here = self._here.get(origin, 0)
        if here >= self._most:
            return False
        self._here[origin] = here + 1
        return True

    def leave(self, address: str) -> None:
        """Forget a connection that was counted."""
        origin = origin_of(address)
        here = self._here.pop(origin, 0) - 1
        if here > 0:
            self._here[origin] = here

    def _exempt(self, address: str) -> bool:
        ip = _read(address)
        return ip is not None and (
            ip.is_loopback or any(ip in network for network in self._trusted)
        )


def origin_of(address: str) -> str:
    """Return what an address counts as: itself, or its IPv6 network; other text as it is."""
    ip = _read(address)
    if ip is None:
        return address
    if isinstance(ip, IPv6Address) and not ip.is_loopback:
        return str(ip_network((ip, _IPV6_PREFIX), strict=False))
    return str(ip)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    """Return the address, an IPv4 one that came by an IPv6 socket as what it is."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return ip if mapped is None else mapped
