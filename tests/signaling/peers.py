"""Pairs of real transports on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from signaling.ice_path import TransportOptions
from signaling.packet_transport import CloseReason, PacketTransport
from signaling.sdp import TransportDescription

LOOPBACK = TransportOptions(addresses=("127.0.0.1",), allow_loopback=True, connect_timeout_s=5)


@dataclass
class Peer:
    """A transport and everything it handed over."""

    transport: PacketTransport
    rtp: list[bytes] = field(default_factory=list)
    rtcp: list[bytes] = field(default_factory=list)
    closed: list[CloseReason] = field(default_factory=list)


def make_peer(controlling: bool, options: TransportOptions = LOOPBACK) -> Peer:
    peer: Peer
    transport = PacketTransport(
        controlling=controlling,
        on_rtp=lambda data, at: peer.rtp.append(data),
        on_rtcp=lambda data, at: peer.rtcp.append(data),
        on_closed=lambda reason: peer.closed.append(reason),
        options=options,
    )
    peer = Peer(transport)
    return peer


async def connect(
    offerer: Peer,
    answerer: Peer,
    change: Callable[[TransportDescription], TransportDescription] = lambda seen: seen,
) -> None:
    """Connect both; ``change`` alters what the answerer is told of the offerer."""
    await offerer.transport.gather()
    await answerer.transport.gather()
    offered = change(offerer.transport.local())
    answered = answerer.transport.local(offered.answer_setup())
    async with asyncio.TaskGroup() as group:
        group.create_task(answerer.transport.connect(offered))
        group.create_task(offerer.transport.connect(answered))


@asynccontextmanager
async def pair(options: TransportOptions = LOOPBACK) -> AsyncIterator[tuple[Peer, Peer]]:
    """Yield a connected offerer and answerer, closed afterwards."""
    offerer, answerer = make_peer(True, options), make_peer(False, options)
    try:
        await connect(offerer, answerer)
        yield offerer, answerer
    finally:
        await offerer.transport.close()
        await answerer.transport.close()


def without_candidates(seen: TransportDescription) -> TransportDescription:
    return replace(seen, candidates=())


async def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  (the condition has no event)
            await asyncio.sleep(0.005)
