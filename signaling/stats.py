"""What a receiver measured, under the names and units of W3C webrtc-stats. Pure: no I/O.

The JSON keys are W3C's own (``packetsReceived``, camel case), so that a browser's
``getStats()`` can be passed on as it is. Counters are cumulative since the media session
began; the reader makes the differences.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from .schema import Count, Decoding, Ratio, Seconds

Pixels = Annotated[int, msgspec.Meta(ge=0, le=16_384)]
Timestamp = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
"An RTP timestamp as the packets carry it."
Thumbnail = Annotated[bytes, msgspec.Meta(min_length=32 * 18, max_length=32 * 18)]
"Rows of ``thumbnail.luma_thumbnail``; base64 in JSON."


class Stats(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Base of the statistics."""


class InboundRtp(Stats, frozen=True, kw_only=True):
    """RTCInboundRtpStreamStats, what both kinds of streams have."""

    packets_received: Count = 0
    packets_lost: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**63 - 1)] = 0
    "As in RFC 3550: negative when more duplicates than losses arrived."
    jitter: Seconds = 0.0
    bytes_received: Count = 0
    retransmitted_packets_received: Count = 0
    nack_count: Count = 0


class InboundVideo(InboundRtp, frozen=True, kw_only=True):
    """RTCInboundRtpStreamStats of the picture."""

    pli_count: Count = 0
    frames_received: Count = 0
    frames_decoded: Count = 0
    key_frames_decoded: Count = 0
    frames_dropped: Count = 0
    frames_per_second: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.0
    """Decoded in the last second. Where not all frames are decoded (``decoding``): those
    that came whole with all they build upon; the freezes speak of the same frames."""
    frame_width: Pixels = 0
    frame_height: Pixels = 0
    total_decode_time: Seconds = 0.0
    freeze_count: Count = 0
    "A frame came later than max(3 x average, average + 150 ms) after the one before."
    total_freezes_duration: Seconds = 0.0


class InboundAudio(InboundRtp, frozen=True, kw_only=True):
    """RTCInboundRtpStreamStats of the sound."""

    total_samples_received: Count = 0
    "Decoded and concealed; durations and energy speak of the same samples."
    concealed_samples: Count = 0
    concealment_events: Count = 0
    audio_level: Ratio = 0.0
    total_audio_energy: Annotated[float, msgspec.Meta(ge=0, le=1e12)] = 0.0
    total_samples_duration: Seconds = 0.0


class PresentedBy(StrEnum):
    """How a device knows which frame it shows."""

    FRAME_CALLBACK = "frame_callback"
    "A browser's ``requestVideoFrameCallback``."
    DECODER = "decoder"
    "An agent's decoder gave it out."
    NONE = "none"
    "It does not: such a device is believed to play, never verified."


class Presented(Stats, frozen=True, kw_only=True):
    """What the player shows and plays when the report is made (not of W3C)."""

    by: PresentedBy = PresentedBy.NONE
    rtp_timestamp: Timestamp | None = None
    "Of the frame on the screen."
    age: Seconds = 0.0
    "Since that frame was presented, seconds."
    thumbnail: Thumbnail | None = None
    "Of that very frame; None when it could not be read."
    sound_rtp_timestamp: Timestamp | None = None
    "Of the last sample that was played and that ``total_audio_energy`` counts."
    sound_age: Seconds = 0.0
    "Since that sample was played, seconds."
    volume: Ratio = 1.0
    muted: bool = False
    paused: bool = False
    visible: bool = True
    "False: the page is hidden, so nobody sees the player."


class MediaStats(Stats, frozen=True, kw_only=True):
    """One receiver of the programme at one moment."""

    connected: bool = False
    "ICE and DTLS are up."
    decoding: Decoding = Decoding.NONE
    current_round_trip_time: Seconds | None = None
    "Of the selected candidate pair, seconds; None before the first answer."
    last_packet_age: Seconds | None = None
    "Since the last RTP packet of any stream, seconds; None before the first."
    last_frame_age: Seconds | None = None
    """Since the last frame of those ``frames_per_second`` counts, seconds; None before the
    first. A picture frozen for good never adds to ``freeze_count``."""
    video: InboundVideo | None = None
    audio: InboundAudio | None = None
    presented: Presented | None = None
    "None for a device that says nothing of its player."
