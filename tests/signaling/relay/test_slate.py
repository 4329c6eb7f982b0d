import pytest

from signaling.negotiation import H264, VP8
from signaling.packetiser import nal_units
from signaling.relay.clock import SourceClock
from signaling.relay.programme import SLATE, Programme
from signaling.relay.slate import (
    FRAME_S,
    MAX_LATE_S,
    PRETENDED_DELAY_S,
    SILENCE,
    SOUND_S,
    Slate,
)
from tests.signaling.relay.rig import pictures

FRAMES = {
    H264: [b"\0\0\0\1\x67sps\0\0\1\x68pps\0\0\1\x06sei\0\0\1\x65" + b"i" * 2500, b"\0\0\1\x41p"],
    VP8: [b"\x10" + b"k" * 1500, b"\x11d"],
}


def run(slate: Slate, begin: float, end: float) -> list[tuple[str, int, bool, bytes]]:
    found = []
    for step in range(round((end - begin) * 200) + 1):
        packets = slate.handle_timer(begin + step / 200)
        found += [(p.kind, p.timestamp, p.key, p.payload) for p in packets]
    return found


def test_it_shows_five_pictures_and_fifty_silences_a_second() -> None:
    slate = Slate(FRAMES, H264, 10.0)
    packets = run(slate, 10.0, 11.995)
    frames = {stamp for kind, stamp, _, _ in packets if kind == "video"}
    assert sorted(frames) == [round(n * FRAME_S * 90_000) for n in range(10)]
    sounds = [stamp for kind, stamp, _, _ in packets if kind == "audio"]
    assert sounds == [round(n * SOUND_S * 48_000) for n in range(100)]
    assert {p for kind, _, _, p in packets if kind == "audio"} == {SILENCE}


def test_its_loop_begins_with_a_key_frame_whenever_it_is_asked_to() -> None:
    slate = Slate({H264: [FRAMES[H264][0]] + [FRAMES[H264][1]] * 9}, H264, 0.0)
    assert [stamp for _, stamp, key, _ in run(slate, 0.0, 1.001) if key] == [0]
    slate.restart()
    assert [stamp for _, stamp, key, _ in run(slate, 1.005, 1.5) if key] == [108_000]


def test_another_codec_begins_with_its_own_key_frame() -> None:
    slate = Slate(FRAMES, H264, 0.0)
    run(slate, 0.0, 0.1)
    slate.set_codec(VP8)
    [first, *_] = [p for kind, _, _, p in run(slate, 0.11, 0.3) if kind == "video"]
    assert first[:2] == b"\x10\x10"


def test_numbers_have_no_hole_and_frames_end_with_a_marker() -> None:
    slate = Slate(FRAMES, H264, 0.0)
    packets = [p for n in range(100) for p in slate.handle_timer(n / 100)]
    for kind in ("video", "audio"):
        numbers = [p.sequence for p in packets if p.kind == kind]
        assert numbers == list(range(1, len(numbers) + 1))
    ends = [p for p in packets if p.kind == "video" and p.marker]
    assert len(ends) == len({p.timestamp for p in packets if p.kind == "video"})


def test_early_is_harmless_and_a_long_pause_is_skipped() -> None:
    slate = Slate(FRAMES, H264, 0.0)
    assert slate.next_timer() == 0.0
    assert len(slate.handle_timer(0.0)) > 1
    assert slate.handle_timer(0.0) == []
    assert slate.next_timer() == SOUND_S
    late = slate.handle_timer(100.0 + MAX_LATE_S)
    assert len([p for p in late if p.kind == "audio"]) == 1


def test_its_packets_have_one_time_of_capture_for_hours() -> None:
    slate = Slate(FRAMES, H264, 0.0)
    for now in (0.0, 30_000.0, 60_000.0):
        for packet in slate.handle_timer(now):
            captured = slate.clock.captured_at(packet.kind, packet.timestamp, now)
            assert captured == pytest.approx(now - PRETENDED_DELAY_S, abs=FRAME_S)


def test_a_programme_is_never_without_it() -> None:
    slate = Slate(FRAMES, H264, 0.0)
    programme = Programme({"video": 5, "audio": 6})
    programme.add_source(SLATE, frozenset({"video", "audio"}), slate.clock)
    outs = [programme.receive(SLATE, packet, 0.0) for packet in slate.handle_timer(0.0)]
    assert all(outs)
    assert isinstance(slate.clock, SourceClock)


def test_its_picture_carries_no_supplemental_information() -> None:
    for frame in pictures()[H264]:
        assert 6 not in [unit[0] & 0x1F for unit in nal_units(frame)]
