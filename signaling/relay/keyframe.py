"""Where a key frame begins, read from the payload of its first packet.

Pure: bytes in, a verdict out. H.264 by RFC 6184, VP8 by RFC 7741. An H.264 key frame is
taken to begin at its parameter sets, since a decoder can do nothing with the slice alone.
"""

from signaling.negotiation import H264, VP8

_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


def starts_key_frame(codec: str, payload: bytes) -> bool:
    """Tell whether a decoder that knows nothing yet may begin with this packet."""
    if not payload:
        return False
    if codec == H264:
        return _h264(payload)
    return codec == VP8 and _vp8(payload)


def _h264(payload: bytes) -> bool:
    kind = payload[0] & 0x1F
    if kind == _STAP_A:
        return any(inner in (_IDR, _SPS) for inner in _aggregated(payload))
    if kind == _FU_A:
        return len(payload) > 1 and payload[1] & 0x9F == 0x80 | _IDR
    return kind in (_IDR, _SPS)


def _aggregated(payload: bytes) -> list[int]:
    """Return the types of the units in a STAP-A, as far as its lengths hold."""
    kinds, at = [], 1
    while at + 2 < len(payload):
        kinds.append(payload[at + 2] & 0x1F)
        at += 2 + int.from_bytes(payload[at : at + 2], "big")
    return kinds


def _vp8(payload: bytes) -> bool:
    """Read the descriptor: start of partition 0, then the frame's own P bit."""
    first = payload[0]
    if first & 0x17 != 0x10:
        return False
    at = 1
    if first & 0x80:
        if len(payload) < 2:
            return False
        extension = payload[1]
        at = 2
        if extension & 0x80:
            at += 2 if payload[2:3] >= b"\x80" else 1
        at += bool(extension & 0x40) + bool(extension & 0x30)
    return len(payload) > at and payload[at] & 0x01 == 0
