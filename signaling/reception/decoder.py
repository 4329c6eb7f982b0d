"""PyAV's decoders with what a hall measures taken out: pictures' luma, sound's energy.

Synchronous and without a clock of its own; ``decoding`` says when and in which thread.
"""

from dataclasses import dataclass
from typing import NamedTuple

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from signaling.rtp import AUDIO_CLOCK_HZ
from signaling.thumbnail import HEIGHT, WIDTH, Luma, luma_thumbnail

from .errors import DecodeFailed
from .frame import Frame, VideoCodec


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded frame."""

    timestamp: int
    "RTP, of the frame it was decoded from."
    width: int
    height: int
    thumbnail: Luma | None
    "(18, 32) luma, None when nobody asked or the picture is smaller than that."


class PictureDecoder:
    """One H.264 or VP8 decoder. Resolution and parameters may change at any key frame."""

    def __init__(self, codec: VideoCodec) -> None:
        self._codec = codec
        self._context = _video_context(codec)

    def decode(self, frame: Frame, with_thumbnail: bool) -> Picture | None:
        """Decode a frame that has bytes.

        Returns:
            Its picture; None when the decoder showed none for it.

        Raises:
            DecodeFailed: The decoder was renewed and needs a key frame.

        """
        packet = av.Packet(frame.data or b"")
        packet.pts = frame.timestamp
        try:
            shown = self._context.decode(packet)
        except av.FFmpegError as error:
            self._context = _video_context(self._codec)
            raise DecodeFailed(str(error)) from error
        if not shown:
            return None
        last = shown[-1]
        wanted = with_thumbnail and last.width >= WIDTH and last.height >= HEIGHT
        thumbnail = luma_thumbnail(_luma(last)) if wanted else None
        return Picture(frame.timestamp, last.width, last.height, thumbnail)


class Loudness(NamedTuple):
    """How loud a packet of sound is, full scale is 1."""

    mean_square: float
    peak: float
    "Of its samples, whatever their sign."
    samples: int
    "Its length in sample instants at 48 kHz."


class SoundDecoder:
    """One Opus decoder: only the energy is kept."""

    def __init__(self) -> None:
        self._context = _audio_context()

    def decode(self, packet: bytes) -> Loudness:
        """Decode one Opus packet.

        Raises:
            DecodeFailed: The packet is not Opus; the decoder was renewed.

        """
        square, peak, instants = 0.0, 0.0, 0
        try:
            for block in self._context.decode(av.Packet(packet)):
                samples = block.to_ndarray().ravel()
                square += float(np.dot(samples, samples)) / samples.size * block.samples
                peak = max(peak, float(samples.max()), -float(samples.min()))
                instants += block.samples
        except av.FFmpegError as error:
            self._context = _audio_context()
            raise DecodeFailed(str(error)) from error
        return Loudness(square / instants if instants else 0.0, peak, instants)


def _video_context(codec: VideoCodec) -> VideoCodecContext:
    context = av.CodecContext.create(codec.value, "r")
    assert isinstance(context, VideoCodecContext)
    # No picture is kept back to be sorted: live streams have no B-frames.
    context.flags |= Flags.low_delay
    context.thread_count = 1
    return context


def _audio_context() -> AudioCodecContext:
    # FFmpeg's own decoder gives floats and costs less than libopus (38 against 45 us).
    context = av.CodecContext.create("opus", "r")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = AUDIO_CLOCK_HZ
    # Mono streams come out twice, which leaves their mean square as it is.
    context.layout = "stereo"
    return context


def _luma(frame: VideoFrame) -> Luma:
    """Return a view of the luma plane, without the padding at the lines' ends."""
    plane = frame.planes[0]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    luma: Luma = lines[: frame.height, : frame.width]
    return luma
