"""What arrived of one incoming stream, what is missing, and what to tell its sender.

Pure: times are passed in, seconds of one monotonic clock. RFC 3550 A.1, A.3 and A.8 for
the figures, RFC 4585 for asking again. A number is asked for at once, then every
``ASK_AGAIN_S`` until it comes or is too old to be of use.
"""

from dataclasses import dataclass

from signaling.rtcp import ReportBlock
from signaling.rtp import extend

ASK_AGAIN_S = 0.06
GIVE_UP_S = 1.0
MAX_ASKED = 10
# Beyond this it is another stream under an old name, or the sender slept.
MAX_JUMP = 3000
# More holes than a NACK repairs in time: a key frame is cheaper.
MAX_MISSING = 200


@dataclass(slots=True)
class _Hole:
    since: float
    asked_at: float = -1.0
    asked: int = 0


class Reception:
    """One SSRC of a publisher.

    Args:
        clock_hz: Of its timestamps.
        repairs: True when the sender answers NACKs.

    """

    def __init__(self, clock_hz: int, repairs: bool) -> None:
        self._hz = clock_hz
        self._repairs = repairs
        self._base: int | None = None
        self._highest = -1
        self._holes: dict[int, _Hole] = {}
        self._transit: float | None = None
        self._before = (0, 0)
        self._last_sr: tuple[int, float] | None = None
        self.epoch = 0
        "Grows when the stream starts over; sequence numbers of two epochs do not compare."
        self.packets = 0
        self.bytes = 0
        self.recovered = 0
        "Packets that came because we asked."
        self.nacks = 0
        self.given_up = 0
        "Packets that never came; the picture is broken until the next key frame."
        self.jitter = 0.0
        "RFC 3550 interarrival jitter, in units of the stream's clock."

    def receive(self, sequence: int, timestamp: int, size: int, now: float) -> int | None:
        """Take a packet of the stream.

        Returns:
            Its extended sequence number, None if it came before.

        """
        if self._base is None:
            self._begin(sequence)
        number = extend(sequence, self._highest)
        if abs(number - self._highest) > MAX_JUMP:
            self._begin(sequence)
            number = sequence
        if number > self._highest:
            self._open_holes(number, now)
            self._highest = number
            self._measure_jitter(timestamp, now)
        elif self._holes.pop(number, None) is None:
            return None
        self.packets += 1
        self.bytes += size
        return number

    def recover(self, sequence: int, size: int) -> int | None:
        """Take a packet that was asked for and came on the repair stream; see ``receive``."""
        number = extend(sequence, self._highest)
        if self._holes.pop(number, None) is None:
            return None
        self.packets += 1
        self.bytes += size
        self.recovered += 1
        return number

    def receive_sender_report(self, ntp: int, now: float) -> None:
        """Remember a report, to be acknowledged in ours."""
        self._last_sr = (ntp >> 16 & 0xFFFF_FFFF, now)

    def wanted(self, now: float) -> list[int]:
        """Return the 16-bit numbers to ask for now, in order, and count them as asked."""
        due = []
        for number in list(self._holes):
            hole = self._holes[number]
            if now - hole.since >= GIVE_UP_S or hole.asked >= MAX_ASKED:
                del self._holes[number]
                self.given_up += 1
            elif self._repairs and now - hole.asked_at >= ASK_AGAIN_S:
                hole.asked_at, hole.asked = now, hole.asked + 1
                due.append(number & 0xFFFF)
        self.nacks += bool(due)
        return due

    def has_holes(self) -> bool:
        """Tell whether ``wanted`` may have something to say."""
        return bool(self._holes)

    def forget_holes(self) -> None:
        """Ask for nothing of what is missing: nobody sees this stream."""
        self._holes.clear()

    def expected(self) -> int:
        """Return how many packets the sender sent, by its numbers."""
        return 0 if self._base is None else self._highest - self._base + 1

    def lost(self) -> int:
        """Return how many of them are not here."""
        return self.expected() - self.packets

    def report(self, ssrc: int, now: float) -> ReportBlock:
        """Return what to tell the sender; starts the next interval of ``fraction_lost``."""
        expected, packets = self.expected(), self.packets
        expected_before, packets_before = self._before
        self._before = (expected, packets)
        span = expected - expected_before
        missing = span - (packets - packets_before)
        sr, sr_at = self._last_sr or (0, now)
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=min(255, (missing << 8) // span) if span > 0 and missing > 0 else 0,
            lost=max(-(1 << 23), min((1 << 23) - 1, self.lost())),
            highest=self._highest & 0xFFFF_FFFF,
            jitter=int(self.jitter),
            last_sr=sr,
            since_sr=int((now - sr_at) * 65536) & 0xFFFF_FFFF,
        )

    def _begin(self, sequence: int) -> None:
        if self._base is not None:
            self.epoch += 1
        self._base, self._highest = sequence, sequence - 1
        self._holes.clear()
        self._transit = None
        self._before = (0, 0)
        self.packets = 0

    def _open_holes(self, number: int, now: float) -> None:
        gap = range(self._highest + 1, number)
        if len(self._holes) + len(gap) > MAX_MISSING:
            self.given_up += len(self._holes) + len(gap)
            self._holes.clear()
            return
        for missing in gap:
            self._holes[missing] = _Hole(now)

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        transit = now * self._hz - timestamp
        if self._transit is not None:
            step = abs(transit - self._transit)
            # A wrapped timestamp is a step of 2**32, not of a network.
            if step < 1 << 31:
                self.jitter += (step - self.jitter) / 16
        self._transit = transit
