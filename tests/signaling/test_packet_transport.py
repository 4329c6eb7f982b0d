"""Two real transports on loopback, and a guard of every hook below aiortc's surface."""

import asyncio
import socket
import struct
from dataclasses import replace

import pytest
from aioice import Candidate, ice
from aiortc.rtcdtlstransport import RTCDtlsTransport
from pylibsrtp import Policy, Session

from signaling import packet_transport
from signaling.ice_path import IcePath, PacketProtocol, TransportOptions, acceptable
from signaling.media_errors import BadSdp, TransportFailed
from signaling.packet_transport import CloseReason, PacketTransport, shared_certificate
from signaling.sdp import Setup, TransportDescription
from signaling.srtp import MAX_PACKET_BYTES, Protector, Unprotector
from tests.signaling.peers import (
    LOOPBACK,
    connect,
    make_peer,
    pair,
    until,
    without_candidates,
)

pytestmark = pytest.mark.real_io
RR = struct.pack("!BBHI", 0x80, 201, 1, 7)


def rtp(seq: int, payload: bytes = b"x" * 100) -> bytes:
    return struct.pack("!BBHII", 0x80, 96, seq, seq * 3000, 0x1234) + payload


async def test_packets_flow_both_ways_as_they_are() -> None:
    async with pair() as (offerer, answerer):
        for seq in range(50):
            offerer.transport.send_rtp(rtp(seq))
            answerer.transport.send_rtp_parts(rtp(seq)[:12], b"y" * 1200)
        offerer.transport.send_rtcp(RR)
        answerer.transport.send_rtcp(RR)
        await until(lambda: len(answerer.rtp) == 50 and len(offerer.rtp) == 50)
        await until(lambda: answerer.rtcp and offerer.rtcp)
        assert answerer.rtp == [rtp(seq) for seq in range(50)]
        assert offerer.rtp == [rtp(seq)[:12] + b"y" * 1200 for seq in range(50)]
        assert answerer.rtcp == offerer.rtcp == [RR]
        assert offerer.transport.packets_sent == 51
        assert answerer.transport.packets_received == 51
        assert answerer.transport.bytes_received == offerer.transport.bytes_sent


async def test_the_round_trip_is_that_of_the_checks() -> None:
    async with pair() as (offerer, answerer):
        for peer in (offerer, answerer):
            round_trip_s = peer.transport.round_trip_s()
            assert round_trip_s is not None
            assert 0 < round_trip_s < 1


async def test_a_packet_sent_twice_arrives_once() -> None:
    async with pair() as (offerer, answerer):
        offerer.transport.send_rtp(rtp(1))
        offerer.transport.send_rtp(rtp(2))
        offerer.transport.send_rtp(rtp(1))
        await until(lambda: answerer.transport.packets_refused == 1)
        assert answerer.rtp == [rtp(1), rtp(2)]
        assert offerer.transport.packets_unsent == 0


async def test_too_long_a_packet_is_counted_and_not_sent() -> None:
    async with pair() as (offerer, answerer):
        offerer.transport.send_rtp(rtp(1, b"x" * MAX_PACKET_BYTES))
        offerer.transport.send_rtcp(b"x" * (MAX_PACKET_BYTES + 1))
        assert offerer.transport.packets_unsent == 2
        offerer.transport.send_rtp(rtp(2, b"x" * (1440 - 12)))
        await until(lambda: answerer.rtp)


async def test_goodbye_reaches_the_other_side() -> None:
    async with pair() as (offerer, answerer):
        await offerer.transport.close()
        await until(lambda: answerer.closed)
        assert answerer.closed == [CloseReason.REMOTE]
        assert offerer.closed == [CloseReason.LOCAL]
        answerer.transport.send_rtp(rtp(1))
        await answerer.transport.close()
        await answerer.transport.close()
        assert answerer.closed == [CloseReason.REMOTE]


async def test_silence_is_noticed_within_its_time() -> None:
    async with pair(replace(LOOPBACK, silence_s=0.3)) as (offerer, answerer):
        for _ in range(8):
            answerer.transport.send_rtp(rtp(_))
            await asyncio.sleep(0.05)
        assert not offerer.closed
        await until(lambda: offerer.closed, 2)
        assert offerer.closed == [CloseReason.SILENCE]


async def test_a_peer_that_sends_nothing_is_heard_by_its_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signaling.ice_path.CONSENT_INTERVAL_S", 0.1)
    async with pair(replace(LOOPBACK, silence_s=0.3)) as (offerer, answerer):
        await asyncio.sleep(0.8)
        assert not offerer.closed
        assert not answerer.closed


async def test_a_peer_without_candidates_is_found_by_its_own_checks() -> None:
    offerer, answerer = make_peer(True), make_peer(False)
    await connect(offerer, answerer, without_candidates)
    offerer.transport.send_rtp(rtp(1))
    await until(lambda: answerer.rtp)
    await offerer.transport.close()
    await answerer.transport.close()


async def test_candidates_of_an_offer_that_cannot_be_read_are_passed_over() -> None:
    offerer, answerer = make_peer(True), make_peer(False)

    def spoilt(seen: TransportDescription) -> TransportDescription:
        return replace(seen, candidates=("junk", *seen.candidates, "1 x udp"))

    await connect(offerer, answerer, spoilt)
    await offerer.transport.close()
    await answerer.transport.close()


async def test_trickled_candidates_are_taken() -> None:
    offerer, answerer = make_peer(True), make_peer(False)
    await offerer.transport.gather()
    await answerer.transport.gather()
    remote = answerer.transport.local(Setup.PASSIVE)
    async with asyncio.TaskGroup() as group:
        group.create_task(answerer.transport.connect(without_candidates(offerer.transport.local())))
        group.create_task(offerer.transport.connect(without_candidates(remote)))
        await asyncio.sleep(0.05)
        for candidate in remote.candidates:
            assert await offerer.transport.add_candidate(candidate)
    await offerer.transport.close()
    await answerer.transport.close()
    assert not await offerer.transport.add_candidate(remote.candidates[0])


async def test_a_wrong_fingerprint_is_refused() -> None:
    offerer, answerer = make_peer(True), make_peer(False)

    def forged(seen: TransportDescription) -> TransportDescription:
        return replace(seen, fingerprints=(("sha-256", "00:" * 31 + "00"),))

    with pytest.raises(ExceptionGroup) as failed:
        await connect(offerer, answerer, forged)
    assert failed.group_contains(TransportFailed)
    assert answerer.transport.closed is CloseReason.FAILED
    assert not answerer.closed
    await offerer.transport.close()


async def test_nobody_there_ends_in_time() -> None:
    peer = make_peer(False, replace(LOOPBACK, connect_timeout_s=0.2))
    await peer.transport.gather()
    nobody = replace(peer.transport.local(), candidates=())
    with pytest.raises(TransportFailed):
        await peer.transport.connect(nobody)
    assert peer.transport.closed is CloseReason.FAILED


async def stuck() -> None:
    """Stand for a library's call that never returns."""
    await asyncio.Event().wait()


@pytest.mark.parametrize("stage", ["new", "gathered", "connecting", "connected", "vanished"])
@pytest.mark.parametrize("hangs", [False, True])
async def test_close_never_hangs_whatever_goes_on(
    stage: str, hangs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packet_transport, "CLOSE_TIMEOUT_S", 0.2)
    peer, other = make_peer(True), make_peer(False)
    connecting = None
    if stage == "gathered":
        await peer.transport.gather()
    elif stage == "connecting":
        await peer.transport.gather()
        nobody = without_candidates(peer.transport.local())
        connecting = asyncio.create_task(peer.transport.connect(nobody))
        await asyncio.sleep(0.02)
    elif stage in ("connected", "vanished"):
        await connect(peer, other)
    if stage == "vanished":
        await other.transport.close(silent=True)
    # Both libraries at once, as a lost socket or a bug of theirs may make it.
    dtls_stop, ice_close = peer.transport._dtls.stop, peer.transport._ice.close
    if hangs:
        monkeypatch.setattr(peer.transport._dtls, "stop", stuck)
        monkeypatch.setattr(peer.transport._ice, "close", stuck)
    async with asyncio.timeout(2):
        await asyncio.gather(peer.transport.close(), peer.transport.close())
        await peer.transport.close()
    assert peer.transport.closed is CloseReason.LOCAL
    peer.transport.send_rtp(rtp(1))
    if hangs:
        await dtls_stop()
        await ice_close()
    if connecting is not None:
        with pytest.raises(TransportFailed):
            await connecting
    await other.transport.close()


async def test_cancelled_while_connecting_leaves_no_socket() -> None:
    peer = make_peer(False)
    await peer.transport.gather()
    task = asyncio.create_task(peer.transport.connect(without_candidates(peer.transport.local())))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not peer.transport._ice._protocols


async def test_a_stranger_cannot_win_the_handshake() -> None:
    """ASVS 17.2.6: without the guard in dtls_received no peer connects under this spray."""
    hello = bytes.fromhex("16fefd0000000000000000003c") + b"\x01" + b"\0" * 59
    for _ in range(3):
        offerer, answerer = make_peer(True), make_peer(False)
        await answerer.transport.gather()
        port = int(answerer.transport.local().candidates[0].split()[5])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.setblocking(False)

            async def spray(stranger: socket.socket = stranger, port: int = port) -> None:
                while True:
                    stranger.sendto(hello, ("127.0.0.1", port))
                    await asyncio.sleep(0.001)

            task = asyncio.create_task(spray())
            await connect(offerer, answerer)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert answerer.transport.strangers() > 0
        offerer.transport.send_rtp(rtp(1))
        await until(lambda answerer=answerer: answerer.rtp)  # type: ignore[misc]
        await offerer.transport.close()
        await answerer.transport.close()


async def test_junk_from_the_network_is_counted_and_forgotten() -> None:
    async with pair() as (offerer, answerer):
        port = int(answerer.transport.local().candidates[0].split()[5])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for first in range(256):
                for rest in (b"", b"\0" * 3, bytes(range(19)), b"\x01\x00\x00\x21\x12\xa4\x42" * 9):
                    stranger.sendto(bytes([first]) + rest, ("127.0.0.1", port))
            stranger.sendto(b"", ("127.0.0.1", port))
        await until(lambda: answerer.transport.packets_refused >= 4 * 64)
        offerer.transport.send_rtp(rtp(1))
        await until(lambda: answerer.rtp)
        assert answerer.rtp == [rtp(1)]


async def test_ports_and_advertised_addresses_are_the_operators() -> None:
    options = replace(LOOPBACK, ports=(47_000, 47_040), advertised=("203.0.113.7",))
    peer = make_peer(False, options)
    await peer.transport.gather()
    shown, own = peer.transport.local().candidates
    assert shown.split()[4] == "203.0.113.7"
    assert own.split()[4] == "127.0.0.1"
    assert shown.split()[5] == own.split()[5]
    assert 47_000 <= int(own.split()[5]) <= 47_040
    await peer.transport.close()


async def test_no_free_port_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        peer = make_peer(False, replace(LOOPBACK, ports=(port, port)))
        with pytest.raises(TransportFailed):
            await peer.transport.gather()
    await peer.transport.close()


@pytest.mark.parametrize(
    ("text", "loopback", "taken"),
    [
        ("1 1 udp 1 192.0.2.1 5000 typ host", False, True),
        ("1 1 UDP 1 2001:db8::1 5000 typ srflx raddr :: rport 9", False, True),
        ("1 1 udp 1 127.0.0.1 5000 typ host", False, False),
        ("1 1 udp 1 127.0.0.1 5000 typ host", True, True),
        ("1 1 udp 1 ::1 5000 typ host", False, False),
        ("1 1 udp 1 ::ffff:127.0.0.1 5000 typ host", False, False),
        ("1 1 udp 1 169.254.1.1 5000 typ host", False, False),
        ("1 1 udp 1 fe80::1 5000 typ host", False, False),
        ("1 1 udp 1 224.0.0.1 5000 typ host", True, False),
        ("1 1 udp 1 0.0.0.0 5000 typ host", True, False),
        ("1 1 udp 1 192.0.2.1 0 typ host", True, False),
        ("1 1 udp 1 192.0.2.1 5000 typ odd", True, False),
        ("1 1 tcp 1 192.0.2.1 9 typ host tcptype active", True, False),
        ("1 2 udp 1 192.0.2.1 5000 typ host", True, False),
        ("1 1 udp 1 0f2a-11.local 5000 typ host", True, False),
    ],
)
def test_only_candidates_that_may_be_aimed_at_are_taken(
    text: str, loopback: bool, taken: bool
) -> None:
    assert acceptable(Candidate.from_sdp(text), loopback) is taken


async def test_an_unreadable_candidate_is_the_peers_fault() -> None:
    peer = make_peer(False)
    for text in ("", "1 1 udp", "1 x udp 1 192.0.2.1 5000 typ host"):
        with pytest.raises(BadSdp):
            await peer.transport.add_candidate(text)
    await peer.transport.close()


async def test_a_flood_of_candidates_is_cut_off() -> None:
    peer = make_peer(False)
    taken = [
        await peer.transport.add_candidate(f"1 1 udp 1 192.0.2.1 {5000 + n} typ host")
        for n in range(40)
    ]
    assert taken.count(True) == 32
    await peer.transport.close()


# --- the hooks: what would break silently with another version of a library ---------------


def test_hooks_exist_in_aioice() -> None:
    for name in (
        "check_incoming", "check_complete", "data_received", "protocol_lost", "query_consent",
    ):  # fmt: skip
        assert callable(getattr(ice.Connection, name))
        assert getattr(IcePath, name) is not getattr(ice.Connection, name)
    assert callable(ice.Connection.get_component_candidates)
    assert issubclass(PacketProtocol, ice.StunProtocol)
    assert ice.CandidatePair.State.SUCCEEDED.name == "SUCCEEDED"


async def test_aioice_creates_no_socket_of_its_own() -> None:
    peer = make_peer(False)
    await peer.transport.gather()
    assert all(isinstance(p, PacketProtocol) for p in peer.transport._ice._protocols)
    assert all(p.receiver is peer.transport._ice for p in peer.transport._ice._protocols)
    await peer.transport.close()


async def test_hooks_of_aiortc_are_those_we_use() -> None:
    async with pair() as (offerer, answerer):
        for peer in (offerer, answerer):
            dtls: RTCDtlsTransport = peer.transport._dtls
            assert isinstance(dtls._rx_srtp, Session)
            assert isinstance(dtls._tx_srtp, Session)
            assert dtls._ssl is not None
            chosen = dtls._ssl.get_selected_srtp_profile()
            assert chosen == b"SRTP_AEAD_AES_128_GCM"
            assert peer.transport._ice.pair() is not None


async def test_our_direct_use_of_libsrtp_agrees_with_pylibsrtp() -> None:
    key = bytes(range(30))
    out = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    same = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    back = Unprotector(Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND)))
    protector = Protector(out)
    for seq in range(20):
        view = protector.rtp(rtp(seq)[:12], rtp(seq)[12:])
        assert view is not None
        secret = bytes(view)
        assert secret == same.protect(rtp(seq))
        assert back.rtp(secret) == rtp(seq)
        assert back.rtp(secret) is None
    view = protector.rtcp(RR)
    assert view is not None
    report = bytes(view)
    assert report == same.protect_rtcp(RR)
    assert back.rtcp(report) == RR
    assert back.rtcp(b"x" * 1501) is back.rtp(b"x" * 1501) is None
    assert protector.rtp(b"short", b"") is None
    assert protector.rtcp(b"short") is None


def test_one_certificate_serves_the_process() -> None:
    assert shared_certificate() is shared_certificate()


async def test_defaults_offer_this_machines_addresses_without_loopback() -> None:
    transport = PacketTransport(
        controlling=True, on_rtp=lambda d, t: None, on_rtcp=lambda d, t: None
    )
    try:
        await transport.gather()
    except TransportFailed:
        pytest.skip("this machine has loopback only")
    assert all(c.split()[4] != "127.0.0.1" for c in transport.local().candidates)
    assert TransportOptions().ports is None
    await transport.close()
