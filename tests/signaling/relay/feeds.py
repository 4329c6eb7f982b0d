"""Feeds and packets of a publisher that exists on paper."""

from signaling import rtp
from signaling.negotiation import H264, OPUS
from signaling.relay.intake import Feed, Intake, Packet
from signaling.sdp import Codec

VIDEO = Feed(
    kind="video",
    codec=Codec(
        payload_type=102,
        name=H264,
        clock_hz=90_000,
        feedback=("nack", "nack pli"),
        rtx_payload_type=103,
    ),
    ssrc=0x11,
)
AUDIO = Feed(
    kind="audio",
    codec=Codec(payload_type=111, name=OPUS, clock_hz=48_000, channels=2),
    ssrc=0x22,
)
KEY, DELTA = b"\x67sps", b"\x41slice"
OURS = 0x99


def intake(*feeds: Feed) -> Intake:
    return Intake(list(feeds or (VIDEO, AUDIO)), OURS, 1_000_000)


def video(seq: int, timestamp: int, payload: bytes = DELTA, ssrc: int = 0x11) -> bytes:
    return rtp.build(102, seq & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc, marker=True) + payload


def audio(seq: int, timestamp: int, ssrc: int = 0x22) -> bytes:
    return rtp.build(111, seq & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + b"opus"


def repair(seq: int, timestamp: int, payload: bytes = DELTA, number: int = 0) -> bytes:
    head = rtp.build(103, number, timestamp & 0xFFFFFFFF, 0x33, marker=True)
    return head + (seq & 0xFFFF).to_bytes(2, "big") + payload


def picture(seq: int, timestamp: int, key: bool = False, epoch: int = 0) -> Packet:
    return Packet("video", epoch, seq, timestamp, True, KEY if key else DELTA, key)


def sound(seq: int, timestamp: int, epoch: int = 0) -> Packet:
    return Packet("audio", epoch, seq, timestamp, False, b"opus", False)
