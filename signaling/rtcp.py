"""RTCP packets as bytes: reports, NACK, PLI, FIR, REMB, BYE. Pure: no I/O.

RFC 3550 §6 (SR, RR, SDES, BYE), RFC 4585 §6 (NACK, PLI), RFC 5104 §4.3.1 (FIR),
draft-alvestrand-rmcat-remb-03 (REMB). What else a peer sends is skipped. ``parse`` reads
a compound packet; the ``build``ers return one packet each, and a compound is their sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from struct import Struct

from .errors import BadPacket

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
NACK_FORMAT, PLI_FORMAT, FIR_FORMAT, AFB_FORMAT = 1, 1, 4, 15

_HEAD = Struct("!BBH")
_SENDER = Struct("!LQLLL")
_BLOCK = Struct("!LLLLLL")
_PAIR = Struct("!LL")
_NACK = Struct("!HH")
_FIR = Struct("!LB3x")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlock:
    """What a receiver says of one stream (RFC 3550 §6.4.1)."""

    ssrc: int
    fraction_lost: int = 0
    "Since the report before, 0..255 of 256."
    lost: int = 0
    "Cumulative, 24 bit signed."
    highest: int = 0
    "Extended highest sequence number, 32 bits."
    jitter: int = 0
    "In units of the stream's clock."
    last_sr: int = 0
    "Middle 32 bits of the NTP time of the last sender report, 0 for none."
    since_sr: int = 0
    "Between that report's arrival and now, 1/65536 s."


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """What a sender says of its stream: the NTP instant of an RTP timestamp."""

    ssrc: int
    ntp: int
    "64 bits: seconds since 1900 and their fraction."
    timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverReport:
    """Report blocks of somebody who sends nothing."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nack:
    """Sequence numbers that did not arrive."""

    sender: int
    media: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrameRequest:
    """PLI or FIR: the receiver needs a key frame of this stream."""

    sender: int
    media: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remb:
    """The receiver's estimate of what its path carries."""

    sender: int
    bitrate_bps: int
    media: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bye:
    """These streams end."""

    media: tuple[int, ...]


Report = SenderReport | ReceiverReport | Nack | KeyFrameRequest | Remb | Bye


def parse(data: bytes) -> list[Report]:
    """Read a compound packet; kinds we do not know are skipped.

    Raises:
        BadPacket: If lengths contradict each other or the version is not 2.

    """
    found: list[Report] = []
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise BadPacket("an RTCP header is cut off")
        first, kind, words = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise BadPacket("not RTCP, or cut off")
        body = data[at + 4 : end]
        if first & 0x20:
            body = _unpadded(body)
        found += _read(kind, first & 0x1F, body)
        at = end
    return found


def build_sender_report(report: SenderReport) -> bytes:
    """Return an SR."""
    head = _SENDER.pack(report.ssrc, report.ntp, report.timestamp, report.packets, report.octets)
    return _packet(SR, len(report.blocks), head + _blocks(report.blocks))


def build_receiver_report(report: ReceiverReport) -> bytes:
    """Return an RR."""
    body = report.ssrc.to_bytes(4, "big") + _blocks(report.blocks)
    return _packet(RR, len(report.blocks), body)


def build_cname(ssrc: int, name: str) -> bytes:
    """Return an SDES with a CNAME of at most 255 bytes: SR and RR go with one."""
    text = name.encode()
    body = ssrc.to_bytes(4, "big") + bytes([1, len(text)]) + text
    return _packet(SDES, 1, body + bytes(4 - len(body) % 4))


def build_nack(sender: int, media: int, lost: Iterable[int]) -> bytes:
    """Return a NACK for sequence numbers in the order of the stream, at least one.

    A number up to 16 after another costs no more than that one alone.
    """
    pairs: list[list[int]] = []
    for number in lost:
        distance = (number - pairs[-1][0]) & 0xFFFF if pairs else 0
        if 1 <= distance <= 16:
            pairs[-1][1] |= 1 << (distance - 1)
        else:
            pairs.append([number & 0xFFFF, 0])
    body = _PAIR.pack(sender, media) + b"".join(_NACK.pack(*pair) for pair in pairs)
    return _packet(RTPFB, NACK_FORMAT, body)


def build_pli(sender: int, media: int) -> bytes:
    """Return a PLI: a key frame of ``media``, please."""
    return _packet(PSFB, PLI_FORMAT, _PAIR.pack(sender, media))


def build_fir(sender: int, media: int, serial: int) -> bytes:
    """Return a FIR; a repeated serial (8 bits) is the same wish again."""
    return _packet(PSFB, FIR_FORMAT, _PAIR.pack(sender, 0) + _FIR.pack(media, serial & 0xFF))


def build_remb(sender: int, bitrate_bps: int, media: Iterable[int]) -> bytes:
    """Return a REMB; the rate is rounded down to 18 significant bits."""
    streams = tuple(media)
    exponent = max(0, bitrate_bps.bit_length() - 18)
    rate = (exponent << 18 | bitrate_bps >> exponent).to_bytes(3, "big")
    body = _PAIR.pack(sender, 0) + b"REMB" + bytes([len(streams)]) + rate
    return _packet(PSFB, AFB_FORMAT, body + b"".join(s.to_bytes(4, "big") for s in streams))


def build_bye(media: Iterable[int]) -> bytes:
    """Return a BYE of these streams."""
    streams = tuple(media)
    return _packet(BYE, len(streams), b"".join(s.to_bytes(4, "big") for s in streams))


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def _blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | block.lost & 0xFFFFFF,
            block.highest,
            block.jitter,
            block.last_sr,
            block.since_sr,
        )
        for block in blocks
    )


def _unpadded(body: bytes) -> bytes:
    if not body or not 0 < body[-1] <= len(body):
        raise BadPacket("bad RTCP padding")
    return body[: -body[-1]]


def _read(kind: int, count: int, body: bytes) -> list[Report]:
    match kind:
        case 200:
            return [_read_sender_report(count, body)]
        case 201:
            _need(body, 4)
            blocks = _read_blocks(count, body, 4)
            return [ReceiverReport(ssrc=int.from_bytes(body[:4], "big"), blocks=blocks)]
        case 203:
            _need(body, 4 * count)
            return [Bye(media=_numbers(body, 0, count))]
        case 205 if count == NACK_FORMAT:
            return [_read_nack(body)]
        case 206:
            return _read_picture(count, body)
        case _:
            return []


def _read_sender_report(count: int, body: bytes) -> SenderReport:
    _need(body, 24)
    ssrc, ntp, timestamp, packets, octets = _SENDER.unpack_from(body)
    return SenderReport(
        ssrc=ssrc,
        ntp=ntp,
        timestamp=timestamp,
        packets=packets,
        octets=octets,
        blocks=_read_blocks(count, body, 24),
    )


def _read_blocks(count: int, body: bytes, at: int) -> tuple[ReportBlock, ...]:
    _need(body, at + 24 * count)
    return tuple(_read_block(body, at + 24 * index) for index in range(count))


def _read_block(body: bytes, at: int) -> ReportBlock:
    ssrc, loss, highest, jitter, last_sr, since_sr = _BLOCK.unpack_from(body, at)
    lost = loss & 0xFFFFFF
    return ReportBlock(
        ssrc=ssrc,
        fraction_lost=loss >> 24,
        lost=lost - (1 << 24) if lost >= 1 << 23 else lost,
        highest=highest,
        jitter=jitter,
        last_sr=last_sr,
        since_sr=since_sr,
    )


def _read_nack(body: bytes) -> Nack:
    _need(body, 12)
    sender, media = _PAIR.unpack_from(body)
    lost: list[int] = []
    for at in range(8, len(body) - 3, 4):
        first, mask = _NACK.unpack_from(body, at)
        lost += [first] + [(first + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1]
    return Nack(sender=sender, media=media, lost=tuple(lost))


def _read_picture(form: int, body: bytes) -> list[Report]:
    _need(body, 8)
    sender, media = _PAIR.unpack_from(body)
    if form == PLI_FORMAT:
        return [KeyFrameRequest(sender=sender, media=media)]
    if form == FIR_FORMAT:
        wanted = (_FIR.unpack_from(body, at)[0] for at in range(8, len(body) - 7, 8))
        return [KeyFrameRequest(sender=sender, media=stream) for stream in wanted]
    if form == AFB_FORMAT and body[8:12] == b"REMB":
        return [_read_remb(sender, body)]
    return []


def _read_remb(sender: int, body: bytes) -> Remb:
    _need(body, 16)
    rate = int.from_bytes(body[13:16], "big")
    _need(body, 16 + 4 * body[12])
    return Remb(
        sender=sender,
        bitrate_bps=(rate & 0x3FFFF) << (rate >> 18),
        media=_numbers(body, 16, body[12]),
    )


def _numbers(body: bytes, at: int, count: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(body[i : i + 4], "big") for i in range(at, at + 4 * count, 4))


def _need(body: bytes, length: int) -> None:
    if len(body) < length:
        raise BadPacket(f"RTCP body of {len(body)} bytes, {length} needed")
