"""One viewer: what is sent to it, and what it says of what arrived.

Pure: RTCP bytes and times in, resent packets through its egresses, report bytes out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from signaling import rtcp
from signaling.errors import BadPacket
from signaling.media_plane import Rendition, Why

from .clock import ntp_from_seconds
from .forward import Egress, Outlet
from .plan import TRACKS, VIDEO
from .programme import Programme
from .rendition import LineWatch, Rates
from .repeat import Repeat
from .splice import CLOCK_HZ
from .tuning import Tuning, tracks_of
from .wish import KeyWish


@dataclass(slots=True)
class Told:
    """What the viewer last said of one kind, in W3C terms."""

    packets_lost: int = 0
    fraction_lost: float = 0.0
    "Of the packets since its report before, 0..1."
    jitter_s: float = 0.0
    round_trip_time_s: float | None = None
    nacks: int = 0
    key_requests: int = 0


class Missed:
    """The share of packets that were asked for again: reports may leave out what was repaired."""

    def __init__(self) -> None:
        self._before = (0, 0)

    def receive(self, sent: int, missed: int) -> float:
        """Take both counters; return the share since the last call, 0..1."""
        packets, lacking = sent - self._before[0], missed - self._before[1]
        self._before = (sent, missed)
        return min(1.0, lacking / packets) if packets > 0 else 0.0


class Viewing:
    """One viewer of one programme.

    Args:
        programme: Whose timeline its sender reports tell.
        outlets: By track of the programme, where it gets its packets from.
        egresses: By name of the stream in its offer, see ``opening``; those negotiated only.
        cname: The same for sound and picture: that makes them one stream.
        ntp_epoch_s: NTP seconds at zero of the relay's monotonic clock.
        ask_key_frame: Called when the viewer lost the picture, if its wish is passed on.
        changed: Called when it is sent another rendition.
        now: When it came.

    """

    def __init__(
        self,
        programme: Programme,
        outlets: dict[str, Outlet],
        egresses: dict[str, Egress],
        *,
        cname: str,
        ntp_epoch_s: float,
        ask_key_frame: Callable[[], None],
        changed: Callable[[], None] = lambda: None,
        now: float = 0.0,
    ) -> None:
        self.egresses = egresses
        self.told = {kind: Told() for kind in egresses}
        self.estimate_bps: int | None = None
        "What the viewer thinks its line carries (REMB)."
        self.bad_packets = 0
        self._programme = programme
        self._begun = self._hushed = False
        self.given: Rendition | None = None
        "What it is to be sent; None before it was decided, which sends the best."
        self.why = Why.NOTHING
        self.wish: Rendition | None = None
        "What the centre chose for it; None: whatever fits."
        self._tuning = Tuning(outlets, egresses, changed)
        self._wish = KeyWish()
        self._missed = Missed()
        self._worst_lost = 0.0
        self.watch = LineWatch(now)
        self.repeat = Repeat()
        self._kinds = {egress.address.ssrc: kind for kind, egress in egresses.items()}
        self._cname = cname
        self._epoch_s = ntp_epoch_s
        self._ask_key_frame = ask_key_frame

    def begin(self) -> None:
        """Send it the programme from now on."""
        self._begun = True
        self._tune()

    def hush(self, hushed: bool) -> None:
        """Keep the sound of the speaking hall from it, because it is that hall."""
        if hushed != self._hushed:
            self._hushed = hushed
            self._tune()

    def end(self) -> None:
        """Send it nothing more. Calling it twice is safe."""
        self._begun = False
        self._tune()

    def has_picture(self) -> bool:
        """Tell whether it asked for one."""
        return VIDEO in self.egresses

    def rendition(self) -> Rendition:
        """Return what is sent now: the old one until the key frame of the new."""
        return self._tuning.rendition()

    def sounds(self) -> int:
        """Return how many packets it is sent for each one of a sound."""
        return sum(name != VIDEO for name in self.egresses) * (1 + self.repeat.copies)

    def repairs(self) -> tuple[int, int]:
        """Return how many packets were sent once more, and how many key frames asked for."""
        resent = sum(egress.resent for egress in self.egresses.values())
        return resent, sum(told.key_requests for told in self.told.values())

    def give(self, rendition: Rendition, why: Why) -> None:
        """Send a rendition, from its next key frame on; sound alone at once."""
        changes = rendition is not self.given
        self.given, self.why = rendition, why
        if changes:
            self._tune()

    def handle_second(self, rates: Rates, now: float, lag_s: float = 0.0) -> None:
        """Look what the reports of the last second mean; the relay was late by ``lag_s``."""
        picture = self.egresses.get(VIDEO)
        if picture is not None:
            missed = self._missed.receive(picture.packets, picture.missed)
            self.watch.receive_missed(missed)
            self._worst_lost = max(self._worst_lost, missed)
        self.watch.handle_second(rates, self.rendition(), now, lag_s=lag_s)
        self.repeat.handle_second(self._worst_lost, now)
        self._worst_lost = 0.0
        self._tuning.set_copies(self.repeat.copies)

    def _tune(self) -> None:
        rendition = self.given or Rendition.HIGH
        self._tuning.tune(tracks_of(self.egresses, self._hushed, rendition) if self._begun else {})

    def receive_rtcp(self, data: bytes, now: float) -> None:
        """Take a decrypted compound RTCP packet of the viewer."""
        try:
            reports = rtcp.parse(data)
        except BadPacket:
            self.bad_packets += 1
            return
        for report in reports:
            match report:
                case rtcp.ReceiverReport(blocks=blocks) | rtcp.SenderReport(blocks=blocks):
                    for block in blocks:
                        self._receive_block(block, now)
                case rtcp.Nack(media=ssrc, lost=lost):
                    self._receive_nack(ssrc, lost, now)
                case rtcp.KeyFrameRequest(media=ssrc):
                    self._receive_key_request(ssrc, now)
                case rtcp.Remb(bitrate_bps=bitrate_bps):
                    self.estimate_bps = bitrate_bps
                    self.watch.receive_estimate(bitrate_bps)
                case _:
                    pass

    def sender_reports(self, now: float) -> list[bytes]:
        """Return a compound report per kind that has begun."""
        ntp = ntp_from_seconds(self._epoch_s + now)
        return [
            rtcp.build_sender_report(
                rtcp.SenderReport(
                    ssrc=egress.address.ssrc,
                    ntp=ntp,
                    timestamp=self._programme.timestamp_at(self._tuning.track(kind) or kind, now),
                    packets=egress.packets & 0xFFFF_FFFF,
                    octets=egress.bytes & 0xFFFF_FFFF,
                )
            )
            + rtcp.build_cname(egress.address.ssrc, self._cname)
            for kind, egress in self.egresses.items()
            if egress.packets
        ]

    def _receive_block(self, block: rtcp.ReportBlock, now: float) -> None:
        kind = self._kinds.get(block.ssrc)
        if kind is None:
            return
        told = self.told[kind]
        told.packets_lost = block.lost
        told.fraction_lost = block.fraction_lost / 256
        told.jitter_s = block.jitter / CLOCK_HZ[TRACKS[kind]]
        if block.last_sr:
            middle = ntp_from_seconds(self._epoch_s + now) >> 16 & 0xFFFF_FFFF
            units = (middle - block.last_sr - block.since_sr) & 0xFFFF_FFFF
            # Negative by rounding shows as almost 2**32.
            told.round_trip_time_s = units / 65536 if units < 1 << 31 else 0.0
        self._worst_lost = max(self._worst_lost, told.fraction_lost)
        pictured = self.rendition() is not Rendition.SOUND
        if pictured is (kind == VIDEO):
            self.watch.receive_report(told.fraction_lost, told.round_trip_time_s, now)

    def _receive_nack(self, ssrc: int, lost: tuple[int, ...], now: float) -> None:
        kind = self._kinds.get(ssrc)
        outlet = self._tuning.outlet(kind) if kind is not None else None
        if kind is not None and outlet is not None:
            self.told[kind].nacks += 1
            self.egresses[kind].resend(lost, outlet.history, outlet.newest, now)

    def _receive_key_request(self, ssrc: int, now: float) -> None:
        kind = self._kinds.get(ssrc)
        if kind is None:
            return
        self.told[kind].key_requests += 1
        if self.rendition() is Rendition.SOUND:
            return
        self.watch.receive_wish(now)
        if self._wish.receive(now):
            self._ask_key_frame()
