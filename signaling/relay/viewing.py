"""One viewer: what is sent to it, and what it says of what arrived.

Pure: RTCP bytes and times in, resent packets through its egresses, report bytes out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling import rtcp
from signaling.errors import BadPacket

from .clock import ntp_from_seconds
from .forward import Egress, Outlet
from .plan import AUDIO, FLOOR, HOST, TRACKS, VIDEO
from .programme import Programme
from .splice import CLOCK_HZ


def tracks_of(names: Iterable[str], hushed: bool) -> dict[str, str]:
    """Return which track of the programme each stream of a viewer carries.

    Args:
        names: Of the streams: ``video``, ``audio``, and ``floor`` for a second sound.
        hushed: It is the hall that speaks: all but its own sound.

    """
    names = set(names)
    both = FLOOR in names
    tracks = {VIDEO: VIDEO, AUDIO: HOST if both or hushed else AUDIO, FLOOR: FLOOR}
    if hushed:
        del tracks[FLOOR]
    return {name: track for name, track in tracks.items() if name in names}


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


class Viewing:
    """One viewer of one programme.

    Args:
        programme: Whose timeline its sender reports tell.
        outlets: By track of the programme, where it gets its packets from.
        egresses: By name of the stream in its offer, see ``opening``; those negotiated only.
        cname: The same for sound and picture: that makes them one stream.
        ntp_epoch_s: NTP seconds at zero of the relay's monotonic clock.
        ask_key_frame: Called when the viewer lost the picture.

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
    ) -> None:
        self.egresses = egresses
        self.told = {kind: Told() for kind in egresses}
        self.estimate_bps: int | None = None
        "What the viewer thinks its line carries (REMB)."
        self.bad_packets = 0
        self._programme = programme
        self._outlets = outlets
        self._tracks: dict[str, str | None] = dict.fromkeys(egresses)
        self._begun = self._hushed = False
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

    def _tune(self) -> None:
        """Bring every stream to the track it should carry."""
        tracks = tracks_of(self.egresses, self._hushed) if self._begun else {}
        for name, egress in self.egresses.items():
            before, track = self._tracks[name], tracks.get(name)
            if before == track:
                continue
            if before is not None:
                self._outlets[before].remove(egress)
                egress.leave(self._outlets[before])
            if track is not None:
                self._outlets[track].add(egress)
            self._tracks[name] = track

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
                    self._receive_key_request(ssrc)
                case rtcp.Remb(bitrate_bps=bitrate_bps):
                    self.estimate_bps = bitrate_bps
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
                    timestamp=self._programme.timestamp_at(self._tracks[kind] or kind, now),
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

    def _receive_nack(self, ssrc: int, lost: tuple[int, ...], now: float) -> None:
        kind = self._kinds.get(ssrc)
        track = self._tracks[kind] if kind is not None else None
        if kind is not None and track is not None:
            self.told[kind].nacks += 1
            outlet = self._outlets[track]
            self.egresses[kind].resend(lost, outlet.history, outlet.newest, now)

    def _receive_key_request(self, ssrc: int) -> None:
        kind = self._kinds.get(ssrc)
        if kind is not None:
            self.told[kind].key_requests += 1
            self._ask_key_frame()
