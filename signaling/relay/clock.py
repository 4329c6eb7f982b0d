"""When was this packet captured, on the relay's clock? One answer for sound and picture.

Pure: times are passed in, seconds of the relay's monotonic clock. A publisher's sender
reports tie the timestamps of each of its streams to one NTP clock; one offset ties that
clock to ours. It is the same offset for both streams, which is what lip-sync is.
"""

from collections import deque
from dataclasses import dataclass, field

from signaling.rtp import extend

NTP_UNIX_S = 2_208_988_800
"Seconds from 1900 to 1970."
# The report that was delayed least is nearest to the truth; old ones hide drift.
REPORTS_REMEMBERED = 8
# Two sessions of one encoder differ by what the network does; two machines by anything.
SAME_CLOCK_S = 0.25
# Between capture and arrival, beyond which a clock is not believed.
BROKEN_S = 5.0


def ntp_from_seconds(seconds: float) -> int:
    """Return an NTP timestamp, 32.32 bits, of seconds since 1900."""
    return round(seconds * (1 << 32)) & 0xFFFF_FFFF_FFFF_FFFF


def seconds_from_ntp(ntp: int) -> float:
    """Return seconds since 1900."""
    return ntp / (1 << 32)


@dataclass(slots=True)
class SourceClock:
    """The clocks of one publisher."""

    _holders: set[int] = field(default_factory=set)
    _offset_s: float | None = None
    _tied: dict[str, tuple[float, int, int]] = field(default_factory=dict)
    _offsets: deque[float] = field(default_factory=lambda: deque(maxlen=REPORTS_REMEMBERED))
    _leader: "SourceClock | None" = None

    def follow(self, leader: "SourceClock") -> None:
        """Take another's offset: the same encoder publishes both, in two sessions.

        Then one frame has one timestamp in both, whatever the network did to the reports.
        An offset too far from our own is of another machine, and ours is kept.
        """
        self._leader = leader

    def hold(self, holder: object) -> None:
        """Freeze the offset for somebody who has the source on air.

        Every report would move sound against picture otherwise.
        """
        self._holders.add(id(holder))

    def release(self, holder: object) -> None:
        """Give it back. Twice is fine."""
        self._holders.discard(id(holder))

    def receive_report(self, kind: str, hz: int, report: tuple[int, int], now: float) -> None:
        """Take a sender report.

        Args:
            kind: Of the stream.
            hz: Its clock rate.
            report: NTP time (64 bits) and RTP timestamp.
            now: When it arrived.

        """
        self.tie(kind, hz, report)
        self._offsets.append(now - seconds_from_ntp(report[0]))
        if not self._holders or self._offset_s is None:
            self._offset_s = min(self._offsets)

    def tie(self, kind: str, hz: int, report: tuple[int, int] | None) -> None:
        """Read a kind's timestamps by a report of before; None: by none, until one comes."""
        self._tied.pop(kind, None)
        if report is not None:
            self._tied[kind] = (seconds_from_ntp(report[0]), report[1], hz)

    def captured_at(self, kind: str, timestamp: int, now: float) -> float:
        """Return when a packet was captured; its arrival until reports tell better."""
        captured = self._captured_at(kind, timestamp)
        # A publisher with a broken clock must not throw the programme hours away.
        return now if captured is None or abs(captured - now) >= BROKEN_S else captured

    def believes(self, kind: str, timestamp: int, now: float) -> bool:
        """Tell whether the report of a kind may be of the stream that a packet is of."""
        captured = self._captured_at(kind, timestamp)
        return captured is not None and abs(captured - now) < BROKEN_S

    def _captured_at(self, kind: str, timestamp: int) -> float | None:
        tied, offset_s = self._tied.get(kind), self._offset()
        if tied is None or offset_s is None:
            return None
        ntp_s, reference, hz = tied
        return ntp_s + offset_s + (extend(timestamp, reference, 32) - reference) / hz

    def timestamp_at(self, kind: str, at: float) -> int | None:
        """Return the source's timestamp of an instant, None before its first report."""
        tied, offset_s = self._tied.get(kind), self._offset()
        if tied is None or offset_s is None:
            return None
        ntp_s, reference, hz = tied
        return reference + round((at - offset_s - ntp_s) * hz)

    def _offset(self) -> float | None:
        theirs = self._leader._offset_s if self._leader is not None else None
        if theirs is None or self._offset_s is None:
            return self._offset_s
        return theirs if abs(theirs - self._offset_s) < SAME_CLOCK_S else self._offset_s
