"""From which address a request comes, also through a proxy. Pure: no I/O.

Anybody can write ``X-Forwarded-For``. It is believed only as far as proxies of ours wrote it: from
the right, hop by hop, until the first address that is no proxy of ours. That one is the caller.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

FORWARDED = "X-Forwarded-For"

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(texts: Sequence[str]) -> Networks:
    """Return addresses (``127.0.0.1``) and networks (``10.0.0.0/8``) as networks.

    Raises:
        ValueError: If one is neither.

    """
    return tuple(ip_network(text) for text in texts)


def caller_address(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """Return the address of whoever called us.

    Args:
        peer: Whom the connection is with; empty for a unix socket.
        forwarded: The values of ``X-Forwarded-For``, one per header line.
        trusted: Our own proxies.

    """
    caller = _address(peer)
    if caller is None:
        return peer
    hops = [hop for line in forwarded for hop in line.split(",")]
    while hops and _within(caller, trusted):
        before = _address(hops.pop())
        if before is None:
            break  # Nothing to the left of what cannot be read is worth more.
        caller = before
    return str(caller)


def is_local(peer: str, forwarded: Sequence[str], trusted: Networks) -> bool:
    """Return whether the caller is on this machine.

    A proxy that nobody told us of looks like a neighbour; what it passes on is not local.
    """
    direct = _address(peer)
    if direct is None or (forwarded and not _within(direct, trusted)):
        return False
    caller = _address(caller_address(peer, forwarded, trusted))
    return caller is not None and caller.is_loopback


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _within(address: Address, trusted: Networks) -> bool:
    return any(address in network for network in trusted)
