"""One outgoing RTP stream: numbers, history, repairs, what to report. Pure: no I/O.

Repairs go as RTX (RFC 4588) where that was agreed upon, else the packet itself again.
"""

from collections import OrderedDict
from collections.abc import Sequence

from signaling import rtcp, rtp

# 2 s of a 720p studio; of the small film, half a minute.
HISTORY_PACKETS = 1024
# A repair asked for twice within a round trip was asked for once.
REPAIR_AGAIN_S = 0.02
_NTP_EPOCH_S = 2_208_988_800


class RtpSender:
    """One stream.

    Args:
        payload_type: As negotiated.
        ssrc: Ours.
        repair: Payload type and SSRC of repairs, None to repeat packets.

    """

    def __init__(self, payload_type: int, ssrc: int, repair: tuple[int, int] | None = None) -> None:
        self.ssrc = ssrc
        self.packets = self.octets = self.repaired = 0
        self._payload_type = payload_type
        self._repair = repair
        self._sequence = self._repair_sequence = 0
        self._history: OrderedDict[int, tuple[bytes, bytes, float]] = OrderedDict()

    def send(self, payloads: Sequence[bytes], timestamp: int) -> list[tuple[bytes, bytes]]:
        """Return headers and payloads of a frame; the last packet has the marker."""
        out = []
        for payload in payloads:
            marker = payload is payloads[-1]
            header = rtp.build(
                self._payload_type, self._sequence, timestamp, self.ssrc, marker=marker
            )
            self._history[self._sequence] = (header, payload, float("-inf"))
            self._sequence = (self._sequence + 1) & 0xFFFF
            self.packets += 1
            self.octets += len(payload)
            out.append((header, payload))
        while len(self._history) > HISTORY_PACKETS:
            self._history.popitem(last=False)
        return out

    def repair(self, lost: Sequence[int], now: float) -> list[tuple[bytes, bytes]]:
        """Return the packets to send for a NACK; those too old or just sent are left out."""
        out = []
        for sequence in lost:
            entry = self._history.get(sequence)
            if entry is None or now < entry[2] + REPAIR_AGAIN_S:
                continue
            header, payload, _at = entry
            self._history[sequence] = (header, payload, now)
            self.repaired += 1
            out.append(self._as_repair(header, payload, sequence))
        return out

    def report(self, wall_s: float, timestamp: int) -> bytes:
        """Return a sender report.

        Args:
            wall_s: Seconds since 1970, of the instant ``timestamp`` belongs to.
            timestamp: RTP, at that instant.

        """
        return rtcp.build_sender_report(
            rtcp.SenderReport(
                ssrc=self.ssrc,
                ntp=int((wall_s + _NTP_EPOCH_S) * (1 << 32)) & (1 << 64) - 1,
                timestamp=timestamp & 0xFFFFFFFF,
                packets=self.packets & 0xFFFFFFFF,
                octets=self.octets & 0xFFFFFFFF,
            )
        )

    def _as_repair(self, header: bytes, payload: bytes, sequence: int) -> tuple[bytes, bytes]:
        if self._repair is None:
            return header, payload
        kind, ssrc = self._repair
        number, self._repair_sequence = self._repair_sequence, (self._repair_sequence + 1) & 0xFFFF
        parsed = rtp.parse(header)
        wrapped = rtp.build(kind, number, parsed.timestamp, ssrc, marker=parsed.marker)
        return wrapped + sequence.to_bytes(2, "big"), payload
