"""One hall's reception of the programme: all of it but sockets and decoders. Pure: no I/O.

    packets --receive_rtp, receive_rtcp--> [ streams ] --> frames and sounds, to decode
                                               |  `--feedback()--> RTCP: RR, NACK, PLI
                                 handle_timer -'  `--stats()--> W3C webrtc-stats

What the decoder did is told to it: ``receive_picture`` and the fields of ``decoded``.
Repairs are taken on the media's own SSRC and as RTX (RFC 4588).
"""

from dataclasses import dataclass
from typing import Literal

from signaling import rtcp, rtp
from signaling.errors import BadPacket
from signaling.schema import Decoding
from signaling.stats import InboundAudio, InboundVideo, MediaStats

from .frame import Frame, FrameLost, Sound, VideoCodec
from .presentation import Presentation
from .sound import SoundMeter
from .stream import AudioStream, VideoStream

REPORT_S = 1.0

Outcome = Frame | FrameLost | Sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """What offer and answer agreed upon."""

    codec: VideoCodec
    video_type: int
    "RTP payload type."
    audio_type: int
    repair_type: int | None = None
    "Of the picture's repairs (RTX), None when packets are simply repeated."


@dataclass(slots=True)
class Decoded:
    """What the decoder really did, cumulative."""

    frames: int = 0
    key_frames: int = 0
    dropped: int = 0
    """Wanted but not decodable: what it builds upon was lost, the decoder failed or was
    too slow. Frames that nobody wanted to decode are not among them."""
    decode_s: float = 0.0
    width: int = 0
    height: int = 0
    concealed_samples: int = 0
    "Lost sample instants within the sound that was decoded."
    concealment_events: int = 0


class Reception:
    """The state machine of one media session.

    Args:
        negotiated: See there.
        ssrc: Ours, for reports and requests.
        cname: Ours, up to 255 bytes.
        now: The present time; all times are seconds of one monotonic clock.

    """

    def __init__(self, negotiated: Negotiated, *, ssrc: int, cname: str, now: float) -> None:
        self.video = VideoStream(negotiated.codec)
        self.audio = AudioStream()
        self.decoded = Decoded()
        self.sound = SoundMeter()
        self.presentation = Presentation()
        "Told by the decoder."
        self.decoding = Decoding.NONE
        self.instants: dict[Literal["audio", "video"], tuple[int, int]] = {}
        "By kind: the NTP instant (64 bits) of an RTP timestamp, of the last sender report."
        self.packets_refused = 0
        "Unreadable, or of a payload type nobody agreed upon."
        self.round_trip_s: float | None = None
        "Of the path, seconds; None while unknown."
        self.negotiated = negotiated
        self._ssrc = ssrc
        self._cname = rtcp.build_cname(ssrc, cname)
        self._nack_count = 0
        self._last_packet_at: float | None = None
        self._report_at = now + REPORT_S
        self._feedback: list[bytes] = []

    def set_decoding(self, decoding: Decoding, now: float) -> None:
        """Choose how much is collected for the decoder."""
        self.decoding = decoding
        self.video.set_decoding(decoding, now)

    def receive_rtp(self, packet: bytes, now: float) -> list[Frame | FrameLost] | list[Sound]:
        """Take a decrypted RTP packet; return what became whole or was given up."""
        try:
            header = rtp.parse(packet)
        except BadPacket:
            self.packets_refused += 1
            return []
        self._last_packet_at = now
        kind = header.payload_type
        if kind == self.negotiated.audio_type:
            return self.audio.receive(header, packet, now)
        if kind == self.negotiated.video_type:
            return self.video.receive(header, packet, now)
        if kind == self.negotiated.repair_type:
            return self._receive_repair(header, packet, now)
        self.packets_refused += 1
        return []

    def receive_rtcp(self, packet: bytes, now: float) -> None:
        """Take a decrypted compound RTCP packet. Only sender reports concern us."""
        try:
            reports = rtcp.parse(packet)
        except BadPacket:
            self.packets_refused += 1
            return
        for report in reports:
            if isinstance(report, rtcp.SenderReport):
                self._receive_sender_report(report, now)

    def receive_picture(self, timestamp: int, now: float) -> None:
        """Take note that a picture was decoded while all are."""
        self.video.pace.receive_frame(timestamp, now)

    def want_key_frame(self, now: float) -> None:
        """Ask for a key frame soon: the decoder lost its way."""
        self.video.wish.want(now)

    def handle_timer(self, now: float) -> list[Outcome]:
        """Do what fell due by ``now``. Calling it early or twice is safe."""
        out: list[Outcome] = [*self.video.handle_timer(now), *self.audio.handle_timer(now)]
        self._ask_again(now)
        if now >= self._report_at:
            self._report(now)
            self._report_at = now + REPORT_S
        return out

    def next_timer(self) -> float:
        """Return when to call ``handle_timer`` next."""
        timers = (self.video.next_timer(), self.audio.next_timer(), self._report_at)
        return min(at for at in timers if at is not None)

    def feedback(self) -> list[bytes]:
        """Return the RTCP packets to send since the last call, oldest first."""
        packets, self._feedback = self._feedback, []
        return packets

    def last_packet_age(self, now: float) -> float | None:
        """Return the seconds since the last RTP packet, None before the first."""
        return None if self._last_packet_at is None else max(0.0, now - self._last_packet_at)

    def learn_round_trip(self, seconds: float) -> None:
        """Take note of the path's length: lost packets are asked for again after it."""
        self.round_trip_s = seconds
        self.video.learn_round_trip(seconds)

    def stats(self, now: float, connected: bool = True) -> MediaStats:
        """Return all counters as they are now."""
        return MediaStats(
            connected=connected,
            decoding=self.decoding,
            current_round_trip_time=self.round_trip_s,
            last_packet_age=self.last_packet_age(now),
            last_frame_age=self.video.pace.age(now),
            video=self._video_stats(now),
            audio=self._audio_stats(),
            presented=self.presentation.report(now),
        )

    def _receive_sender_report(self, report: rtcp.SenderReport, now: float) -> None:
        if report.ssrc == self.video.counter.ssrc:
            self.video.counter.receive_sender_report(report.ntp, now)
            self.instants["video"] = (report.ntp, report.timestamp)
        elif report.ssrc == self.audio.counter.ssrc:
            self.audio.counter.receive_sender_report(report.ntp, now)
            self.instants["audio"] = (report.ntp, report.timestamp)

    def _receive_repair(
        self, header: rtp.RtpHeader, packet: bytes, now: float
    ) -> list[Frame | FrameLost]:
        """Take a packet that was asked for again; its payload begins with its old number."""
        media = self.video.counter.ssrc
        if media is None or header.end - header.start < 2:
            return []  # A probe of the path's bandwidth.
        number = int.from_bytes(packet[header.start : header.start + 2], "big")
        repaired = header._replace(sequence=number, ssrc=media, start=header.start + 2)
        return self.video.receive(repaired, packet, now)

    def _ask_again(self, now: float) -> None:
        media = self.video.counter.ssrc
        if media is None:
            return
        lost = self.video.nacks.take_due(now)
        if lost:
            self._nack_count += 1
            self._feedback.append(rtcp.build_nack(self._ssrc, media, lost))
        if self.video.wish.take_due(now):
            self._feedback.append(rtcp.build_pli(self._ssrc, media))

    def _report(self, now: float) -> None:
        blocks = (self.video.counter.report(now), self.audio.counter.report(now))
        report = rtcp.ReceiverReport(
            ssrc=self._ssrc, blocks=tuple(block for block in blocks if block is not None)
        )
        self._feedback.append(rtcp.build_receiver_report(report) + self._cname)

    def _video_stats(self, now: float) -> InboundVideo | None:
        counter, decoded, pace = self.video.counter, self.decoded, self.video.pace
        if counter.ssrc is None:
            return None
        return InboundVideo(
            packets_received=counter.packets_received,
            packets_lost=counter.packets_lost,
            jitter=counter.jitter,
            bytes_received=counter.bytes_received,
            retransmitted_packets_received=self.video.retransmitted,
            nack_count=self._nack_count,
            pli_count=self.video.wish.pli_count,
            frames_received=self.video.frames_received,
            frames_decoded=decoded.frames,
            key_frames_decoded=decoded.key_frames,
            frames_dropped=decoded.dropped,
            frames_per_second=pace.frames_per_second(now),
            frame_width=decoded.width,
            frame_height=decoded.height,
            total_decode_time=decoded.decode_s,
            freeze_count=pace.freeze_count,
            total_freezes_duration=pace.total_freezes_duration,
        )

    def _audio_stats(self) -> InboundAudio | None:
        counter = self.audio.counter
        if counter.ssrc is None:
            return None
        return InboundAudio(
            packets_received=counter.packets_received,
            packets_lost=counter.packets_lost,
            jitter=counter.jitter,
            bytes_received=counter.bytes_received,
            retransmitted_packets_received=self.audio.retransmitted,
            total_samples_received=self.sound.samples + self.decoded.concealed_samples,
            concealed_samples=self.decoded.concealed_samples,
            concealment_events=self.decoded.concealment_events,
            audio_level=self.sound.level(),
            total_audio_energy=self.sound.energy,
            total_samples_duration=self.sound.duration
            + self.decoded.concealed_samples / rtp.AUDIO_CLOCK_HZ,
        )
