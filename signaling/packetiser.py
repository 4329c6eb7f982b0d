"""Frames become RTP payloads: H.264 (RFC 6184) and VP8 (RFC 7741). Pure: no I/O.

A frame's fragments are all of one size but the last, which may be smaller: the relay sends
such runs in one system call. Opus needs no packetiser, a packet is a payload.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from struct import Struct

from .negotiation import H264, VP8

MAX_PACKET_BYTES = 1200
MAX_PAYLOAD_BYTES = MAX_PACKET_BYTES - 12

_START_CODE = re.compile(b"\0\0\1")
_SIZE = Struct("!H")
_STAP_A, _FU_A = 24, 28


def packetise(codec: str, frame: bytes, limit: int = MAX_PAYLOAD_BYTES) -> list[bytes]:
    """Return the payloads of one encoded frame.

    Args:
        codec: ``H264`` (with Annex B start codes) or ``VP8``.
        frame: A whole access unit.
        limit: Bytes of the largest payload.

    """
    if codec == H264:
        return _packetise_h264(frame, limit)
    assert codec == VP8, codec
    return _packetise_vp8(frame, limit)


def _packetise_h264(frame: bytes, limit: int) -> list[bytes]:
    """Split an access unit with Annex B start codes into payloads of at most ``limit``.

    Small units in a row (parameter sets) share a payload (STAP-A), large ones are
    fragmented (FU-A).
    """
    payloads: list[bytes] = []
    small: list[bytes] = []
    for unit in nal_units(frame):
        if small and sum(map(len, small)) + 2 * len(small) + 3 + len(unit) > limit:
            payloads.append(_aggregate(small))
            small = []
        if len(unit) > limit:
            payloads += _fragments(unit, limit)
        else:
            small.append(unit)
    if small:
        payloads.append(_aggregate(small))
    return payloads


def _packetise_vp8(frame: bytes, limit: int) -> list[bytes]:
    """Split a VP8 frame into payloads of at most ``limit``, each with its descriptor."""
    return [
        (b"\x10" if index == 0 else b"\x00") + part
        for index, part in enumerate(_equal_parts(frame, limit - 1))
    ]


def nal_units(frame: bytes) -> Iterator[bytes]:
    """Yield the NAL units between start codes, without the zeros around them."""
    starts = [match.end() for match in _START_CODE.finditer(frame)]
    for start, following in pairwise([*starts, len(frame) + 3]):
        unit = frame[start : following - 3].rstrip(b"\0")
        if unit:
            yield unit


def _aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & 0x60 for unit in units)
    body = b"".join(_SIZE.pack(len(unit)) + unit for unit in units)
    return bytes([importance | _STAP_A]) + body


def _fragments(unit: bytes, limit: int) -> Iterator[bytes]:
    indicator, kind = unit[0] & 0xE0 | _FU_A, unit[0] & 0x1F
    parts = _equal_parts(unit[1:], limit - 2)
    for index, part in enumerate(parts):
        flags = 0x80 * (index == 0) | 0x40 * (index == len(parts) - 1)
        yield bytes([indicator, flags | kind]) + part


def _equal_parts(data: bytes, limit: int) -> list[bytes]:
    count = -(-len(data) // limit)
    size = -(-len(data) // count) if count else 1
    return [data[at : at + size] for at in range(0, len(data), size)]
