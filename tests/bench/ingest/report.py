"""The report all servers are sent: what a receiving hall measures, growing as it would.

With what the judge compares: the frame on the screen as a thumbnail, and the sound's energy. The
line's figures change from report to report, so that screens have something to be told.
"""

import msgspec

from signaling.messages import PointReport
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats, Presented, PresentedBy

THUMBNAIL = bytes(range(16, 240)) * 3


def report(seq: int) -> PointReport:
    """Return report number ``seq`` of a hall that receives and plays."""
    return PointReport(
        seq=seq,
        cpu_ratio=0.31,
        disk_free_bytes=52_428_800_000,
        control_rtt_ms=18.4,
        media=MediaStats(
            connected=True,
            decoding=Decoding.ALL,
            current_round_trip_time=0.021 + 0.010 * (seq % 7),
            last_packet_age=0.004,
            last_frame_age=0.031,
            video=InboundVideo(
                packets_received=100 * seq,
                packets_lost=seq // 50,
                jitter=0.0031,
                bytes_received=110_000 * seq,
                frames_received=25 * seq,
                frames_decoded=25 * seq,
                key_frames_decoded=seq,
                frames_per_second=25.0,
                frame_width=1280,
                frame_height=720,
                total_decode_time=0.03 * seq,
            ),
            audio=InboundAudio(
                packets_received=50 * seq,
                jitter=0.0012,
                bytes_received=4_000 * seq,
                total_samples_received=48_000 * seq,
                audio_level=0.12,
                total_audio_energy=0.01 * seq,
                total_samples_duration=1.0 * seq,
            ),
            presented=Presented(
                by=PresentedBy.DECODER,
                rtp_timestamp=3_600 * seq % 2**32,
                age=0.012,
                thumbnail=THUMBNAIL[: 32 * 18],
                sound_rtp_timestamp=48_000 * seq % 2**32,
                sound_age=0.02,
            ),
        ),
    )


def encoded(seq: int) -> bytes:
    """Return a report as it stands in a frame."""
    return msgspec.json.encode(report(seq))
