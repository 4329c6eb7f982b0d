"""What depacketisers give out: whole frames, and notices of lost ones. Pure: no I/O."""

from dataclasses import dataclass
from enum import StrEnum


class VideoCodec(StrEnum):
    """Names as SDP writes them, in lower case."""

    H264 = "h264"
    VP8 = "vp8"


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture that arrived whole."""

    timestamp: int
    "RTP, 32 bits, 90 kHz."
    key: bool
    decodable: bool
    "Every frame since the last key frame arrived whole too."
    data: bytes | None
    "H.264 with Annex B start codes, or a VP8 frame. None when nobody wanted it."


@dataclass(frozen=True, slots=True)
class FrameLost:
    """At least one picture will never be whole."""

    timestamp: int | None
    "None when not a single packet of it arrived."


@dataclass(frozen=True, slots=True)
class Sound:
    """One Opus packet, in order."""

    timestamp: int
    "RTP, 32 bits, 48 kHz."
    data: bytes
    missing: int
    "Sample instants lost just before it, 0 for none."
