"""One publisher: its packets sorted by stream, cleaned, numbered, and its feedback.

Pure: bytes and times in, ``Packet``s and RTCP bytes out. Header extensions, padding and
contributing sources end here, repairs (RFC 4588) are put back in place, so that everything
behind deals with twelve bytes of header and a payload.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from signaling import rtcp, rtp
from signaling.errors import BadPacket
from signaling.sdp import Codec

from .clock import SourceClock
from .keyframe import starts_key_frame
from .layer import Layers
from .picture_size import picture_size
from .plan import LOW, VIDEO
from .reception import Reception

KEY_FRAME_INTERVAL_S = 0.5
"Between two requests to one publisher, however many viewers ask."
KEY_FRAME_AGAIN_S = 1.0
# A publisher that restarts its encoder may change its SSRC without a word.
SSRC_SILENT_S = 1.0
# Browsers report within a second; OBS may never report on its smaller pictures.
REPORT_WAIT_S = 2.5
# A layer in a new role is another stream; SSRCs change less often within one.
_EPOCHS = 1 << 16


class Packet(NamedTuple):
    """One RTP packet of a source."""

    kind: str
    epoch: int
    sequence: int
    "Extended; comparable within an epoch."
    timestamp: int
    marker: bool
    payload: bytes
    key: bool
    "A decoder may begin here."
    level: int | None = None
    "Of a sound, minus dBov as its publisher tells it (RFC 6464)."


class LayerName(NamedTuple):
    """How the packets of one of several pictures are known (RFC 8852)."""

    rid: bytes
    rid_id: int
    "Of the header extension that has it."
    repaired_id: int | None
    "Of the one that has it in repairs."

    def of_media(self, packet: bytes) -> bool:
        """Tell whether a parsed packet of media says that it is of this picture."""
        return rtp.extension(packet, self.rid_id) == self.rid

    def of_repair(self, packet: bytes) -> bool:
        """Tell whether a parsed repair says that it is of this picture."""
        return self.repaired_id is not None and rtp.extension(packet, self.repaired_id) == self.rid


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One stream as negotiated with the publisher."""

    kind: str
    "``audio``, ``video``, or ``low`` for a picture that is a rendition of another."
    codec: Codec
    ssrc: int | None = None
    "None when the offer did not say; then the first that comes."
    level_id: int | None = None
    "Of the header extension that tells a sound's level."
    layer: LayerName | None = None
    "One of several pictures (simulcast); what it is good for is seen when it comes."


class Stream:
    """A feed and what arrived of it."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.kind: str | None = feed.kind if feed.layer is None else None
        "What it is to the programme; None for a layer that nobody sees."
        self.ssrc = feed.ssrc
        self.repair_ssrc: int | None = None
        self.heard_at = -1e9
        self.epoch = 0
        self.report: tuple[int, int] | None = None
        "NTP time and timestamp of its last sender report."
        self.key_frames = 0
        self.key_timestamp: int | None = None
        self.key_wanted = False
        self.key_asked_at = -1e9
        self.key_requests = 0
        self.reception = self._new_reception()

    def _new_reception(self) -> Reception:
        codec = self.feed.codec
        return Reception(codec.clock_hz, repairs="nack" in codec.feedback)

    def belongs(self, ssrc: int, now: float) -> bool:
        """Tell whether a packet is of this stream; take over a new SSRC after silence."""
        if ssrc == self.ssrc:
            return True
        if self.ssrc is not None and now - self.heard_at < SSRC_SILENT_S and self.heard_at > 0:
            return False
        if self.ssrc is not None:
            self.epoch += 1 + self.reception.epoch
            self.reception = self._new_reception()
        self.ssrc = ssrc
        return True

    def ask_key_frame(self, now: float) -> int | None:
        """Return the SSRC to ask for a key frame now, and count it; None for not now."""
        if not self.key_wanted or now - self.key_asked_at < KEY_FRAME_INTERVAL_S:
            return None
        if self.ssrc is not None:
            self.key_wanted, self.key_asked_at = False, now
            self.key_requests += 1
        return self.ssrc


class Intake:
    """Everything one publisher sends.

    Args:
        feeds: What was negotiated, at most one of each kind but for a picture's layers.
        ssrc: Ours, in the feedback.
        ceiling_bps: What the publisher may send in all; it ramps up to it.

    """

    def __init__(self, feeds: list[Feed], ssrc: int, ceiling_bps: int) -> None:
        self.clock = SourceClock()
        self._ssrc = ssrc
        self.ceiling_bps = ceiling_bps
        self.streams = [Stream(feed) for feed in feeds]
        self._layered = [s for s in self.streams if s.feed.layer is not None]
        self._layers = Layers(len(self._layered))
        self._carried = {VIDEO: [0, 0], LOW: [0, 0]}
        single = [s for s in self.streams if s.feed.layer is None]
        self._by_type = {s.feed.codec.payload_type: s for s in single}
        self._repairs = {
            s.feed.codec.rtx_payload_type: s
            for s in single
            if s.feed.codec.rtx_payload_type is not None
        }
        self._epochs = 0
        self._picture_since = 0.0
        "When a layer last became the picture."
        self.heard_at: float | None = None
        "When the last packet of media came."
        self.bad_packets = 0

    def has(self, kind: str) -> bool:
        """Tell whether a kind was negotiated."""
        if self._layered and kind in self._carried:
            return True
        return any(s.kind == kind for s in self.streams)

    def receive_rtp(self, data: bytes, now: float) -> Packet | None:
        """Take a decrypted RTP packet; None when it carries nothing new, or for nobody."""
        try:
            header = rtp.parse(data)
        except BadPacket:
            self.bad_packets += 1
            return None
        stream = self._by_type.get(header.payload_type) or self._layer(header, data)
        if stream is None:
            return self._receive_repair(header, data, now)
        if not stream.belongs(header.ssrc, now):
            return None
        number = stream.reception.receive(header.sequence, header.timestamp, len(data), now)
        if number is None:
            return None
        stream.heard_at = self.heard_at = now
        packet = self._packet(stream, number, header, data[header.start : header.end])
        if stream.feed.layer is not None:
            return self._receive_layer(stream, packet, len(data), now)
        if stream.feed.level_id is None:
            return packet
        told = rtp.extension(data, stream.feed.level_id)
        return packet._replace(level=told[0] & 0x7F) if told else packet

    def receive_rtcp(self, data: bytes, now: float) -> None:
        """Take a decrypted compound RTCP packet."""
        try:
            reports = rtcp.parse(data)
        except BadPacket:
            self.bad_packets += 1
            return
        for report in reports:
            if isinstance(report, rtcp.SenderReport):
                self._receive_report(report, now)

    def want_key_frame(self, kind: str = VIDEO) -> None:
        """Note that somebody needs a key frame; ``feedback`` asks when it is time."""
        for stream in self.streams:
            if stream.kind == kind:
                stream.key_wanted = True

    def feedback(self, now: float) -> Iterator[bytes]:
        """Yield what to send now to the publisher: NACKs and, at most so often, PLIs."""
        for stream in self.streams:
            if stream.ssrc is None or not stream.reception.has_holes():
                continue
            given_up = stream.reception.given_up
            wanted = stream.reception.wanted(now)
            if wanted:
                yield rtcp.build_nack(self._ssrc, stream.ssrc, wanted)
            if stream.kind != "audio" and stream.reception.given_up > given_up:
                stream.key_wanted = True
        for stream in self.streams:
            asked = stream.ask_key_frame(now)
            if asked is not None:
                yield rtcp.build_pli(self._ssrc, asked)

    def reports(self, now: float) -> bytes:
        """Return the receiver report of this second, with the ceiling as REMB."""
        known = [s for s in self.streams if s.ssrc is not None]
        blocks = tuple(s.reception.report(s.ssrc or 0, now) for s in known)
        report = rtcp.build_receiver_report(
            rtcp.ReceiverReport(ssrc=self._ssrc, blocks=blocks)
        ) + rtcp.build_cname(self._ssrc, "nhipcau")
        media = [s.ssrc for s in known if s.ssrc is not None and s.kind != "audio"]
        return report + (rtcp.build_remb(self._ssrc, self.ceiling_bps, media) if media else b"")

    def carried(self) -> Iterator[tuple[str, int, int]]:
        """Yield of each picture its kind and, so far, its bytes and packets."""
        if self._layered:
            yield from ((kind, size, count) for kind, (size, count) in self._carried.items())
        for stream in self.streams:
            if stream.kind in (VIDEO, LOW) and stream.feed.layer is None:
                yield stream.feed.kind, stream.reception.bytes, stream.reception.packets

    def _layer(self, header: rtp.RtpHeader, data: bytes) -> Stream | None:
        """Return whose packet it is of several pictures, by its SSRC or else its name."""
        if not self._layered or header.payload_type != self._layered[0].feed.codec.payload_type:
            return None
        known = next((s for s in self._layered if s.ssrc == header.ssrc), None)
        return known or self._named(data, LayerName.of_media)

    def _layer_repaired(self, header: rtp.RtpHeader, data: bytes) -> Stream | None:
        """Return which of several pictures a repair is of."""
        if not self._layered or header.payload_type != self._layered[0].feed.codec.rtx_payload_type:
            return None
        known = next((s for s in self._layered if s.repair_ssrc == header.ssrc), None)
        named = known or self._named(data, LayerName.of_repair)
        if named is not None:
            named.repair_ssrc = header.ssrc
        return named

    def _named(self, data: bytes, test: Callable[[LayerName, bytes], bool]) -> Stream | None:
        layers = [(s.feed.layer, s) for s in self._layered]
        return next((s for name, s in layers if name is not None and test(name, data)), None)

    def _receive_repair(self, header: rtp.RtpHeader, data: bytes, now: float) -> Packet | None:
        """Unwrap RFC 4588; probes of bandwidth come this way too and mean nothing."""
        if header.end - header.start < 2:
            return None
        stream = self._repairs.get(header.payload_type) or self._layer_repaired(header, data)
        if stream is None:
            return None
        original = int.from_bytes(data[header.start : header.start + 2], "big")
        number = stream.reception.recover(original, len(data))
        if number is None:
            return None
        stream.heard_at = self.heard_at = now
        packet = self._packet(stream, number, header, data[header.start + 2 : header.end])
        if stream.feed.layer is not None:
            return self._receive_layer(stream, packet, len(data), now)
        return packet

    def _packet(self, stream: Stream, number: int, header: rtp.RtpHeader, payload: bytes) -> Packet:
        feed = stream.feed
        # Of the packets of one key frame only the first is a place to begin.
        key = (
            feed.kind != "audio"
            and header.timestamp != stream.key_timestamp
            and starts_key_frame(feed.codec.name, payload)
        )
        if key:
            stream.key_timestamp = header.timestamp
            stream.key_frames += 1
        epoch = stream.epoch + stream.reception.epoch
        return Packet(feed.kind, epoch, number, header.timestamp, header.marker, payload, key)

    def _receive_layer(
        self, stream: Stream, packet: Packet, size: int, now: float
    ) -> Packet | None:
        """Give a packet of one of several pictures the kind that its picture has now."""
        role = self._layers.receive(
            self._layered.index(stream),
            now,
            size=picture_size(stream.feed.codec.name, packet.payload) if packet.key else None,
            tied=self._is_tied(stream, now),
        )
        if role.taken and role.kind is not None:
            self._take(stream, role.kind, packet.timestamp, now)
            packet = packet._replace(epoch=stream.epoch + stream.reception.epoch)
        stream.key_wanted |= role.lacks_key
        if role.kind is None:
            stream.reception.forget_holes()
            return None
        counts = self._carried[role.kind]
        counts[0] += size
        counts[1] += 1
        return packet._replace(kind=role.kind)

    def _is_tied(self, stream: Stream, now: float) -> bool:
        """Tell whether a layer's frames can be told to be those of the picture, or never will."""
        both = [stream, *(other for other in self._layered if other.kind == VIDEO)]
        waited = now - self._picture_since >= REPORT_WAIT_S
        return waited or all(one.report is not None for one in both)

    def _take(self, stream: Stream, kind: str, timestamp: int, now: float) -> None:
        """Let a layer be a kind of picture from now on, and no other be that."""
        for other in self._layered:
            if other.kind == kind:
                other.kind = None
        stream.kind = kind
        self._epochs += _EPOCHS
        stream.epoch = self._epochs
        self._picture_since = now if kind == VIDEO else self._picture_since
        # Without a report of its own it may share its timestamps with a layer that has one.
        for report in (stream.report, *(other.report for other in self._layered), None):
            self.clock.tie(kind, stream.feed.codec.clock_hz, report)
            if self.clock.believes(kind, timestamp, now):
                break

    def _receive_report(self, report: rtcp.SenderReport, now: float) -> None:
        for stream in self.streams:
            if stream.ssrc == report.ssrc:
                stream.reception.receive_sender_report(report.ntp, now)
                stream.report = (report.ntp, report.timestamp)
                if stream.kind is not None:
                    hz = stream.feed.codec.clock_hz
                    self.clock.receive_report(stream.kind, hz, stream.report, now)
