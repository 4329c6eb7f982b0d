"""Where a key frame begins, read from the payload of its first packet.

Pure: bytes in, a verdict out. H.264 by RFC 6184, VP8 by RFC 7741. An H.264 key frame is
taken to begin at its parameter sets, since a decoder can do nothing with the slice alone.
"""

from signaling.negotiation import H264, VP8

SPS, STAP_A = 7, 24
_IDR, _FU_A = 5, 28


def starts_key_frame(codec: str, payload: bytes) -> bool:
    """Tell whether a decoder that knows nothing yet may begin with this packet."""
    if not payload:
        return False
    if codec == H264:
        return _h264(payload)
    return codec == VP8 and _vp8(payload)


def _h264(payload: bytes) -> bool:
    kind = payload[0] & 0x1F
    if kind == STAP_A:
        return any(unit[0] & 0x1F in (_IDR, SPS) for unit in aggregated(payload))
    if kind == _FU_A:
        return len(payload) > 1 and payload[1] & 0x9F == 0x80 | _IDR
    return kind in (_IDR, SPS)


def aggregated(payload: bytes) -> list[bytes]:
    """Return the units in a STAP-A, as far as its lengths hold."""
    units, at = [], 1
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        units.append(payload[at + 2 : at + 2 + max(1, size)])
        at += 2 + size
    return units


def _vp8(payload: bytes) -> bool:
    """Tell by the frame's own P bit, where the packet begins a frame."""
    at = vp8_frame_at(payload)
    return at is not None and payload[at] & 0x01 == 0


def vp8_frame_at(payload: bytes) -> int | None:
    """Return where a frame begins behind the descriptor; None when none begins here."""
    if not payload or payload[0] & 0x17 != 0x10:
        return None
    at = 1
    if payload[0] & 0x80:
        if len(payload) < 2:
            return None
        extension = payload[1]
        at = 2
        if extension & 0x80:
            at += 2 if payload[2:3] >= b"\x80" else 1
        at += bool(extension & 0x40) + bool(extension & 0x30)
    return at if at < len(payload) else None
