"""The counters of one RTP stream (RFC 3550 appendix A: order, loss, jitter). Pure: no I/O."""

from signaling.rtcp import ReportBlock
from signaling.rtp import extend

MAX_DROPOUT = 3000
MAX_MISORDER = 100
# A timestamp that jumps by more did so because the sender says so, not the network.
MAX_TRANSIT_S = 5.0


class StreamCounter:
    """Counts the packets of one stream, which keeps its payload types but not its SSRC.

    Args:
        clock_hz: Of the stream's timestamps.

    """

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self.ssrc: int | None = None
        "Of the newest packet, None before the first."
        self.packets_received = 0
        "Retransmissions and duplicates included, as W3C counts."
        self.bytes_received = 0
        "Of payload: without headers and padding."
        self.highest = -1
        "Extended sequence number of the newest packet."
        self.jumped = False
        "The newest packet began the sequence anew: nothing is missing before it."
        self._base = 0
        self._suspect: int | None = None
        self._jitter = 0.0
        self._arrival: tuple[float, int] | None = None
        self._sender_report: tuple[int, float] | None = None
        self._reported = (0, 0)

    @property
    def packets_lost(self) -> int:
        """As in RFC 3550: negative when more duplicates than losses arrived."""
        return self.highest + 1 - self._base - self.packets_received

    @property
    def jitter(self) -> float:
        """Variation of the packets' transit, seconds."""
        return self._jitter / self._clock_hz

    def receive(
        self, ssrc: int, sequence: int, timestamp: int, size: int, now: float
    ) -> int | None:
        """Count a packet.

        Args:
            ssrc: A new one begins a new sequence; the counters go on.
            sequence: 16 bits.
            timestamp: 32 bits.
            size: Of the payload, bytes.
            now: Of its arrival.

        Returns:
            Its extended sequence number, congruent to ``sequence``; None for a packet
            from nowhere: far off all others, until a second one follows it.

        """
        step = (sequence - self.highest) & 0xFFFF
        self.jumped = False
        if step != 1 or ssrc != self.ssrc:
            index = self._out_of_order(ssrc, sequence, step)
            if index is None:
                return None
            step = index - self.highest
        self.packets_received += 1
        self.bytes_received += size
        if step <= 0:
            return self.highest + step
        self.highest += step
        self._suspect = None
        self._measure(timestamp, now)
        return self.highest

    def receive_sender_report(self, ntp: int, now: float) -> None:
        """Remember what the next report must refer to."""
        self._sender_report = (ntp >> 16 & 0xFFFFFFFF, now)

    def report(self, now: float) -> ReportBlock | None:
        """Return what to tell the sender, None before the first packet.

        The fraction is that of the time since the call before.
        """
        if self.ssrc is None:
            return None
        last_sr, heard_at = self._sender_report or (0, now)
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=self._fraction_lost(),
            lost=max(-(1 << 23), min(self.packets_lost, (1 << 23) - 1)),
            highest=self.highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            last_sr=last_sr,
            since_sr=int(max(0.0, now - heard_at) * 65536) & 0xFFFFFFFF,
        )

    def _fraction_lost(self) -> int:
        expected, received = self.highest + 1 - self._base, self.packets_received
        expected_before, received_before = self._reported
        self._reported = (expected, received)
        interval = expected - expected_before
        lost = interval - (received - received_before)
        return min(255, (lost << 8) // interval) if interval > 0 and lost > 0 else 0

    def _out_of_order(self, ssrc: int, sequence: int, step: int) -> int | None:
        if self.ssrc is None:
            self.ssrc, self._base = ssrc, sequence
            self.highest = sequence - 1
            return sequence
        if ssrc != self.ssrc:
            self.ssrc = ssrc
            self._sender_report = self._arrival = None
            return self._jump(step)
        if 0 < step < MAX_DROPOUT:
            return self.highest + step
        if step == 0 or step > 0x10000 - MAX_MISORDER:
            return extend(sequence, self.highest)
        if sequence == self._suspect:
            return self._jump(step)
        self._suspect = (sequence + 1) & 0xFFFF
        return None

    def _jump(self, step: int) -> int:
        """Follow a sender that began anew: nothing in between counts as lost."""
        step = step or 0x10000
        self.jumped = True
        self._base += step - 1
        self._arrival = None
        return self.highest + step

    def _measure(self, timestamp: int, now: float) -> None:
        """RFC 3550 appendix A.8, on packets in order only: others tell of the way twice."""
        before, self._arrival = self._arrival, (now, timestamp)
        if before is None:
            return
        sent = extend(timestamp, before[1], bits=32) - before[1]
        difference = abs((now - before[0]) * self._clock_hz - sent)
        if difference < MAX_TRANSIT_S * self._clock_hz:
            self._jitter += (difference - self._jitter) / 16
