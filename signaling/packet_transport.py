"""One WebRTC peer as packets: ICE and DTLS-SRTP, and nothing above them.

    NEW --gather--> GATHERED --connect--> CONNECTED --close, silence, peer--> CLOSED
                                  `--timeout, bad fingerprint--> CLOSED (raises)

The relay answers with dozens of these; the agents' receiver and the simulated studio
offer with one. There is no queue and no task per packet: what arrives is decrypted and
handed over inside the socket's callback, what is sent leaves before ``send_rtp``
returns. Neither jitter buffer, codec nor retransmission live here.

    transport = PacketTransport(controlling=True, on_rtp=…, on_rtcp=…, on_closed=…)
    await transport.gather()
    offer = sdp.build_offer(transport.local(), …)         # exchange it for an answer
    await transport.connect(sdp.parse(answer).transport)

Hooks below the public surface of aiortc 1.16 and aioice 0.13 are listed and guarded in
``tests/signaling/test_packet_transport.py``; the pins are in pyproject.toml.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import cache
from typing import cast

from aioice.ice import CandidatePair
from aiortc import rtcdtlstransport as dtls_module
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from aiortc.rtcicetransport import RTCIceTransport

from .burst import Burst, Stream
from .datagram_path import DatagramPath
from .ice_path import IcePath, PacketProtocol, TransportOptions
from .ice_server import TurnServer
from .media_errors import BadSdp, TransportFailed
from .sdp import Setup, TransportDescription
from .srtp import Protector, Unprotector, shared_room

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 2.0
# GCM costs half of AES-CM with HMAC-SHA1 (measured, docs/decisions/0002); a peer that
# knows only the latter still gets it.
_PREFERENCE = (b"SRTP_AEAD_AES_128_GCM", b"SRTP_AES128_CM_SHA1_80", b"SRTP_AEAD_AES_256_GCM")
_PROFILES = sorted(
    dtls_module.SRTP_PROFILES, key=lambda profile: _PREFERENCE.index(profile.openssl_profile)
)


class CloseReason(StrEnum):
    """Why a transport ended."""

    LOCAL = "local"
    "``close`` was called."
    REMOTE = "remote"
    "The peer said goodbye (DTLS close_notify)."
    SILENCE = "silence"
    "Nothing authentic came for ``silence_s``."
    FAILED = "failed"
    "ICE or DTLS did not come about."


@cache
def shared_certificate() -> RTCCertificate:
    """Return the certificate of this process. One for all peers: making one costs 1 ms."""
    return RTCCertificate.generateCertificate()


class PacketTransport:
    """One peer. Every method runs on one event loop; callbacks come on it too.

    Args:
        controlling: True for the side that makes the offer.
        on_rtp: Called with each authentic RTP packet, decrypted, and the loop's time of
            its arrival. Must not raise, must not block.
        on_rtcp: The same for compound RTCP packets.
        on_closed: Called exactly once when a connected transport ends, whoever ended it.
        options: Sockets and timeouts.
        certificate: Ours in the DTLS handshake; by default the process's one.

    """

    def __init__(
        self,
        *,
        controlling: bool,
        on_rtp: Callable[[bytes, float], None],
        on_rtcp: Callable[[bytes, float], None],
        on_closed: Callable[[CloseReason], None] = lambda reason: None,
        options: TransportOptions | None = None,
        certificate: RTCCertificate | None = None,
    ) -> None:
        self._options = options or TransportOptions()
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._now = self._loop.time
        self._ice = IcePath(controlling, self._options, self._media_received)
        # RTCDtlsTransport asks its lower transport for role, _recv and _send only.
        self._dtls = RTCDtlsTransport(
            cast(RTCIceTransport, self._ice), [certificate or shared_certificate()]
        )
        self._dtls._srtp_profiles = _PROFILES
        self._receive: Unprotector | None = None
        self._send: Protector | None = None
        self._pair: CandidatePair | None = None
        self._path: DatagramPath | None = None
        self._room = shared_room()
        self._watch: asyncio.TimerHandle | None = None
        self.lose: Callable[[], bool] | None = None
        """Of a simulated line: is the packet of media that just came lost? Asked before it is
        decrypted, so that its copy is no replay."""
        self.closed: CloseReason | None = None
        "Why it ended, None while it lives."
        self.last_received_at = self._now()
        "Loop time of the last authentic RTP or RTCP packet, or of the start."
        self.packets_received = self.packets_sent = 0
        self.bytes_received = self.bytes_sent = 0
        "With SRTP, without UDP and IP headers."
        self.packets_refused = 0
        "Not authentic, repeated, or no packet at all."
        self.packets_unsent = 0
        "Given to us but not taken by libsrtp or the kernel (its buffer was full)."
        self.sends = 0
        "System calls that took RTP or RTCP; fewer than packets where runs leave together."

    # --- setting up -------------------------------------------------------------------

    async def gather(self, turn: TurnServer | None = None) -> None:
        """Bind the sockets, and ask the TURN server, if any. No other waiting.

        Raises:
            TransportFailed: If not a single address could be bound, and TURN gave none.

        """
        if turn is not None:
            self._ice.use_turn(turn)
        await self._ice.gather_candidates()
        if not self._ice.local_candidates:
            raise TransportFailed("no local address could be bound")

    def local(self, setup: Setup = Setup.ACTPASS) -> TransportDescription:
        """Return what SDP must say of us. Valid after ``gather``.

        Args:
            setup: ``ACTPASS`` in an offer, ``remote.answer_setup()`` in an answer.

        """
        [fingerprint] = [
            f for f in self._dtls.getLocalParameters().fingerprints if f.algorithm == "sha-256"
        ]
        return TransportDescription(
            ufrag=self._ice.local_username,
            password=self._ice.local_password,
            fingerprints=((fingerprint.algorithm, fingerprint.value),),
            setup=setup,
            candidates=self._ice.candidates(),
        )

    async def connect(self, remote: TransportDescription) -> None:
        """Find a path and shake hands. Returns when packets can flow both ways.

        A remote without usable candidates is waited for: its own checks tell its address.
        Candidates that cannot be read are passed over.

        Raises:
            TransportFailed: If it did not come about in time; the transport is closed.

        """
        try:
            async with asyncio.timeout(self._options.connect_timeout_s):
                await self._connect_ice(remote)
                await self._connect_dtls(remote)
        except (TimeoutError, ConnectionError, ValueError) as error:
            await self._end(CloseReason.FAILED)
            raise TransportFailed(f"no path to the peer: {str(error) or 'timeout'}") from error
        except BaseException:
            await self._end(CloseReason.FAILED)
            raise

    async def add_candidate(self, text: str) -> bool:
        """Add a trickled candidate; see ``IcePath.add_candidate``."""
        return self.closed is None and await self._ice.add_candidate(text)

    async def _connect_ice(self, remote: TransportDescription) -> None:
        self._ice.remote_username = remote.ufrag
        self._ice.remote_password = remote.password
        self._ice.remote_is_lite = remote.ice_lite
        for candidate in remote.candidates:
            with suppress(BadSdp):
                await self._ice.add_candidate(candidate)
        # The end of candidates is never told to aioice: it would give up on peers that
        # name no usable address but will reach us all the same.
        await self._ice.connect()

    async def _connect_dtls(self, remote: TransportDescription) -> None:
        self._dtls._set_role("client" if remote.setup == Setup.PASSIVE else "server")
        await self._dtls.start(
            RTCDtlsParameters([RTCDtlsFingerprint(*pair) for pair in remote.fingerprints])
        )
        if self.closed is not None or self._dtls.state != "connected":
            raise TransportFailed(f"DTLS {self._dtls.state}")
        self._receive = Unprotector(self._dtls._rx_srtp)
        self._send = Protector(self._dtls._tx_srtp)
        self.last_received_at = self._now()
        self._dtls.on("statechange", self._dtls_changed)
        self._look_for_life()

    # --- packets ----------------------------------------------------------------------

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send one RTP packet, at once or never. Dropped unless connected."""
        self.send_rtp_parts(packet, b"")

    def send_rtp_parts(self, header: bytes, payload: bytes) -> None:
        """Do as ``send_rtp`` without joining a header of this peer and a shared payload."""
        if self._send is not None:
            self._transmit(self._send.rtp(header, payload))

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send one compound RTCP packet, at once or never."""
        if self._send is not None:
            self._transmit(self._send.rtcp(packet))

    def send_burst(self, burst: Burst, stream: Stream) -> None:
        """Encrypt and send packets that belong together, at once or never.

        The same packets as one ``send_rtp`` for each would send, in fewer system calls.
        """
        if self._send is None:
            return
        layout = self._send.layout(burst)
        if layout is None:
            for header, payload in burst.headed(stream):
                self._transmit(self._send.rtp(header, payload))
            return
        failed = self._send.burst(self._room, burst, layout, stream)
        path = self._current_path()
        packets = 0
        if path is not None:
            packets, sent_bytes, calls = path.send(self._room.view, layout, failed)
            self.packets_sent += packets
            self.bytes_sent += sent_bytes
            self.sends += calls
        self.packets_unsent += len(layout.places) - packets

    def segmenting(self) -> bool:
        """Tell whether runs leave in one call on the path in use."""
        path = self._current_path()
        return path is not None and path.segmenting

    def _transmit(self, data: memoryview | None) -> None:
        path = self._current_path()
        if data is None or path is None:
            self.packets_unsent += 1
            return
        try:
            path.sendto(data, path.address)
        except OSError:
            self.packets_unsent += 1
            return
        self.packets_sent += 1
        self.bytes_sent += len(data)
        self.sends += 1

    def _current_path(self) -> DatagramPath | None:
        """Return the way to send by: straight from our socket, or through TURN."""
        pair = self._ice._nominated.get(1)
        if pair is not self._pair:
            self._pair = pair
            self._path = None if pair is None else self._path_of(pair)
        return self._path

    def _path_of(self, pair: CandidatePair) -> DatagramPath:
        if isinstance(pair.protocol, PacketProtocol):
            udp = pair.protocol.udp
            segmentation = self._options.segmentation
            return DatagramPath(udp.sendto, pair.remote_addr, udp, segmentation=segmentation)
        relay = pair.protocol.transport
        return DatagramPath(
            lambda data, address: relay.sendto(bytes(data), address),
            pair.remote_addr,
            None,
            segmentation=False,
        )

    def _media_received(self, data: bytes) -> None:
        """Decrypt one datagram and hand it on; the hot path of everything received."""
        receive = self._receive
        if receive is None or len(data) < 12:
            self.packets_refused += 1
            return
        # RFC 5761 §4: payload types 64..95 do not exist, so these are RTCP's 192..223.
        is_rtcp = 64 <= data[1] & 0x7F < 96
        if self.lose is not None and not is_rtcp and self.lose():
            return
        packet = receive.rtcp(data) if is_rtcp else receive.rtp(data)
        if packet is None:
            self.packets_refused += 1
            return
        self.last_received_at = now = self._now()
        self.packets_received += 1
        self.bytes_received += len(data)
        if is_rtcp:
            self._on_rtcp(packet, now)
        else:
            self._on_rtp(packet, now)

    # --- ending -----------------------------------------------------------------------

    async def close(self, *, silent: bool = False) -> None:
        """Say goodbye and free the sockets, within seconds. Calling it twice is safe.

        Args:
            silent: Do not say goodbye, as a peer whose power failed (simulated halls).

        """
        await self._end(CloseReason.LOCAL, silent=silent)

    def strangers(self) -> int:
        """Return how many DTLS datagrams of unproven senders were dropped."""
        return self._ice.strangers

    def round_trip_s(self) -> float | None:
        """Return the round trip of the last STUN check, None when there is none."""
        return self._ice.round_trip_s

    def heard_at(self) -> float:
        """Return the loop time of the last sign of life, media or STUN."""
        return max(self.last_received_at, self._ice.heard_at)

    def _look_for_life(self) -> None:
        due = self.heard_at() + self._options.silence_s
        if self._now() >= due:
            self._watch = None
            self._finish(CloseReason.SILENCE)
        else:
            self._watch = self._loop.call_at(due, self._look_for_life)

    def _dtls_changed(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._finish(CloseReason.REMOTE)

    def _finish(self, reason: CloseReason) -> None:
        """Stop packets and tell the owner, who then awaits ``close``."""
        if self.closed is not None:
            return
        connected = self._send is not None
        self.closed = reason
        self._receive = self._send = None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if connected:
            self._on_closed(reason)

    async def _end(self, reason: CloseReason, *, silent: bool = False) -> None:
        self._finish(reason)
        steps = [self._dtls.stop, self._ice.close]
        # Without its path DTLS has nowhere to send its close_notify.
        for step in reversed(steps) if silent else steps:
            try:
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await step()
            except TimeoutError:
                logger.warning("%s did not end in time", step.__qualname__)
            except Exception as error:  # noqa: BLE001  (of a library, while ending)
                logger.warning("%s: %r", step.__qualname__, error)
