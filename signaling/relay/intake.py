"""One publisher: its packets sorted by stream, cleaned, numbered, and its feedback.

Pure: bytes and times in, ``Packet``s and RTCP bytes out. Header extensions, padding and
contributing sources end here, repairs (RFC 4588) are put back in place, so that everything
behind deals with twelve bytes of header and a payload.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from signaling import rtcp, rtp
from signaling.errors import BadPacket
from signaling.sdp import Codec

from .clock import SourceClock
from .keyframe import starts_key_frame
from .reception import Reception

KEY_FRAME_INTERVAL_S = 0.5
"Between two requests to one publisher, however many viewers ask."
KEY_FRAME_AGAIN_S = 1.0
# A publisher that restarts its encoder may change its SSRC without a word.
SSRC_SILENT_S = 1.0


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


class _Stream:
    """A feed and what arrived of it."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.ssrc = feed.ssrc
        self.heard_at = -1e9
        self.epoch = 0
        self.key_frames = 0
        self.key_timestamp: int | None = None
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

    def number(self, epoch: int) -> int:
        return self.epoch + epoch


class Intake:
    """Everything one publisher sends.

    Args:
        feeds: What was negotiated, at most one of each kind.
        ssrc: Ours, in the feedback.
        ceiling_bps: What the publisher may send in all; it ramps up to it.

    """

    def __init__(self, feeds: list[Feed], ssrc: int, ceiling_bps: int) -> None:
        self.clock = SourceClock()
        self._ssrc = ssrc
        self.ceiling_bps = ceiling_bps
        self._streams = [_Stream(feed) for feed in feeds]
        self._by_type = {s.feed.codec.payload_type: s for s in self._streams}
        self._repairs = {
            s.feed.codec.rtx_payload_type: s
            for s in self._streams
            if s.feed.codec.rtx_payload_type is not None
        }
        self._key_wanted = False
        self._key_asked_at = -1e9
        self.key_requests = 0
        self.heard_at: float | None = None
        "When the last packet of media came."
        self.bad_packets = 0

    def has(self, kind: str) -> bool:
        """Tell whether a kind was negotiated."""
        return any(s.feed.kind == kind for s in self._streams)

    def receive_rtp(self, data: bytes, now: float) -> Packet | None:
        """Take a decrypted RTP packet; None when it carries nothing new."""
        try:
            header = rtp.parse(data)
        except BadPacket:
            self.bad_packets += 1
            return None
        stream = self._by_type.get(header.payload_type)
        if stream is None:
            return self._receive_repair(header, data, now)
        if not stream.belongs(header.ssrc, now):
            return None
        number = stream.reception.receive(header.sequence, header.timestamp, len(data), now)
        if number is None:
            return None
        stream.heard_at = self.heard_at = now
        packet = self._packet(stream, number, header, data[header.start : header.end])
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

    def want_key_frame(self) -> None:
        """Note that somebody needs a key frame; ``feedback`` asks when it is time."""
        self._key_wanted = True

    def feedback(self, now: float) -> Iterator[bytes]:
        """Yield what to send now to the publisher: NACKs and, at most so often, a PLI."""
        for stream in self._streams:
            if stream.ssrc is None or not stream.reception.has_holes():
                continue
            given_up = stream.reception.given_up
            wanted = stream.reception.wanted(now)
            if wanted:
                yield rtcp.build_nack(self._ssrc, stream.ssrc, wanted)
            if stream.feed.kind != "audio" and stream.reception.given_up > given_up:
                self._key_wanted = True
        yield from self._ask_key_frame(now)

    def reports(self, now: float) -> bytes:
        """Return the receiver report of this second, with the ceiling as REMB."""
        known = [s for s in self._streams if s.ssrc is not None]
        blocks = tuple(s.reception.report(s.ssrc or 0, now) for s in known)
        report = rtcp.build_receiver_report(
            rtcp.ReceiverReport(ssrc=self._ssrc, blocks=blocks)
        ) + rtcp.build_cname(self._ssrc, "nhipcau")
        media = [s.ssrc for s in known if s.ssrc is not None and s.feed.kind != "audio"]
        return report + (rtcp.build_remb(self._ssrc, self.ceiling_bps, media) if media else b"")

    def streams(self) -> list[tuple[Feed, Reception, int]]:
        """Return each feed, its reception and its key frames, for the statistics."""
        return [(s.feed, s.reception, s.key_frames) for s in self._streams]

    def _receive_repair(self, header: rtp.RtpHeader, data: bytes, now: float) -> Packet | None:
        """Unwrap RFC 4588; probes of bandwidth come this way too and mean nothing."""
        stream = self._repairs.get(header.payload_type)
        if stream is None or header.end - header.start < 2:
            return None
        original = int.from_bytes(data[header.start : header.start + 2], "big")
        number = stream.reception.recover(original, len(data))
        if number is None:
            return None
        stream.heard_at = self.heard_at = now
        return self._packet(stream, number, header, data[header.start + 2 : header.end])

    def _packet(
        self, stream: _Stream, number: int, header: rtp.RtpHeader, payload: bytes
    ) -> Packet:
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
        epoch = stream.number(stream.reception.epoch)
        return Packet(feed.kind, epoch, number, header.timestamp, header.marker, payload, key)

    def _receive_report(self, report: rtcp.SenderReport, now: float) -> None:
        for stream in self._streams:
            if stream.ssrc == report.ssrc:
                stream.reception.receive_sender_report(report.ntp, now)
                feed = stream.feed
                tied = (report.ntp, report.timestamp)
                self.clock.receive_report(feed.kind, feed.codec.clock_hz, tied, now)

    def _ask_key_frame(self, now: float) -> Iterator[bytes]:
        if not self._key_wanted or now - self._key_asked_at < KEY_FRAME_INTERVAL_S:
            return
        for stream in self._streams:
            if stream.feed.kind != "audio" and stream.ssrc is not None:
                self._key_wanted = False
                self._key_asked_at = now
                self.key_requests += 1
                yield rtcp.build_pli(self._ssrc, stream.ssrc)
