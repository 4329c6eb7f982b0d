"""The ICE half of a peer: aioice's connection with sockets of ours and a guard before DTLS.

What aioice leaves open and this file closes:

- datagrams of every kind would go through one unbounded queue and a task. Here SRTP
  (first byte 128..191, RFC 7983) leaves synchronously, before STUN is even looked at;
- whoever sprays DTLS hellos at a port would win the handshake from the real peer.
  Here DTLS is taken only from addresses that proved they hold our ICE password;
- the sockets could not be limited to an address or a range of ports.

Relayed (TURN) pairs come through ``data_received``, aioice's own way, and are as guarded
as the TURN server's permissions.
"""

import asyncio
import ipaddress
import logging
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aioice import Candidate, Connection, ice, stun
from aioice.candidate import candidate_foundation, candidate_priority

from .ice_server import TurnServer
from .media_errors import BadSdp

logger = logging.getLogger(__name__)

# A hello, its fragments and a retransmission; a flood beyond that is not a handshake.
MAX_DTLS_QUEUED = 32
MAX_REMOTE_CANDIDATES = 32
# Two of them fit into ``silence_s``; aioice's five seconds would look like silence.
CONSENT_INTERVAL_S = 2.0
# A key frame for a hall arrives as one burst.
RECEIVE_BUFFER_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """What the operator decides about the sockets of media."""

    addresses: tuple[str, ...] = ()
    "Local addresses to bind; empty means all of this machine except loopback."
    advertised: tuple[str, ...] = ()
    "Addresses under which a NAT shows us, one to one with equal ports."
    ports: tuple[int, int] | None = None
    "First and last UDP port to use; None leaves it to the system."
    allow_loopback: bool = False
    "Take loopback and link-local candidates of a peer (tests and the demo only)."
    connect_timeout_s: float = 15.0
    "ICE and DTLS together."
    silence_s: float = 4.5
    "A peer that sent nothing authentic for so long is gone; five seconds are promised."
    segmentation: bool = True
    "Send equal-sized runs in one call (UDP GSO), where the kernel can."


class PacketProtocol(ice.StunProtocol):
    """One UDP socket: sorts datagrams by their first byte."""

    receiver: "IcePath"

    def __init__(self, receiver: "IcePath", udp: socket.socket) -> None:
        super().__init__(receiver)
        self.udp = udp
        "For sending past asyncio: what the kernel does not take at once is lost, not kept."

    # asyncio hands over bytes; aioice's annotation allows str for the sake of TURN.
    def datagram_received(  # type: ignore[override]
        self, data: bytes, addr: tuple[Any, ...]
    ) -> None:
        """Take one datagram. Never raises: what comes from a network may be anything."""
        first = data[0] if data else 0
        if 127 < first < 192:
            self.receiver.media_received(data)
        elif 19 < first < 64:
            self.receiver.dtls_received(data, addr)
        else:
            self._stun_received(data, addr)

    async def request(
        self,
        request: stun.Message,
        addr: tuple[str, int],
        integrity_key: bytes | None = None,
        retransmissions: int | None = None,
    ) -> tuple[stun.Message, tuple[str, int]]:
        """Do a STUN transaction, and note how long its answer took.

        Consent checks come this way every 2 s and are never repeated, so they are exact;
        a repeated first check shows the path longer than it is, until the next one.
        """
        clock = asyncio.get_running_loop().time
        sent_at = clock()
        answer = await super().request(request, addr, integrity_key, retransmissions)
        self.receiver.round_trip_s = clock() - sent_at
        return answer

    def _stun_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        try:
            super().datagram_received(data, addr)
        except Exception as error:  # noqa: BLE001  (a stranger's STUN, parsed by a library)
            logger.debug("unreadable STUN from %s: %r", addr, error)


class IcePath(Connection):
    """ICE with one component; hands over SRTP synchronously and DTLS by ``receive_dtls``.

    Args:
        controlling: True for the side that made the offer.
        options: See there.
        media_received: Called on the loop with every datagram that looks like SRTP or
            SRTCP, from any address: its authentication is the caller's. Must not raise.

    """

    def __init__(
        self,
        controlling: bool,
        options: TransportOptions,
        media_received: Callable[[bytes], None],
    ) -> None:
        super().__init__(ice_controlling=controlling)
        self._options = options
        self._proven: set[tuple[str, int]] = set()
        self._dtls: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._remote_count = 0
        self.media_received = media_received
        self.heard_at = asyncio.get_running_loop().time()
        "When the last authentic STUN message of the peer came, loop time."
        self.round_trip_s: float | None = None
        "Of the last STUN transaction, None before the first and through TURN."
        self.strangers = 0
        "DTLS datagrams dropped because their sender had proved nothing."

    # What RTCDtlsTransport asks of its lower transport.
    @property
    def role(self) -> str:
        """``controlling`` or ``controlled``."""
        return "controlling" if self.ice_controlling else "controlled"

    async def _recv(self) -> bytes:
        data = await self._dtls.get()
        if data is None:
            raise ConnectionError("the path is closed")
        return data

    async def _send(self, data: bytes) -> None:
        await self.send(data)

    def use_turn(self, turn: TurnServer) -> None:
        """Ask a TURN server for a way too. Before ``gather_candidates``."""
        self.turn_server = (turn.host, turn.port)
        self.turn_username, self.turn_password = turn.username, turn.password
        self.turn_transport, self.turn_ssl = turn.transport, turn.tls

    def pair(self) -> ice.CandidatePair | None:
        """Return the pair in use, None before ICE completed and after close."""
        return self._nominated.get(1)

    def dtls_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Take a DTLS datagram from the network, if its sender is our peer."""
        if (addr[0], addr[1]) in self._proven and self._dtls.qsize() < MAX_DTLS_QUEUED:
            self._dtls.put_nowait(data)
        else:
            self.strangers += 1

    def data_received(self, data: bytes, component: int) -> None:
        """Take what is not STUN from aioice: relayed datagrams, and junk."""
        first = data[0] if data else 0
        if 127 < first < 192:
            self.media_received(data)
        elif 19 < first < 64 and self._dtls.qsize() < MAX_DTLS_QUEUED and self._relayed():
            self._dtls.put_nowait(data)

    def protocol_lost(self, protocol: ice.StunProtocol) -> None:
        """End whoever waits for DTLS: the socket in use is gone."""
        pair = self.pair()
        if pair is not None and pair.protocol is protocol:
            self._dtls.put_nowait(None)

    async def close(self) -> None:
        """Close the sockets, and wake whoever waits for DTLS."""
        self._dtls.put_nowait(None)
        await super().close()

    async def query_consent(self) -> None:
        """Show the peer that we live, and see that it does (RFC 7675), until cancelled.

        Unlike aioice's this never closes the connection: silence of every kind is watched
        by ``PacketTransport``, and sooner.
        """
        loop = asyncio.get_running_loop()
        while (pair := self.pair()) is not None:
            request = self.build_request(pair, nominate=False)
            key = (self.remote_password or "").encode()
            try:
                await pair.protocol.request(
                    request, pair.remote_addr, integrity_key=key, retransmissions=0
                )
                self.heard_at = loop.time()
            except stun.TransactionError:
                pass
            except Exception as error:  # noqa: BLE001  (a lost socket fails in ways of its own)
                logger.debug("consent ends, the socket is gone: %r", error)
                return
            await asyncio.sleep(CONSENT_INTERVAL_S * random.uniform(0.8, 1.2))

    def check_incoming(
        self, message: stun.Message, addr: tuple[str, int], protocol: ice.StunProtocol
    ) -> None:
        """Note that this address holds our password, then check it as aioice does."""
        self.heard_at = asyncio.get_running_loop().time()
        self._proven.add(addr)
        super().check_incoming(message, addr, protocol)

    def check_complete(self, pair: ice.CandidatePair) -> None:
        """Note that the address answered our own check."""
        if pair.state == ice.CandidatePair.State.SUCCEEDED:
            self._proven.add(pair.remote_addr)
        super().check_complete(pair)

    async def add_candidate(self, text: str) -> bool:
        """Add a candidate as SDP writes it (without ``a=candidate:``).

        Returns:
            False when it was ignored: names instead of addresses (mDNS; such peers are
            found by their own checks), TCP, and addresses no stranger may aim us at.

        Raises:
            BadSdp: If it cannot be read at all.

        """
        try:
            candidate = Candidate.from_sdp(text)
        except ValueError as error:
            raise BadSdp(f"candidate {text[:80]!r}: {error}") from error
        if not acceptable(candidate, self._options.allow_loopback):
            return False
        if self._remote_count >= MAX_REMOTE_CANDIDATES:
            return False
        self._remote_count += 1
        await self.add_remote_candidate(candidate)
        return True

    def candidates(self) -> tuple[str, ...]:
        """Return our candidates as SDP writes them, advertised addresses first."""
        own = self.local_candidates
        return tuple(
            [_shown_as(c, address) for address in self._options.advertised for c in own]
            + [c.to_sdp() for c in own]
        )

    # The signature is aioice's.
    async def get_component_candidates(
        self,
        component: int,
        addresses: list[str],
        timeout: int = 5,  # noqa: ASYNC109
    ) -> list[Candidate]:
        """Bind one socket per address; relayed candidates are aioice's work."""
        found = []
        for address in self._options.addresses or addresses:
            protocol = await self._bind(address, component)
            if protocol is not None:
                self._protocols.append(protocol)
                found.append(protocol.local_candidate)
        return found + await super().get_component_candidates(component, [], timeout)

    async def _bind(self, address: str, component: int) -> PacketProtocol | None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            udp.setblocking(False)
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            _bind_in_range(udp, address, self._options.ports)
        except OSError as error:
            udp.close()
            logger.info("could not bind to %s: %s", address, error)
            return None
        _transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: PacketProtocol(self, udp), sock=udp
        )
        host, port = udp.getsockname()[:2]
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", host),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=host,
            port=port,
            type="host",
        )
        return protocol

    def _relayed(self) -> bool:
        return any(p.local_candidate.type == "relay" for p in self._protocols)


def acceptable(candidate: Candidate, allow_loopback: bool) -> bool:
    """Tell whether to send checks to a candidate of a peer."""
    if candidate.component != 1 or candidate.transport.lower() != "udp":
        return False
    if candidate.type not in ("host", "srflx", "prflx", "relay") or not 0 < candidate.port < 65536:
        return False
    try:
        address = ipaddress.ip_address(candidate.host)
    except ValueError:
        return False
    # ::ffff:127.0.0.1 is loopback too, but does not say so.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_multicast or address.is_unspecified:
        return False
    return allow_loopback or not (address.is_loopback or address.is_link_local)


def _bind_in_range(udp: socket.socket, address: str, ports: tuple[int, int] | None) -> None:
    if ports is None:
        udp.bind((address, 0))
        return
    first, last = ports
    # Start anywhere: counting from the first would try hundreds of taken ports.
    start = random.randint(0, last - first)
    for step in range(last - first + 1):
        try:
            udp.bind((address, first + (start + step) % (last - first + 1)))
        except OSError:
            continue
        return
    raise OSError(f"no free port in {first}..{last}")


def _shown_as(candidate: Candidate, address: str) -> str:
    return Candidate(
        foundation=candidate_foundation("host", "udp", address),
        component=candidate.component,
        transport="udp",
        priority=candidate.priority,
        host=address,
        port=candidate.port,
        type="host",
    ).to_sdp()
