"""Both ways of sending a burst put the same datagrams on the wire."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pylibsrtp import Policy, Session

from signaling import datagram_path
from signaling.burst import Burst, Layout, Stream
from signaling.datagram_path import DatagramPath
from signaling.srtp import MAX_PACKET_BYTES, Protector, Room
from tests.signaling.peers import LOOPBACK, Peer, connect, make_peer, pair, until
from tests.signaling.test_burst import Packet

pytestmark = pytest.mark.real_io
STREAM = Stream(102, 0x1234, 65_000)
# Ends and joins of runs: equal, a shorter end, one byte up and down, single.
SIZES = [1000, 1000, 1000, 400, 1100, 1100, 1099, 1100, 3, 1, 1484 - 30, 200, 200]
linux = pytest.mark.skipif(sys.platform != "linux", reason="segmentation is Linux's")


def burst_of(sizes: list[int], first: int = 1) -> Burst:
    return Burst(
        [
            Packet(first + n, 90_000, n == len(sizes) - 1, bytes([n]) * size)
            for n, size in enumerate(sizes)
        ]
    )


class Wire:
    """A socket of ours and the peer's."""

    def __init__(self) -> None:
        self.near, self.far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "12")
        self.far.bind(("127.0.0.1", 0))
        self.near.setblocking(False)
        self.far.settimeout(0.2)

    def path(self, *, segmentation: bool = True, udp: socket.socket | None = None) -> DatagramPath:
        udp = udp or self.near
        return DatagramPath(udp.sendto, self.far.getsockname(), udp, segmentation=segmentation)

    def arrived(self) -> list[bytes]:
        found = []
        try:
            while True:
                found.append(self.far.recv(4096))
        except TimeoutError:
            return found


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.near.close()
    wire.far.close()


class Refusing(socket.socket):
    """A socket whose kernel does not segment."""

    def __init__(self, number: int) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self.number, self.asked = number, 0

    def sendmsg(self, *parts: object) -> int:
        self.asked += 1
        raise OSError(self.number, os.strerror(self.number))


class Full(Refusing):
    """A socket whose buffer is full."""

    def sendto(self, *parts: object) -> int:
        raise BlockingIOError


def filled(sizes: list[int]) -> tuple[memoryview, Layout, list[bytes]]:
    """Return a burst as if encrypted, and its packets."""
    layout = burst_of(sizes).layout(16)
    places = layout.places
    return (
        memoryview(layout.template),
        layout,
        [layout.template[place.start : place.end] for place in places],
    )


@linux
def test_a_run_arrives_as_datagrams_of_the_right_sizes(wire: Wire) -> None:
    view, layout, packets = filled(SIZES)
    sent = wire.path().send(view, layout, [])
    assert wire.arrived() == packets
    assert sent == (len(packets), len(view), len(layout.runs))
    assert len(layout.runs) < len(packets)


def test_both_ways_send_the_same_datagrams(wire: Wire) -> None:
    view, layout, packets = filled(SIZES)
    for segmentation in (True, False):
        wire.path(segmentation=segmentation).send(view, layout, [])
        assert wire.arrived() == packets


@linux
def test_sixty_four_packets_are_one_call(wire: Wire) -> None:
    view, layout, packets = filled([100] * 65)
    sent = wire.path().send(view, layout, [])
    assert sent == (65, len(view), 2)
    assert wire.arrived() == packets


@linux
@pytest.mark.parametrize("number", sorted(datagram_path._UNABLE))
def test_a_kernel_that_cannot_segment_is_asked_once(wire: Wire, number: int) -> None:
    view, layout, packets = filled(SIZES)
    with Refusing(number) as udp:
        path = wire.path(udp=udp)
        for _ in range(2):
            assert path.send(view, layout, [])[0] == len(packets)
            assert wire.arrived() == packets
        assert udp.asked == 1
        assert not path.segmenting


@linux
def test_a_full_buffer_loses_the_run_and_nothing_else(wire: Wire) -> None:
    view, layout, _packets = filled(SIZES)
    with Full(errno.EAGAIN) as udp:
        path = wire.path(udp=udp)
        assert path.send(view, layout, []) == (0, 0, 0)
        assert path.segmenting


def test_elsewhere_and_through_turn_packets_go_singly(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not DatagramPath(wire.near.sendto, ("", 0), None, segmentation=True).segmenting
    monkeypatch.setattr(sys, "platform", "win32")
    assert not wire.path().segmenting


def test_a_packet_that_was_refused_is_left_out(wire: Wire) -> None:
    view, layout, packets = filled([50, 50, 50])
    sent = wire.path().send(view, layout, [layout.places[1].start])
    assert sent == (2, 2 * 78, 2)
    assert wire.arrived() == [packets[0], packets[2]]


def sessions(profile: int) -> list[Session]:
    """Return two senders with the same keys."""
    key = bytes(range(30 if profile == Policy.SRTP_PROFILE_AES128_CM_SHA1_80 else 28))
    made = []
    for _ in range(2):
        policy = Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile)
        policy.allow_repeat_tx = True
        made.append(Session(policy))
    return made


@pytest.mark.parametrize(
    "profile", [Policy.SRTP_PROFILE_AES128_CM_SHA1_80, Policy.SRTP_PROFILE_AEAD_AES_128_GCM]
)
def test_a_burst_is_encrypted_as_pylibsrtp_would(profile: int) -> None:
    ours, reference = sessions(profile)
    protector, room = Protector(ours), Room()
    first = burst_of([10], 0)
    assert protector.layout(first) is None
    [(header, payload)] = first.headed(STREAM)
    encrypted = protector.rtp(header, payload)
    assert encrypted is not None
    assert bytes(encrypted) == reference.protect(header + payload)
    # Of odd lengths, at odd addresses, over the wrap of the numbers.
    sizes = [1000, 1000, 1000, 400, 1100, 1100, 1099, 1100, 3, 1, 1344, 200, 200]
    for begin in (530, 543):
        burst = burst_of(sizes, begin)
        layout = protector.layout(burst)
        assert layout is not None
        assert protector.burst(room, burst, layout, STREAM) == []
        found = [bytes(room.view[place.start : place.end]) for place in layout.places]
        assert found == [reference.protect(h + p) for h, p in burst.headed(STREAM)]


def test_what_libsrtp_refuses_is_told() -> None:
    ours, _ = sessions(Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    protector, room = Protector(ours), Room()
    protector.rtp(*next(burst_of([10], 40_000).headed(STREAM)))
    old = Burst([Packet(9_000, 0, False, b"old"), Packet(40_001, 0, True, b"new")])
    layout = protector.layout(old)
    assert layout is not None
    assert protector.burst(room, old, layout, STREAM) == [0]


def test_too_long_a_burst_is_not_laid_out() -> None:
    ours, _ = sessions(Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    protector = Protector(ours)
    protector.rtp(*next(burst_of([10], 1).headed(STREAM)))
    assert protector.layout(burst_of([MAX_PACKET_BYTES - 12])) is not None
    assert protector.layout(burst_of([MAX_PACKET_BYTES - 11])) is None
    assert protector.layout(burst_of([1400] * 100)) is None


async def sent_by(peer: Peer, other: Peer) -> list[bytes]:
    for first in (1, 1000):
        peer.transport.send_burst(burst_of(SIZES, first), STREAM)
    await until(lambda: len(other.rtp) == 2 * len(SIZES))
    return other.rtp


@pytest.mark.parametrize("segmentation", [True, False])
async def test_a_peer_decrypts_bursts_as_they_were(segmentation: bool) -> None:
    async with pair(replace(LOOPBACK, segmentation=segmentation)) as (offerer, answerer):
        got = await sent_by(answerer, offerer)
        expected = [h + p for first in (1, 1000) for h, p in burst_of(SIZES, first).headed(STREAM)]
        assert got == expected
        transport = answerer.transport
        assert transport.packets_sent == len(expected)
        assert transport.packets_unsent == 0
        assert transport.bytes_sent == offerer.transport.bytes_received
        segments = segmentation and sys.platform == "linux"
        assert transport.segmenting() == segments
        assert (transport.sends < len(expected)) == segments


async def test_bursts_before_and_after_a_session_go_nowhere() -> None:
    offerer, answerer = make_peer(True), make_peer(False)
    offerer.transport.send_burst(burst_of([10]), STREAM)
    await connect(offerer, answerer)
    await offerer.transport.close()
    await answerer.transport.close()
    offerer.transport.send_burst(burst_of([10]), STREAM)
    assert offerer.transport.packets_sent == 0
    assert not offerer.transport.segmenting()
