import pytest

from endpoints.studio.pacer import BURST_PACKETS, HEADROOM, MAX_WAITING, Pacer
from endpoints.studio.sender import HISTORY_PACKETS, REPAIR_AGAIN_S, RtpSender
from signaling import rtcp, rtp


def numbers(packets: list[tuple[bytes, bytes]]) -> list[int]:
    return [rtp.parse(header + payload).sequence for header, payload in packets]


def test_a_frame_has_one_timestamp_and_a_marker_at_its_end() -> None:
    sender = RtpSender(102, ssrc=7)
    packets = sender.send([b"a", b"b", b"c"], 6000)
    headers = [rtp.parse(header + payload) for header, payload in packets]
    assert [(h.sequence, h.timestamp, h.marker, h.ssrc) for h in headers] == [
        (0, 6000, False, 7),
        (1, 6000, False, 7),
        (2, 6000, True, 7),
    ]
    assert (sender.packets, sender.octets) == (3, 3)


@pytest.mark.parametrize("turns", [0, 1])
def test_numbers_wrap_and_history_forgets(turns: int) -> None:
    sender = RtpSender(102, ssrc=7)
    for _ in range(turns * 64 + 2):
        sender.send([b"x"] * 1024, 0)
    newest = (turns * 65536 + 2047) & 0xFFFF
    assert numbers(sender.repair([newest], 0.0)) == [newest]
    assert sender.repair([(newest - HISTORY_PACKETS) & 0xFFFF], 0.0) == []


def test_a_repair_is_the_packet_itself_once_per_round_trip() -> None:
    sender = RtpSender(102, ssrc=7)
    sent = sender.send([b"a", b"b"], 0)
    assert sender.repair([1, 0, 9], 1.0) == [sent[1], sent[0]]
    assert sender.repair([1], 1.0 + REPAIR_AGAIN_S / 2) == []
    assert sender.repair([1], 1.0 + REPAIR_AGAIN_S) == [sent[1]]
    assert sender.repaired == 3


def test_a_repair_by_rtx_names_its_old_number_and_has_one_of_its_own() -> None:
    sender = RtpSender(102, ssrc=7, repair=(103, 8))
    sender.send([b"a", b"b"], 6000)
    (first, a), (second, b) = sender.repair([1, 0], 1.0)
    header = rtp.parse(first + a)
    assert header[:5] == (103, True, 0, 6000, 8)
    assert (first + a)[header.start :] == b"\0\1b"
    assert rtp.parse(second + b)[:5] == (103, False, 1, 6000, 8)


def test_a_report_ties_the_wall_clock_to_the_timestamp() -> None:
    sender = RtpSender(102, ssrc=7)
    sender.send([b"abc"], 0)
    [report] = rtcp.parse(sender.report(1_000_000_000.5, 2**32 + 9))
    assert report == rtcp.SenderReport(
        ssrc=7, ntp=(3_208_988_800 << 32) + (1 << 31), timestamp=9, packets=1, octets=3
    )


PACKET = (b"h" * 12, b"p" * 1188)


def test_a_small_frame_leaves_at_once() -> None:
    pacer = Pacer(200_000)
    pacer.put([PACKET] * BURST_PACKETS)
    assert len(pacer.take(1.0)) == BURST_PACKETS
    assert pacer.next_timer() is None


def test_a_large_one_leaves_at_the_rate_with_headroom() -> None:
    pacer, now = Pacer(2_400_000), 1.0
    pacer.put([PACKET] * 60)
    left = len(pacer.take(now))
    assert left == BURST_PACKETS
    while (due := pacer.next_timer()) is not None:
        assert due > now
        now = due
        left += len(pacer.take(now))
    assert left == 60
    seconds = (60 - BURST_PACKETS) * 1200 * 8 / (HEADROOM * 2_400_000)
    assert abs(now - 1.0 - seconds) < 0.002


def test_too_many_lose_the_oldest() -> None:
    pacer = Pacer(200_000)
    pacer.put([(b"h", bytes([n % 256])) for n in range(MAX_WAITING + 5)])
    assert pacer.take(0.0)[0] == (b"h", b"\5")
