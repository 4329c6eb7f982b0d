"""Sessions of the relay: a transport, and the pure core behind it.

Shell: these classes only carry packets between the two and count. When a session begins
and ends is decided by ``relay.Relay``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signaling.media_plane import (
    POINT_PREFIX,
    RENDITION_OF,
    Rendition,
    Session,
    SessionSample,
    StreamSample,
)
from signaling.packet_transport import PacketTransport

from .intake import Intake
from .output import Output
from .plan import LOW, VIDEO, speakers
from .steward import Feeds
from .viewing import Viewing

# A publisher silent for so long is reported as down, whatever is on air.
SOURCE_SILENT_S = 1.0
# Its program was started again: whoever comes under the same name is let in.
GIVES_WAY_S = 1.0


@dataclass(slots=True)
class Publication:
    """One publisher."""

    info: Session
    transport: PacketTransport
    intake: Intake
    outputs: Sequence[Output]
    opened_at: float
    feeds: Feeds
    "Of its source: a second publisher's low picture is among them."
    connected: bool = False
    up: bool = False
    "Sends media, as last told to the outside."
    spare: bool = False
    "A rendition's publisher whose source sends one itself: what it sends is not used."

    def receive_rtp(self, data: bytes, now: float) -> None:
        """Carry one packet to every output that has this source on air."""
        packet = self.intake.receive_rtp(data, now)
        if packet is None:
            return
        if self.is_low and (packet.kind != LOW or self.spare):
            return
        for output in self.outputs:
            output.receive(self.source, packet, now)

    @property
    def is_low(self) -> bool:
        """Whether it sends a rendition of another publisher's picture."""
        return self.info.name in RENDITION_OF

    @property
    def source(self) -> str:
        """Whose picture and sound it sends."""
        return RENDITION_OF.get(self.info.name, self.info.name)

    @property
    def sends_both(self) -> bool:
        """Whether it may send its picture in fewer bits too, in the same session."""
        return not self.is_low and self.intake.has(LOW)

    def give_feedback(self, now: float) -> None:
        """Send NACKs and key frame requests that are due."""
        if not self.spare:
            self._look_for_needs()
        for packet in self.intake.feedback(now):
            self.transport.send_rtcp(packet)

    def _look_for_needs(self) -> None:
        if any(output.needs_key_frame_of(self.source) for output in self.outputs):
            self.intake.want_key_frame(VIDEO)
        if any(output.needs_low_key_frame_of(self.source) for output in self.outputs):
            self.intake.want_key_frame(LOW)

    def report(self, now: float) -> None:
        """Send this second's receiver report, and note how fast it sends."""
        if not self.spare:
            for kind, size, packets in self.intake.carried():
                self.feeds.receive(kind, size, packets, now)
        self.transport.send_rtcp(self.intake.reports(now))

    def sends(self, now: float) -> bool:
        """Tell whether media came just now."""
        heard_at = self.intake.heard_at
        return heard_at is not None and now - heard_at < SOURCE_SILENT_S

    def gives_way(self, who: str, now: float) -> bool:
        """Tell whether a publisher may take its place unasked: the same one, come back."""
        heard_at = max(self.opened_at, self.intake.heard_at or 0.0)
        return who == self.info.who and now - heard_at >= GIVES_WAY_S

    def sample(self, now: float) -> SessionSample:
        """Return the figures of this moment."""
        return SessionSample(
            session=self.info.session,
            role="publisher",
            name=self.info.name,
            who=self.info.who,
            connected=self.connected,
            last_packet_age_s=_age(self.intake.heard_at, now),
            streams=tuple(self._streams()),
        )

    def _streams(self) -> list[StreamSample]:
        return [
            StreamSample(
                kind="audio" if stream.kind == "audio" else "video",
                packets_received=stream.reception.packets,
                bytes_received=stream.reception.bytes,
                packets_lost=stream.reception.lost(),
                jitter=stream.reception.jitter / stream.feed.codec.clock_hz,
                nack_count=stream.reception.nacks,
                pli_count=stream.key_requests,
                key_frames=stream.key_frames,
            )
            for stream in self.intake.streams
        ]


@dataclass(slots=True)
class Watching:
    """One viewer."""

    info: Session
    transport: PacketTransport
    viewing: Viewing
    output: Output
    connected: bool = False
    beside: bool = False
    "On our own machine: no part of the line's division."

    def begin(self) -> None:
        """Let packets flow to the viewer, whose path is up."""
        self.connected = True
        self.output.viewers += 1
        self.viewing.begin()

    def end(self) -> None:
        """Stop the packets."""
        if self.connected:
            self.output.viewers -= 1
        self.connected = False
        self.viewing.end()

    def hush(self) -> None:
        """Keep the viewer's own voice from it, as long as its hall may be heard."""
        speaking = speakers(self.output.programme.route, self.output.programme.floor)
        self.viewing.hush(f"{POINT_PREFIX}{self.info.who}" in speaking)

    def wish(self, chosen: Mapping[str, Rendition]) -> None:
        """Take what the centre chose: for points' devices, not for people who look on."""
        self.viewing.wish = chosen.get(self.info.who) if self.info.device else None

    def report(self, now: float) -> None:
        """Send this second's sender reports."""
        for packet in self.viewing.sender_reports(now):
            self.transport.send_rtcp(packet)

    def sample(self, now: float) -> SessionSample:
        """Return the figures of this moment."""
        return SessionSample(
            session=self.info.session,
            role="viewer",
            name=self.info.name,
            who=self.info.who,
            device=self.info.device,
            connected=self.connected,
            last_packet_age_s=_age(self.transport.heard_at() if self.connected else None, now),
            estimate_bps=self.viewing.estimate_bps,
            packets_unsent=self.transport.packets_unsent,
            rendition=self.viewing.rendition(),
            why=self.viewing.why,
            sound_copies=self.viewing.repeat.copies,
            streams=tuple(self._streams()),
        )

    def _streams(self) -> list[StreamSample]:
        found = []
        for kind, egress in self.viewing.egresses.items():
            told = self.viewing.told[kind]
            found.append(
                StreamSample(
                    kind="video" if kind == "video" else "audio",
                    packets_sent=egress.packets + egress.resent,
                    bytes_sent=egress.bytes,
                    retransmitted_packets_sent=egress.resent,
                    packets_lost=told.packets_lost,
                    fraction_lost=told.fraction_lost,
                    round_trip_time=told.round_trip_time_s,
                    jitter=told.jitter_s,
                    nack_count=told.nacks,
                    pli_count=told.key_requests,
                )
            )
        return found


def _age(at: float | None, now: float) -> float | None:
    return None if at is None else max(0.0, now - at)
