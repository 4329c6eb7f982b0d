"""Asks the network: the server's name, the control path, the way around a firewall. A shell."""

import asyncio
import time
from urllib.parse import urlsplit

import aiohttp

from ..server import Server

QUESTIONS = 10
GAP_S = 0.1
ANSWER_S = 2.0
RESOLVE_S = 5.0
TURN_S = 3.0


async def resolve(server: Server) -> float | None:
    """Return how long the server's name took, milliseconds; None for no answer."""
    parts = urlsplit(server.url)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(RESOLVE_S):
            loop = asyncio.get_running_loop()
            await loop.getaddrinfo(parts.hostname, parts.port or 443)
    except (OSError, TimeoutError, UnicodeError):
        return None
    return (time.perf_counter() - began) * 1000


async def question(http: aiohttp.ClientSession, server: Server) -> list[float | None]:
    """Return the round trips of some questions, milliseconds; None for one without an answer.

    The first sets the connection up (TCP, TLS) and does not count.
    """
    await _ask(http, server)
    found = []
    for _ in range(QUESTIONS):
        found.append(await _ask(http, server))
        await asyncio.sleep(GAP_S)
    return found


async def reach_turn(http: aiohttp.ClientSession, server: Server) -> bool | None:
    """Return whether a TURN server can be reached by TCP; None when none is offered."""
    try:
        async with asyncio.timeout(ANSWER_S), http.options(server.programme_url) as answer:
            links = answer.headers.getall("Link", [])
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
    ways = [way for link in links if (way := turn_over_tcp(link)) is not None]
    if not ways:
        return None
    return any([await _reached(host, port) for host, port in ways])


def turn_over_tcp(link: str) -> tuple[str, int] | None:
    """Read a ``Link`` header (RFC 9725 section 4.6); return a TURN server's host and TCP port."""
    address = link.partition("<")[2].partition(">")[0]
    scheme, _, rest = address.partition(":")
    place, _, query = rest.partition("?")
    if scheme not in ("turn", "turns") or (scheme == "turn" and "transport=tcp" not in query):
        return None
    parts = urlsplit(f"//{place}")
    try:
        port = parts.port or (5349 if scheme == "turns" else 3478)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None


async def _ask(http: aiohttp.ClientSession, server: Server) -> float | None:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWER_S), http.get(f"{server.url}/livez") as answer:
            await answer.read()
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
    return (time.perf_counter() - began) * 1000


async def _reached(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(TURN_S):
            _reader, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return True
