"""How many connections one address may hold open. Pure: addresses and counts, no socket.

Counted by address alone, so that a flood from one place leaves the others' doors open. A
network of IPv6 is one address: whoever has one has 2^64.
"""

import ipaddress

MAX_PER_ADDRESS = 1024
"Fifty halls behind one router, with three devices and some pages each."
_IPV6_PREFIX = 64


class Crowd:
    """Counts who is here.

    Args:
        most: Connections one address may hold.
        trusted: Addresses that are not counted, such as the proxy's: everybody comes through
            it. This machine never is.

    """

    def __init__(
        self, *, most: int = MAX_PER_ADDRESS, trusted: frozenset[str] = frozenset()
    ) -> None:
        self._most = most
        self._trusted = frozenset(map(origin_of, trusted))
        self._here: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Count a connection; False, and not counted, when its address has enough."""
        origin = origin_of(address)
        if self._exempt(origin):
            return True
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

    def _exempt(self, origin: str) -> bool:
        return origin in self._trusted or _is_loopback(origin)


def origin_of(address: str) -> str:
    """Return what an address counts as: itself, or its IPv6 network; other text as it is."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        if not ip.is_loopback:
            return str(ipaddress.ip_network((ip, _IPV6_PREFIX), strict=False))
    return str(ip)


def _is_loopback(origin: str) -> bool:
    try:
        return ipaddress.ip_address(origin).is_loopback
    except ValueError:
        return False
