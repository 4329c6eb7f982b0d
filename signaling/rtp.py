"""RTP packets as bytes (RFC 3550 §5, RFC 8285 extensions). Pure: no I/O.

Nothing here keeps state. Sequence numbers on the wire have 16 bits; ``extend`` gives them
the place among all numbers of the stream, so that the rest of the code never wraps.
"""

from struct import Struct, error
from typing import NamedTuple

from .errors import BadPacket

VIDEO_CLOCK_HZ = 90_000
AUDIO_CLOCK_HZ = 48_000

HEADER = Struct("!BBHLL")
_EXTENSION = Struct("!HH")


class RtpHeader(NamedTuple):
    """The fixed header, and where in the packet the payload lies."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    start: int
    "Of the payload, bytes from the packet's first."
    end: int
    "Of the payload, padding excluded; ``start == end`` for a packet of padding only."


def is_rtcp(packet: bytes) -> bool:
    """Tell RTCP from RTP on one port (RFC 5761 §4)."""
    return len(packet) > 1 and 192 <= packet[1] <= 223


def parse(packet: bytes) -> RtpHeader:
    """Read the header of an RTP packet.

    Raises:
        BadPacket: If it is not RTP version 2 or its lengths contradict each other.

    """
    try:
        first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
    except error as cause:
        raise BadPacket(f"{len(packet)} bytes are no RTP packet") from cause
    start, end = 12, len(packet)
    # 0x80 alone is version 2 without padding, extension and CSRC: what we send.
    if first != 0x80:
        start, end = _bounds(packet, first)
    return RtpHeader(second & 0x7F, second > 127, sequence, timestamp, ssrc, start, end)


def extension(packet: bytes, identity: int) -> bytes | None:
    """Return one header extension of the one-byte form (RFC 8285 §4.2) of a parsed packet."""
    if not packet[0] & 0x10:
        return None
    start = 12 + 4 * (packet[0] & 0x0F)
    profile, words = _EXTENSION.unpack_from(packet, start)
    at, end = start + 4, start + 4 + 4 * words
    if profile != 0xBEDE:
        return None
    while at < end:
        name, length = packet[at] >> 4, (packet[at] & 0x0F) + 1
        if packet[at] == 0:
            at += 1
            continue
        if name == identity and at + 1 + length <= end:
            return packet[at + 1 : at + 1 + length]
        at += 1 + length
    return None


def build(
    payload_type: int, sequence: int, timestamp: int, ssrc: int, *, marker: bool = False
) -> bytes:
    """Return a fixed header; the payload follows it."""
    return HEADER.pack(0x80, payload_type | marker << 7, sequence, timestamp, ssrc)


def extend(number: int, near: int, bits: int = 16) -> int:
    """Return the number congruent to ``number`` modulo 2**bits that is nearest to ``near``.

    May be negative for numbers before the first of a stream.
    """
    half = 1 << (bits - 1)
    return near + ((number - near + half) & ((1 << bits) - 1)) - half


def _bounds(packet: bytes, first: int) -> tuple[int, int]:
    if first >> 6 != 2:
        raise BadPacket(f"RTP version {first >> 6}")
    start, end = 12 + 4 * (first & 0x0F), len(packet)
    if first & 0x10:
        if start + 4 > end:
            raise BadPacket("the extension is cut off")
        start += 4 + 4 * _EXTENSION.unpack_from(packet, start)[1]
    if first & 0x20:
        if packet[-1] == 0:
            raise BadPacket("padding of length 0")
        end -= packet[-1]
    if start > end:
        raise BadPacket("headers are longer than the packet")
    return start, end
