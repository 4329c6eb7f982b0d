"""The slate's picture, encoded once when the relay starts. Needs no network and no font.

The words are in ``assets/slate.png``, drawn beforehand; replacing that file (any size of
even width and height) replaces the slate.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType

from signaling.negotiation import H264, VP8
from signaling.packetiser import nal_units

PICTURE = Path(__file__).parent / "assets" / "slate.png"
FRAMES = 10
FRAMES_PER_SECOND = 5
_SEI = 6
_ENCODERS = {
    H264: (
        "libx264",
        {
            "profile": "baseline",
            "preset": "veryfast",
            "tune": "zerolatency",
            "crf": "30",
            "x264-params": "keyint=10:min-keyint=10:scenecut=0:repeat-headers=1:annexb=1",
        },
    ),
    VP8: ("libvpx", {"deadline": "realtime", "cpu-used": "4", "crf": "30", "b": "60k"}),
}


def encode_slate(picture: Path = PICTURE) -> dict[str, list[bytes]]:
    """Return one loop of encoded frames by codec, the first of each a key frame."""
    with av.open(str(picture)) as file:
        frame = next(file.decode(video=0)).reformat(format="yuv420p")
    return {codec: list(_encode(codec, frame)) for codec in _ENCODERS}


def _encode(codec: str, frame: av.VideoFrame) -> Iterator[bytes]:
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuv420p"
    encoder.time_base = Fraction(1, FRAMES_PER_SECOND)
    encoder.framerate = Fraction(FRAMES_PER_SECOND, 1)
    encoder.gop_size, encoder.max_b_frames = FRAMES, 0
    encoder.options = options
    for number in range(FRAMES):
        frame.pts = number
        # A decoded picture is an I frame, and the encoder would obey.
        frame.pict_type = PictureType.NONE
        for packet in encoder.encode(frame):
            yield _lean(codec, bytes(packet))
    for packet in encoder.encode(None):
        yield _lean(codec, bytes(packet))


def _lean(codec: str, frame: bytes) -> bytes:
    """Take out supplemental information: it says nothing a hall needs."""
    if codec != H264:
        return frame
    units = (unit for unit in nal_units(frame) if unit[0] & 0x1F != _SEI)
    return b"".join(b"\0\0\0\1" + unit for unit in units)
