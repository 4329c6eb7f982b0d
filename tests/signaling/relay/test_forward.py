from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from signaling import rtp
from signaling.relay.forward import (
    HISTORY_PACKETS,
    MAX_REMEMBERED_RESENDS,
    REPAIR_BURST_BYTES,
    RESEND_INTERVAL_S,
    Address,
    Egress,
    History,
    Outlet,
)
from signaling.relay.line import Line
from signaling.relay.splice import Out

PLAIN = Address(ssrc=5, payload_type=102, first_sequence=65_530)
WITH_RTX = replace(PLAIN, rtx_ssrc=6, rtx_payload_type=103)


def out(sequence: int, *, key: bool = False, marker: bool = True) -> Out:
    return Out(sequence, sequence * 3000 & 0xFFFF_FFFF, marker, f"p{sequence}".encode(), key)


class Viewer:
    """A viewer that keeps what is sent."""

    def __init__(
        self, address: Address = PLAIN, waits: bool = False, line: Line | None = None
    ) -> None:
        self.sent: list[tuple[rtp.RtpHeader, bytes]] = []
        self.egress = Egress(address, self.send, waits_for_key=waits, line=line)

    def send(self, header: bytes, payload: bytes) -> None:
        self.sent.append((rtp.parse(header), payload))


def test_a_viewer_has_its_own_numbers_over_the_wrap() -> None:
    line = Viewer()
    for sequence in range(100, 110):
        line.egress.forward(out(sequence, marker=sequence % 2 == 0))
    heads = [head for head, _ in line.sent]
    assert [h.sequence for h in heads] == [(65_530 + n) % 65_536 for n in range(10)]
    assert {h.ssrc for h in heads} == {5}
    assert {h.payload_type for h in heads} == {102}
    assert [h.marker for h in heads] == [True, False] * 5
    assert [h.timestamp for h in heads] == [n * 3000 for n in range(100, 110)]
    assert (line.egress.packets, line.egress.bytes) == (10, 40)


def test_a_picture_begins_with_a_key_frame() -> None:
    line = Viewer(waits=True)
    line.egress.forward(out(1))
    assert line.egress.waiting
    line.egress.forward(out(2, key=True))
    line.egress.forward(out(3))
    assert [payload for _, payload in line.sent] == [b"p2", b"p3"]
    assert not line.egress.waiting


def test_a_late_packet_keeps_its_place() -> None:
    line = Viewer()
    for sequence in (10, 12, 11):
        line.egress.forward(out(sequence))
    first = line.sent[0][0].sequence
    assert [(h.sequence - first) & 0xFFFF for h, _ in line.sent] == [0, 2, 1]


def nacked(line: Viewer, lost: list[int], now: float = 1.0) -> list[tuple[rtp.RtpHeader, bytes]]:
    history = History(16)
    for sequence in range(20):
        history.put(out(sequence))
        line.egress.forward(out(sequence))
    line.sent.clear()
    line.egress.resend(lost, history, 19, now)
    return line.sent


def test_what_was_lost_comes_again_as_it_was() -> None:
    first, second = nacked(Viewer(), [(65_530 + 17) % 65_536, (65_530 + 5) % 65_536])
    assert (first[0].sequence, first[0].timestamp, first[1]) == (11, 51_000, b"p17")
    assert (second[0].sequence, second[0].ssrc, second[1]) == (65_535, 5, b"p5")


def test_repairs_travel_on_their_own_stream_where_there_is_one() -> None:
    line = Viewer(WITH_RTX)
    first, second = nacked(line, [11, 12])
    assert (first[0].ssrc, first[0].payload_type, first[0].timestamp) == (6, 103, 51_000)
    assert first[1] == (11).to_bytes(2, "big") + b"p17"
    assert (second[0].sequence - first[0].sequence) & 0xFFFF == 1
    assert line.egress.resent == 2
    assert line.egress.packets == 20


def test_what_is_no_more_or_never_was_is_not_sent() -> None:
    assert nacked(Viewer(), [65_531, 300]) == []
    fresh = Viewer()
    fresh.egress.resend([1], History(16), 0, 1.0)
    assert fresh.sent == []


def test_a_second_request_within_a_round_trip_is_not_answered() -> None:
    line, history = Viewer(), History(16)
    history.put(out(1))
    line.egress.forward(out(1))
    for now in (1.0, 1.0 + RESEND_INTERVAL_S / 2, 1.0 + RESEND_INTERVAL_S + 0.001):
        line.egress.resend([65_530], history, 1, now)
    assert line.egress.resent == 2


def test_memory_of_repairs_is_bounded() -> None:
    line, history = Viewer(), History(1024)
    for sequence in range(MAX_REMEMBERED_RESENDS + 2):
        history.put(out(sequence))
        line.egress.forward(out(sequence))
    everything = [(65_530 + n) & 0xFFFF for n in range(MAX_REMEMBERED_RESENDS + 2)]
    line.egress.resend(everything, history, MAX_REMEMBERED_RESENDS + 1, 1.0)
    assert line.egress.resent == MAX_REMEMBERED_RESENDS + 2
    assert len(line.egress._resent) == 2


def test_a_viewer_that_loses_much_takes_its_share_of_repairs_and_the_line_has_one() -> None:
    history, payload = History(1024), b"v" * 1000
    lines = [Line(), Line(8_000_000)]
    for line in lines:
        viewer = Viewer(line=line)
        for sequence in range(500):
            packet = out(sequence)._replace(payload=payload)
            history.put(packet)
            viewer.egress.forward(packet)
        lost = [(65_530 + n) & 0xFFFF for n in range(400)]
        viewer.egress.resend(lost, history, 499, 10.0)
        first = viewer.egress.resent
        assert 0 < first * 1056 <= REPAIR_BURST_BYTES
        viewer.egress.resend(lost, history, 499, 11.0)
        assert first < viewer.egress.resent < 400
    assert lines[1].repairs_refused > 0


def test_who_has_not_begun_gets_no_copies() -> None:
    viewer, history = Viewer(), History(16)
    history.put(out(1))
    viewer.egress.send_copies(2, history, 3, 1.0)
    assert viewer.sent == []


def test_an_outlet_sends_to_all_who_are_there() -> None:
    outlet, first, second = Outlet("video"), Viewer(), Viewer(waits=True)
    outlet.add(first.egress)
    outlet.forward(out(1))
    outlet.add(second.egress)
    assert outlet.anybody_waits()
    outlet.forward(out(2, key=True))
    assert not outlet.anybody_waits()
    outlet.remove(first.egress)
    outlet.remove(first.egress)
    outlet.forward(out(3))
    outlet.forward(out(2))
    assert [p for _, p in first.sent] == [b"p1", b"p2"]
    assert [p for _, p in second.sent] == [b"p2", b"p3", b"p2"]
    assert (outlet.newest, outlet.packets) == (3, 5)
    assert outlet.history.get(1) == out(1)


def test_histories_hold_more_than_the_longest_wait_for_a_repair() -> None:
    # 1.5 s of 1080p at 4.5 Mbps in packets of 1200 bytes, and of Opus.
    assert HISTORY_PACKETS["video"] > 1.5 * 4_500_000 / 8 / 1200
    assert HISTORY_PACKETS["audio"] > 1.5 * 50
    for packets in HISTORY_PACKETS.values():
        assert packets & (packets - 1) == 0


@given(st.integers(0, 2**17), st.integers(0, 65_535), st.lists(st.integers(0, 65_535), max_size=9))
def test_any_nack_is_answered_with_that_number_or_not_at_all(
    begin: int, first: int, lost: list[int]
) -> None:
    line, history = Viewer(replace(PLAIN, first_sequence=first)), History(256)
    for sequence in range(begin, begin + 300):
        history.put(out(sequence))
        line.egress.forward(out(sequence))
    original = {head.sequence: payload for head, payload in line.sent}
    line.sent.clear()
    line.egress.resend(lost, history, begin + 299, 1.0)
    for head, payload in line.sent:
        assert head.sequence in lost
        assert original[head.sequence] == payload
