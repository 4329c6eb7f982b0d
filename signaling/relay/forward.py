"""From the programme to its viewers: one history for all, one header for each.

Pure: ``Out`` packets in, bursts out through an injected ``send_burst``. A burst is laid out
once for all; a viewer adds its headers and its keys. When bursts leave is the business of
``departure``. What a viewer lost is sent again from the history all viewers share.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signaling.burst import Burst, Plain, Stream
from signaling.rtp import HEADER, extend

from .departure import Departures
from .splice import Out

# 2 s of 1080p at 4.5 Mbps, and 5 s of Opus. Powers of two.
HISTORY_PACKETS = {"video": 1024, "audio": 256}
# A viewer asks twice for one packet within a round trip; the first answer is on its way.
RESEND_INTERVAL_S = 0.02
MAX_REMEMBERED_RESENDS = 512

Send = Callable[[bytes, bytes], None]
SendBurst = Callable[[Burst, Stream], None]


class History:
    """The last packets of one kind.

    Args:
        packets: How many, a power of two.

    """

    def __init__(self, packets: int) -> None:
        self._mask = packets - 1
        self._slots: list[Out | None] = [None] * packets

    def put(self, out: Out) -> None:
        """Remember a packet in place of the one ``packets`` numbers before it."""
        self._slots[out.sequence & self._mask] = out

    def get(self, sequence: int) -> Out | None:
        """Return a packet by its extended number, None when it is gone or never came."""
        out = self._slots[sequence & self._mask]
        return out if out is not None and out.sequence == sequence else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How one viewer knows one kind of packets."""

    ssrc: int
    payload_type: int
    rtx_ssrc: int | None = None
    rtx_payload_type: int | None = None
    first_sequence: int = 0
    "16 bits, random (RFC 3550 §5.1)."


class Egress:
    """One kind of packets to one viewer.

    Args:
        address: See there.
        send: Takes header and payload; must neither raise nor block.
        waits_for_key: True for picture: a decoder can begin nowhere else.
        send_burst: Takes packets that belong together; None: each is given to ``send``.

    """

    __slots__ = (
        "_after", "_first", "_next_number", "_offset", "_resent", "_rtx_sequence", "_send_burst",
        "_stream", "address", "bytes", "packets", "resent", "send", "waiting",
    )  # fmt: skip

    def __init__(
        self,
        address: Address,
        send: Send,
        *,
        waits_for_key: bool,
        send_burst: SendBurst | None = None,
    ) -> None:
        self.address = address
        self.send = send
        self._send_burst = send_burst or self._send_singly
        self.waiting = waits_for_key
        self._offset: int | None = None
        self._stream = Stream(address.payload_type, address.ssrc, 0)
        self._first = 0
        self._next_number = address.first_sequence
        self._after: int | None = None
        self._rtx_sequence = address.first_sequence
        self._resent: dict[int, float] = {}
        self.packets = 0
        self.bytes = 0
        "Payloads only, as sender reports count."
        self.resent = 0

    def forward(self, out: Out) -> None:
        """Send one packet of the programme, once this viewer has begun."""
        self.forward_burst(Burst([out]))

    def forward_burst(self, burst: Burst) -> None:
        """Send packets of the programme, from the first this viewer can begin with."""
        if self._offset is None:
            begun = self._begin(burst)
            if begun is None:
                return
            burst = begun
        self._send_burst(burst, self._stream)
        self.packets += len(burst.packets)
        self.bytes += burst.payload_bytes

    def _begin(self, burst: Burst) -> Burst | None:
        """Return the part of a burst to begin with, None when there is none yet."""
        packets = burst.packets
        first = next((n for n, packet in enumerate(packets) if self._can_begin(packet)), None)
        if first is None:
            return None
        burst = Burst(packets[first:]) if first else burst
        self.waiting = False
        self._first = burst.packets[0].sequence
        self._offset = self._next_number - self._first
        self._stream = self._stream._replace(offset=self._offset)
        return burst

    def _can_begin(self, packet: Plain) -> bool:
        if self.waiting and not packet.key:
            return False
        return self._after is None or _is_later(packet.timestamp, self._after)

    def _send_singly(self, burst: Burst, stream: Stream) -> None:
        for header, payload in burst.headed(stream):
            self.send(header, payload)

    def leave(self, outlet: "Outlet") -> None:
        """Go on elsewhere: the next packet continues the numbers, and is later than the last."""
        if self._offset is None:
            return
        last = outlet.history.get(outlet.newest)
        self._next_number = outlet.newest + self._offset + 1
        self._after = last.timestamp if last is not None else None
        self._offset = None

    def resend(self, wanted: Iterable[int], history: History, newest: int, now: float) -> None:
        """Answer a NACK.

        Args:
            wanted: 16-bit numbers as this viewer knows them.
            history: Of this kind.
            newest: The programme's newest number, which tells what 16 bits mean.
            now: See ``RESEND_INTERVAL_S``.

        """
        if self._offset is None:
            return
        for number in wanted:
            sequence = newest - ((newest + self._offset - number) & 0xFFFF)
            out = history.get(sequence)
            if sequence < self._first:
                continue
            if out is None or now - self._resent.get(sequence, -1.0) < RESEND_INTERVAL_S:
                continue
            if len(self._resent) >= MAX_REMEMBERED_RESENDS:
                self._resent.clear()
            self._resent[sequence] = now
            self._send_again(out, number)

    def _send_again(self, out: Out, number: int) -> None:
        address = self.address
        self.resent += 1
        if address.rtx_payload_type is None or address.rtx_ssrc is None:
            header = HEADER.pack(
                0x80,
                address.payload_type | out.marker << 7,
                number & 0xFFFF,
                out.timestamp,
                address.ssrc,
            )
            self.send(header, out.payload)
            return
        header = HEADER.pack(
            0x80,
            address.rtx_payload_type | out.marker << 7,
            self._rtx_sequence,
            out.timestamp,
            address.rtx_ssrc,
        )
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        self.send(header, (number & 0xFFFF).to_bytes(2, "big") + out.payload)


def _is_later(timestamp: int, than: int) -> bool:
    return extend(timestamp, than, 32) > than


class Outlet:
    """One kind of a programme: its history and everybody it goes to.

    Args:
        kind: ``video`` or ``audio``.
        departures: When packets leave; by default at once.

    """

    def __init__(self, kind: str, departures: Departures | None = None) -> None:
        self.history = History(HISTORY_PACKETS[kind])
        self.newest = -1
        self.packets = 0
        "Forwarded in all, repairs excluded."
        self.departures = departures or Departures()
        self._egresses: list[Egress] = []

    def add(self, egress: Egress) -> None:
        """Let one more viewer have it, from the next packet that suits."""
        self._egresses = [*self._egresses, egress]
        self.departures.join(egress)

    def remove(self, egress: Egress) -> None:
        """Let a viewer go. Unknown ones are ignored."""
        self._egresses = [other for other in self._egresses if other is not egress]
        self.departures.leave(egress)

    def forward(self, out: Out, now: float = 0.0) -> None:
        """Send one packet to all, when its burst leaves."""
        self.history.put(out)
        self.newest = max(self.newest, out.sequence)
        self.departures.add(out, now)
        self.packets += len(self._egresses)

    def anybody_waits(self) -> bool:
        """Tell whether a viewer is without picture for want of a key frame."""
        return any(egress.waiting for egress in self._egresses)
