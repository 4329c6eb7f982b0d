"""How large the picture is that a key frame begins, read from its first packet.

Pure: bytes in, pixels out. H.264 from the sequence parameter set (ITU-T H.264 §7.3.2.1.1),
in whole macroblocks; VP8 from the frame's header (RFC 6386 §9.1). It is there to compare
the pictures of one encoder, not to show them.
"""

from signaling.negotiation import H264, VP8

from .keyframe import SPS, STAP_A, aggregated, vp8_frame_at

# A set without the quantiser's tables is a tenth of it.
_MAX_SET_BYTES = 256
_VP8_START = b"\x9d\x01\x2a"
# Of profiles that say more of their colours (§7.3.2.1.1).
_COLOURFUL = (44, 83, 86, 100, 110, 118, 122, 128, 138, 139, 134, 135, 244)


class _CutOffError(Exception):
    """The bits end before what was asked for."""


class _Bits:
    """A reader of single bits and Exp-Golomb numbers (§9.1)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise _CutOffError
        return self._value >> self._left & (1 << count) - 1

    def number(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def picture_size(codec: str, payload: bytes) -> int:
    """Return the pixels of a picture; 0 when this packet does not say."""
    if codec == H264:
        return max(map(_set_size, _units(payload)), default=0)
    return _vp8_size(payload) if codec == VP8 else 0


def _units(payload: bytes) -> list[bytes]:
    units = aggregated(payload) if payload[:1] and payload[0] & 0x1F == STAP_A else [payload]
    return [unit for unit in units if unit and unit[0] & 0x1F == SPS]


def _set_size(unit: bytes) -> int:
    # Three bytes after two zeros are there so that nothing looks like a start code.
    plain = unit[1:_MAX_SET_BYTES].replace(b"\0\0\3", b"\0\0")
    try:
        return _read_set(_Bits(plain))
    except _CutOffError:
        return 0


def _read_set(bits: _Bits) -> int:
    profile = bits.take(8)
    bits.take(16)
    bits.number()
    if profile in _COLOURFUL and not _pass_colours(bits):
        return 0
    bits.number()
    _pass_order(bits)
    bits.number()
    bits.take(1)
    width, height = bits.number() + 1, bits.number() + 1
    fields = 2 - bits.take(1)
    return 256 * width * height * fields


def _pass_colours(bits: _Bits) -> bool:
    """Read over the format of colours; False for tables of one's own, which nobody sends."""
    if bits.number() == 3:
        bits.take(1)
    bits.number()
    bits.number()
    bits.take(1)
    return not bits.take(1)


def _pass_order(bits: _Bits) -> None:
    """Read over the way in which pictures are counted."""
    way = bits.number()
    if way == 0:
        bits.number()
    if way == 1:
        bits.take(1)
        bits.number()
        bits.number()
        for _ in range(bits.number()):
            bits.number()


def _vp8_size(payload: bytes) -> int:
    at = vp8_frame_at(payload)
    if at is None or payload[at + 3 : at + 6] != _VP8_START or len(payload) < at + 10:
        return 0
    width = int.from_bytes(payload[at + 6 : at + 8], "little") & 0x3FFF
    height = int.from_bytes(payload[at + 8 : at + 10], "little") & 0x3FFF
    return width * height
